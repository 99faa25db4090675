"""Values of open code lists: looked up, told when unknown, and always kept as they came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from icjs_gateway.mappings.codecs import text
from icjs_gateway.mappings.codelists import CodeLists, plain_words
from icjs_gateway.mappings.vocabulary import Row
from icjs_gateway.model.findings import Severity

Warn = tuple[str, str, str]
"""(code, expected, hint) of a warning."""

Code = Callable[[str | None, str | None, Mapping[str, str]], tuple[dict[str, str], Warn | None]]
"""(raw code, text, what was remembered) to the coded value and a warning, if any. Raises ValueError."""


def coder(row: Row, lists: CodeLists) -> Code:
    """The lookup of a row: first the list of the source it depends on, by code; then everybody's, by code or text.

    A row without `list` only keeps what came. Raises Misconfigured for a list that no file holds.
    """
    if row.list_name is None:
        return _kept
    name, per = row.list_name, row.per
    if name not in lists:
        raise row.where.wrong(f"no code list {name}; there are {', '.join(sorted(lists))}")
    common = lists[name]

    def code(raw: str | None, words: str | None, remembered: Mapping[str, str]) -> tuple[dict[str, str], Warn | None]:
        value, _ = _kept(raw, words, remembered)
        said = common.by_text.get(plain_words(value["text"])) if "text" in value else None
        own = lists.get(f"{name}/{remembered.get(per)}") if per is not None else common
        found = own.by_raw.get(value["raw"]) if own is not None and "raw" in value else None
        if own is not None and found is not None:
            value |= {"code": found, "code_list": own.id}
            if said is not None and said != found:
                hint = f"the code means {found} in {own.id}, the text {said}; the code was followed"
                return value, ("CODE-TEXT-DISAGREE", said, hint)
            return value, None
        if said is not None:
            value |= {"code": said, "code_list": common.id}
            return value, None
        searched = own.id if own is not None and own is not common else common.id
        return value, ("CODE-UNKNOWN", f"a code or text of {searched}", "it was kept as sent")

    return code


def _kept(raw: str | None, words: str | None, remembered: Mapping[str, str]) -> tuple[dict[str, str], None]:
    value: dict[str, str] = {}
    if raw is not None and raw.strip():
        value["raw"] = text(raw)
    if words is not None and words.strip():
        value["text"] = text(words)
    if not value:
        raise ValueError("expected a code, a text, or both")
    return value, None


def tell(reading: Any, warn: Warn, place: Any, row: Row, index: int, line: int | None, value: dict[str, str]) -> None:
    """Hand a warning on."""
    code, expected, hint = warn
    found = value.get("raw") or value.get("text")
    reading.tell(code, place, row, index, line, severity=Severity.WARN, expected=expected, found=found, hint=hint)
