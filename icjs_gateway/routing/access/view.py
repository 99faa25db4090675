"""The one choke point of disclosure: what may this recipient see of this event?

Everything that leaves goes through `rule_against` (may it leave at all? decided before a position is given) and `view`
(what of it is shown?). Default deny: a class sees the nouns listed for it, within its jurisdiction, and nothing else.
Every field withheld is named with its rule in `data.disclosure`.
"""

from __future__ import annotations

from typing import Any

from pydantic_core import from_json

from icjs_gateway.model.event_types import VOIDED
from icjs_gateway.routing.directory import Jurisdiction, Partner, RecipientClass

_COURT_NOUNS = frozenset({"hearing", "bail", "remand", "warrant", "process", "message"})
_ALL_NOUNS = _COURT_NOUNS | {"fir"}

SEES: dict[RecipientClass, frozenset[str]] = {
    RecipientClass.POLICE_INVESTIGATION: _ALL_NOUNS,
    RecipientClass.POLICE_SUPERVISION: _ALL_NOUNS,
    RecipientClass.COURT_TRIAL: _ALL_NOUNS,
    RecipientClass.PROSECUTION: _ALL_NOUNS,
    RecipientClass.PRISON_CUSTODY: frozenset({"bail", "remand", "warrant", "process", "message"}),
}
"""Nouns by recipient class. A class that is not listed sees nothing yet. A prison gets what concerns custody, never a
FIR's complainant or the business of a hearing."""


def rule_against(event_type: str, data: bytes, recipient: Partner) -> str | None:
    """None when the event may leave for this recipient, else the rule that withholds it."""
    if recipient.state != "active":
        return "PARTNER-REVOKED"
    if event_type == VOIDED:
        # Free of content: it only says that nothing comes.
        return None
    if event_type.split(".")[1] not in SEES.get(recipient.recipient_class, frozenset()):
        return "CLASS-NOT-SERVED"
    if not _concerns(from_json(data)["case"], recipient.jurisdiction):
        return "JURISDICTION"
    return None


def view(data: bytes, recipient: Partner) -> dict[str, Any]:
    """`data` as this recipient may see it, with the account of what was withheld."""
    shown: dict[str, Any] = from_json(data)
    shown["disclosure"] = {"class": recipient.recipient_class.value, "withheld": []}
    return shown


def _concerns(case: dict[str, Any], jurisdiction: Jurisdiction) -> bool:
    """Whether any FIR or the court of the case lies in the jurisdiction."""
    return any(_fir_lies_in(fir, jurisdiction) for fir in case.get("firs", ())) or _court_lies_in(
        case.get("cnr") or "", jurisdiction
    )


def _fir_lies_in(fir: dict[str, Any], jurisdiction: Jurisdiction) -> bool:
    if jurisdiction.stations or jurisdiction.districts:
        return fir.get("police_station_code") in jurisdiction.stations or fir.get("district") in jurisdiction.districts
    return jurisdiction.state is not None and fir.get("state") == jurisdiction.state


def _court_lies_in(cnr: str, jurisdiction: Jurisdiction) -> bool:
    """By the establishment that a CNR begins with. A police station's jurisdiction is not a court's."""
    if jurisdiction.establishments:
        return cnr[:6] in jurisdiction.establishments
    narrowed = jurisdiction.stations or jurisdiction.districts
    return not narrowed and jurisdiction.state is not None and cnr[:2] == jurisdiction.state
