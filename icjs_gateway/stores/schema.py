"""The message store's tables, once for SQLite and PostgreSQL.

Messages, events and deliveries are written once and only change state; cases are snapshots; audit leaves are never
touched again. Composite keys that the hot path looks up in sets (`identity`, `thread`, `lane_key`, `identifier`) are
one text column each, so that one `IN` serves a whole batch on either database.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    literal_column,
)

from icjs_gateway.routing.authority.claims import ClaimKind, ClaimState
from icjs_gateway.routing.consumption import REPORTS
from icjs_gateway.routing.following_up import FollowUp
from icjs_gateway.routing.lanes import DeliveryState, LaneState
from icjs_gateway.routing.messages import MessageState
from icjs_gateway.routing.obligations import ObligationState

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """A timezone-aware UTC instant, kept as microseconds since 1970: exact, small and sortable on both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        return None if value is None else (value - EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


class Bytes(LargeBinary):
    """Bytes as they are: both drivers take and give `bytes`, so that nothing is wrapped on the way."""

    def bind_processor(self, dialect: Any) -> None:
        return None

    def result_processor(self, dialect: Any, coltype: object) -> None:
        return None


def _one_of(column: str, states: type[StrEnum]) -> CheckConstraint:
    allowed = ", ".join(f"'{state.value}'" for state in states)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_known")


OWED: ColumnElement[str] = literal_column(f"'{DeliveryState.OWED.value}'")
"""Written into a statement, not bound: so that SQLite sees that the index on what is owed serves it."""
HALTED: ColumnElement[str] = literal_column(f"'{LaneState.HALTED.value}'")
WAITING: ColumnElement[str] = literal_column(f"'{LaneState.WAITING.value}'")
"""Likewise."""

Serial = BigInteger().with_variant(Integer, "sqlite")
metadata = MetaData(
    naming_convention={"ck": "%(table_name)s_%(constraint_name)s", "ix": "%(table_name)s_by_%(column_0_name)s"}
)

messages = Table(
    "messages",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("identity", Text, nullable=False, unique=True, comment="partner/contract/message id"),
    Column("thread", Text, nullable=False, comment="partner/contract/thread"),
    Column("partner_id", Text, nullable=False),
    Column("contract_id", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("digest", Bytes, nullable=False),
    Column("content_digest", Bytes, nullable=False),
    Column("channel", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("traceparent", Text),
    Column("pillar", Text, nullable=False, comment="of the partner that sent it"),
    Column("home_state", Text, comment="State of the sender's jurisdiction"),
    Column("speaker", Text, nullable=False, comment="kind/State/code of the place whose word it is"),
    Column("place_identity", Text, comment="speaker/contract/message id, where the wire surely carries the place"),
    Column("action", Text, nullable=False),
    Column("refers_to", Text, comment="identity of the message it corrects"),
    Column("told_at", Instant, comment="when the sender recorded it"),
    Column("received_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    _one_of("state", MessageState),
    Column("held_for", Text, comment="code of the border rule that parked it, where one did"),
    Column("key_id", Text, nullable=False, comment="of the wrapping key"),
    Column("wrapped_key", Bytes, nullable=False, comment="the body's own key, under the wrapping key"),
    Column("body", Bytes, nullable=False, comment="what was sent, encrypted"),
    Column("receipt", Bytes, nullable=False),
    Index("messages_by_thread", "thread", "seq"),
)
Index(
    "messages_referring",
    messages.c.refers_to,
    sqlite_where=messages.c.refers_to.is_not(None),
    postgresql_where=messages.c.refers_to.is_not(None),
)

Index(
    "messages_by_place_identity",
    messages.c.place_identity,
    sqlite_where=messages.c.place_identity.is_not(None),
    postgresql_where=messages.c.place_identity.is_not(None),
)

events = Table(
    "events",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("event_id", Text, nullable=False, unique=True),
    Column("identity", Text, nullable=False, comment="of the message that told it"),
    Column("case_id", Text, comment="absent while the message is parked"),
    Column("type", Text, nullable=False),
    Column("liberty", Boolean, nullable=False),
    Column("person", Text, comment="within the case: the accused whom an order is about"),
    Column("occurred_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("data", Bytes, nullable=False),
    Column("places", Text, comment="JSON: jails and laboratories it concerns"),
    Index("events_by_message", "identity", "seq"),
    Index("events_by_case", "case_id", "seq"),
)

IS_REPORT: ColumnElement[bool] = events.c.type.in_([literal_column(f"'{name}'") for name in REPORTS])
"""What a court consumes: written out, as `OWED` is."""
Index("events_of_reports", events.c.seq, sqlite_where=IS_REPORT, postgresql_where=IS_REPORT)

waiting = Table(
    "waiting",
    metadata,
    Column("identifier", Text, primary_key=True, comment="kind:value, or message:identity"),
    Column("identity", Text, primary_key=True, comment="of the parked message"),
)

follow_ups = Table(
    "follow_ups",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("identity", Text, nullable=False, comment="of the message"),
    Column("step", Text, nullable=False),
    _one_of("step", FollowUp),
    Column("liberty", Boolean, nullable=False),
    UniqueConstraint("identity", "step", name="follow_ups_once"),
)

cases = Table(
    "cases",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("snapshot", Bytes, nullable=False),
    Column("labels", Text, nullable=False, comment="in force, blanks between them: what disclosure asks for"),
    Column("labelling", Text, nullable=False, comment="JSON: what each label stands on, what a person lifted"),
)

case_identifiers = Table(
    "case_identifiers",
    metadata,
    Column("identifier", Text, primary_key=True, comment="kind:value"),
    Column("case_id", Text, nullable=False),
    Index("case_identifiers_by_case", "case_id"),
)

claims = Table(
    "claims",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True, comment="the claim's number"),
    Column("kind", Text, nullable=False),
    _one_of("kind", ClaimKind),
    Column("subject", Text, nullable=False, comment="kind:value of an identifier, or a message's identity"),
    Column("case_id", Text, nullable=False),
    Column("identity", Text, comment="of the message that made it"),
    Column("speaker", Text, comment="kind/State/code of the place whose word it is"),
    Column("basis", Text, comment="why the speaker has standing in the case"),
    Column("state", Text, nullable=False),
    _one_of("state", ClaimState),
    Column("made_at", Instant, comment="absent: before claims were kept"),
    Column("settled_at", Instant),
    Column("settled_by", Text, comment="the person or partner that decided last"),
    Column("reason", Text),
    Index("claims_by_case", "case_id"),
)
IS_REFUSED: ColumnElement[bool] = claims.c.state == literal_column(f"'{ClaimState.REFUSED.value}'")
"""Written out, as `OWED` is."""
Index("claims_refused", claims.c.identity, sqlite_where=IS_REFUSED, postgresql_where=IS_REFUSED)

_IS_EDGE: ColumnElement[bool] = claims.c.kind == literal_column(f"'{ClaimKind.EDGE.value}'")
Index("claims_edges", claims.c.identity, sqlite_where=_IS_EDGE, postgresql_where=_IS_EDGE)

case_index = Table(
    "case_index",
    metadata,
    Column("kind", Text, primary_key=True, comment="pid, ptn, nfn, hold, lab-case, process, court-case, sent-on"),
    Column("value", Text, primary_key=True),
    Column("case_id", Text, primary_key=True),
)

lanes = Table(
    "lanes",
    metadata,
    Column("lane_key", Text, primary_key=True, comment="subscription/lane"),
    Column("subscription_id", Text, nullable=False),
    Column("liberty", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    _one_of("state", LaneState),
    Column(
        "due_at",
        Instant,
        nullable=False,
        comment="of a leased lane: when the lease runs out",
    ),
    Column("token", Text),
    Column("node", Text, comment="of a leased lane: the gateway that holds the lease"),
    Column("delivery_id", Text, comment="in flight; of a halted lane: the dead one that halts it"),
    Column("pulled", Boolean, nullable=False, server_default=false(), comment="the subscription fetches: see feeds"),
)
Index(
    "lanes_due",
    lanes.c.liberty,
    lanes.c.subscription_id,
    lanes.c.due_at,
    sqlite_where=lanes.c.state != "halted",
    postgresql_where=lanes.c.state != "halted",
)
Index(
    "lanes_unnumbered",
    lanes.c.liberty,
    lanes.c.due_at,
    sqlite_where=lanes.c.pulled & (lanes.c.state != "halted"),
    postgresql_where=lanes.c.pulled & (lanes.c.state != "halted"),
)

outages = Table(
    "outages",
    metadata,
    Column("subscription_id", Text, primary_key=True),
    Column("liberty", Boolean, primary_key=True, comment="which share of its deliveries waits"),
    Column("since", Instant, nullable=False),
    Column("probe_at", Instant, nullable=False, comment="when the oldest of what waits is tried again"),
    comment="endpoints that are down and are probed until they are well",
)
Index(
    "lanes_halted",
    lanes.c.due_at,
    sqlite_where=lanes.c.state == "halted",
    postgresql_where=lanes.c.state == "halted",
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("delivery_id", Text, nullable=False, unique=True),
    Column("event_id", Text, nullable=False),
    Column("subscription_id", Text, nullable=False),
    Column("lane_key", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("liberty", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    _one_of("state", DeliveryState),
    Column("position", Integer, comment="in the lane, from the first attempt on"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("replay", Boolean, nullable=False, default=False),
    Column("owed_at", Instant, nullable=False),
    Column("due_at", Instant, comment="of a liberty delivery that failed: when it is tried again"),
    Column("endpoint_down", Boolean, comment="of the last attempt: the endpoint, not the delivery, is what failed"),
    Column("settled_at", Instant),
    Column("outcome", Text, comment="of the last attempt, or the rule that withholds"),
    Column("superseded_by", Text, comment="id of the event that took its place"),
    Column("remark", Bytes, comment="what its recipient said last to this delivery, encrypted"),
    Column("feed_key", Text, comment="subscription/feed, once it has a number"),
    Column("number", BigInteger, comment="in a pull feed"),
)
Index(
    "deliveries_owed",
    deliveries.c.lane_key,
    deliveries.c.seq,
    sqlite_where=deliveries.c.state == "owed",
    postgresql_where=deliveries.c.state == "owed",
)
Index(
    "deliveries_begun",
    deliveries.c.lane_key,
    deliveries.c.position,
    sqlite_where=(deliveries.c.state == "owed") & deliveries.c.position.is_not(None),
    postgresql_where=(deliveries.c.state == "owed") & deliveries.c.position.is_not(None),
)
Index("deliveries_by_position", deliveries.c.lane_key, deliveries.c.position)
Index(
    "deliveries_by_number",
    deliveries.c.feed_key,
    deliveries.c.number,
    sqlite_where=deliveries.c.feed_key.is_not(None),
    postgresql_where=deliveries.c.feed_key.is_not(None),
)
Index("deliveries_by_event", deliveries.c.event_id)
Index(
    "deliveries_dead",
    deliveries.c.seq,
    sqlite_where=deliveries.c.state == "dead",
    postgresql_where=deliveries.c.state == "dead",
)

Index(
    "deliveries_liberty_owed",
    deliveries.c.owed_at,
    sqlite_where=deliveries.c.liberty & (deliveries.c.state == "owed"),
    postgresql_where=deliveries.c.liberty & (deliveries.c.state == "owed"),
)

progress = Table(
    "progress",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("delivery_id", Text, nullable=False, index=True),
    Column("step", Text, nullable=False, comment="consumed or acted"),
    Column("at", Instant, nullable=False, comment="by the recipient's word"),
    Column("noted_at", Instant, nullable=False),
    Column("number", Text, comment="the recipient's own, of what it consumed"),
    Column("result", Text, comment="of what it did: DONE or NOT_DONE"),
    Column("reason", Text),
    Column("remarks", Bytes, comment="encrypted"),
)

obligations = Table(
    "obligations",
    metadata,
    Column("key", Text, primary_key=True, comment="case/person/ordered on/kind/decision"),
    Column("case_id", Text, nullable=False),
    Column("person", Text, nullable=False, comment="the accused within the case"),
    Column("decision", Text, nullable=False),
    Column("ordered_on", Text, nullable=False),
    Column("jail", Text, comment="code of the jail that has to act"),
    Column("notice_event_id", Text, comment="the notice that asks for it, while it stands"),
    Column("order_event_id", Text, comment="the signed order that asks for it, while it stands"),
    Column("opened_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    _one_of("state", ObligationState),
    Column("answered_at", Instant),
    Column("answered_by", Text, comment="subscription whose partner acted"),
    Column("result", Text),
    Column("reason", Text),
    Index("obligations_by_case", "case_id", "person"),
)
Index(
    "obligations_open",
    obligations.c.opened_at,
    sqlite_where=obligations.c.state == "open",
    postgresql_where=obligations.c.state == "open",
)

jail_answers = Table(
    "jail_answers",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("person", Text, primary_key=True, comment="a name of the accused within the case; a row for each"),
    Column("answered_by", Text, primary_key=True, comment="partner/jail"),
    Column("about", Text, primary_key=True, comment="the day of the order it answers; empty for any until then"),
    Column("jail", Text, comment="code of the jail that speaks"),
    Column("lodged", Boolean, nullable=False, comment="the record has the person in that jail"),
    Column("until", Text, nullable=False, comment="the day of the answer: it is none to later orders"),
    Column("answered_at", Instant, nullable=False),
    Column("result", Text, nullable=False),
    Column("reason", Text),
)

alarms = Table(
    "alarms",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("code", Text, nullable=False),
    Column("subject", Text, nullable=False, comment="what it is about, e.g. an event's id"),
    Column("case_id", Text),
    Column("event_id", Text),
    Column("place", Text, comment="the jail, subscription or speaking place that it is about"),
    Column("raised_at", Instant, nullable=False),
    Column("told_at", Instant, comment="when it was logged and counted"),
    Column("cleared_at", Instant),
    Column("reached", Integer, comment="to how many of those whom it names it was told; absent: it names nobody"),
    UniqueConstraint("code", "subject", name="alarms_once"),
)
Index(
    "alarms_untold",
    alarms.c.seq,
    sqlite_where=alarms.c.told_at.is_(None),
    postgresql_where=alarms.c.told_at.is_(None),
)
Index(
    "alarms_standing",
    alarms.c.raised_at,
    sqlite_where=alarms.c.cleared_at.is_(None),
    postgresql_where=alarms.c.cleared_at.is_(None),
)

alarm_deliveries = Table(
    "alarm_deliveries",
    metadata,
    Column("delivery_id", Text, primary_key=True, comment="of liberty traffic that became overdue"),
    Column("matter", Text, index=True, comment="the order, by its event: subject of the alarm; absent: an alert's"),
)

feeds = Table(
    "feeds",
    metadata,
    Column("feed_key", Text, primary_key=True, comment="subscription/feed"),
    Column("last_number", BigInteger, nullable=False),
    Column("acked_number", BigInteger, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("delivery_id", Text, nullable=False, index=True),
    Column("attempted_at", Instant, nullable=False),
    Column("took_ms", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
)

audit_leaves = Table(
    "audit_leaves",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("noted_at", Instant, nullable=False),
    Column("salt", Bytes, nullable=False),
    Column("digest", Bytes, nullable=False, comment="SHA-256 over 0x00, salt, facts"),
    Column("facts", Bytes, nullable=False, comment="canonical JSON; ids and digests only"),
)

partners = Table(
    "partners",
    metadata,
    Column("partner_id", Text, primary_key=True),
    Column("document", Text, nullable=False),
)

credentials = Table(
    "credentials",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("partner_id", Text, nullable=False, index=True),
    Column("secret_sha256", Bytes, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("subscription_id", Text, primary_key=True),
    Column("partner_id", Text, nullable=False, index=True),
    Column("document", Text, nullable=False),
    Column("pulled", Boolean, nullable=False, server_default=false(), comment="it fetches, and nothing is sent to it"),
    Column("secret", Bytes, comment="outbound secret, encrypted"),
)

query_secrets = Table(
    "query_secrets",
    metadata,
    Column("partner_id", Text, primary_key=True),
    Column("exchange", Text, primary_key=True),
    Column("secret", Bytes, nullable=False, comment="shown when a partner's own system is asked live, encrypted"),
)

attachments = Table(
    "attachments",
    metadata,
    Column("sha256", Text, primary_key=True, comment="of the content, in hex"),
    Column("media_type", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("wrapped_key", Bytes, nullable=False),
    Column("content", Bytes, nullable=False, comment="encrypted"),
)

attachment_uses = Table(
    "attachment_uses",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("identity", Text, primary_key=True, comment="of a message that brought it"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

places = Table(
    "places",
    metadata,
    Column("row_key", Text, primary_key=True, comment="kind/code/first day; of a row of acts_for: acts-for/..."),
    Column("state", Text, nullable=False, index=True, comment="the State whose rows are replaced together"),
    Column("kind", Text, nullable=False, comment="place or acts-for"),
    Column("document", Text, nullable=False, comment="JSON: the row"),
    Column("sample", Boolean, nullable=False, server_default=false(), comment="invented: of a file marked so"),
)
