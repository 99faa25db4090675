"""One attempt at one delivery: disclose, encode, sign and send, settle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from icjs_gateway.model.errors import NotFound
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.admission import Admission
from icjs_gateway.routing.directory import Directory, Subscription
from icjs_gateway.routing.encoding import Encoded, Encoder
from icjs_gateway.routing.faults import told_of
from icjs_gateway.routing.head_waits import HeadWaits
from icjs_gateway.routing.lanes import Head, Leased, Settlement, Verdict, Wait
from icjs_gateway.routing.means import Clock
from icjs_gateway.routing.ports import Lanes
from icjs_gateway.routing.probing import Probing
from icjs_gateway.routing.retry import LIBERTY_POLICY, Answer, RetryPolicy, decide

log = structlog.get_logger(__name__)


class Courier(Protocol):
    """Carries one encoded delivery to a recipient's endpoint and reads the answer. Never raises for network causes."""

    async def carry(self, subscription: Subscription, delivery_id: str, encoded: Encoded) -> Answer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchPorts:
    """What dispatch needs of the world."""

    lanes: Lanes
    directory: Directory
    courier: Courier
    encoder: Encoder
    admission: Admission
    clock: Clock
    jitter: Callable[[], float]
    head_waits: HeadWaits = field(default_factory=HeadWaits)
    probing: Probing = field(default_factory=Probing)


async def deliver(leased: Leased, ports: DispatchPorts) -> Answer | None:
    """Make the attempt that a lease is for. Answers what was met; None when there is nobody to deliver to any more."""
    head = leased.head
    subscription = ports.directory.subscription(head.subscription_id)
    began = ports.clock.now()
    if subscription is None or (answer := await _attempted(leased, subscription, ports)) is None:
        await ports.lanes.release([leased.token])
        return None
    ended = ports.clock.now()
    settlement = Settlement(
        leased=leased,
        verdict=_verdict(leased, subscription, answer, ended, ports),
        attempted_at=began,
        took_ms=round((ended - began).total_seconds() * 1000),
        outcome=answer.outcome,
        remark=answer.remark,
        counts=not _is_vain_probe(leased, answer),
        endpoint_down=answer.endpoint_down,
        probe_at=_probe_at(head, answer, ended, ports.probing),
    )
    [settled] = await ports.lanes.settle([settlement])
    if not settled:
        log.warning(Action.LEASE_LOST.value, delivery_id=head.delivery_id)
    return answer


def _verdict(
    leased: Leased, subscription: Subscription, answer: Answer, now: datetime, ports: DispatchPorts
) -> Verdict:
    if leased.scheduled_at is not None and _is_vain_probe(leased, answer):
        return Wait(until=leased.scheduled_at)
    policy = policy_of(subscription, leased.head, ports.head_waits)
    return decide(policy, leased.head.attempts + 1, answer, now, ports.jitter())


def _is_vain_probe(leased: Leased, answer: Answer) -> bool:
    """A probe that found the endpoint as it was: nothing is known of the delivery that was not known before."""
    return leased.scheduled_at is not None and answer.endpoint_down


def _probe_at(head: Head, answer: Answer, now: datetime, probing: Probing) -> datetime | None:
    if answer.acknowledged:
        return None
    return probing.of(liberty=head.liberty).next_at(head.owed_at, now, answer.retry_after_s)


async def _attempted(leased: Leased, subscription: Subscription, ports: DispatchPorts) -> Answer | None:
    """What the attempt met; None when the recipient may not see the event any more.

    A fault of the gateway's own is an attempt like any other: counted, in the ledger, and made again on schedule.
    """
    try:
        shown = ports.admission.shown(leased.head)
        if shown is None:
            return None
        encoded = _encoded(leased, shown, subscription, ports)
        if encoded is None:
            return _NOT_ENCODED
        return await ports.courier.carry(subscription, leased.head.delivery_id, encoded)
    except Exception as fault:
        log.error(Action.DELIVERY_BROKE.value, delivery_id=leased.head.delivery_id, **told_of(fault))
        return _BROKE


def _encoded(leased: Leased, shown: bytes, subscription: Subscription, ports: DispatchPorts) -> Encoded | None:
    """The delivery in the form that the recipient asked for; None where an attempt cannot even be made."""
    wanted = subscription.deliver.contract
    try:
        return ports.encoder.encoded(wanted, leased.head, leased.position, shown)
    except (NotFound, ValueError) as fault:
        # Its folder was taken away, or tells less than the recipient may see: the operator's to mend.
        log.error(Action.NOT_ENCODED.value, delivery_id=leased.head.delivery_id, contract=wanted, detail=str(fault))
        return None


_NOT_ENCODED = Answer(acknowledged=False, outcome="not-encoded")
_BROKE = Answer(acknowledged=False, outcome="gateway-fault")


def policy_of(subscription: Subscription, head: Head, head_waits: HeadWaits) -> RetryPolicy:
    """Liberty events keep their own schedule; others the subscription's, or the default."""
    if head.liberty:
        return LIBERTY_POLICY
    head_wait = head_waits.of(head.told.type)
    if subscription.retry == "default":
        return RetryPolicy(head_wait=head_wait)
    return RetryPolicy(waits_s=subscription.retry, head_wait=head_wait)
