"""No border rule can be taken out unnoticed, and each is noticed by its own tests alone."""

from __future__ import annotations

import pytest

from tests.contract.border_deletions import own_tests, play


@pytest.mark.full
@pytest.mark.timeout(600)
def test_every_rule_deleted_fails_its_own_tests_and_no_others() -> None:
    played = play()
    assert len(played) >= 7
    assert played == {rule: {own_tests(rule)} for rule in played}
