"""The places of a schema: every element, attribute and member in which a value or a group may stand, as a tree.

What a table can have a row for, and what its coverage is counted over (`xsd_places`, `json_places` read them). A table
has a row for every place, so a schema whose places have no end, or no name, is refused with what to do about it. A
place in which something may stand that no row could carry says so: it is a fault unless the table leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from icjs_gateway.model.errors import Misconfigured

PLACES_MAX = 20_000
"""Of one schema. A few lines of types that hold each other twice are millions of places."""


@dataclass(slots=True)
class Place:
    """One place, with what lies below it. `kind` is the codec that its type suggests, `.` the text of an element that
    has attributes."""

    name: str
    required: bool = False
    many: bool = False
    kind: str = "text"
    codes: tuple[str, ...] = ()
    types: frozenset[str] = frozenset()
    """Of a value in JSON: what may stand there, null apart; empty in XML, and where the schema lets anything stand."""
    namespace: str = ""
    """Of an element."""
    loses: list[str] = field(default_factory=list)
    """What may stand there, or how, and would not be read; with what to do about it."""
    below: list[Place] = field(default_factory=list)


class Counted:
    """Counts the places of one schema, and refuses it when there are too many."""

    def __init__(self) -> None:
        self._count = 0

    def one(self, path: str) -> None:
        self._count += 1
        if self._count > PLACES_MAX:
            raise Misconfigured(
                f"{path}: the schema has more than {PLACES_MAX} places; a contract is about one document"
            )


def losses(place: Place, above: str = "") -> Iterator[tuple[str, str]]:
    """(path, what would be lost there) of a place and all below; the path of the document itself is empty."""
    for reason in place.loses:
        yield above, reason
    for each in place.below:
        yield from losses(each, f"{above}/{each.name}".lstrip("/"))


def foreign(place: Place, namespace: str, above: str = "") -> Iterator[tuple[str, str, str]]:
    """(path, name, namespace) of every element below that has another namespace than the document's."""
    for each in place.below:
        path = f"{above}/{each.name}".lstrip("/")
        if not each.name.startswith("@") and each.name != "." and each.namespace != namespace:
            yield path, each.name, each.namespace
        yield from foreign(each, namespace, path)


def of_namespace(other: str, namespace: str) -> str:
    """Why rows do not read an element of another namespace, and what to do about it."""
    if other:
        return f"it is of the namespace {other}, and rows are of {namespace}: `reshape: namespaces` brings it there"
    return 'it has no namespace, and rows have the contract\'s: the schema needs elementFormDefault="qualified"'
