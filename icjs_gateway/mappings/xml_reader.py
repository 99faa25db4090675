"""From XML elements to the canonical tree: a table compiled to closures, one pass over the children of each element.

Elements are used by what they can do (tag, text, get, iteration, line), so that no XML library is named here. The
document has been admitted by its schema; what a schema cannot say is judged on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from icjs_gateway.mappings.checks import Complaint
from icjs_gateway.mappings.codelists import CodeLists
from icjs_gateway.mappings.coding import coder, tell
from icjs_gateway.mappings.reading import Place, Reading, as_written, judges_of, within
from icjs_gateway.mappings.vocabulary import Group, Row


class Element(Protocol):
    """As much of an XML element as reading needs."""

    @property
    def tag(self) -> Any: ...

    @property
    def text(self) -> str | None: ...

    @property
    def sourceline(self) -> int | None: ...

    def get(self, key: str, /) -> str | None: ...

    def __iter__(self) -> Iterator[Element]: ...


Out = dict[str, Any]
Read = Callable[[Any, Place, Reading], Out]
_Take = Callable[[Any, Out, Place, Reading], None]


def compile_reader(group: Group, *, namespace: str, lists: CodeLists) -> Read:
    """The reader of one group. Raises Misconfigured."""
    attributes: list[tuple[str, Callable[[str, Any, Out, Place, Reading], None]]] = []
    own_text: Callable[[str, Any, Out, Place, Reading], None] | None = None
    takers: dict[str, _Take] = {}
    for row in group.rows:
        if row.wire.startswith("@"):
            attributes.append((row.wire[1:], _value_inside(row)))
        elif row.wire == ".":
            own_text = _value(row)
        else:
            takers[f"{{{namespace}}}{row.wire}"] = _inside(row, _taker(row, namespace, lists))
    judges = judges_of(group)
    rows = {row.to: row for row in group.rows} | {row.raw: row for row in group.rows if row.raw is not None}
    take_of = takers.get

    def read(element: Any, place: Place, reading: Reading) -> Out:
        out: Out = {}
        errors = reading.errors
        for name, take_attribute in attributes:
            value = element.get(name)
            if value is not None:
                take_attribute(value, element, out, place, reading)
        if own_text is not None:
            value = element.text
            if value is not None and not value.isspace():
                own_text(value, element, out, place, reading)
        if takers:
            for child in element:
                take = take_of(child.tag)
                if take is not None:
                    take(child, out, place, reading)
        # What could not be read is not missing as well: checks judge whole groups only.
        if judges and errors == reading.errors:
            for judge in judges:
                for complaint in judge(out):
                    _complain(complaint, rows, element, place, reading, namespace)
        return out

    return read


def _complain(
    complaint: Complaint, rows: dict[str, Row], element: Any, place: Place, reading: Reading, namespace: str
) -> None:
    row = rows.get(complaint.member) if complaint.member is not None else None
    line = element.sourceline
    if row is not None:
        line = next((child.sourceline for child in element if child.tag == f"{{{namespace}}}{row.wire}"), line)
    reading.complain(complaint, place, row, line)


def _value(row: Row) -> Callable[[str, Any, Out, Place, Reading], None]:
    """A value that is an attribute, or an element's own text."""
    decode, name = row.decode, row.to

    def take(value: str, element: Any, out: Out, place: Place, reading: Reading) -> None:
        try:
            out[name] = decode(value)
        except ValueError as error:
            reading.unfit(error, place, row, 0, element.sourceline, value)

    return take


def _value_inside(row: Row) -> Callable[[str, Any, Out, Place, Reading], None]:
    take = _value(row)
    if row.inside is None:
        return take
    steps = row.inside.split(".")

    def take_inside(value: str, element: Any, out: Out, place: Place, reading: Reading) -> None:
        take(value, element, within(out, steps), place, reading)

    return take_inside


