"""A FIR that cannot be read is kept as written beside another key, and refuses nothing that frees or holds somebody."""

from __future__ import annotations

import json

import pytest

from icjs_gateway.model.content import Content
from icjs_gateway.model.errors import GatewayError
from icjs_gateway.model.findings import Severity
from icjs_gateway.registry.compiled import CompiledContract
from icjs_gateway.registry.samples import Sample
from icjs_gateway.routing.contracts import Wire
from tests.contracts import contracts, parse, samples

UNREADABLE = {"number": "II-77/2026", "state": "XX"}
LIBERTY = {"courts.bail-order.v1", "courts.custody-order.v1", "courts.disposal.v1", "courts.hearing-outcome.v1"}
FIR, CNR = (
    "<FIR>{state}<PoliceStationCode>2011003</PoliceStationCode><Number>{number}</Number><Year>2026</Year></FIR>",
    ("<CNR>HPKN020008172026</CNR>"),
)


def _document(sample: Sample, state: str, number: str, *, cnr: bool) -> bytes:
    """A sample whose case is named by this FIR, and by a CNR or not."""
    body = sample.file.read_text(encoding="utf-8")
    if sample.contract.declaration.is_xml:
        before, _, rest = body.partition("<Case>")
        after = rest.partition("</Case>")[2]
        fir = FIR.format(state=f"<State>{state}</State>", number=number)
        return f"{before}<Case>{CNR if cnr else ''}{fir}</Case>{after}".encode()
    told = json.loads(body)
    fir_told = {"state": state, "policeStationCode": "2011003", "number": number, "year": 2026}
    told["case"] = {"firs": [fir_told]} | ({"cnr": "HPKN020008172026"} if cnr else {})
    return json.dumps(told).encode()


def _read(contract: CompiledContract, body: bytes) -> Content:
    document = parse(body, Wire.JSON if not contract.declaration.is_xml else Wire.XML)
    contract.admit(document)
    return contract.decode(document)


NAMED = {
    contract.id: next(each for each in samples(valid=True) if each.contract.id == contract.id)
    for contract in contracts().all()
    if isinstance(contract, CompiledContract)
    and "firs_unread" in (contract.declaration.folder / "mapping.yaml").read_text()
}


@pytest.mark.parametrize("contract_id", sorted(NAMED))
@pytest.mark.parametrize("part", UNREADABLE)
def test_beside_a_cnr_a_fir_that_cannot_be_read_is_kept_as_written_and_told(contract_id: str, part: str) -> None:
    sample = NAMED[contract_id]
    fir = {"state": "HP", "number": "77/2026", part: UNREADABLE[part]}
    content = _read(sample.contract, _document(sample, cnr=True, **fir))
    assert (content.case.firs, content.case.cnr) == ((), "HPKN020008172026")
    assert content.case.firs_unread == (f"{fir['state']}, 2011003, {fir['number']}, 2026",)
    [told] = [each for each in content.findings if each.code == "FIR-UNREAD"]
    assert (told.severity, told.found) == (Severity.WARN, UNREADABLE[part])


@pytest.mark.parametrize("contract_id", sorted(NAMED))
def test_alone_it_refuses_a_message_that_frees_and_holds_nobody(contract_id: str) -> None:
    sample = NAMED[contract_id]
    body = _document(sample, "HP", UNREADABLE["number"], cnr=False)
    if contract_id in LIBERTY:
        assert _read(sample.contract, body).case.firs_unread == ("HP, 2011003, II-77/2026, 2026",)
        return
    with pytest.raises(GatewayError) as refused:
        _read(sample.contract, body)
    findings = {each.code: each for each in refused.value.findings}  # type: ignore[attr-defined]
    assert findings["CASE-UNNAMED"].expected == "a CNR, a FIR whose number can be read, or both"
    assert findings["FIR-UNREAD"].found == "II-77/2026"


@pytest.mark.parametrize("contract_id", sorted(NAMED))
def test_every_contract_reads_a_fir_number_as_courts_and_stations_write_it(contract_id: str) -> None:
    sample = NAMED[contract_id]
    content = _read(sample.contract, _document(sample, "ts", "Crime No. ७७ of 2026 dt 20.11.2026", cnr=False))
    [fir] = content.case.firs
    assert str(fir.key()) == "TG/2011003/77/2026"
    assert fir.number_raw == "Crime No. ७७ of 2026 dt 20.11.2026"


def test_two_orders_in_firs_that_cannot_be_read_are_two() -> None:
    sample = NAMED["courts.bail-order.v1"]
    one, other = (
        _read(sample.contract, _document(sample, "HP", number, cnr=False)) for number in ("II-77/2026", "II-78/2026")
    )
    assert one.thread != other.thread
    assert one.digest() != other.digest()
