"""A case to be disclosed: one event of each noun with every field that may tell who suffered the offence, and one
recipient of each class."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.registry import packaged_contracts
from icjs_gateway.registry.disclosure import load_policy
from icjs_gateway.routing.access.policy import Policy
from icjs_gateway.routing.access.view import Disclosure
from icjs_gateway.routing.directory import Jurisdiction, Partner, Permissions, Pillar, RecipientClass
from icjs_gateway.routing.lanes import Told
from icjs_gateway.routing.places import NOWHERE, Places
from tests.support.messages import MORNING
from tests.support.pillar_events import COURTS_OWN, pillar_events

VICTIM = "Meenakshi"
ACCUSED = "Ramesh Kumar"
HOME = "HPDJ04"
ELSEWHERE = "HPCJ01"

_PILLARS = {
    RecipientClass.POLICE_INVESTIGATION: Pillar.POLICE,
    RecipientClass.POLICE_SUPERVISION: Pillar.POLICE,
    RecipientClass.COURT_TRIAL: Pillar.COURTS,
    RecipientClass.PRISON_CUSTODY: Pillar.PRISONS,
    RecipientClass.FORENSIC_LABORATORY: Pillar.FORENSICS,
    RecipientClass.PROSECUTION: Pillar.PROSECUTION,
    RecipientClass.AGENCY: Pillar.AGENCY,
    RecipientClass.PUBLIC: Pillar.PUBLIC,
    RecipientClass.JUVENILE_BOARD: Pillar.COURTS,
    RecipientClass.CHILD_CARE_HOME: Pillar.PRISONS,
    RecipientClass.LEGAL_AID: Pillar.COURTS,
}
JAILERS = frozenset({RecipientClass.PRISON_CUSTODY, RecipientClass.CHILD_CARE_HOME})
MUST_KNOW = frozenset(
    {
        RecipientClass.POLICE_INVESTIGATION,
        RecipientClass.POLICE_SUPERVISION,
        RecipientClass.COURT_TRIAL,
        RecipientClass.PROSECUTION,
        RecipientClass.JUVENILE_BOARD,
    }
)
"""Who may see identities."""


@cache
def policy() -> Policy:
    return load_policy(packaged_contracts())


@cache
def disclosure() -> Disclosure:
    return Disclosure(policy())


def recipient(who: RecipientClass, **jurisdiction: Any) -> Partner:
    """One of this class in Himachal Pradesh; a jail or a home is HPDJ04."""
    where = jurisdiction or {"state": "HP"} | ({"jails": (HOME,)} if who in JAILERS else {})
    return Partner(
        id=f"hp-{who.value}",
        name=who.value,
        pillar=_PILLARS[who],
        jurisdiction=Jurisdiction.model_validate(where),
        may=Permissions(recipient_class=who),
    )


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a recipient got: the rule that withholds the event, or its data."""

    rule: str | None
    data: Mapping[str, Any] | None

    @property
    def withheld(self) -> list[tuple[str, str]]:
        assert self.data is not None
        return [(each["path"], each["rule"]) for each in self.data["disclosure"]["withheld"]]


def show(told: Told, to: Partner) -> Shown:
    """As dispatch does: may it leave, and then what of it."""
    rule = disclosure().rule_against(told, to)
    return Shown(rule=rule, data=None if rule is not None else disclosure().view(told, to))


def told(
    event_type: str, data: Mapping[str, Any], labels: frozenset[str] | None, places: Places = NOWHERE, **members: Any
) -> Told:
    """An event as a lease hands it over; its data is held to the canonical model, but for what linking adds."""
    bare = dict(data)
    if "case" in data:
        bare["case"] = {name: value for name, value in data["case"].items() if name != "id"}
    EVENT_TYPES[event_type].payload.model_validate_json(json.dumps(bare))
    return Told(
        event_id="E1",
        type=event_type,
        partner_id="hp-courts",
        pillar="courts",
        case_id=None if labels is None else "case-1",
        message_id="M1",
        occurred_at=MORNING,
        recorded_at=MORNING,
        data=json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(),
        places=places,
        labels=labels,
        **members,
    )


