"""ULIDs are written as the specification says, and sort by the time at which they were made."""

from __future__ import annotations

from icjs_gateway.model.ulid import ulid


def test_the_example_of_the_specification() -> None:
    assert ulid(1469918176385, bytes(10)) == "01ARYZ6S41" + "0" * 16


def test_the_greatest_one() -> None:
    assert ulid(2**48 - 1, b"\xff" * 10) == "7" + "Z" * 25


def test_they_sort_by_time_whatever_the_random_part() -> None:
    assert ulid(1_795_000_000_000, b"\xff" * 10) < ulid(1_795_000_000_001, bytes(10))
