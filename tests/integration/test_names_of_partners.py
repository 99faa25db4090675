"""Names in a partners file that mean nothing are refused, each with its line and what may have been meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry import load_contracts, packaged_contracts
from icjs_gateway.registry.matrix import load_matrix
from icjs_gateway.registry.purposes import load_purposes
from icjs_gateway.stores.partner_entries import Entry
from icjs_gateway.stores.partners_file import read_partners

FILE = """\
partners:
  - id: hp-courts
    name: Courts of Himachal Pradesh
    pillar: courts
    speaks_as:
      state: HP
    credentials:
      - {type: client-secret, client_id: hp-courts, secret: 0123456789abcdef}
    may:
      push: ["courts.*"]
      query:
        - prisons.inmate-status.v1
      receive: ["icjs.*"]
      purposes:
        - TRIAL
        - CUSTODY
    subscriptions:
      - id: hp-hearings
        filter:
          events: ["icjs.hearing.*"]
          states: [HP]
        deliver: {channel: pull}
"""


def read(folder: Path, text: str, extra: Path | None = None) -> list[Entry]:
    file = folder / "partners.yaml"
    file.write_text(text, encoding="utf-8")
    matrix, purposes = load_matrix(packaged_contracts()), load_purposes(extra)
    return read_partners(file, {}, matrix=matrix, contracts=load_contracts(), purposes=purposes, inline_secrets=True)


def test_a_file_whose_names_mean_something_is_read(tmp_path: Path) -> None:
    [entry] = read(tmp_path, FILE)
    assert entry.partner.may.purposes == ("TRIAL", "CUSTODY")


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        (
            '["courts.*"]',
            '["court.*"]',
            ":10: {0}.may.push.0: court.* fits no contract that is pushed; did you mean courts.*?",
        ),
        ('["courts.*"]', '["courts.hearing-outcomes.v1"]', "did you mean courts.hearing-outcome.v1?"),
        (
            "- prisons.inmate-status.v1",
            "- prison.inmate-status.v1",
            ":12: {0}.may.query.0: prison.inmate-status.v1 fits no query; did you mean prisons.inmate-status.v1?",
        ),
        ('["icjs.*"]', '["icjs.bale.*"]', "icjs.bale.* fits no event type; did you mean icjs.bail.*?"),
        ("- CUSTODY", "- NOPE", ":16: {0}.may.purposes.1: NOPE is no purpose; there are APPEAL, BAIL,"),
        ("- CUSTODY", "- CUSTODDY", "CUSTODDY is no purpose; did you mean CUSTODY?"),
        (
            '["icjs.hearing.*"]',
            '["icjs.herring.*"]',
            ":20: {0}.subscriptions.hp-hearings.filter.events.0: icjs.herring.* fits no event type; did you mean "
            "icjs.hearing.*?",
        ),
        ("states: [HP]", "states: [ZZ]", ":21: {0}.subscriptions.hp-hearings.filter.states.0: ZZ is no State"),
        ("state: HP", "state: ZZ", ":6: {0}.speaks_as.state: ZZ is no State or Union Territory"),
        (
            "    may:",
            "    queries: {inmate-stat: {url: 'http://x.example/', secret: 0123456789abcdef}}\n    may:",
            "inmate-stat is no exchange that is asked; did you mean inmate-status?",
        ),
        ("      push:", "      posh:", "posh is not known here; did you mean push?"),
        (
            "    pillar: courts",
            "    pillar: courts\n    jursdiction: {}",
            "jursdiction is not known here; did you mean jurisdiction?",
        ),
        ("- id: hp-courts", "- id: HP Courts", ":2: partners.HP Courts.id: an id of a partner has lower-case letters"),
        (
            "channel: pull",
            "channel: pull, secret: 0123456789abcdef",
            ":22: {0}.subscriptions.hp-hearings.deliver: what is pulled has no secret",
        ),
    ],
)
def test_a_name_that_means_nothing_is_refused_with_its_line(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    assert FILE.count(right) == 1
    with pytest.raises(Misconfigured) as refused:
        read(tmp_path, FILE.replace(right, wrong))
    [line] = refused.value.detail.split("\n")
    assert told.format("partners.hp-courts") in line


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    wrong = FILE.replace("state: HP", "state: ZZ").replace("- TRIAL", "- TRAIL").replace("icjs.hearing", "icjs.herring")
    with pytest.raises(Misconfigured) as refused:
        read(tmp_path, wrong)
    lines = [line.split(":")[1] for line in refused.value.detail.split("\n")]
    assert lines == ["6", "15", "20"]


def test_an_operator_s_own_folder_adds_purposes(tmp_path: Path) -> None:
    own = tmp_path / "contracts" / "canonical"
    own.mkdir(parents=True)
    (own / "purposes.yaml").write_text(
        "purposes:\n  NARCOTICS_CONTROL: seizures and their disposal\n", encoding="utf-8"
    )
    [entry] = read(tmp_path, FILE.replace("- CUSTODY", "- NARCOTICS_CONTROL"), tmp_path / "contracts")
    assert "NARCOTICS_CONTROL" in entry.partner.may.purposes
