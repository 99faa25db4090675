"""Messages as the ledger gets them, built from canonical payloads: what tests of store and decisions speak of."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from icjs_gateway.model.content import Action, Attachment, CaseReference, Content, Event, FirReference
from icjs_gateway.model.event_types import EVENT_TYPES, payload_of
from icjs_gateway.model.identifiers import Cnr, MessageId
from icjs_gateway.model.names.states import state_of_letters
from icjs_gateway.model.payloads.bail import Bail, BailData
from icjs_gateway.model.payloads.court import Court
from icjs_gateway.model.payloads.fir import Fir, FirData
from icjs_gateway.model.payloads.hearing import Hearing, HearingData
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.registry import packaged_contracts
from icjs_gateway.registry.authority import load_authority
from icjs_gateway.registry.labels import load_labels
from icjs_gateway.routing.authority.places import NO_PLACES, PlaceKind, Places
from icjs_gateway.routing.authority.rules import Rules
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.authority.standing import Authority
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.directory import Deliver, Filter, Jurisdiction, Partner, Permissions, Pillar, Subscription
from icjs_gateway.routing.labels import Labeller
from icjs_gateway.routing.messages import Channel, Envelope, Record
from icjs_gateway.routing.recipients import RecipientList
from icjs_gateway.routing.recording import Bench

MORNING = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
LONG_AFTER = datetime(2100, 1, 1, tzinfo=UTC)
"""When a message was received, in tests of cases for which that does not matter."""


@cache
def authority_rules() -> Rules:
    return load_authority(packaged_contracts())


class CountedIds:
    """Ids that count up: easy to read, never the same twice."""

    def __init__(self, word: str = "id") -> None:
        self._word = word
        self._numbers = itertools.count(1)

    def new(self) -> str:
        return f"{self._word}{next(self._numbers):06d}"


class PlainSigner:
    """A signature that is not one, for tests of everything else."""

    def signed(self, members: Mapping[str, Any]) -> bytes:
        return json.dumps({**members, "signature": "unsigned"}, separators=(",", ":")).encode()


def fir_reference(
    number: int = 112, station: str = "2011007", state: str | None = "HP", year: int = 2026
) -> FirReference:
    return FirReference(state=state, district="Kangra", police_station_code=station, number=str(number), year=year)


def cnr(serial: int = 341) -> Cnr:
    return Cnr(f"HPKN02{serial:06d}2026")


def fir(
    number: int = 112,
    *,
    message_id: str | None = None,
    accused: tuple[str, ...] = (),
    section: str = "303(2)",
    labels: tuple[str, ...] = (),
) -> Content:
    """A FIR registered at Palampur, with these accused: serials, or `serial=name`."""
    case = CaseReference(firs=(fir_reference(number),))
    told = Fir.model_validate(
        {
            "number": str(number),
            "year": 2026,
            "kind": "REGULAR",
            "police_station": {"code": "2011007", "state": "HP"},
            "registered_at": "2026-08-31T05:40:00Z",
            "acts_sections": [{"act": "BNS", "section": section}],
            "labels": labels or None,
            "accused": [_accused(each) for each in accused] or None,
        }
    )
    event = Event(type="icjs.fir.registered.v1", occurred_at=MORNING, data=FirData(case=case, fir=told))
    return _content(message_id or f"FIR-{number}", f"fir-{number}", case, (event,))


def _accused(written: str) -> dict[str, str]:
    serial, _, name = written.partition("=")
    return {"serial": serial, "name": name} if name else {"serial": serial}


def bail_order(
    message_id: str = "B-1",
    *,
    serial: str | None = "A2",
    name: str | None = "Sunil",
    decision: str | None = "GRANTED",
    jail: str | None = "HPDJ04",
    pid: str | None = None,
    firs: tuple[int, ...] = (112,),
    cnr_serial: int | None = None,
    on: date = date(2026, 11, 20),
    verb: str = "ordered",
    refers_to: str | None = None,
) -> Content:
    """The signed order on bail of the court at Kangra, about one accused."""
    case = CaseReference(
        firs=tuple(fir_reference(number) for number in firs),
        cnr=cnr(cnr_serial) if cnr_serial is not None else None,
    )
    told = Bail.model_validate(
        {
            "authority": "ORDER",
            "accused": {"serial": serial, "name": name, "pid": pid},
            "jail": {"code": jail} if jail else None,
            "ordered_on": on.isoformat(),
            "decision": decision,
        }
    )
    data = BailData(case=case, court=Court.model_validate({"establishment": "HPKN02"}), bail=told)
    at = datetime(on.year, on.month, on.day, 11, tzinfo=UTC)
    event = Event(type=f"icjs.bail.{verb}.v1", occurred_at=at, data=data)
    action = {"amended": Action.AMEND, "withdrawn": Action.WITHDRAW}.get(verb, Action.NEW)
    return _content(
        message_id, f"bail/{serial or name}/{on}/{message_id}", case, (event,), action=action, refers_to=refers_to
    )


ORDER = b"%PDF-1.7 an order that grants bail"


def with_order(content: Content, file: bytes = ORDER) -> Content:
    """The order brings its own file."""
    [event] = content.events
    sha256 = hashlib.sha256(file).hexdigest()
    told = json.loads(event.json)
    told["bail"]["order"] = {"attachment": {"sha256": sha256, "bytes": len(file), "media_type": "application/pdf"}}
    data = BailData.model_validate(told)
    attachment = Attachment(sha256=sha256, media_type="application/pdf", content=file)
    event = Event(type=event.type, occurred_at=event.occurred_at, data=data)
    return replace(content, events=(event,), attachments=(attachment,))


def jail(code: str = "HPDJ04", *, partner_id: str = "hp-jail") -> Partner:
    """A jail's own system."""
    return Partner(
        id=partner_id,
        name="Jail",
        pillar=Pillar.PRISONS,
        jurisdiction=Jurisdiction(state="HP", jails=(code,)),
        may=Permissions(receive=("icjs.*",)),
    )


