"""The page about planted bugs, made from their table: `make docs` writes it."""

from __future__ import annotations

from tests.planted.bugs import ROOT, bugs

PAGE = ROOT / "docs" / "explanation" / "planted-bugs.md"

_ABOUT = """\
# Planted bugs

<!-- Made from tests/planted/bugs.yaml by `make docs`. -->

A test that cannot fail proves nothing. So bugs are planted in a copy of the product, one at a time, and the suite has
to notice each: every test named here fails with the bug, and passes without it. `make test` checks that each bug still
applies to the code as it is, and that its tests exist; `make test-full` plants them all.

A bug that is caught shows that this one would be; it does not show that all would. To add one, name in the table the
promise that it breaks, text that stands once in a file with what takes its place, and the tests that must fail; where
no test fails, the test is what is missing.
"""


def text() -> str:
    """The whole page."""
    lines = [_ABOUT, "| bug | promise | where | caught by |", "| --- | --- | --- | --- |"]
    for bug in bugs():
        where = ", ".join(dict.fromkeys(_file(change.file) for change in bug.changes))
        caught = "<br>".join(_test(node) for node in bug.caught_by)
        lines.append(f"| {bug.name} | {bug.promise} | {where} | {caught} |")
    return "\n".join(lines) + "\n"


def _file(name: str) -> str:
    return f"[{name.removeprefix('icjs_gateway/')}](../../{name})"


def _test(node: str) -> str:
    file, _, function = node.partition("::")
    return f"`{function}` in [{file.removeprefix('tests/')}](../../{file})"


def write() -> None:
    """Write the page anew."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text(), encoding="utf-8")
