"""Every bug of the table, planted in a copy of the product, is caught by every test that it names.

Each runs in a copy of its own, in a process of its own: `PYTHONPATH` puts the copy before the checkout. A test has to
fail there, and not merely to be impossible to collect; and the same tests pass in a copy where nothing is planted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.planted.bugs import ROOT, Bug, bugs

pytestmark = pytest.mark.full
PARTS = ("icjs_gateway", "contracts", "tests", "pyproject.toml")
RUN_S = 300
"""For one run on a busy machine."""


def copied(folder: Path) -> Path:
    """The product and its tests in a folder of their own."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part)
        else:
            shutil.copy2(ROOT / part, folder / part)
    return folder


def run(root: Path, nodes: Sequence[str]) -> dict[str, set[str]]:
    """What became of each of these tests: `passed`, `failed` or `error`, over all its cases."""
    report = root / "report.xml"
    options = ("-p", "no:cacheprovider", "--override-ini=addopts=--import-mode=importlib", f"--junitxml={report}")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "ICJS_"))}
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *nodes],
        cwd=root,
        env=environment | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=RUN_S,
        check=False,
    )
    assert ended.returncode in (0, 1), ended.stdout[-3000:] + ended.stderr[-1000:]
    found: dict[str, set[str]] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        file = case.attrib["classname"].replace(".", "/") + ".py"
        outcomes = {"failure": "failed", "error": "error", "skipped": "skipped"}
        outcome = next((outcomes[part.tag] for part in case if part.tag in outcomes), "passed")
        for name in (case.attrib["name"], case.attrib["name"].partition("[")[0]):
            found.setdefault(f"{file}::{name}", set()).add(outcome)
    return {node: found.get(node, set()) for node in nodes}


@pytest.mark.timeout(RUN_S + 60)
def test_without_a_bug_all_these_tests_pass(tmp_path: Path) -> None:
    nodes = list(dict.fromkeys(node for bug in bugs() for node in bug.caught_by))
    assert run(copied(tmp_path), nodes) == {node: {"passed"} for node in nodes}


@pytest.mark.timeout(RUN_S + 60)
@pytest.mark.parametrize("bug", bugs(), ids=lambda bug: bug.name)
def test_a_planted_bug_is_caught(bug: Bug, tmp_path: Path) -> None:
    root = copied(tmp_path)
    bug.plant(root)
    missed = [node for node, outcomes in run(root, bug.caught_by).items() if "failed" not in outcomes]
    assert missed == [], f"planted, and not caught by these: {bug.name}"