def outcome(
    hearing: str = "H-1",
    *,
    message_id: str | None = None,
    firs: tuple[int, ...] = (112,),
    serial: int | None = 341,
    action: Action = Action.NEW,
    refers_to: str | None = None,
    bail_for: str | None = None,
    next_on: date | None = None,
    on: date = date(2026, 11, 20),
    state: str | None = "HP",
    accused: tuple[str, ...] = ("A1=Ramesh Kumar", "A2=Sunil"),
    charge: str | None = None,
) -> Content:
    """A hearing outcome of the court at Kangra; with `bail_for`, bail granted to that accused as well."""
    case = CaseReference(
        firs=tuple(fir_reference(number, state=state) for number in firs),
        cnr=cnr(serial) if serial is not None else None,
    )
    court = Court.model_validate({"establishment": "HPKN02"})
    verb = {Action.NEW: "recorded", Action.AMEND: "amended", Action.WITHDRAW: "withdrawn"}[action]
    told = Hearing.model_validate(
        {
            "hearing_id": hearing,
            "listed_on": on.isoformat(),
            "held": True,
            "accused": [
                _accused(each) | ({"charges": [{"act": "BNS", "section": charge}]} if charge else {})
                for each in accused
            ],
            "next": {"on": next_on.isoformat()} if next_on else None,
        }
    )
    at = datetime(on.year, on.month, on.day, 6, tzinfo=UTC)
    events = [
        Event(type=f"icjs.hearing.{verb}.v1", occurred_at=at, data=HearingData(case=case, court=court, hearing=told))
    ]
    if bail_for is not None:
        granted = Bail.model_validate(
            {
                "authority": "NOTICE",
                "accused": Party(serial=bail_for, name="Ramesh Kumar"),
                "hearing_id": hearing,
                "ordered_on": on.isoformat(),
                "decision": "GRANTED",
                "kind": "REGULAR",
            }
        )
        data = BailData(case=case, court=court, bail=granted)
        events.append(Event(type="icjs.bail.ordered.v1", occurred_at=at, data=data))
    return _content(
        message_id or f"{hearing}-{action.value}", hearing, case, tuple(events), action=action, refers_to=refers_to
    )


def said(
    message_id: str,
    event_type: str,
    case: CaseReference,
    *,
    action: Action = Action.NEW,
    refers_to: str | None = None,
    on: date | None = None,
    **members: Any,
) -> Content:
    """A message of one event of any type: `members` are what its data holds beside the case."""
    data = payload_of(event_type).model_validate({"case": case} | members)
    at = MORNING if on is None else datetime(on.year, on.month, on.day, 6, tzinfo=UTC)
    event = Event(type=event_type, occurred_at=at, data=data)
    return _content(message_id, message_id, case, (event,), action=action, refers_to=refers_to)


def changed(
    kind: str,
    *,
    to: tuple[int | str, ...] = (77,),
    serial: int | None = 341,
    firs: tuple[int, ...] = (112,),
    message_id: str = "P-1",
    action: Action = Action.NEW,
    on: date = date(2026, 11, 20),
) -> Content:
    """The court at Kangra changes its proceeding, and names others by their serials, or by CNR."""
    verb = {Action.NEW: "changed", Action.AMEND: "amended", Action.WITHDRAW: "withdrawn"}[action]
    return said(
        message_id,
        f"icjs.proceeding.{verb}.v1",
        CaseReference(
            firs=tuple(fir_reference(number) for number in firs), cnr=cnr(serial) if serial is not None else None
        ),
        action=action,
        refers_to=None if action is Action.NEW else "P-1",
        court={"establishment": "HPKN02"},
        proceeding={
            "kind": kind,
            "on": on.isoformat(),
            "to": [{"cnr": cnr(other) if isinstance(other, int) else other} for other in to],
        },
    )


