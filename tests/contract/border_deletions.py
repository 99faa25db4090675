"""Deletes one border rule at a time and shows which of the border's tests notice.

    python -m tests.contract.border_deletions        prints a table; exits 1 unless its own tests, and only they, notice

A rule has its tests in a file of its own (`tests/unit/border/test_<rule>.py`). Without the rule that file must fail,
and no other: then every rule is tested, and no rule's tests rest on another rule.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from icjs_gateway.routing.border import RULES, RULES_BY_COURT

ROOT = Path(__file__).parents[2]
_WITHOUT = "BORDER_RULE_DELETED"


def pytest_configure(config: pytest.Config) -> None:
    """As a plugin of the inner run: the table without one rule."""
    for rules in (RULES, RULES_BY_COURT):
        rules.pop(os.environ.get(_WITHOUT, ""), None)  # type: ignore[attr-defined]


def failing_without(rule: str | None) -> set[str]:
    """The rules, by the name of their test file, whose tests fail when one rule is not there."""
    plugins = ("-p", "tests.contract.border_deletions", "-p", "no:cacheprovider")
    folder = ("--ignore=tests/unit/border/test_border.py", "tests/unit/border")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, "-q", "-rfE", *folder],
        cwd=ROOT,
        env=os.environ | {_WITHOUT: rule or ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if run.returncode not in (0, 1):
        raise RuntimeError(run.stdout + run.stderr)
    return set(re.findall(r"^(?:FAILED|ERROR) tests/unit/border/test_(\w+)\.py", run.stdout, re.MULTILINE))


def play() -> dict[str, set[str]]:
    """Every rule deleted in turn, and whose tests failed."""
    if whole := failing_without(None):
        raise AssertionError(f"tests fail with every rule in place: {sorted(whole)}")
    return {rule: failing_without(rule) for rule in (*RULES, *RULES_BY_COURT)}


def own_tests(rule: str) -> str:
    return rule.lower().replace("-", "_")


if __name__ == "__main__":
    played = play()
    for rule, failing in played.items():
        print(f"{rule:<32} noticed by {', '.join(sorted(failing)) or 'nothing: SURVIVED'}")
    sys.exit(any(failing != {own_tests(rule)} for rule, failing in played.items()))
