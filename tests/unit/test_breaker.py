"""The breaker: what opens it, what it holds, and how it is probed."""

from datetime import timedelta

from icjs_gateway.routing.breaker import Breaker, BreakerPolicy
from tests.support.messages import MORNING

POLICY = BreakerPolicy(failures=3, first_s=1, longest_s=3)


def failed(times: int, breaker: Breaker | None = None) -> Breaker:
    breaker = breaker or Breaker()
    for _ in range(times):
        breaker = breaker.after(down=True, now=MORNING, policy=POLICY)
    return breaker


def test_it_opens_after_failures_in_a_row_and_not_before() -> None:
    assert not failed(2).is_open(MORNING, 0)
    assert failed(3).is_open(MORNING, 0)


def test_an_answer_of_any_kind_closes_it() -> None:
    assert failed(3).after(down=False, now=MORNING, policy=POLICY) == Breaker()


def test_half_open_it_lets_one_through_at_a_time() -> None:
    later = MORNING + timedelta(seconds=1)
    assert not failed(3).is_open(later, 0)
    assert failed(3).is_open(later, 1)


def test_a_failed_probe_doubles_the_wait_up_to_its_bound() -> None:
    breaker, now, waits = failed(3), MORNING, []
    for _ in range(4):
        assert breaker.open_until is not None
        waits.append((breaker.open_until - now).total_seconds())
        now = breaker.open_until
        breaker = breaker.after(down=True, now=now, policy=POLICY)
    assert waits == [1, 2, 3, 3]


def test_what_was_in_flight_when_it_opened_does_not_lengthen_it() -> None:
    opened = failed(3)
    assert failed(5, opened).open_until == opened.open_until
