"""Answers: what the senders' ledgers show by themselves. A gateway that promises too little would always keep it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from icjs_gateway.client.receipts import Outcome, Receipt
from icjs_gateway.simulators.kinds import Kind
from icjs_gateway.simulators.ledgers import Sent


def wrong_answers(sent: Sequence[Sent]) -> Iterator[tuple[Kind, str, str]]:
    """Every violation that an answer shows: its kind, the contract, and which message."""
    kept = {(entry.contract, entry.message_id) for entry in sent if _is_kept(entry)}
    seen: Counter[str] = Counter()
    for entry in sent:
        for kind in _of(entry, kept):
            yield kind, entry.contract, entry.message_id
        for event in entry.receipt.events if entry.receipt is not None else ():
            seen[event.event_id] += 1
            if seen[event.event_id] == 2:
                yield Kind.REUSED, entry.contract, event.event_id


def _of(entry: Sent, kept: set[tuple[str, str]]) -> Iterator[Kind]:
    if not entry.answered:
        yield Kind.UNANSWERED
    if entry.contradictions:
        yield Kind.CONTRADICTED
    receipt = entry.receipt
    if receipt is None:
        return
    if (receipt.contract, receipt.message_id) != (entry.contract, entry.message_id):
        yield Kind.MISANSWERED
    if receipt.outcome is Outcome.SUPPRESSED:
        if receipt.events or receipt.same_as == entry.message_id or (entry.contract, receipt.same_as) not in kept:
            yield Kind.SWALLOWED
    elif not _is_read(entry, receipt):
        yield Kind.MISREAD


def _is_kept(entry: Sent) -> bool:
    return entry.receipt is not None and entry.receipt.outcome is not Outcome.SUPPRESSED


def _is_read(entry: Sent, receipt: Receipt) -> bool:
    """Whether the receipt names an event for everything that the message tells, and no more."""
    named = Counter(event.type for event in receipt.events)
    return bool(named) if entry.tells is None else named == Counter(entry.tells)
