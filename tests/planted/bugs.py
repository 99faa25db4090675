"""The bugs that are planted, read from `bugs.yaml`, and the checks that need no run: they apply, their tests exist.

A bug is data: text that stands exactly once in a file of the product, and what takes its place. Code that moves on
makes such a text go stale; that is an error here, never a bug that is silently planted nowhere.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("bugs.yaml")


class StalePlant(Exception):
    """A change that cannot be made to the code as it is. Says which, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`text` stands exactly once in `file`, which is named from the root of the checkout."""

    file: str
    text: str
    by: str

    def made_in(self, root: Path) -> str:
        """The file's text with the change made. Raises StalePlant."""
        file = root / self.file
        if not file.is_file():
            raise StalePlant(f"there is no {self.file}")
        before = file.read_text(encoding="utf-8")
        if (times := before.count(self.text)) != 1:
            raise StalePlant(f"{self.text!r} stands {times} times in {self.file}")
        after = before.replace(self.text, self.by)
        try:
            ast.parse(after)
        except SyntaxError as error:
            raise StalePlant(f"{self.file} is no Python any more: {error}") from None
        return after


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """One bug, what it breaks, and the tests that must fail."""

    name: str
    promise: str
    changes: tuple[Change, ...]
    caught_by: tuple[str, ...]

    def plant(self, root: Path) -> None:
        """Make its changes in a copy of the product. Raises StalePlant."""
        for change in self.changes:
            made = change.made_in(root)
            (root / change.file).write_text(made, encoding="utf-8")


@cache
def bugs() -> tuple[Bug, ...]:
    """In the order of the table."""
    return tuple(_bug(entry) for entry in yaml.safe_load(TABLE.read_text(encoding="utf-8")))


def _bug(entry: dict[str, Any]) -> Bug:
    return Bug(
        name=entry["name"],
        promise=entry["promise"],
        changes=tuple(Change(**change) for change in entry["changes"]),
        caught_by=tuple(entry["caught_by"]),
    )


def missing_tests(bug: Bug) -> Iterator[str]:
    """The named tests that no file has."""
    for node in bug.caught_by:
        file, _, function = node.partition("::")
        if function.partition("[")[0] not in _tests_of(file):
            yield node


@cache
def _tests_of(file: str) -> frozenset[str]:
    path = ROOT / file
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module(body=[], type_ignores=[])
    return frozenset(each.name for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