def _inside(row: Row, take: _Take) -> _Take:
    """The same, a member deeper in the tree, where the row says so."""
    if row.inside is None:
        return take
    steps = row.inside.split(".")

    def take_inside(element: Any, out: Out, place: Place, reading: Reading) -> None:
        take(element, within(out, steps), place, reading)

    return take_inside


def _taker(row: Row, namespace: str, lists: CodeLists) -> _Take:
    """What to do with one child element."""
    if row.group is not None:
        return _group(row, compile_reader(row.group, namespace=namespace, lists=lists))
    if row.codec == "coded":
        return _coded(row, lists)
    if row.many:
        return _texts(row)
    if row.raw is not None or row.remember is not None:
        return _kept_text(row)
    decode, name = row.decode, row.to

    def take(element: Any, out: Out, place: Place, reading: Reading) -> None:
        try:
            out[name] = decode(element.text or "")
        except ValueError as error:
            reading.unfit(error, place, row, 0, element.sourceline, element.text)

    return take


def _kept_text(row: Row) -> _Take:
    """A text of which something else must be kept too: its raw form, or its value for later."""
    decode, encode, name, raw, remember = row.decode, row.encode, row.to, row.raw, row.remember

    def take(element: Any, out: Out, place: Place, reading: Reading) -> None:
        written = element.text or ""
        try:
            value = decode(written)
        except ValueError as error:
            reading.unfit(error, place, row, 0, element.sourceline, written)
            return
        out[name] = value
        if raw is not None and encode(value) != (written := written.strip()):
            out[raw] = written
        if remember is not None:
            reading.remembered[remember] = value

    return take


def _texts(row: Row) -> _Take:
    decode, name = row.decode, row.to

    def take(element: Any, out: Out, place: Place, reading: Reading) -> None:
        values = out.setdefault(name, [])
        try:
            values.append(decode(element.text or ""))
        except ValueError as error:
            reading.unfit(error, place, row, len(values), element.sourceline, element.text)

    return take


def _coded(row: Row, lists: CodeLists) -> _Take:
    code, name, many = coder(row, lists), row.to, row.many

    def take(element: Any, out: Out, place: Place, reading: Reading) -> None:
        index = len(out.get(name, ())) if many else 0
        try:
            value, warn = code(element.get("code"), element.text, reading.remembered)
        except ValueError as error:
            reading.unfit(error, place, row, index, element.sourceline, None)
            return
        if warn is not None:
            tell(reading, warn, place, row, index, element.sourceline, value)
        if many:
            out.setdefault(name, []).append(value)
        else:
            out[name] = value

    return take


def _group(row: Row, read: Read) -> _Take:
    name, further = row.to, row.further
    if further is not None:

        def take_further(element: Any, out: Out, place: Place, reading: Reading) -> None:
            if name not in out:
                out[name] = read(element, (place, row, 0), reading)
            else:
                rest = out.setdefault(further, [])
                rest.append(read(element, (place, row, len(rest) + 1), reading))

        return take_further
    if row.unread is not None:
        return _group_or_unread(row, read, row.unread)
    if row.many:

        def take_many(element: Any, out: Out, place: Place, reading: Reading) -> None:
            items = out.get(name)
            if items is None:
                items = out[name] = []
            items.append(read(element, (place, row, len(items)), reading))

        return take_many

    def take_one(element: Any, out: Out, place: Place, reading: Reading) -> None:
        out[name] = read(element, (place, row, 0), reading)

    return take_one


def _group_or_unread(row: Row, read: Read, unread: str) -> _Take:
    """One of several groups; where what it names cannot be read, the texts of its elements."""
    name = row.to

    def take(element: Any, out: Out, place: Place, reading: Reading) -> None:
        mark, items = reading.mark, out.get(name, [])
        item = read(element, (place, row, len(items) + len(out.get(unread, ()))), reading)
        if reading.left_out(mark):
            out.setdefault(unread, []).append(as_written(child.text for child in element))
        else:
            out[name] = [*items, item]

    return take
