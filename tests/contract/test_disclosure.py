"""Who sees what of a labelled case: one table a recipient class in `tests/disclosure/`, reviewed by hand."""

from __future__ import annotations

import pytest

from icjs_gateway.routing.directory import RecipientClass
from tests.disclosure.tables import TABLES, seen, written
from tests.support.disclosing import policy


@pytest.mark.parametrize("who", RecipientClass, ids=lambda who: who.value)
def test_a_class_sees_what_its_table_says(who: RecipientClass) -> None:
    golden = TABLES / f"{who.value}.yaml"
    assert golden.is_file(), "goldens are written by `make goldens`, not by being missing"
    assert written(who) == golden.read_text(encoding="utf-8")


def test_every_label_changes_what_somebody_sees() -> None:
    for label in policy().labels:
        assert any(seen(who, frozenset({label})) != seen(who, frozenset()) for who in RecipientClass), label
