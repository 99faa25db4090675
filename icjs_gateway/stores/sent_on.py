"""Cases behind a CNR that no case holds yet: sent on to its court, which has registered none under it.

Looked for only for parked messages that name no case which is known, which are rare.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from icjs_gateway.model.case import Case
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.authority.standing import STANDING
from icjs_gateway.routing.correlation import SENT_ON, identifier_text
from icjs_gateway.routing.messages import MessageState
from icjs_gateway.stores import schema
from icjs_gateway.stores.prepared import Prepared, among

_case, _index, _message = schema.cases.c, schema.case_index.c, schema.messages.c
_CASES_MOST = 50


def sent_on(connection: Connection, cnr: str) -> dict[str, Case]:
    """By id the cases that a court sent on to this CNR."""
    rows = _SENT_ON.rows(connection, cnrs=[cnr])
    cases = ((case_id, Case.model_validate_json(snapshot)) for case_id, snapshot in rows)
    # A change of proceeding that was taken back stays in the index.
    return {case_id: case for case_id, case in cases if case.gone_on_to.get(cnr)}


def came_from(connection: Connection, cnr: str, speaker: Speaker) -> dict[str, Case]:
    """By id the cases from which, by a parked registration of this very court, that of this CNR came."""
    named = schema.waiting.alias("named")
    registered = (
        select(_message.identity)
        .join_from(schema.messages, named, named.c.identity == _message.identity)
        .join(schema.events, schema.events.c.identity == _message.identity)
        .where(
            named.c.identifier == identifier_text(("cnr", cnr)),
            _message.state == MessageState.PARKED.value,
            _message.speaker == speaker.written(),
            schema.events.c.type == "icjs.court-case.registered.v1",
        )
    )
    awaited = connection.scalars(
        select(schema.waiting.c.identifier)
        .where(schema.waiting.c.identity.in_(registered), schema.waiting.c.identifier.startswith(f"{STANDING}:"))
        .order_by(schema.waiting.c.identifier)
        .limit(_CASES_MOST)
    )
    case_ids = [each.removeprefix(f"{STANDING}:") for each in awaited]
    rows = _BY_ID.rows(connection, case_ids=case_ids) if case_ids else []
    return {case_id: Case.model_validate_json(snapshot) for case_id, snapshot in rows}


_SENT_ON = Prepared(
    select(_case.case_id, _case.snapshot)
    .join_from(schema.cases, schema.case_index, _index.case_id == _case.case_id)
    .where(_index.kind == SENT_ON, among(_index.value, "cnrs"))
    .order_by(_case.case_id)
    .limit(_CASES_MOST)
)
_BY_ID = Prepared(select(_case.case_id, _case.snapshot).where(among(_case.case_id, "case_ids")).order_by(_case.case_id))
