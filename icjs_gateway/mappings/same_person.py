"""Whether two entries of one document are about one person, by the numbers and names that they give."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from icjs_gateway.mappings.checks import is_unknown_name
from icjs_gateway.mappings.codelists import plain_words

NUMBERS = ("serial", "court_party", "pid", "ptn")


class Same(IntEnum):
    """How sure it is that two are one."""

    NO = 0
    PERHAPS = 1
    YES = 2


def is_same_person(one: Mapping[str, Any], other: Mapping[str, Any], *, has_several_firs: bool) -> Same:
    """One number in common and nothing that speaks against it is one person.

    A name alone is nobody's, so it is PERHAPS; so is a serial in a document of several FIRs, each of which has an A1,
    and one number beside another that differs. Who is not identified is nobody else.
    """
    shared = {each for each in NUMBERS if each in one and one.get(each) == other.get(each)}
    differs = any(each in one and each in other and one[each] != other[each] for each in NUMBERS)
    name, other_name = one.get("name"), other.get("name")
    named_alike = _alike(name, other_name)
    if not shared:
        same_name = named_alike is True and not differs and not is_unknown_name(str(name))
        return Same.PERHAPS if same_name and _alike(_relative(one), _relative(other)) is not False else Same.NO
    if differs or named_alike is False:
        return Same.NO if has_several_firs and shared == {"serial"} else Same.PERHAPS
    if has_several_firs and shared == {"serial"} and named_alike is None:
        return Same.PERHAPS
    return Same.YES


def _alike(one: str | None, other: str | None) -> bool | None:
    """None where one of them says nothing."""
    if one is None or other is None:
        return None
    return plain_words(one) == plain_words(other)


def _relative(person: Mapping[str, Any]) -> str | None:
    relative = person.get("relative")
    return relative.get("name") if isinstance(relative, Mapping) else None
