"""Rows of obligations: opened by an order or its notice, answered by who acted, ended when both are taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Insert, case, delete, func, insert, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from icjs_gateway.routing.alarms import Alarm, AlarmCode
from icjs_gateway.routing.jail_answers import ANSWERED, JailAnswer
from icjs_gateway.routing.obligations import VERIFY, Answer, Obligation, ObligationState, Result
from icjs_gateway.stores import schema
from icjs_gateway.stores.alarm_rows import raise_alarms
from icjs_gateway.stores.engine import reading
from icjs_gateway.stores.prepared import Prepared, among

_row, _word = schema.obligations.c, schema.jail_answers.c
_OPEN, _ANSWERED, _WITHDRAWN = (state.value for state in ObligationState)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One obligation as it stands."""

    key: str
    case_id: str
    person: str
    decision: str
    ordered_on: str
    jail: str | None
    opened_at: datetime
    state: str
    answered_at: datetime | None
    result: str | None
    reason: str | None


_STANDING = tuple(_row[name] for name in Standing.__slots__)


def open_obligations(
    connection: Connection, asked: Sequence[tuple[Obligation, datetime]], *, acted_until: datetime | None = None
) -> None:
    """What these orders ask for, each since its instant. Where notice or order of the same was there already, one
    obligation has both, and what was answered stays answered. What was done about them before they had a case counts;
    with `acted_until` only what was noted up to then."""
    rows = [
        {
            "key": each.key,
            "case_id": each.case_id,
            "person": each.person,
            "decision": each.decision,
            "ordered_on": each.ordered_on,
            "jail": each.jail,
            "opened_at": at,
            "state": _OPEN,
            "order_event_id": each.event_id if each.is_order else None,
            "notice_event_id": None if each.is_order else each.event_id,
        }
        for each, at in asked
    ]
    _OPEN_ONE.write(connection, rows)
    if rows:
        acted = {each.event_id: each for each, _ in asked if each.decision != VERIFY}
        _answered_before(connection, acted, acted_until)
        _told_before(connection, [each.key for each, _ in asked])


def _opening(dialect_name: str) -> Insert:
    dialect: Any = postgresql if dialect_name == "postgresql" else sqlite
    opening = dialect.insert(schema.obligations)
    told = {
        name: func.coalesce(opening.excluded[name], _row[name])
        for name in ("order_event_id", "notice_event_id", "jail")
    }
    again = case((_row.state == literal_column(f"'{_WITHDRAWN}'"), literal_column(f"'{_OPEN}'")), else_=_row.state)
    upsert: Insert = opening.on_conflict_do_update(index_elements=["key"], set_=told | {"state": again})
    return upsert


_OPEN_ONE = Prepared(_opening)


def _answered_before(connection: Connection, asked: Mapping[str, Obligation], until: datetime | None) -> None:
    """A jail may have acted on an order while it was unlinked: its answer counts, of several the last."""
    if not _ACTED_ON.rows(connection, event_ids=list(asked)):
        return
    wanted = _ACTED.with_only_columns(
        _delivery.event_id, _delivery.subscription_id, _progress.at, _progress.result, _progress.reason
    ).order_by(_progress.seq)
    if until is not None:
        wanted = wanted.where(_progress.noted_at <= until)
    acted = connection.execute(wanted, {"event_ids": list(asked)})
    for event_id, subscription_id, at, result, reason in acted.all():
        _put_answer(connection, {asked[event_id].key}, subscription_id, result, reason, at)


_progress, _delivery = schema.progress.c, schema.deliveries.c
_ACTED = (
    select(_delivery.event_id)
    .join_from(schema.progress, schema.deliveries, _progress.delivery_id == _delivery.delivery_id)
    .where(among(_delivery.event_id, "event_ids"), _progress.step == "acted")
)
_ACTED_ON = Prepared(_ACTED.limit(1))
"""Whether anything was done: nearly always nothing, before there was a case."""


def answer_obligations(
    connection: Connection, event_id: str, by: str, answer: Answer, may_say: Callable[[str, str, str | None], bool]
) -> int:
    """Note that a recipient acted on what this event asked for, where `may_say` tells of an obligation, by its key,
    decision and jail, that it is the recipient's to say. Answers how many obligations that was."""
    asked = connection.execute(
        select(_row.key, _row.decision, _row.jail).where(
            (_row.order_event_id == event_id) | (_row.notice_event_id == event_id),
            _row.state != _WITHDRAWN,
            _row.decision != VERIFY,
        )
    )
    keys = {row.key for row in asked if may_say(row.key, row.decision, row.jail)}
    _put_answer(connection, keys, by, *_said(answer))
    return len(keys)


def _put_answer(connection: Connection, keys: Set[str], by: str, result: str, reason: str | None, at: datetime) -> None:
    connection.execute(
        update(schema.obligations)
        .where(_row.key.in_(keys))
        .values(state=_ANSWERED, answered_at=at, answered_by=by, result=result, reason=reason)
    )


