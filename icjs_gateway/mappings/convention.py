"""Tables by convention: the rows of a whole canonical shape, made from the shape itself.

What the gateway sends may be any event that its recipient may see. A table of a thousand rows, each saying that
`ordered_on` is `OrderedOn`, would hide the few that say something; so the rows of an outbound contract follow from the
canonical model by one rule, and the contract names only the words that differ:

    names: {accused: Prisoner, firs: FIR}

A member's name becomes upper camel case in XML and lower camel case in JSON; a list is an element that repeats, or an
array. Values stand as in the event's own JSON: dates and instants as ISO 8601, everything else as text, whole number or
boolean. Every member is optional but those of the header, because disclosure may hide any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from icjs_gateway.mappings.marked_yaml import Marked
from icjs_gateway.mappings.vocabulary import Group, Row

Visible = Callable[[str], bool]
"""Whether a leaf, by its path from the root of the data, can be shown at all."""
Naming = Callable[[str], str]
"""From the name of a member to its name on the wire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The rule, and the names that go another way. XML has singular names, for an element is one of many."""

    xml: bool
    names: Mapping[str, str]

    def name(self, member: str) -> str:
        if member in self.names:
            return self.names[member]
        first, *others = member.split("_")
        rest = "".join(word.capitalize() for word in others)
        return (first.capitalize() if self.xml else first) + rest


def rows_of(models: Iterable[type[BaseModel]], words: Words, visible: Visible, where: Marked) -> tuple[Row, ...]:
    """The rows of the members of these models together, in their order, less what nobody can be shown.

    Where several models have a member of one name, it is the same member. Raises ValueError if two of them differ.
    """
    found: dict[str, Row] = {}
    for model in models:
        for row in _of_model(model, words, visible, "", where):
            if _signature(found.setdefault(row.to, row)) != _signature(row):
                raise ValueError(f"{row.to} of {model.__name__} differs from another member of that name")
    return tuple(found.values())


def leaf(name: str, words: Words, where: Marked, *, codec: str = "text", required: bool = False) -> Row:
    """A row of one value."""
    return Row(wire=words.name(name), to=name, where=where, codec=codec, required=required)


def nested(name: str, rows: Iterable[Row], words: Words, where: Marked, *, many: bool = False) -> Row:
    """A row of rows."""
    return Row(wire=words.name(name), to=name, where=where, group=Group(rows=tuple(rows)), many=many)


def _of_model(model: type[BaseModel], words: Words, visible: Visible, above: str, where: Marked) -> Iterator[Row]:
    for name, info in model.model_fields.items():
        member = info.alias or name
        kind, many = _kind(info.annotation)
        path = f"{above}{member}"
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            rows = tuple(_of_model(kind, words, visible, f"{path}.", where))
            if rows:
                yield nested(member, rows, words, where, many=many)
        elif visible(path):
            yield Row(wire=words.name(member), to=member, where=where, codec=_codec(kind), many=many)


def _kind(annotation: Any) -> tuple[Any, bool]:
    """The type of a member without what makes it optional or many, and whether there may be many."""
    many = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, UnionType):
            [annotation] = [way for way in get_args(annotation) if way is not type(None)]
        elif origin is tuple:
            annotation, many = get_args(annotation)[0], True
        else:
            return annotation, many


_CODECS: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (datetime, "instant-text"),
    (date, "date-text"),
)


def _codec(kind: Any) -> str:
    if isinstance(kind, type):
        return next((codec for known, codec in _CODECS if issubclass(kind, known)), "text")
    return "text"


def _signature(row: Row) -> Any:
    """What makes two rows the same."""
    below = tuple(_signature(each) for each in row.group.rows) if row.group is not None else None
    return row.wire, row.to, row.codec, row.many, row.required, below


def untold(tree: Mapping[str, Any], group: Group, above: str = "") -> Iterator[str]:
    """Members of a tree that a table by convention has no row for: what would be lost in silence."""
    rows = {row.to: row for row in group.rows}
    for name, value in tree.items():
        row = rows.get(name)
        if row is None:
            yield f"{above}{name}"
        elif row.group is not None:
            for item in value if row.many else (value,):
                yield from untold(item, row.group, f"{above}{name}.")
