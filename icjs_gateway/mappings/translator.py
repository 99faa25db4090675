"""The Message Translator of one contract: documents to canonical events and back, from one table.

    translator = compile_translator(mapping_file_node, keys_node, lists, root=..., namespace=...)
    content = translator.read_xml(element)      raises TranslationFailed with every finding
    body = translator.write_xml(content)

Laws: `read(write(content)) == content`, and `write(read(document))` says what the document said, up to blanks around
values, prefixes, the letter case of identifiers, and the offset in which an instant was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from icjs_gateway.mappings import json_reader, xml_reader
from icjs_gateway.mappings.attachments import Visit, put_aside, put_back, visitor
from icjs_gateway.mappings.codecs import Unfit
from icjs_gateway.mappings.codelists import CodeLists
from icjs_gateway.mappings.contradictions import NOTHING_COMPARED, Contradictions
from icjs_gateway.mappings.keys import Keys, read_keys
from icjs_gateway.mappings.marked_yaml import Marked
from icjs_gateway.mappings.reading import FINDINGS_MAX, Place, Reading
from icjs_gateway.mappings.row_places import find_place, line_of
from icjs_gateway.mappings.splitting import Splitting, read_splitting
from icjs_gateway.mappings.told import Told
from icjs_gateway.mappings.unsigned import mark_unsigned
from icjs_gateway.mappings.vocabulary import Group, Row, Table, read_table
from icjs_gateway.mappings.writers import compile_json_writer, compile_xml_writer, quoted
from icjs_gateway.model.content import Attachment, CaseReference, Content, Event
from icjs_gateway.model.errors import TranslationFailed
from icjs_gateway.model.event_types import payload_of
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.words import shape_fault

Tree = dict[str, Any]
Model = TypeVar("Model", bound=BaseModel)
_FIRS_READ = "FIRs whose number and State can be read"
_FAILED = "The document is well formed, but cannot be translated; every finding says where and why."


@dataclass(frozen=True, slots=True, kw_only=True)
class Translator:
    """Compiled from a table. Holds no state of any document; safe to share between threads."""

    table: Table
    keys: Keys
    splitting: Splitting
    root: str | None
    namespace: str | None
    _read: Callable[[Any, None, Reading], Tree] = field(repr=False)
    _write: Callable[[Tree], Any] = field(repr=False)
    _files: Visit | None = field(repr=False, default=None)
    _contradictions: Contradictions = field(repr=False, default=NOTHING_COMPARED)

    def read(self, root: Any, given_id: str) -> Content:
        """An XML element or a JSON value, admitted by the schema. `given_id` is the message's where the document holds
        none. Raises TranslationFailed with every finding."""
        reading = Reading(self.root)
        tree = self._read(root, None, reading)
        if any(finding.severity is Severity.ERROR for finding in reading.findings):
            raise TranslationFailed(_FAILED, reading.findings)
        attachments = put_aside(tree, self._files) if self._files is not None else ()
        return self._content(tree, given_id, root, reading, attachments)

    def complaints(self, root: Any) -> list[Finding]:
        """Every error that the table sees in a document which its schema refused: whatever can be read is."""
        reading = Reading(self.root)
        self._read(root, None, reading)
        return [finding for finding in reading.findings if finding.severity is Severity.ERROR]

    def tree_of(self, content: Content) -> Tree:
        """The canonical tree of what a message says. Raises TranslationFailed."""
        if content.case.firs_unread:
            # Kept as one text: which of it stood in which member nobody knows, and a document without would say less.
            finding = Finding(code="EVENTS-DO-NOT-FIT", path="case.firs_unread", expected=_FIRS_READ)
            raise TranslationFailed("A FIR that could not be read cannot be told in a contract.", [finding])
        try:
            tree = self.splitting.join(content.events, content.action)
        except ValueError as error:
            finding = Finding(code="EVENTS-DO-NOT-FIT", expected=str(error).removeprefix("expected "))
            raise TranslationFailed("These events cannot be told in this contract.", [finding]) from None
        if self.keys.only_action not in (None, content.action):
            finding = Finding(code="EVENTS-DO-NOT-FIT", expected=f"{self.keys.only_action} and nothing else")
            raise TranslationFailed("Corrections cannot be told in this contract.", [finding])
        tree["message_id"] = content.message_id
        tree["action"] = content.action.value
        tree["refers_to"] = content.refers_to
        tree["recorded_at"] = content.recorded_at
        if self._files is not None and content.attachments:
            put_back(tree, self._files, {each.sha256: each for each in content.attachments})
        return tree

    def write_xml(self, content: Content) -> bytes:
        """The document, without an XML declaration. Raises TranslationFailed."""
        marks, inner = self._written(content)
        return f"<{self.root} xmlns={quoted(self.namespace or '')}{marks}>{inner}</{self.root}>".encode()

    def write_json(self, content: Content) -> dict[str, Any]:
        """The document as plain values. Raises TranslationFailed."""
        document: dict[str, Any] = self._written(content)
        return document

    def _written(self, content: Content) -> Any:
        try:
            return self._write(self.tree_of(content))
        except Unfit as fault:
            # Another contract's events: this one has no code for a value, or has numbers where they have words.
            finding = Finding(code="EVENTS-DO-NOT-FIT", expected=fault.expected)
            raise TranslationFailed("These events cannot be told in this contract.", [finding]) from None

    def _content(
        self, tree: Tree, given_id: str, root: Any, reading: Reading, attachments: tuple[Attachment, ...]
    ) -> Content:
        findings = reading.findings
        faults: list[Finding] = []
        header = self.keys.read(tree, given_id, faults)
        case = _valid(CaseReference, self.splitting.case_of(tree), "case", faults)
        if header is None:
            raise TranslationFailed(_FAILED, [*findings, *faults[:FINDINGS_MAX]])
        shared: Tree = {"case": case} | {name: tree[name] for name in self.splitting.shared if name in tree}
        events = []
        try:
            parts = self.splitting.split(tree, header.action)
        except ValueError as error:
            nothing = Finding(code="NOTHING-TOLD", expected=str(error).removeprefix("expected "))
            raise TranslationFailed(_FAILED, [*findings, nothing]) from None
        self._judge_contradictions(parts, root, reading, has_several_firs=_has_several_firs(case))
        if reading.errors:
            raise TranslationFailed(_FAILED, findings)
        for unsigned in mark_unsigned(parts, header.action):
            reading.warn(unsigned, *self._place(unsigned.path, root))
        for told in parts:
            event = _event(told, shared, header.occurred_at, faults)
            if event is not None:
                # What the events share is validated once; a validated instance is taken as it is.
                shared = {name: getattr(event.data, name) for name in shared}
                events.append(event)
        if faults or case is None:
            raise TranslationFailed(_FAILED, [*findings, *faults[:FINDINGS_MAX]])
        return Content(
            message_id=header.message_id,
            action=header.action,
            refers_to=header.refers_to,
            recorded_at=header.recorded_at,
            thread=header.thread,
            case=case,
            events=tuple(events),
            findings=tuple(findings),
            attributes=header.attributes,
            attachments=attachments,
        )

    def _judge_contradictions(self, parts: list[Told], root: Any, reading: Reading, *, has_several_firs: bool) -> None:
        """Adds what contradicts itself to the findings, each at its place on the wire."""
        for found in self._contradictions.of(parts, has_several_firs=has_several_firs):
            reading.contradict(found, *self._place(found.path, root))

    def _place(self, path: str, root: Any) -> tuple[Place, int | None]:
        """Where in the document a path of the tree was read, and in which line of XML."""
        place = find_place(self.table.group, path)
        return place, None if self.root is None else line_of(root, place)


def _has_several_firs(case: CaseReference | None) -> bool:
    """Whether a serial may be several persons': each FIR has an A1."""
    return case is not None and len(case.firs) + len(case.firs_unread or ()) > 1


