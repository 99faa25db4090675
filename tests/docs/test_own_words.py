"""The page on outbound contracts says what the code does: the contracts there are, and what answers come to."""

from __future__ import annotations

from pathlib import Path

import yaml

from icjs_gateway.adapters.delivery.understanding import Word
from icjs_gateway.registry import load_contracts
from icjs_gateway.registry.loading import packaged_contracts
from icjs_gateway.registry.matrix import load_matrix
from icjs_gateway.registry.purposes import load_purposes
from icjs_gateway.stores.partners_file import read_partners

PAGE = (Path(__file__).parents[2] / "docs/how-to/own-words.md").read_text(encoding="utf-8")


def test_every_outbound_contract_is_listed() -> None:
    for contract in load_contracts().all_outbound():
        assert f"| `{contract.id}` |" in PAGE
        if contract.declaration.operation:
            assert f"operation `{contract.declaration.operation}`" in PAGE


def test_every_outcome_of_an_answer_is_explained() -> None:
    for word in Word:
        assert f"| `{word}` |" in PAGE


def test_the_partners_of_the_page_can_be_applied(tmp_path: Path) -> None:
    example = PAGE.partition("```yaml\n")[2].partition("```")[0]
    file = tmp_path / "partners.yaml"
    file.write_text(example, encoding="utf-8")
    secrets = {"DHARAMSHALA_SECRET": "s" * 16, "DHARAMSHALA_CALL_BACK": "c" * 16}
    matrix = load_matrix(packaged_contracts())
    [entry] = read_partners(
        file, secrets, matrix=matrix, contracts=load_contracts(), purposes=load_purposes(), inline_secrets=False
    )
    [(subscription, _)] = entry.subscriptions
    assert (
        subscription.deliver.contract
        == yaml.safe_load(example)["partners"][0]["subscriptions"][0]["deliver"]["contract"]
    )