CASE = {
    "id": "case-1",
    "firs": [{"state": "HP", "police_station_code": "2011007", "number": "112", "year": 2026}],
    "cnr": "HPKN020003412026",
}
COURT = {"establishment": "HPKN02", "name": "Sessions Court", "presiding_officer": {"name": "Kavita Thakur"}}
PERSON = {"serial": "A1", "court_party": "R1", "name": ACCUSED, "relative": {"relation": "S/o", "name": "Hari Ram"}}
OTHER = {"serial": "A2", "name": "Sunil", "pid": "HP0044501"}
FIR: dict[str, Any] = {
    "number": "112",
    "year": 2026,
    "kind": "REGULAR",
    "police_station": {"code": "2011007", "state": "HP"},
    "registered_at": "2026-08-31T05:40:00Z",
    "gd_entry": {"number": "31"},
    "delay_reason": f"{VICTIM} was in hospital",
    "occurrence": {"from": "2026-08-30T10:00:00Z", "place": {"address": f"House of {VICTIM}", "latitude": "32.1"}},
    "acts_sections": [{"act": "BNS", "section": "64(1)"}],
    "complainant": {
        "name": VICTIM,
        "local_name": {"lang": "hi", "text": f"({VICTIM})"},
        "relative": {"relation": "D/o", "name": f"Father of {VICTIM}"},
        "age_years": 24,
        "address": f"{VICTIM}'s village",
        "phone": "9418000001",
    },
    "accused": [{**{name: PERSON[name] for name in ("serial", "name", "relative")}, "address": f"near {VICTIM}"}],
    "properties": [{"serial": "1", "description": f"Phone of {VICTIM}"}],
    "narrative": {"lang": "en", "text": f"{VICTIM} states"},
    "labels": [],
    "investigating_officer": {"name": "SI Mohan Lal"},
}
HEARING = {
    "hearing_id": "H-1",
    "listed_on": "2026-11-20",
    "held": True,
    "purpose": {"code": "PROSECUTION_EVIDENCE", "raw": "21", "text": f"Evidence of {VICTIM}"},
    "business": {"lang": "en", "text": f"{VICTIM} examined"},
    "accused": [
        {**PERSON, "appearance": "VIDEO", "charges": [{"section": "64(1)", "status": "FRAMED"}], "plea": "NOT_GUILTY"},
        {**OTHER, "appearance": "IN_PERSON"},
    ],
    "witnesses": [{"serial": "PW1", "status": "EXAMINED"}],
    "adjournment": {"reason": {"text": f"{VICTIM} unwell"}, "sought_by": "PROSECUTION"},
    "next": {"on": "2026-12-04", "purpose": {"code": "DEFENCE_EVIDENCE"}},
    "order": {"file": "H-1.pdf", "sha256": "0" * 64, "signed_by": "Kavita Thakur"},
}
BAIL = {
    "accused": PERSON,
    "ordered_on": "2026-11-20",
    "authority": "ORDER",
    "jail": {"code": HOME, "name": "District Jail"},
    "decision": "GRANTED",
    "sections": [{"act": "BNS", "section": "64(1)"}],
    "bond_amount": {"currency": "INR", "amount": "25000"},
    "sureties": 1,
    "sureties_named": [{"name": "Hari Ram", "mobile": "9418000002"}],
    "conditions": [{"code": "NO_CONTACT", "text": f"No contact with {VICTIM}"}],
    "order": {
        "file": "B-1.pdf",
        "sha256": "1" * 64,
        "signed_by": "Kavita Thakur",
        "attachment": {"sha256": "3" * 64, "bytes": 5, "media_type": "application/pdf"},
    },
}
REMAND = {
    "accused": PERSON,
    "ordered_on": "2026-11-20",
    "custody": "JUDICIAL",
    "until": "2026-12-04",
    "jail": {"code": HOME},
}
WARRANT = {"accused": PERSON, "ordered_on": "2026-11-20", "type": "NON_BAILABLE_WARRANT"}
PROCESS = {"accused": PERSON, "ordered_on": "2026-11-20", "type": "PROCLAMATION"}
ORDER = {"event_id": "E0", "type": "icjs.bail.ordered.v1", "accused": PERSON, "jail": {"code": HOME}}
LODGED_HERE = Places(lodged=(HOME,))
NAMED = Places(names_a_jail=True, jail=HOME, lodged=(HOME,))


