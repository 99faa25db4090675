"""What recipients answer: every answer kept with an outbound contract comes to what is said beside it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from icjs_gateway.adapters.delivery.answers import reader_of
from icjs_gateway.adapters.delivery.understanding import MEANINGS, Word, answer_of
from icjs_gateway.adapters.wire.outbound import Answered
from icjs_gateway.registry.outbound import CompiledOutbound
from icjs_gateway.routing.retry import Answer
from tests.fakes import packaged


def kept(contract: CompiledOutbound) -> list[dict[str, Any]]:
    file = contract.declaration.folder / "samples" / "answers.yaml"
    answers: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return answers


CASES = [
    pytest.param(contract, each, id=f"{contract.id}-{each['name']}")
    for contract in packaged().all_outbound()
    for each in kept(contract)
]


def what_comes(
    contract: CompiledOutbound, status: int, body: str, *, charset: str = "utf-8", is_whole: bool = True
) -> Answer:
    answered = Answered(status=status, headers={}, body=body.encode(charset), is_whole=is_whole)
    return answer_of(answered, reader_of(contract), None)


@pytest.mark.parametrize(("contract", "kept"), CASES)
def test_an_answer_comes_to_what_is_said_of_it(contract: CompiledOutbound, kept: dict[str, Any]) -> None:
    came = what_comes(contract, kept["status"], kept["body"], charset=kept.get("charset", "utf-8"))
    assert came == Answer(**kept["comes_to"])


@pytest.mark.parametrize("contract", packaged().all_outbound(), ids=lambda contract: contract.id)
def test_an_answer_that_is_cut_short_is_no_acknowledgement(contract: CompiledOutbound) -> None:
    taken = next(each for each in kept(contract) if each["name"] == "taken")
    assert not what_comes(contract, taken["status"], taken["body"], is_whole=False).acknowledged


def test_every_word_has_a_meaning_and_only_acceptance_acknowledges() -> None:
    assert set(MEANINGS) == set(Word)
    assert [word for word, meaning in MEANINGS.items() if meaning.acknowledged] == [Word.ACCEPTED]
