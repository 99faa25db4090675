"""Every planted bug applies to the code as it is, its tests exist, and the page says what the table says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.planted import page
from tests.planted.bugs import ROOT, Bug, Change, StalePlant, bugs, missing_tests


@pytest.mark.parametrize("bug", bugs(), ids=lambda bug: bug.name)
def test_a_bug_can_be_planted_and_its_tests_exist(bug: Bug) -> None:
    for change in bug.changes:
        change.made_in(ROOT)
    assert bug.caught_by
    assert list(missing_tests(bug)) == []


def test_every_bug_has_a_name_of_its_own() -> None:
    names = [bug.name for bug in bugs()]
    assert len(set(names)) == len(names) >= 14


def test_a_text_that_moved_on_is_an_error_and_not_a_bug(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\ny = 1\n")
    for text, why in (("z", "stands 0 times"), ("1", "stands 2 times"), ("x = 1", "no Python")):
        with pytest.raises(StalePlant, match=why):
            Change(file="a.py", text=text, by="(").made_in(tmp_path)
    with pytest.raises(StalePlant, match="there is no"):
        Change(file="b.py", text="x", by="y").made_in(tmp_path)


def test_a_test_that_does_not_exist_is_missed() -> None:
    named = ("tests/planted/test_the_table.py::test_nobody_wrote", "tests/no_such_file.py::test_x")
    assert list(missing_tests(Bug(name="", promise="", changes=(), caught_by=named))) == list(named)


def test_the_page_is_what_the_table_makes_it() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.text(), "docs/explanation is stale: run make docs"
