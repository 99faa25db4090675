"""A correction without RefersTo is taken for one of the latest message of its thread: no thread mixes two cases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts import contracts

FIR = {"number": "112", "state": "HP", "police_station_code": "2011007", "year": 2026}
OTHERWISE = {"number": "113", "state": "PB", "police_station_code": "2011008", "year": 2025}
BY_FIR = (
    "courts.bail-order.v1",
    "courts.disposal.v1",
    "courts.proceeding-change.v1",
    "police.arrest.v1",
    "police.case-change.v1",
    "police.final-report.v1",
)
"""Contracts of which a document that names no CNR has its FIR in its thread."""


class Member:
    """Any member of a document, under any name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def get(self, name: str) -> Member:
        return Member(f"{self.name}.{name}")

    def __str__(self) -> str:
        return self.name


class Document:
    """A document whose case is named as said, and which has every other member."""

    def __init__(self, **case: Any) -> None:
        self.case = case

    def get(self, name: str) -> Any:
        return self.case if name == "case" else Member(name)


def thread(contract_id: str, document: Any) -> str:
    found = contracts().get(contract_id).translator.keys.thread(document)
    assert found is not None
    return str(found)


def by_fir(**other: Any) -> Document:
    return Document(firs=[FIR | other])


def test_every_thread_with_a_fir_in_it_is_listed() -> None:
    ids = [contract.id for contract in contracts().all()]
    changed = [each for each in ids if thread(each, by_fir()) != thread(each, by_fir(number="113"))]
    assert sorted(changed) == sorted(BY_FIR)


@pytest.mark.parametrize("contract_id", BY_FIR)
@pytest.mark.parametrize("member", FIR)
def test_a_thread_tells_two_firs_of_one_number_apart(contract_id: str, member: str) -> None:
    assert thread(contract_id, by_fir()) != thread(contract_id, by_fir(**{member: OTHERWISE[member]}))


@pytest.mark.parametrize("contract_id", [each for each in BY_FIR if each.startswith("courts.")])
def test_the_thread_of_an_order_that_names_its_cnr_is_that_of_the_cnr(contract_id: str) -> None:
    alone, beside = Document(cnr="HPKN020008172026"), Document(cnr="HPKN020008172026", firs=[FIR])
    assert thread(contract_id, alone) == thread(contract_id, beside)