def _content(
    message_id: str,
    thread: str,
    case: CaseReference,
    events: tuple[Event, ...],
    *,
    action: Action = Action.NEW,
    refers_to: str | None = None,
) -> Content:
    return Content(
        message_id=MessageId(message_id),
        action=action,
        refers_to=MessageId(refers_to) if refers_to else None,
        recorded_at=MORNING + timedelta(minutes=1),
        thread=thread,
        case=case,
        events=events,
    )


def _received_at(main: Event) -> datetime:
    """What happened is told afterwards. Of a hearing and of an order the day is the test's own, ahead of it too."""
    at = MORNING + timedelta(hours=6)
    is_planned = isinstance(main.data, HearingData) or EVENT_TYPES[main.type].liberty
    return at if is_planned else max(at, main.occurred_at)


_KINDS = {
    "police": PlaceKind.STATION,
    "courts": PlaceKind.COURT,
    "prisons": PlaceKind.JAIL,
    "forensics": PlaceKind.LABORATORY,
    "prosecution": PlaceKind.OFFICE,
}


def spoken_by(content: Content, pillar: str, *, home_state: str | None = "HP") -> Speaker:
    """The place that speaks in such content, as a contract's `attributes` name it."""
    told = json.loads(content.events[0].json)
    noun = next((value for name, value in told.items() if name not in ("case", "court")), {})
    fir = next(iter(told["case"].get("firs", ())), {})
    state, code = home_state, None
    if pillar == "courts" and "court" not in told:
        pillar = "forensics" if "forwarding_number" not in noun or "rejection" in noun else "police"
    match pillar:
        case "courts":
            code = told["court"]["establishment"]
            state = state_of_letters(code)
        case "prisons":
            code = (noun.get("prison") or {}).get("code")
        case "forensics":
            code = (noun.get("laboratory") or {}).get("code")
        case "police":
            station = noun.get("police_station") or noun.get("station") or {}
            code = station.get("code") or fir.get("police_station_code")
            state = station.get("state") or fir.get("state") or home_state
    return Speaker(kind=_KINDS[pillar], code=code, state=state)


def record(
    content: Content, *, partner_id: str = "hp-courts", digest: bytes | None = None, speaker: Speaker | None = None
) -> Record:
    """The command that intake makes of such content. With `speaker` another place says it, over its State's wire."""
    contract_id = next(
        (contract for word, contract in _CONTRACTS.items() if content.events[0].type.startswith(f"icjs.{word}.")),
        "courts.hearing-outcome.v1",
    )
    if b'"not_complied"' in content.events[0].json:
        contract_id = "prisons.release.v1"
    pillar = contract_id.split(".")[0]
    envelope = Envelope(
        partner_id=partner_id if pillar == "courts" else f"hp-{pillar}",
        pillar=pillar,
        home_state=speaker.state if speaker is not None else "HP",
        speaker=speaker or spoken_by(content, pillar),
        contract_id=contract_id,
        channel=Channel.HTTP,
        media_type="application/xml",
        received_at=_received_at(content.events[0]),
        digest=digest or content.digest(),
        is_place_covered=True,
    )
    return Record(envelope=envelope, body=b"<sent/>", content=content, content_digest=content.digest())


_CONTRACTS = {
    "fir": "police.fir.v1",
    "final-report": "police.final-report.v1",
    "charges": "police.case-change.v1",
    "accused": "police.arrest.v1",
    "court-case": "courts.case-registered.v1",
    "bail": "courts.bail-order.v1",
    "release": "courts.custody-order.v1",
    "custody": "courts.custody-order.v1",
    "inmate.released": "prisons.release.v1",
    "inmate": "prisons.movement.v1",
}


def police(partner_id: str = "hp-police", *, state: str = "HP", receive: tuple[str, ...] = ("icjs.*",)) -> Partner:
    return Partner(
        id=partner_id,
        name="Police",
        pillar=Pillar.POLICE,
        jurisdiction=Jurisdiction(state=state),
        may=Permissions(receive=receive),
    )


def subscription(name: str = "hp-cases", partner: str = "hp-police", **wanted: object) -> Subscription:
    return Subscription(
        id=name,
        partner=partner,
        filter=Filter.model_validate(wanted),
        deliver=Deliver(channel="webhook", url="http://127.0.0.1:9/hook"),
    )


@cache
def labeller() -> Labeller:
    return load_labels(packaged_contracts())


def bench(
    *subscriptions: Subscription,
    partners: tuple[Partner, ...] = (police(),),
    places: Places = NO_PLACES,
    sees: Callable[[str, CaseFile], bool] = lambda partner_id, file: True,
) -> Bench:
    known = {partner.id: partner for partner in partners}
    return Bench(
        recipients=RecipientList(subscriptions, known.get, lambda: places),
        labeller=labeller(),
        authority=Authority(places=places, rules=authority_rules()),
        signer=PlainSigner(),
        ids=CountedIds(),
        environment="sandbox",
        sees=sees,
    )