def _event(told: Told, shared: Tree, occurred_at: datetime, faults: list[Finding]) -> Event | None:
    payload = payload_of(told.type)
    try:
        data = payload.model_validate(shared | {told.noun: told.told})
    except ValidationError as error:
        faults += _faults(error, {told.noun: told.path})
        return None
    return Event(type=told.type, occurred_at=occurred_at, data=data)


def _valid(model: type[Model], value: Tree, where: str, faults: list[Finding]) -> Model | None:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        faults += _faults(error, {}, where)
        return None


def _faults(error: ValidationError, paths: Mapping[str, str], where: str = "") -> Iterator[Finding]:
    """A safety net: what the table let pass and the canonical model does not."""
    for fault in error.errors(include_url=False, include_input=False):
        at = where
        for step in fault["loc"]:
            name = paths.get(step, step) if isinstance(step, str) and not at else step
            at += f"[{name}]" if isinstance(name, int) else f".{name}" if at else name
        yield Finding(code="MODEL-INVALID", path=at, expected=shape_fault(fault))


def compile_translator(
    mapping: Marked,
    keys: Marked,
    lists: CodeLists,
    *,
    root: str | None,
    namespace: str | None,
    contradictions: Contradictions = NOTHING_COMPARED,
) -> Translator:
    """Compile a table. `root` and `namespace` are those of XML; both None for JSON. Raises Misconfigured."""
    table = read_table(mapping)
    if table.events is None:
        raise mapping.wrong("events: how the document becomes events is missing")
    splitting = read_splitting(table.events, _repeated(table))
    read: Callable[[Any, None, Reading], Tree]
    write: Callable[[Tree], Any]
    if root is not None and namespace is not None:
        read = xml_reader.compile_reader(table.group, namespace=namespace, lists=lists)
        write = compile_xml_writer(table.group)
    else:
        _refuse_coded(table.group)
        read = json_reader.compile_reader(table.group, lists=lists)
        write = compile_json_writer(table.group)
    return Translator(
        table=table,
        keys=read_keys(keys),
        splitting=splitting,
        root=root,
        namespace=namespace,
        _read=read,
        _write=write,
        _files=visitor(table.group),
        _contradictions=contradictions,
    )


def _refuse_coded(group: Group) -> None:
    """A string of JSON has no code beside it. Raises Misconfigured."""
    for row in group.rows:
        if row.codec == "coded":
            raise row.where.wrong(
                "codec: coded reads an element with a code beside its text, which JSON has not: "
                "codec: code with its codes, or codec: text to a member `raw` or `text` of it"
            )
        if row.group is not None:
            _refuse_coded(row.group)


def _repeated(table: Table) -> frozenset[str]:
    """Members that occur several times, anywhere in the table."""
    found: set[str] = set()

    def walk(rows: tuple[Row, ...]) -> None:
        for row in rows:
            if row.many:
                found.add(row.to)
            if row.group is not None:
                walk(row.group.rows)

    walk(table.group.rows)
    return frozenset(found)
