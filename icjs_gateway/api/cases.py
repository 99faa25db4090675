"""`GET /v1/cases`: a case as this caller may see it, as it stood, and event by event.

A search answers with what there is to see, which may be nothing; an id of a case that the caller may not know is the
same 404 as one that does not exist. Every read is audited, an empty one too, before the answer leaves.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from icjs_gateway.adapters.wire.json import dumps
from icjs_gateway.api.bodies import header
from icjs_gateway.api.credentials import Door
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.retelling import retelling
from icjs_gateway.api.tracing import trace_of
from icjs_gateway.mappings.codecs import timestamp
from icjs_gateway.model.errors import Malformed, NotFound
from icjs_gateway.model.event_types import GATEWAYS_OWN
from icjs_gateway.model.findings import Finding
from icjs_gateway.model.identifiers import Cnr, FirKey, Pid
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.routing.access.cases import SeenCase
from icjs_gateway.routing.access.permissions import require_cases
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.cases import History
from icjs_gateway.routing.directory import Partner
from icjs_gateway.routing.inquiries.case_reading import case_as_of, case_now, history, shown_case
from icjs_gateway.routing.status.event_line import line_of
from icjs_gateway.routing.status.question import Question

Endpoint = Callable[[Request], Awaitable[Response]]
_PURPOSE = b"icjs-purpose"
_CURSOR_DIGITS_MAX = 18
_WITHIN = timedelta(microseconds=999)
_ASKED: dict[str, Callable[[str], Any]] = {
    "fir": FirKey.parse,
    "cnr": Cnr.parse,
    "pid": Pid.parse,
    "lab_case": Pid.parse,
}
"""By which parameter a case is looked for, and how its value is read."""


def search_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    async def find_cases(request: Request) -> Response:
        partner, purpose = _asker(request, door)
        question = _question(request)
        gathered = await gateway.inquiries.cases.gather(question.entries())
        disclosure = gateway.inquiries.disclosure
        shown = [each for file in gathered.files if (each := shown_case(file, partner, disclosure)) is not None]
        await _audit(gateway, request, Action.CASES_SEARCHED, partner, purpose, shown)
        answer: dict[str, Any] = {"cases": [_case(each, explain=_explains(request)) for each in shown]}
        if not gathered.is_whole:
            answer["more"] = True
        return _json(answer)

    return find_cases


def case_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    retell = retelling(gateway.contracts, gateway.limits)

    async def get_case(request: Request) -> Response:
        partner, purpose = _asker(request, door)
        case_id, ports = request.path_params["case_id"], gateway.inquiries
        at = _instant(request)
        if at is None:
            found = await case_now(case_id, partner, ports.cases, ports.disclosure)
        else:
            found = await case_as_of(case_id, at, partner, ports.cases, ports.disclosure, retell)
        await _audit(gateway, request, Action.CASE_READ, partner, purpose, [found] if found is not None else [])
        if found is None:
            raise _none()
        shown = _case(found, explain=_explains(request))
        return _json(shown | ({"as_of": at} if at is not None else {}))

    return get_case


def timeline_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    """What happened, one line in words an event: of what `/events` shows of it to the same caller."""
    disclosure = gateway.inquiries.disclosure
    return _history(
        gateway,
        door,
        "get_case_timeline",
        lambda entry, partner: _entry(entry) | {"line": line_of(entry.told.type, disclosure.view(entry.told, partner))},
    )


def events_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    disclosure = gateway.inquiries.disclosure
    return _history(
        gateway,
        door,
        "get_case_events",
        lambda entry, partner: _entry(entry) | {"data": disclosure.view(entry.told, partner)},
    )


def _history(gateway: Gateway, door: Door, name: str, shown: Callable[[History, Partner], dict[str, Any]]) -> Endpoint:
    async def get_history(request: Request) -> Response:
        partner, purpose = _asker(request, door)
        after, limit = _number(request, "after", 0), _number(request, "limit", gateway.limits.history_entries)
        most = gateway.limits.history_entries_max
        if not 1 <= limit <= most:
            raise _wrong("limit", f"a number from 1 to {most}")
        case_id, ports = request.path_params["case_id"], gateway.inquiries
        page = await history(case_id, partner, ports.cases, ports.disclosure, after=after, limit=limit)
        await _audit(gateway, request, Action.CASE_READ, partner, purpose, [], case_id=case_id if page else None)
        if page is None:
            raise _none()
        answer: dict[str, Any] = {
            "entries": [shown(entry, partner) for entry in page.entries],
            "next": str(page.next),
            "more": page.more,
        }
        if _explains(request):
            answer["disclosure"] = {"class": partner.recipient_class.value, "withheld": list(page.withheld)}
        return _json(answer)

    get_history.__name__ = name
    return get_history


def _entry(entry: History) -> dict[str, Any]:
    told = entry.told
    return {
        "id": told.event_id,
        "type": told.type,
        "source": "urn:icjs:gateway" if told.type in GATEWAYS_OWN else f"urn:icjs:{told.pillar}:{told.partner_id}",
        "time": told.occurred_at,
        "recorded_at": told.recorded_at,
    }


def _case(seen: SeenCase, *, explain: bool) -> dict[str, Any]:
    """What was left out is counted always, and told field by field to who asks."""
    disclosure: dict[str, Any] = {"withheld": len(seen.fields)}
    if explain:
        disclosure["withheld"] = list(seen.fields)
    return seen.tree | {"disclosure": disclosure}


def _asker(request: Request, door: Door) -> tuple[Partner, str]:
    """Who reads, and for what purpose."""
    partner = door.partner(request)
    return partner, require_cases(partner, stated_purpose(request))


def stated_purpose(request: Request) -> str | None:
    """By the header `ICJS-Purpose`, or `?purpose=`."""
    return header(request, _PURPOSE) or request.query_params.get("purpose") or None


def _question(request: Request) -> Question:
    given = [(name, value) for name, value in request.query_params.multi_items() if name in _ASKED]
    if len(given) != 1:
        raise _wrong(" or ".join(_ASKED), "one of them, once")
    name, raw = given[0]
    try:
        return Question(**{name: _ASKED[name](raw)})
    except ValueError as error:
        raise _wrong(name, str(error).removeprefix("expected ")) from None


def _instant(request: Request) -> datetime | None:
    raw = request.query_params.get("as_of")
    if raw is None:
        return None
    try:
        # A plus sign in a query string is a blank to whoever reads it.
        at = timestamp(raw.replace(" ", "+"))
    except ValueError as error:
        raise _wrong("as_of", str(error).removeprefix("expected ")) from None
    # Instants are written to the millisecond: what was recorded within it counts.
    return at + _WITHIN


def _number(request: Request, name: str, default: int) -> int:
    raw = request.query_params.get(name)
    if raw is None:
        return default
    if not (raw.isascii() and raw.isdigit() and len(raw) <= _CURSOR_DIGITS_MAX):
        raise _wrong(name, "a number, in digits")
    return int(raw)


def _explains(request: Request) -> bool:
    return request.query_params.get("explain") == "disclosure"


def _wrong(name: str, expected: str) -> Malformed:
    return Malformed(f"`{name}` is {expected}.", [Finding(code="PARAMETER", wire_path=f"?{name}", expected=expected)])


def _none() -> NotFound:
    return NotFound("There is no such case that you may see.")


async def _audit(
    gateway: Gateway,
    request: Request,
    action: Action,
    partner: Partner,
    purpose: str,
    shown: Sequence[SeenCase],
    *,
    case_id: str | None = None,
) -> None:
    """Keep a leaf of the read: ids of cases that were shown, never what was looked for."""
    cases = [each.file.case_id for each in shown] or ([case_id] if case_id is not None else [])
    facts: dict[str, Any] = {
        "partner": partner.id,
        "purpose": purpose,
        "cases": cases,
        "withheld": sorted({f"{rule} {path}" for each in shown for rule, path in each.withheld}),
        "trace_id": trace_of(request.scope).trace_id,
    }
    await gateway.intake.evidence.note(action.value, {name: value for name, value in facts.items() if value})


def _json(answer: dict[str, Any]) -> Response:
    return Response(dumps(_plain(answer)), media_type="application/json")


def _plain(value: Any) -> Any:
    """Days and instants as the surface writes them."""
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
