"""What a laboratory sees: exhibits meant for it and its own cases, and no words of a labelled case."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from icjs_gateway.routing.directory import Partner, RecipientClass
from icjs_gateway.routing.lanes import Told
from icjs_gateway.routing.places import Places
from tests.support.disclosing import CASE, VICTIM, recipient, show, told

OURS = {"code": "RFSL-DHM", "name": "Regional Laboratory Dharamshala"}
FORWARDING = {
    "forwarding_number": "FW-41/2026",
    "laboratory": OURS,
    "forwarded_at": "2026-11-20T06:00:00Z",
    "authority": {"name": "Mohan Lal", "rank": "SI"},
    "sections": [{"act": "BNS", "section": "64(1)"}],
    "brief": {"lang": "en", "text": f"{VICTIM} states"},
    "exhibits": [
        {"exhibit_id": "X-1", "qr": "QR-1", "parcel": "P1", "description": f"Dupatta of {VICTIM}", "seal": "ML"},
    ],
    "questions": [{"exhibit_id": "X-1", "text": f"Is the blood that of {VICTIM}?"}],
}
REJECTED = FORWARDING | {
    "rejection": {"at": "2026-11-21T06:00:00Z", "reason": "SEAL_BROKEN", "remarks": f"Parcel of {VICTIM}"}
}
LAB_CASE = {
    "number": "FSL/26/77",
    "laboratory": OURS,
    "forwarding_number": "FW-41/2026",
    "received_at": "2026-11-21T06:00:00Z",
    "divisions": ["BIOLOGY"],
    "parcels": [{"number": "P1", "seal_intact": True, "seal_matches": True, "remarks": f"Marked {VICTIM}"}],
    "exhibits": [{"exhibit_id": "X-1", "laboratory_number": "B-1", "division": "BIOLOGY"}],
}
REPORT = {
    "number": "R-9",
    "lab_case_number": "FSL/26/77",
    "laboratory": OURS,
    "kind": "FINAL",
    "issued_on": "2026-12-10",
    "opinions": [
        {
            "exhibit_id": "X-1",
            "division": "BIOLOGY",
            "result": {"code": "POSITIVE"},
            "text": {"lang": "en", "text": f"Blood of {VICTIM} was found"},
        }
    ],
    "document": {
        "file": f"{VICTIM}.pdf",
        "sha256": "2" * 64,
        "signed_by": "Asha Negi",
        "attachment": {"sha256": "3" * 64, "bytes": 5, "media_type": "application/pdf"},
    },
}
DOCUMENTS = {
    "icjs.exhibit.forwarded.v1": {"exhibit": FORWARDING},
    "icjs.exhibit.rejected.v1": {"exhibit": REJECTED},
    "icjs.lab-case.registered.v1": {"lab_case": LAB_CASE},
    "icjs.lab-report.issued.v1": {"lab_report": REPORT},
}
LABELS = ["SEXUAL_OFFENCE", "CHILD_VICTIM", "CHILD_IN_CONFLICT", "PROTECTED_WITNESS", "SEALED_FIR", "NATIONAL_SECURITY"]


def event(event_type: str, *labels: str) -> Told:
    """The document as it is recorded for its laboratory."""
    data: dict[str, Any] = {"case": CASE, **DOCUMENTS[event_type]}
    return told(event_type, data, frozenset(labels), Places(laboratory="RFSL-DHM"))


def laboratory(code: str = "RFSL-DHM") -> Partner:
    return recipient(RecipientClass.FORENSIC_LABORATORY, state="HP", laboratories=(code,))


@pytest.mark.parametrize("event_type", DOCUMENTS)
def test_a_laboratory_sees_all_of_what_is_its_own(event_type: str) -> None:
    shown = show(event(event_type), laboratory())
    assert (shown.rule, shown.withheld) == (None, [])


@pytest.mark.parametrize("event_type", DOCUMENTS)
def test_and_nothing_of_what_is_another_laboratorys(event_type: str) -> None:
    assert show(event(event_type), laboratory("SFSL-JNG")).rule == "JURISDICTION"


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("event_type", DOCUMENTS)
def test_of_a_labelled_case_it_sees_numbers_seals_and_findings_and_no_words(event_type: str, label: str) -> None:
    shown = show(event(event_type, label), laboratory())
    assert shown.data is not None
    assert VICTIM in json.dumps(DOCUMENTS[event_type])
    assert VICTIM not in json.dumps(shown.data)
    [noun] = DOCUMENTS[event_type]
    kept = dict(leaves(shown.data[noun]))
    for path, value in leaves(DOCUMENTS[event_type][noun]):
        if VICTIM not in str(value) and path.rpartition(".")[2] != "lang" and ".attachment." not in path:
            assert kept.get(path) == value, path


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (RecipientClass.POLICE_INVESTIGATION, True),
        (RecipientClass.COURT_TRIAL, True),
        (RecipientClass.PROSECUTION, True),
        (RecipientClass.PRISON_CUSTODY, False),
        (RecipientClass.PUBLIC, False),
        (RecipientClass.LEGAL_AID, False),
    ],
)
@pytest.mark.parametrize("event_type", DOCUMENTS)
def test_who_investigates_and_tries_sees_it_whole_and_nobody_else_does(
    event_type: str, who: RecipientClass, sees: bool
) -> None:
    shown = show(event(event_type, "SEXUAL_OFFENCE"), recipient(who, state="HP"))
    assert (shown.rule is None) == sees
    if sees:
        assert shown.withheld == []


def leaves(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """(path, value) of everything that is no list and has no members."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from leaves(below, f"{at}.{name}")
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from leaves(below, f"{at}[{index}]")
    else:
        yield at, value
