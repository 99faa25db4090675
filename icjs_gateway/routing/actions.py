"""The names of what is logged, in one list. Dashboards and alarms are built on them, so a name is never reused.

A log line is `log.info(Action.X.value, ...)`: the action, then ids, digests and counts. Never a body, a name
or a free text of a sender.
"""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What happened, as `noun.verb-past`."""

    MESSAGE_ACCEPTED = "message.accepted"
    MESSAGE_REFUSED = "message.refused"
    MESSAGE_READ = "message.read"
    RECEIPT_READ = "receipt.read"
    FEED_READ = "feed.read"
    CASE_READ = "case.read"
    CLAIMS_READ = "claims.read"
    ATTACHMENT_READ = "attachment.read"
    CASES_SEARCHED = "cases.searched"
    LIVE_UNANSWERED = "inquiry.live-unanswered"
    INQUIRY_ANSWERED = "inquiry.answered"
    FEED_ACKNOWLEDGED = "feed.acknowledged"
    FEED_REFUSED = "feed.refused"
    REQUEST_REFUSED = "request.refused"
    REQUEST_UNAUTHENTICATED = "request.unauthenticated"
    REQUEST_FAILED = "request.failed"
    LEASE_FAILED = "dispatch.lease-failed"
    SWEEP_FAILED = "dispatch.sweep-failed"
    NUMBERING_FAILED = "feeds.numbering-failed"
    ROW_SET_ASIDE = "loop.row-set-aside"
    LOOP_RECOVERED = "loop.recovered"
    LEASE_LOST = "dispatch.lease-lost"
    DELIVERY_BROKE = "dispatch.delivery-broke"
    NOT_ENCODED = "dispatch.not-encoded"
    LANE_WENT_ON = "dispatch.lane-went-on"
    BREAKER_OPENED = "endpoint.breaker-opened"
    BREAKER_CLOSED = "endpoint.breaker-closed"
    ENDPOINT_DISABLED = "endpoint.disabled"
    DIRECTORY_CHANGED = "directory.changed"
    PLACES_IN_FORCE = "places.in-force"
    DIRECTORY_UNREAD = "directory.unread"
    ALARM_RAISED = "alarm.raised"
    WATCH_FAILED = "watch.failed"
    FOLLOW_UP_FAILED = "follow-up.failed"
    CLOCK_JUMPED = "clock.jumped"
    FRONT_ENDED = "front.ended"
    LINE_BROKE = "front.line-broke"
    WRITER_BROKE = "store.writer-broke"
    COMMIT_FAILED = "store.commit-failed"
    STORE_RETRIED = "store.retried"
    NODE_NAME_TAKEN = "store.node-name-taken"
    LEASES_TAKEN_BACK = "store.leases-taken-back"
    SQLITE_IS_OLD = "store.sqlite-is-old"
    FILE_WAS_OPEN = "store.file-was-open"
    TOKEN_ISSUED = "token.issued"  # noqa: S105  # the name of an event, not a secret
