"""Who sees what of a labelled case, a table a class. `python -m tests.disclosure.tables` writes them anew."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from icjs_gateway.routing.directory import RecipientClass
from tests.support.disclosing import Shown, case, recipient, show

TABLES = Path(__file__).parent
LABELLED: Mapping[str, frozenset[str] | None] = {
    "no label": frozenset(),
    "SEXUAL_OFFENCE": frozenset({"SEXUAL_OFFENCE"}),
    "CHILD_IN_CONFLICT": frozenset({"CHILD_IN_CONFLICT"}),
    "IN_CAMERA": frozenset({"IN_CAMERA"}),
    "no case yet": None,
}


def table(who: RecipientClass) -> dict[str, dict[str, Any]]:
    """What the class sees of each event without a label, and what of that differs under each label."""
    tables = {title: seen(who, labels) for title, labels in LABELLED.items()}
    plain = tables["no label"]
    return {
        title: {name: entry for name, entry in each.items() if each is plain or entry != plain[name]}
        for title, each in tables.items()
    }


def seen(who: RecipientClass, labels: frozenset[str] | None) -> dict[str, Any]:
    return {name: _entry(show(told, recipient(who))) for name, told in case(labels).items()}


def _entry(shown: Shown) -> Any:
    """The rule that withholds an event; or the members that are shown, and the rule of each that is hidden."""
    if shown.data is None:
        return f"withheld: {shown.rule}"
    members = {name: value for name, value in shown.data.items() if name not in ("case", "disclosure")}
    return {"shows": _names(members)} | ({"hides": dict(shown.withheld)} if shown.withheld else {})


def _names(value: Any) -> str:
    """Members by name, with their members in brackets; the items of a list apart."""
    if isinstance(value, list):
        return "; ".join(dict.fromkeys(_names(each) for each in value))
    if not isinstance(value, dict):
        return ""
    below = {name: _names(each) for name, each in value.items()}
    return " ".join(f"{name}({inner})" if inner else name for name, inner in below.items())


def written(who: RecipientClass) -> str:
    return yaml.safe_dump(table(who), sort_keys=False, allow_unicode=True, width=120)


def main() -> None:
    for who in RecipientClass:
        file, text = TABLES / f"{who.value}.yaml", written(who)
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            print(f"written {file}")


if __name__ == "__main__":
    main()
