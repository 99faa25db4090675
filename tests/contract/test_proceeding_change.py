"""What only changes of proceeding do: they name the CNRs in which a case goes on."""

from __future__ import annotations

import pytest

from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.model.content import Content
from icjs_gateway.routing.correlation import CLUBBED_WITH, GOES_ON, keys, looked_up
from tests.contracts import contracts, samples

CONTRACT = contracts().get("courts.proceeding-change.v1")
COMMITTAL = next(
    each.file.read_text() for each in samples(valid=True) if each.contract is CONTRACT and each.file.stem == "committal"
)
OWN, NEW = ("cnr", "HPKN020003412026"), ("cnr", "HPKN010000192027")
FIR = ("fir", "HP/2011007/112/2026")


def decode(kind: str) -> Content:
    document = parse_xml(COMMITTAL.replace("<Kind>COMMITTAL</Kind>", f"<Kind>{kind}</Kind>").encode())
    CONTRACT.admit(document)
    return CONTRACT.decode(document)


@pytest.mark.parametrize("kind", sorted(GOES_ON))
def test_what_a_case_goes_on_under_is_a_key_of_it_and_the_last_by_which_it_is_looked_for(kind: str) -> None:
    assert keys(decode(kind), "HP") == (OWN, FIR, NEW)


@pytest.mark.parametrize("kind", sorted(CLUBBED_WITH))
def test_what_it_is_clubbed_with_is_looked_up_and_no_key_of_it(kind: str) -> None:
    content = decode(kind)
    assert keys(content, "HP") == (OWN, FIR)
    assert looked_up(content, "HP") == (OWN, FIR, NEW)


@pytest.mark.parametrize("kind", ["STAY", "QUASH", "COGNIZANCE"])
def test_what_any_other_change_names_is_neither(kind: str) -> None:
    assert looked_up(decode(kind), "HP") == (OWN, FIR)