def answer_by_person(connection: Connection, answers: Sequence[JailAnswer]) -> None:
    """What a jail's own documents say of open orders to free somebody: answered, or its earlier answer taken back. Kept
    as well, for orders that are told only after what was done about them."""
    for each in answers:
        by, about = f"{each.partner_id}/{each.jail or ''}", each.ordered_on or ""
        rows = connection.execute(
            select(_row.key, _row.jail, _row.ordered_on).where(
                _row.case_id == each.case_id,
                _row.person.in_(each.persons),
                _row.decision.in_(ANSWERED),
                _row.ordered_on <= each.until,
                _row.state != _WITHDRAWN,
            )
        )
        keys = {row.key for row in rows if _is_meant(row, each.jail, about, lodged=each.lodged)}
        if each.answer is None:
            _take_answer_back(connection, keys, by)
            _forget(connection, each, by, about)
            continue
        _put_answer(connection, keys, by, *_said(each.answer))
        _keep(connection, each, each.answer, by, about)


def _is_meant(asked: Any, jail: str | None, about: str, *, lodged: bool) -> bool:
    """Whether a jail's word is about what was asked: of it, or of whoever is there, by the order of that day."""
    return (lodged or asked.jail in (None, jail)) and about in ("", asked.ordered_on)


def _said(answer: Answer) -> tuple[str, str | None, datetime]:
    return answer.result.value, answer.reason.value if answer.reason is not None else None, answer.at


def _keep(connection: Connection, each: JailAnswer, answer: Answer, by: str, about: str) -> None:
    result, reason, at = _said(answer)
    _forget(connection, each, by, about)
    row = {"jail": each.jail, "lodged": each.lodged, "until": each.until, "answered_at": at}
    row |= {"case_id": each.case_id, "answered_by": by, "about": about, "result": result, "reason": reason}
    connection.execute(insert(schema.jail_answers), [row | {"person": person} for person in each.persons])


def _forget(connection: Connection, each: JailAnswer, by: str, about: str) -> None:
    connection.execute(
        delete(schema.jail_answers).where(
            _word.case_id == each.case_id,
            _word.person.in_(each.persons),
            _word.answered_by == by,
            _word.about == about,
        )
    )


def _told_before(connection: Connection, keys: Sequence[str]) -> None:
    """A jail may have said what it did before the court's order reached this gateway: of several words the last."""
    if not _SAID_BEFORE.rows(connection, keys=keys):
        return
    words = (_word.answered_by, _word.about, _word.lodged, _word.answered_at, _word.result, _word.reason)
    found = connection.execute(
        _SAID.with_only_columns(_row.key, _row.ordered_on, _row.jail, _word.jail.label("speaks"), *words).order_by(
            _word.answered_at
        ),
        {"keys": keys},
    )
    for row in found.all():
        if _is_meant(row, row.speaks, row.about, lodged=row.lodged):
            _put_answer(connection, {row.key}, row.answered_by, row.result, row.reason, row.answered_at)


_SAID = (
    select(_row.key)
    .join_from(
        schema.obligations,
        schema.jail_answers,
        (_word.case_id == _row.case_id) & (_word.person == _row.person) & (_word.until >= _row.ordered_on),
    )
    .where(among(_row.key, "keys"), _row.state == _OPEN, or_(*(_row.decision == each for each in ANSWERED)))
)
_SAID_BEFORE = Prepared(_SAID.limit(1))
"""Whether any jail said anything before the order: hardly ever."""


def _take_answer_back(connection: Connection, keys: Set[str], by: str) -> None:
    nothing = {"answered_at": None, "answered_by": None, "result": None, "reason": None}
    connection.execute(
        update(schema.obligations)
        .where(_row.key.in_(keys), _row.state == _ANSWERED, _row.answered_by == by)
        .values(state=_OPEN, **nothing)
    )


def withdraw_obligations(connection: Connection, event_ids: Set[str], by_event_id: str, at: datetime) -> None:
    """These events were taken back. An obligation ends when neither order nor notice stands; when its recipient had
    acted on it by then, a person is alerted."""
    touched = connection.execute(
        select(schema.obligations).where(
            (_row.order_event_id.in_(event_ids) | _row.notice_event_id.in_(event_ids)), _row.state != _WITHDRAWN
        )
    ).all()
    for row in touched:
        standing = {
            name: getattr(row, name) for name in ("order_event_id", "notice_event_id") if getattr(row, name) is not None
        }
        left = {name: value for name, value in standing.items() if value not in event_ids}
        values: dict[str, Any] = {name: None for name in standing if name not in left}
        if not left:
            values["state"] = _WITHDRAWN
        connection.execute(update(schema.obligations).where(_row.key == row.key).values(**values))
        if not left and row.result == Result.DONE.value:
            alarm = Alarm(
                code=AlarmCode.ORDER_CORRECTED_AFTER_ACTION,
                subject=row.key,
                raised_at=at,
                case_id=row.case_id,
                event_id=by_event_id,
                place=row.jail or row.answered_by,
            )
            raise_alarms(connection, [alarm])


def obligations(reader: Engine, *, state: ObligationState | None, jail: str | None, limit: int) -> list[Standing]:
    """The oldest first."""
    wanted = select(*_STANDING).order_by(_row.opened_at, _row.key).limit(limit)
    if state is not None:
        wanted = wanted.where(_row.state == state.value)
    if jail is not None:
        wanted = wanted.where(_row.jail == jail)
    with reading(reader) as connection:
        return [Standing(**row._mapping) for row in connection.execute(wanted)]
