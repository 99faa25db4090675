"""Whether a delivery may leave is asked of the directory as the store has it, not only as it is remembered."""

from __future__ import annotations

from dataclasses import dataclass, field

from icjs_gateway.routing.admission import Admission
from icjs_gateway.routing.directory import Partner, Subscription
from icjs_gateway.routing.lanes import Head, Told
from tests.support.disclosing import disclosure
from tests.support.messages import MORNING, police, subscription

DATA = b'{"case":{"firs":[{"state":"HP","police_station_code":"2011007"}]}}'


@dataclass
class LateDirectory:
    """What the store knows is only seen after a look at it."""

    stored: dict[str, Subscription] = field(default_factory=dict)
    known: dict[str, Subscription] = field(default_factory=dict)

    def subscription(self, subscription_id: str) -> Subscription | None:
        return self.known.get(subscription_id)

    def partner(self, partner_id: str) -> Partner | None:
        return police()

    def refresh(self) -> bool:
        changed = self.known != self.stored
        self.known = dict(self.stored)
        return changed


def head() -> Head:
    told = Told(
        event_id="E-1",
        type="icjs.fir.registered.v1",
        partner_id="hp-police",
        pillar="police",
        case_id="case-1",
        message_id="M-1",
        occurred_at=MORNING,
        recorded_at=MORNING,
        data=DATA,
    )
    return Head(
        delivery_id="D-1",
        subscription_id="hp-cases",
        lane="case-1",
        liberty=False,
        attempts=0,
        replay=False,
        owed_at=MORNING,
        told=told,
    )


def test_a_subscription_that_another_gateway_heard_of_first_is_not_taken_for_revoked() -> None:
    directory = LateDirectory(stored={"hp-cases": subscription()})
    admission = Admission(directory, disclosure())  # type: ignore[arg-type]  # what it asks of a directory
    assert admission.rule(head()) is None
    assert admission.shown(head()) is not None


def test_a_subscription_that_the_store_does_not_know_is_revoked() -> None:
    admission = Admission(LateDirectory(), disclosure())  # type: ignore[arg-type]
    assert admission.rule(head()) == "SUBSCRIPTION-REVOKED"
    assert admission.shown(head()) is None
