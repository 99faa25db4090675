"""What may stand at one place of a JSON document, as far as its schema says it; and two of these put together.

Parts of a schema that hold at once narrow each other (`both`); of alternatives each may be what stands there
(`either`). What any of them lets in is a place, or it would be lost in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

JSON_TYPES: Mapping[type, str] = {
    **{dict: "object", list: "array", str: "string"},
    **{bool: "boolean", int: "integer", float: "number", type(None): "null"},
}
"""What JSON Schema calls a value, by the Python type that it is read as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """`types` are without null, and None where any may stand; `codes` is None for open values. `partial` are the
    members that some alternatives alone speak of: the others let anything stand there."""

    types: frozenset[str] | None = None
    is_closed: bool = False
    has_patterns: bool = False
    members: Mapping[str, Shape] = field(default_factory=dict)
    partial: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    items: Shape | None = None
    codes: tuple[str, ...] | None = None
    format: str | None = None

    def may_be(self, kind: str) -> bool:
        return self.types is None or kind in self.types


ANYTHING = Shape()


def both(one: Shape, other: Shape) -> Shape:
    """What fits this and that."""
    members = dict(one.members)
    for name, shape in other.members.items():
        known = one.members.get(name)
        members[name] = shape if known is None else both(_whole(one, name), _whole(other, name))
    return Shape(
        types=_common(one.types, other.types),
        is_closed=one.is_closed or other.is_closed,
        has_patterns=one.has_patterns or other.has_patterns,
        members=members,
        partial=frozenset(name for name in members if _is_partial(one, name) and _is_partial(other, name)),
        required=one.required | other.required,
        items=_narrowed(one.items, other.items),
        codes=_codes(one.codes, other.codes),
        format=one.format or other.format,
    )


def either(shapes: Sequence[Shape]) -> Shape:
    """What fits one of these; what may only be null says nothing."""
    shapes = [each for each in shapes if each.types != frozenset()]
    if not shapes:
        return ANYTHING
    names = dict.fromkeys(name for each in shapes for name in each.members)
    codes = [each.codes for each in shapes if each.codes is not None]
    formats = {each.format for each in shapes}
    types = [each.types for each in shapes if each.types is not None]
    return Shape(
        types=frozenset().union(*types) if len(types) == len(shapes) else None,
        is_closed=all(each.is_closed for each in shapes if each.may_be("object")),
        has_patterns=any(each.has_patterns for each in shapes),
        members={name: either([each.members[name] for each in shapes if name in each.members]) for name in names},
        partial=frozenset(name for name in names if any(_is_partial(each, name) for each in shapes)),
        required=frozenset.intersection(*(each.required for each in shapes)),
        items=_items(shapes),
        codes=tuple(dict.fromkeys(code for each in codes for code in each)) if len(codes) == len(shapes) else None,
        format=formats.pop() if len(formats) == 1 else None,
    )


def _is_partial(shape: Shape, name: str) -> bool:
    return name in shape.partial or name not in shape.members


def _whole(shape: Shape, name: str) -> Shape:
    """A member where others speak of it too: an alternative that is silent on it lets anything stand there."""
    said = shape.members[name]
    return either([said, ANYTHING]) if name in shape.partial else said


def _common(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return other if one is None else one
    # A whole number is a number.
    return frozenset(
        kind
        for kind in one | other
        if all(kind in each or (kind == "integer" and "number" in each) for each in (one, other))
    )


def _narrowed(one: Shape | None, other: Shape | None) -> Shape | None:
    if one is None or other is None:
        return other if one is None else one
    return both(one, other)


def _codes(one: tuple[str, ...] | None, other: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if one is None or other is None:
        return other if one is None else one
    return tuple(code for code in one if code in other)


def _items(shapes: Sequence[Shape]) -> Shape | None:
    lists = [each.items for each in shapes if each.may_be("array")]
    return either([each or ANYTHING for each in lists]) if any(lists) else None
