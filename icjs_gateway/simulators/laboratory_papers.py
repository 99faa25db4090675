"""What the laboratory's system writes of a case."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Any

from icjs_gateway.simulators.papers import (
    LABORATORY,
    CasePapers,
    at_hour,
    head,
)


def receipt(case: CasePapers, at: datetime) -> dict[str, Any]:
    return head(f"HPSFSL-{case.name}-R", at) | {
        "case": case.json_case(),
        "labCase": {
            "number": f"FSL-{case.name}",
            "laboratory": LABORATORY,
            "forwardingNumber": f"RC-{case.name}",
            "receivedAt": at.isoformat(),
            "mode": "BY_HAND",
            "divisions": ["PHYSICS"],
            "parcels": [{"number": "P-1", "sealIntact": True, "sealMatches": True}],
        },
    }


def report(case: CasePapers, on: date) -> dict[str, Any]:
    at = at_hour(on, 15)
    return head(f"HPSFSL-{case.name}-P", at) | {
        "case": case.json_case(),
        "report": {
            "number": f"HPSFSL/{case.name}",
            "labCaseNumber": f"FSL-{case.name}",
            "laboratory": LABORATORY,
            "kind": "FINAL",
            "issuedOn": on.isoformat(),
            "opinions": [{"exhibitId": f"E-{case.name}-1", "division": "PHYSICS", "result": "MATCHED"}],
            "document": {
                "file": f"{case.name}.pdf",
                "sha256": sha256(case.name.encode()).hexdigest(),
                "signedBy": "Dr. Arvind Rana",
                "signedAt": at.isoformat(),
                "signatureStatus": "VALID",
            },
        },
    }
