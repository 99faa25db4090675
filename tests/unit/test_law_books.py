"""The concordance and the schedule of offences, as the registry reads them."""

from pathlib import Path

import pytest

from icjs_gateway.mappings.law import Provision, read_provisions
from icjs_gateway.mappings.law.books import Law
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry import packaged_contracts
from icjs_gateway.registry.law import load_law


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law(packaged_contracts())


def only(written: str) -> Provision:
    [provision] = read_provisions(written).provisions
    return provision


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("IPC 302", ["BNS 103(1)"]),
        ("IPC 376(2)(n)", ["BNS 64(2)"]),
        ("IPC 354D", ["BNS 78"]),
        ("IPC 377", []),
        ("CRPC 154", ["BNSS 173"]),
    ],
)
def test_the_old_section_leads_to_the_new(law: Law, old: str, new: list[str]) -> None:
    assert [str(each) for each in law.became(only(old))] == new


@pytest.mark.parametrize(
    ("new", "old"),
    [("BNS 78", ["IPC 354D"]), ("BNS 70(2)", ["IPC 376DA", "IPC 376DB"]), ("BNS 303(2)", ["IPC 379"]), ("BNS 69", [])],
)
def test_the_new_section_leads_back(law: Law, new: str, old: list[str]) -> None:
    assert [str(each) for each in law.was(only(new))] == old


def test_every_row_was_read_and_its_number_kept(law: Law) -> None:
    assert len(law.correspondences) == 1301
    assert len(law.offences) == 820
    assert all(row.old or row.relation == "new" for row in law.correspondences)
    assert all(row.new or row.relation == "omitted" for row in law.correspondences)


def test_a_section_without_a_row_of_its_own_has_those_in_it_or_around_it(law: Law) -> None:
    assert {str(each.provision) for each in law.offences_of(only("BNS 64"))} == {"BNS 64(1)", "BNS 64(2)"}
    assert {str(each.provision) for each in law.offences_of(only("BNS 64(2)(m)"))} == {"BNS 64(2)"}
    [murder, *_] = law.offences_of(only("BNS 103(1)"))
    assert (murder.death, murder.life, murder.default_bail_days, murder.bailable) == (True, True, 90, "no")


def test_a_wrong_row_stops_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "concordance.csv").write_text("old_act,old_section\nIPC,302\n", encoding="utf-8")
    with pytest.raises(Misconfigured, match=r"concordance\.csv:2"):
        load_law(tmp_path)
