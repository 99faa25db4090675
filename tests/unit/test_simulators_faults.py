"""Faults as data: the shares that were asked for, the same for the same seed, bounded where a bound is set."""

from __future__ import annotations

from collections import Counter

from icjs_gateway.simulators.faults import Fault, Faults

FAULTY = Faults(fail=0.10, refuse=0.05, stall=0.03, stall_after_success=0.02, seed=7)


def fates(faults: Faults, *, nth: int = 1) -> Counter[Fault]:
    return Counter(faults.draw(f"D-{n}", nth) for n in range(10_000))


def test_the_shares_are_those_asked_for() -> None:
    drawn = fates(FAULTY)
    for fault, share in {
        Fault.FAIL: 0.10,
        Fault.REFUSE: 0.05,
        Fault.STALL: 0.03,
        Fault.STALL_AFTER_SUCCESS: 0.02,
        Fault.NONE: 0.80,
    }.items():
        assert abs(drawn[fault] / 10_000 - share) < 0.01


def test_the_same_call_of_the_same_seed_meets_the_same_fate() -> None:
    assert [FAULTY.draw(f"D-{n}", 1) for n in range(100)] == [FAULTY.draw(f"D-{n}", 1) for n in range(100)]


def test_a_streak_ends_where_it_is_bounded() -> None:
    always = Faults(fail=1.0, streak_max=2)
    assert [always.draw("D-1", nth) for nth in range(1, 5)] == [Fault.FAIL, Fault.FAIL, Fault.NONE, Fault.FAIL]


def test_nobody_fails_unasked() -> None:
    assert fates(Faults()) == {Fault.NONE: 10_000}
