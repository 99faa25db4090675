"""What a case keeps of an entry of a jail's register."""

from __future__ import annotations

from icjs_gateway.model.case.stays import entry
from icjs_gateway.model.payloads.inmate import InmateData
from tests.contracts import contracts, parse, samples

ADMISSION = "prisons.admission.v1"


def test_an_entry_keeps_the_court_whose_warrant_commits_the_inmate() -> None:
    [sample] = [
        each
        for each in samples(valid=True)
        if (each.contract.id, each.file.stem) == (ADMISSION, "warrant-of-another-state")
    ]
    [event] = contracts().get(ADMISSION).decode(sample.document(parse)).events
    assert isinstance(event.data, InmateData)
    key, kept = entry(event.data.inmate, event)
    assert key.startswith("inmate/HPDJ04/")
    assert kept["warrant_court"] == "PBLD01"
