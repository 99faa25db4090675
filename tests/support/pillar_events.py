"""One event of every noun that police, laboratory, prosecution, court and jail tell beside FIR, hearing and bail, each
with every field that may tell who suffered the offence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def pillar_events(victim: str, accused: Mapping[str, Any], other: Mapping[str, Any], jail: str) -> dict[str, Any]:
    """By type: the member of `data` that tells it."""
    officer = {"name": "SI Mohan Lal", "rank": "SI"}
    label = ["CHILD_IN_CONFLICT"]
    sections = [{"act": "BNS", "section": "64(1)"}]
    words = {"lang": "en", "text": f"{victim} states"}
    document = {"file": f"{victim}.pdf", "sha256": "2" * 64, "signed_by": "Dr. Rana"}
    order = {"file": "C-1.pdf", "sha256": "3" * 64, "signed_by": "Kavita Thakur"}
    laboratory = {"code": "HPSFSL", "state": "HP"}
    prison = {"code": jail, "state": "HP"}
    ordered = {"accused": accused, "ordered_on": "2026-11-20", "jail": {"code": jail}, "order": order}
    return {
        "icjs.accused.arrested.v1": {
            "accused": {
                **accused,
                "address": f"near {victim}",
                "phone": "9418000003",
                "age_years": 31,
                "labels": label,
            },
            "sections": sections,
            "arrest": {
                "kind": "ARRESTED",
                "at": "2026-09-02T12:10:00Z",
                "place": "Bus stand",
                "produced_before": "HPKN05",
                "warrant_court": "PBLD01",
                "warrant_process_id": "PBLD01P000398202",
                "grounds": f"Named by {victim}",
                "medical": {"doctor": "Dr. Sood", "injuries": f"Scratched by {victim}"},
            },
            "reason": f"{victim} named him",
            "officer": officer,
        },
        "icjs.charges.altered.v1": {
            "on": "2026-09-12",
            "added": sections,
            "reason": f"{victim} is 16",
            "officer": officer,
        },
        "icjs.investigation.transferred.v1": {
            "kind": "CBI",
            "on": "2026-09-15",
            "given_to": {"agency": "CBI"},
            "reason": f"{victim} asked for it",
        },
        "icjs.property.seized.v1": {
            "memo_number": "SZ-1",
            "seized_at": "2026-09-02T13:00:00Z",
            "place": f"House of {victim}",
            "sections": sections,
            "seized_from": accused,
            "circumstances": f"Clothes of {victim}",
            "properties": [{"serial": "1", "category": "OTHERS", "description": f"Dupatta of {victim}"}],
            "witnesses": [{"name": f"Mother of {victim}", "address": "Bundla"}],
            "officer": officer,
        },
        "icjs.exhibit.forwarded.v1": {
            "forwarding_number": "RC-1",
            "laboratory": laboratory,
            "sections": sections,
            "brief": words,
            "exhibits": [{"exhibit_id": "E-1", "description": f"Swab of {victim}", "source": victim}],
            "questions": [{"exhibit_id": "E-1", "text": f"Is it of {victim}?"}],
            "authority": officer,
        },
        "icjs.lab-case.registered.v1": {
            "number": "FSL-1",
            "laboratory": laboratory,
            "received_at": "2026-09-07T04:45:00Z",
            "parcels": [{"number": "P-1", "seal_intact": True, "remarks": f"Marked {victim}"}],
            "exhibits": [{"exhibit_id": "E-1", "laboratory_number": "1/1"}],
        },
        "icjs.lab-report.issued.v1": {
            "number": "R-1",
            "lab_case_number": "FSL-1",
            "laboratory": laboratory,
            "kind": "FINAL",
            "issued_on": "2026-10-18",
            "opinions": [{"exhibit_id": "E-1", "result": {"code": "MATCHED"}, "text": words}],
            "examiners": [{"name": "Dr. Rana"}],
            "document": document,
        },
        "icjs.charge-sheet.scrutinised.v1": {
            "scrutiny_id": "S-1",
            "outcome": "OBJECTED",
            "on": "2026-10-25",
            "objections": [{"code": "WITNESS_LIST", "text": words}],
            "prosecutor": {"name": "Nirmala Verma"},
            "remarks": f"Ask {victim} again",
        },
        "icjs.final-report.filed.v1": {
            "number": "CS-1",
            "kind": "CHARGE_SHEET",
            "filed_at": "2026-11-02T09:30:00Z",
            "sections": sections,
            "accused": [
                {
                    **accused,
                    "charge_sheeted": True,
                    "status": "IN_CUSTODY",
                    "address": f"near {victim}",
                    "labels": label,
                }
            ],
            "witnesses": [{"serial": "PW1", "name": victim, "phone": "9418000001", "evidence": "VICTIM"}],
            "properties": [{"serial": "1", "description": f"Dupatta of {victim}", "recovered_from": "the accused"}],
            "facts": words,
            "officer": officer,
            "document": document,
        },
        "icjs.court-case.disposed.v1": {
            "role": "TRIAL",
            "from_cnr": "HPKN030009772026",
            "accused": [
                {**accused, "result": "CONVICTED", "sentences": [{"kind": "RIGOROUS", "years": 10}], "reason": victim},
                {**other, "result": "ACQUITTED"},
            ],
            "disposal": {
                "on": "2026-11-27",
                "nature": {"code": "CONVICTED"},
                "remarks": f"{victim} believed",
                "order": order,
            },
        },
        "icjs.proceeding.changed.v1": {
            "kind": "COMMITTAL",
            "on": "2026-12-10",
            "accused": [accused, other],
            "reason": f"{victim} is a child",
            "order": order,
        },
        "icjs.custody.ordered.v1": {**ordered, "type": "CUSTODY_WARRANT", "until": "2026-12-04", "sections": sections},
        "icjs.production.ordered.v1": {**ordered, "produce_on": "2026-12-04", "mode": "VIDEO"},
        "icjs.release.ordered.v1": {**ordered, "ground": "ACQUITTAL"},
        "icjs.inmate.admitted.v1": {
            "accused": {**accused, "address": f"near {victim}", "labels": label},
            "kind": "ADMISSION",
            "at": "2026-09-03T11:35:00Z",
            "prison": prison,
            "category": "UNDERTRIAL",
            "warrant_court": "HPKN02",
            "holds": [{"cnr": "HPKN020003412026", "custody_status": "IN_CUSTODY"}],
            "remarks": f"Threatened {victim}",
        },
        "icjs.alert.raised.v1": {"code": "ORDER_CORRECTED_AFTER_ACTION", "jail": jail, "accused": accused},
    }


COURTS_OWN = frozenset({"court-case", "proceeding", "custody", "production", "release"})
"""What a court tells, so that its data names the court."""
