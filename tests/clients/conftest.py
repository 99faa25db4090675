"""Real clients: what they need, and what was not run."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Lists every client that was not run, with what is missing, apart from what passed."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = sorted({f"{each.longrepr[2]}".removeprefix("Skipped: ") for each in skipped if each.longrepr})
    missing = [reason for reason in reasons if reason.startswith("NOT RUN")]
    if missing:
        terminalreporter.section("clients that were not run")
        for reason in missing:
            terminalreporter.line(reason)
