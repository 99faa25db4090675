"""The directed matrix: who is owed what by default, and how a partners file turns it on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry import load_contracts, packaged_contracts
from icjs_gateway.registry.matrix import load_matrix
from icjs_gateway.registry.purposes import load_purposes
from icjs_gateway.routing.access.permissions import allowed
from icjs_gateway.routing.directory import Jurisdiction, Partner, Permissions, Pillar, RecipientClass
from icjs_gateway.routing.matrix import Matrix
from icjs_gateway.stores.partners_file import read_partners

MATRIX = load_matrix(packaged_contracts())


def partner(pillar: Pillar, **jurisdiction: object) -> Partner:
    return Partner(
        id="somebody",
        name="Somebody",
        pillar=pillar,
        jurisdiction=Jurisdiction.model_validate({"state": "HP"} | jurisdiction),
        may=Permissions(receive=("icjs.*",)),
    )


@pytest.mark.parametrize(
    ("pillar", "owed", "spared"),
    [
        (Pillar.POLICE, "icjs.bail.ordered.v1", "icjs.fir.registered.v1"),
        (Pillar.COURTS, "icjs.final-report.filed.v1", "icjs.charge-sheet.scrutinised.v1"),
        (Pillar.PRISONS, "icjs.custody.ordered.v1", "icjs.lab-report.issued.v1"),
        (Pillar.FORENSICS, "icjs.exhibit.forwarded.v1", "icjs.hearing.recorded.v1"),
        (Pillar.PROSECUTION, "icjs.lab-report.issued.v1", "icjs.production.ordered.v1"),
    ],
)
def test_each_pillar_is_owed_its_row_of_the_matrix(pillar: Pillar, owed: str, spared: str) -> None:
    asked = MATRIX.filter_for(partner(pillar))
    assert asked is not None
    assert allowed(asked.events, owed)
    assert not allowed(asked.events, spared)


def test_corrections_travel_with_what_they_correct() -> None:
    for events in MATRIX.owed.values():
        for word in {glob.split(".")[1] for glob in events}:
            for verb in ("amended", "withdrawn"):
                assert allowed(events, f"icjs.{word}.{verb}.v1"), f"{word}.{verb}"


@pytest.mark.parametrize(
    ("jurisdiction", "within"),
    [
        ({}, {"states": ("HP",)}),
        ({"jails": ("HPDJ04",)}, {"jails": ("HPDJ04",)}),
        ({"districts": ("Kangra",), "stations": ("2011007",)}, {"stations": ("2011007",)}),
        ({"establishments": ("HPKN02",)}, {"courts": ("HPKN02",)}),
        ({"laboratories": ("HPSFSL",)}, {"laboratories": ("HPSFSL",)}),
    ],
)
def test_a_default_subscription_stays_within_the_jurisdiction(
    jurisdiction: dict[str, object], within: dict[str, object]
) -> None:
    asked = MATRIX.filter_for(partner(Pillar.COURTS, **jurisdiction))
    assert asked is not None
    assert asked.model_dump(exclude_defaults=True, exclude={"events"}) == within


def test_a_class_without_a_row_is_owed_nothing() -> None:
    assert Matrix().filter_for(partner(Pillar.PUBLIC)) is None
    assert RecipientClass.PUBLIC not in MATRIX.owed


JAIL = {
    "id": "hp-jail",
    "name": "District Jail, Dharamshala",
    "pillar": "prisons",
    "jurisdiction": {"state": "HP", "jails": ["HPDJ04"]},
    "may": {"receive": ["icjs.*"]},
    "deliver": {"channel": "pull"},
}


def applied(tmp_path: Path, states: list[str], *partners: dict[str, object]) -> list[str]:
    file = tmp_path / "partners.yaml"
    file.write_text(yaml.safe_dump({"matrix": states, "partners": list(partners)}), encoding="utf-8")
    entries = read_partners(
        file, {}, matrix=MATRIX, contracts=load_contracts(), purposes=load_purposes(), inline_secrets=False
    )
    return [subscription.id for entry in entries for subscription, _ in entry.subscriptions]


def test_a_state_turns_the_matrix_on(tmp_path: Path) -> None:
    without = {name: value for name, value in JAIL.items() if name != "deliver"} | {"id": "hp-other"}
    assert applied(tmp_path, ["HP"], JAIL, without) == ["hp-jail-matrix"]


def test_a_default_that_cannot_be_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="the matrix is not on for its State"):
        applied(tmp_path, ["PB"], JAIL)
    with pytest.raises(Misconfigured, match="the matrix owes public nothing"):
        applied(tmp_path, ["HP"], JAIL | {"pillar": "public", "jurisdiction": {"state": "HP"}})
    with pytest.raises(Misconfigured, match="stands twice"):
        applied(tmp_path, ["HP"], JAIL | {"subscriptions": [{"id": "hp-jail-matrix", "deliver": {"channel": "pull"}}]})


def test_a_matrix_that_owes_what_may_not_be_seen_is_refused(tmp_path: Path) -> None:
    import shutil

    shutil.copytree(packaged_contracts() / "canonical", tmp_path / "canonical")
    file = tmp_path / "canonical" / "matrix.yaml"
    written = file.read_text(encoding="utf-8").replace("to: forensic-laboratory, events: [", "to: public, events: [")
    file.write_text(written, encoding="utf-8")
    with pytest.raises(Misconfigured, match=r"public is owed .* and may not see it"):
        load_matrix(tmp_path)
