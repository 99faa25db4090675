"""From JSON values to the canonical tree: the same table as for XML, compiled to closures over objects.

Members are read in the order of the table, whatever the order in the document. Lines are not known here: whoever has
the body finds them, for the few findings that there are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from icjs_gateway.mappings.codelists import CodeLists
from icjs_gateway.mappings.coding import coder, tell
from icjs_gateway.mappings.json_values import reader_of
from icjs_gateway.mappings.reading import Place, Reading, as_written, judges_of, within
from icjs_gateway.mappings.vocabulary import Group, Row

Out = dict[str, Any]
Read = Callable[[Any, Place, Reading], Out]
_Take = Callable[[Any, Out, Place, Reading], None]


def compile_reader(group: Group, *, lists: CodeLists) -> Read:
    """The reader of one object. Raises Misconfigured."""
    takers = [(row.wire, row.inside.split(".") if row.inside else [], _taker(row, lists)) for row in group.rows]
    judges = judges_of(group)
    rows = {row.to: row for row in group.rows} | {row.raw: row for row in group.rows if row.raw is not None}

    def read(value: Any, place: Place, reading: Reading) -> Out:
        out: Out = {}
        errors = reading.errors
        if type(value) is not dict:
            return out
        for name, steps, take in takers:
            member = value.get(name)
            if member is not None:
                take(member, within(out, steps) if steps else out, place, reading)
        # What could not be read is not missing as well: checks judge whole groups only.
        if judges and errors == reading.errors:
            for judge in judges:
                for complaint in judge(out):
                    reading.complain(complaint, place, rows.get(complaint.member or ""), None)
        return out

    return read


def _taker(row: Row, lists: CodeLists) -> _Take:
    if row.group is not None:
        return _group(row, compile_reader(row.group, lists=lists))
    if row.codec == "coded":
        return _coded(row, lists)
    text, decode, encode = reader_of(row), row.decode, row.encode
    name, raw, remember = row.to, row.raw, row.remember
    if row.many:

        def take_many(value: Any, out: Out, place: Place, reading: Reading) -> None:
            values = out[name] = []
            for index, item in enumerate(_listed(value)):
                try:
                    values.append(decode(text(item)))
                except ValueError as error:
                    reading.unfit(error, place, row, index, None, item)

        return take_many

    def take(value: Any, out: Out, place: Place, reading: Reading) -> None:
        try:
            written = text(value)
            decoded = out[name] = decode(written)
        except ValueError as error:
            reading.unfit(error, place, row, 0, None, value)
            return
        if raw is not None and encode(decoded) != (written := written.strip()):
            out[raw] = written
        if remember is not None:
            reading.remembered[remember] = decoded

    return take


def _coded(row: Row, lists: CodeLists) -> _Take:
    """JSON carries a coded value as an object `{code, text}`, or a list of them."""
    code, name, many = coder(row, lists), row.to, row.many

    def take(value: Any, out: Out, place: Place, reading: Reading) -> None:
        values = []
        for index, item in enumerate(_listed(value) if many else [value]):
            if type(item) is not dict:
                reading.unfit(ValueError("expected an object with code and text"), place, row, index, None, item)
                continue
            try:
                coded, warn = code(item.get("code"), item.get("text"), reading.remembered)
            except ValueError as error:
                reading.unfit(error, place, row, index, None, None)
                continue
            if warn is not None:
                tell(reading, warn, place, row, index, None, coded)
            values.append(coded)
        if many:
            out[name] = values
        elif values:
            out[name] = values[0]

    return take


def _listed(value: Any) -> list[Any]:
    """What is no list has been refused by the schema; the rest of the document is read on for its other faults."""
    return value if type(value) is list else []


def _group(row: Row, read: Read) -> _Take:
    name, further = row.to, row.further
    if row.unread is not None:
        return _group_or_unread(row, read, row.unread)
    if row.repeats:

        def take_many(value: Any, out: Out, place: Place, reading: Reading) -> None:
            items = [read(item, (place, row, index), reading) for index, item in enumerate(_listed(value))]
            if further is None:
                out[name] = items
            elif items:
                out[name] = items[0]
                if len(items) > 1:
                    out[further] = items[1:]

        return take_many

    def take_one(value: Any, out: Out, place: Place, reading: Reading) -> None:
        out[name] = read(value, (place, row, 0), reading)

    return take_one


def _group_or_unread(row: Row, read: Read, unread: str) -> _Take:
    """Several groups; of one that names what cannot be read, the texts of its members."""
    name = row.to

    def take(value: Any, out: Out, place: Place, reading: Reading) -> None:
        items: list[Out] = []
        for index, item in enumerate(_listed(value)):
            mark = reading.mark
            told = read(item, (place, row, index), reading)
            if reading.left_out(mark):
                out.setdefault(unread, []).append(as_written(item.values()))
            else:
                items.append(told)
        if items or unread not in out:
            out[name] = items

    return take