def case(labels: frozenset[str] | None) -> dict[str, Told]:
    """One event of each noun. The record lodges A1 in HPDJ04 and A2 elsewhere."""
    court = {"case": CASE, "court": COURT}
    settled = {"message_id": "M1", "contract": "police.fir.v1", "state": "recorded"}
    withdrawn = {"event_ids": ["E1"], "case_id": "case-2", "reason": "WITHDRAWN"}
    lodged = Places(lodged=(HOME, ELSEWHERE))
    return {
        "fir": told("icjs.fir.registered.v1", {"case": CASE, "fir": fir_with_labels()}, labels),
        "hearing": told("icjs.hearing.recorded.v1", {**court, "hearing": HEARING}, labels, lodged),
        "bail, the order": told("icjs.bail.ordered.v1", {**court, "bail": BAIL}, labels, NAMED),
        "bail, a notice": told("icjs.bail.ordered.v1", {**court, "bail": notice()}, labels, LODGED_HERE),
        "remand": told("icjs.remand.ordered.v1", {**court, "remand": REMAND}, labels, NAMED),
        "warrant": told("icjs.warrant.issued.v1", {**court, "warrant": WARRANT}, labels, LODGED_HERE),
        "order, linked": told("icjs.order.linked.v1", {"case": CASE, "order": ORDER}, labels, NAMED),
        "process": told("icjs.process.issued.v1", {**court, "process": PROCESS}, labels, LODGED_HERE),
        "message": told("icjs.message.settled.v1", {"case": CASE, "message": settled}, labels, LODGED_HERE),
        "case": told("icjs.case.labelled.v1", {"case": CASE, "labels": {"now": ["SEXUAL_OFFENCE"]}}, labels),
        "claim": told("icjs.claim.withdrawn.v1", {"case": CASE, "claim": withdrawn}, labels),
    } | {
        event_type.split(".")[1]: told(event_type, _beside(event_type, member), labels, _place(event_type))
        for event_type, member in pillar_events(VICTIM, PERSON, OTHER, HOME).items()
    }


def _beside(event_type: str, member: Mapping[str, Any]) -> dict[str, Any]:
    spoken = {"court": COURT} if event_type.split(".")[1] in COURTS_OWN else {}
    return {"case": CASE, **spoken, EVENT_TYPES[event_type].noun: member}


def _place(event_type: str) -> Places:
    if event_type.split(".")[1] in ("custody", "production", "release", "alert"):
        return NAMED
    several = event_type.split(".")[1] in ("court-case", "proceeding")
    return Places(lodged=(HOME, ELSEWHERE) if several else (HOME,), laboratory="HPSFSL")


def fir_with_labels() -> dict[str, Any]:
    """The FIR with labels that stand on one person."""
    [accused] = FIR["accused"]
    return FIR | {
        "complainant": {**FIR["complainant"], "labels": ["PROTECTED_WITNESS"]},
        "accused": [{**accused, "labels": ["CHILD_IN_CONFLICT"]}],
    }


def notice() -> dict[str, Any]:
    """Word of the bail in a hearing's outcome: no jail, no order."""
    left_out = ("jail", "order", "sureties_named", "sections")
    return {name: value for name, value in BAIL.items() if name not in left_out} | {"authority": "NOTICE"}
