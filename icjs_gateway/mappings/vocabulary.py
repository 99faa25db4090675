"""The words of a mapping table: what a row may say, and how a table is read from its file.

    shapes:                                    rows that several places share
      party:
        - {wire: Serial, to: serial, codec: token}
    rows:                                      the document, in the order of the wire
      - {wire: MessageId, to: message_id, codec: message-id}
      - wire: Accused
        to: accused
        occurs: "*"
        checks: [{check: one-of, members: [serial, name], code: PERSON-UNNAMED}]
        rows:
          - {include: party}
          - {wire: "@action", to: action, codec: token}
    unmapped:
      - {wire: Case/Remarks, reason: "internal to the court"}

`wire` is an element or member name, `@name` an attribute, `.` an element's own text. `to` is a member of the canonical
tree; nesting on the wire is nesting in the tree. `to: bail.decision` puts what stands flat on the wire into a member of
the tree that the wire does not have, however deep. `codes` lists what may stand there, or says what each of a source's
own codes means: `{R: REGULAR, Z: ZERO}`, with `codec: boolean` `{Y: true, N: false}`. `type: number` or `type: string`
is how a sender writes in JSON what the codec would expect otherwise, `form: DD/MM/YYYY` how it writes a date or an
instant (`written_times`). One row is read in both directions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from icjs_gateway.mappings.codecs import CODECS, Codec, closed
from icjs_gateway.mappings.marked_yaml import Marked
from icjs_gateway.mappings.written_times import date_as, instant_as


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A rule over one group of the tree, by its registered name."""

    name: str
    options: Mapping[str, Any]
    where: Marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The rows of one element or object, in wire order."""

    rows: tuple[Row, ...]
    checks: tuple[Check, ...] = ()

    @property
    def own_text(self) -> Row | None:
        """The row of the element's own text."""
        return next((row for row in self.rows if row.wire == "."), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One field in both directions. Either `codec` or `group` is set.

    `inside` is the member around `to`, or the path to it, that has no element of its own on the wire. `meanings` are
    those of a source's own codes.
    `further` is the member for the second and later occurrences, `raw` the member that keeps the wire's text when it
    differs from the canonical form, `unread` the member that keeps the texts of an occurrence that is left out, with
    a warning, because its FIR number or State cannot be read, `remember` puts a value aside under a name for code lists
    that depend on it.
    `json` is the member's name in JSON where one table serves both forms (`twins`), `null` says that JSON tells it even
    when there is nothing, `type` is the JSON type that stands there, where it is not the codec's own, and `form` how a
    date or an instant is written, where it is not as ISO 8601 has it.
    """

    wire: str
    to: str
    where: Marked
    inside: str | None = None
    codec: str | None = None
    group: Group | None = None
    required: bool = False
    many: bool = False
    further: str | None = None
    raw: str | None = None
    unread: str | None = None
    codes: tuple[str, ...] = ()
    meanings: Mapping[str, str] | None = None
    list_name: str | None = None
    per: str | None = None
    remember: str | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    json: str | None = None
    null: bool = False
    type: str | None = None
    form: str | None = None

    @property
    def repeats(self) -> bool:
        """Whether the wire may hold several: then places in it carry an index."""
        return self.many or self.further is not None

    @property
    def _plain(self) -> Codec:
        """What reads and writes a value, codes apart."""
        return CODECS[self.codec or ""] if self.form is None else _FORMS[self.codec or ""](self.form)

    @property
    def decode(self) -> Callable[[str], Any]:
        """From the text on the wire to the value in the tree. Raises Unfit."""
        decode = self._plain.decode
        if not self.codes:
            return decode
        code = closed(self.codes, self.meanings)
        return code if self.codec == "code" else lambda raw: decode(code(raw))

    @property
    def encode(self) -> Callable[[Any], str]:
        """From the value in the tree to the text on the wire. Raises Unfit for a value that has no code."""
        encode = self._plain.encode
        if self.meanings is None:
            return encode
        codes = closed(tuple(self.meanings.values()), {meaning: code for code, meaning in self.meanings.items()})
        return lambda value: codes(encode(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A mapping file as read: the document's rows, what is left out and why, and how the tree becomes events: a
    question and an answer become none."""

    group: Group
    unmapped: Mapping[str, str]
    events: Marked | None


_WIRE = re.compile(r"\.|@?[^\s/@.][^\s/@]*")
"""An element, member or attribute by name, or an element's own text."""

_ROW = {
    "wire",
    "json",
    "to",
    "codec",
    "occurs",
    "further",
    "raw",
    "unread",
    "codes",
    "list",
    "per",
    "remember",
    "constants",
    "null",
    "type",
    "form",
}
_NESTED = {"rows", "shape", "checks"}


def read_table(root: Marked) -> Table:
    """Read a mapping file. Raises Misconfigured with file, line and reason."""
    members = root.members(required=("rows",), optional=("events", "shapes", "unmapped", "checks", "reshape"))
    shapes: dict[str, tuple[Row, ...]] = {}
    if "shapes" in members:
        for name, shape in members["shapes"].members(optional=None).items():
            shapes[name] = _rows(shape, shapes)
    unmapped = {}
    for entry in members["unmapped"].items() if "unmapped" in members else []:
        left_out = entry.members(required=("wire", "reason"))
        unmapped[left_out["wire"].text()] = left_out["reason"].text()
    group = Group(rows=_rows(members["rows"], shapes), checks=_checks(members.get("checks")))
    return Table(group=group, unmapped=unmapped, events=members.get("events"))


def _rows(listed: Marked, shapes: Mapping[str, tuple[Row, ...]]) -> tuple[Row, ...]:
    rows: list[Row] = []
    for entry in listed.items():
        members = entry.members(optional=_ROW | _NESTED | {"include"})
        if "include" in members:
            rows += _shape(members["include"], shapes)
        else:
            rows.append(_row(entry, shapes))
    names: tuple[tuple[str, Callable[[Row], str]], ...] = (("to", _place), ("wire", lambda row: row.wire))
    for name, value_of in names:
        seen: set[str] = set()
        for row in rows:
            value = value_of(row)
            if value in seen:
                raise row.where.wrong(f"{name}: {value} stands here twice")
            seen.add(value)
    return tuple(rows)


def _place(row: Row) -> str:
    return row.to if row.inside is None else f"{row.inside}.{row.to}"


def _row(entry: Marked, shapes: Mapping[str, tuple[Row, ...]]) -> Row:
    members = entry.members(required=("wire", "to"), optional=_ROW | _NESTED)
    ways = [name for name in ("codec", "rows", "shape") if name in members]
    if len(ways) != 1:
        raise entry.wrong("a row has exactly one of codec, rows, shape")
    codec = members["codec"].text() if "codec" in members else None
    if codec is not None and codec not in CODECS:
        raise members["codec"].wrong(f"no codec {codec}; there are {', '.join(sorted(CODECS))}")
    occurs = members["occurs"].text() if "occurs" in members else "?"
    if occurs not in ("?", "1", "*", "+"):
        raise members["occurs"].wrong('occurs is "1", "?", "*" or "+"')
    if "further" in members and (occurs in ("*", "+") or codec is not None):
        raise members["further"].wrong('further has the second and later ones of a group; occurs: "*" makes one list')
    group = None
    if codec is None:
        rows = _shape(members["shape"], shapes) if "shape" in members else _rows(members["rows"], shapes)
        group = Group(rows=rows, checks=_checks(members.get("checks")))
    options: dict[str, Any] = {
        name: members[name].text() for name in ("further", "raw", "unread", "per", "remember") if name in members
    }
    wire = members["wire"].text()
    if not _WIRE.fullmatch(wire):
        raise members["wire"].wrong(
            f"{wire}: a row names one step, without a slash or a blank; what is below has `rows`"
        )
    inside, _, to = members["to"].text().rpartition(".")
    if inside and wire == ".":
        raise members["to"].wrong("an element's own text is a member of the element's own")
    codes, meanings = _codes(members.get("codes"))
    row = Row(
        wire=wire,
        to=to,
        where=entry,
        inside=inside or None,
        codec=codec,
        group=group,
        required=occurs in ("1", "+"),
        many=occurs in ("*", "+"),
        codes=codes,
        meanings=meanings,
        json=members["json"].text() if "json" in members else None,
        null="null" in members and members["null"].plain() is True,
        type=_type(members.get("type"), codec),
        form=_form(members.get("form"), codec),
        list_name=members["list"].text() if "list" in members else None,
        constants={name: value.text() for name, value in members["constants"].members(optional=None).items()}
        if "constants" in members
        else {},
        **options,
    )
    if row.unread is not None and not (row.many and row.group is not None):
        raise entry.wrong('unread goes with rows that repeat: occurs: "*" or "+"')
    _judge_codes(row)
    return row


def _judge_codes(row: Row) -> None:
    if row.codec == "boolean" and row.codes:
        if row.meanings is None or set(row.meanings.values()) - {"true", "false"}:
            raise row.where.wrong("the codes of a boolean say what each means: {Y: true, N: false}")
    elif (row.codec == "code") != bool(row.codes):
        raise row.where.wrong("codec: code goes with codes: [...], and only it and codec: boolean")
    if row.type == "number" and row.codec == "boolean" and not row.codes:
        raise row.where.wrong("a flag that is a number says what each means: codes: {1: true, 0: false}")
    if row.type == "number" and not all(map(_NUMBER.fullmatch, row.codes)):
        raise row.where.wrong("with type: number its codes are numbers, without zeros that say nothing")


_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")
_FORMS = {"date": date_as, "timestamp": instant_as}


def _form(entry: Marked | None, codec: str | None) -> str | None:
    if entry is None:
        return None
    if codec not in _FORMS:
        raise entry.wrong("form is how a date or a timestamp is written: it goes with codec: date or codec: timestamp")
    entry.compiled(_FORMS[codec])
    return entry.text()


def _type(entry: Marked | None, codec: str | None) -> str | None:
    if entry is None:
        return None
    if codec in (None, "coded") or entry.text() not in ("number", "string"):
        raise entry.wrong("type is number or string, of a row that has one value")
    return entry.text()


def _codes(entry: Marked | None) -> tuple[tuple[str, ...], Mapping[str, str] | None]:
    """What may stand there, and what each means where a source has codes of its own: no two the same, or nobody could
    write them again."""
    if entry is None:
        return (), None
    if not entry.is_mapping:
        return tuple(_meaning("a code", item) for item in entry.items()), None
    meanings = {code: _meaning(code, meaning) for code, meaning in entry.members(optional=None).items()}
    if len(set(meanings.values())) != len(meanings):
        raise entry.wrong("two codes mean the same; which of them would be written?")
    return tuple(meanings), meanings


def _meaning(code: str, entry: Marked) -> str:
    """What a code means. Raises Misconfigured for null, which would be the text `null`."""
    if entry.is_null:
        raise entry.wrong(f"{code} means nothing; say what it means, or take it out of schema and table")
    return entry.text()


def _shape(named: Marked, shapes: Mapping[str, tuple[Row, ...]]) -> tuple[Row, ...]:
    if named.text() not in shapes:
        raise named.wrong(f"no shape {named.text()} above; there are {', '.join(shapes) or 'none'}")
    return shapes[named.text()]


def _checks(listed: Marked | None) -> tuple[Check, ...]:
    checks = []
    for entry in listed.items() if listed is not None else []:
        members = entry.members(required=("check",), optional=None)
        options = {name: value.plain() for name, value in members.items() if name != "check"}
        checks.append(Check(name=members["check"].text(), options=options, where=entry))
    return tuple(checks)
