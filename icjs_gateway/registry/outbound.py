"""Outbound contracts: any event that a pillar's recipients may see, in that pillar's own form.

    contract.yaml      id, title, pillar, `direction: out`, one wire, root, namespace, operation, `recipients`,
                       `acknowledgement`: how their answer is read (`adapters/delivery/answers`); `without`: what a
                       version that recipients stay on does not have yet, `authority` (`routing/authority/mark`)
    mapping.yaml       the names that differ from the convention (`mappings/convention`)
    schema.xsd, or schema.json and acknowledgement.schema.json; service.wsdl for who is called by SOAP
    samples/           documents with the notices they say, documents that are refused; answers and what they come to

The rows follow from the canonical events and the policy of disclosure: there is no row for what no recipient of the
contract can ever be shown. The schema is made from the rows (`contracts goldens` writes it, `contracts check` compares
it), so that a change of the policy that shows more is a new minor version and is seen as one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from icjs_gateway.mappings.convention import Words, leaf, nested, rows_of, untold
from icjs_gateway.mappings.marked_yaml import Marked, read_yaml
from icjs_gateway.mappings.twins import Form, form_of
from icjs_gateway.mappings.vocabulary import Group, Row, Table
from icjs_gateway.model.event_types import EVENT_TYPES, EventType
from icjs_gateway.registry.declarations import CONTRACT_ID, schema_name
from icjs_gateway.routing.access.policy import Policy
from icjs_gateway.routing.answer_words import AnswerWords
from icjs_gateway.routing.authority.mark import AUTHORITY
from icjs_gateway.routing.contracts import Wire
from icjs_gateway.routing.directory import Pillar, RecipientClass

OUT = "out"
WORDS = Path("canonical") / "words.yaml"
_HEADER = (
    *("message_id", "event_id", "event_type", "subject", "source", "occurred_at", "recorded_at"),
    *("environment", "lane", "position"),
)
_MAY_BE = ("replay", "traceparent")
_MAY_LACK = frozenset({AUTHORITY})
"""What a version may be without: its recipients get the order all the same, and the operator and they an alarm."""
_ANSWERS = {Wire.JSON: "number", Wire.XML: "status", Wire.SOAP: "status"}
"""A number for what was taken; or a document that has a status."""
_CODECS = {"occurred_at": "instant-text", "recorded_at": "instant-text", "position": "integer", "replay": "boolean"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundDeclaration:
    """The contract.yaml of an outbound contract. Root, namespace and operation are those of XML and SOAP."""

    folder: Path
    id: str
    title: str
    pillar: str
    wire: Wire
    root: str | None
    namespace: str | None
    operation: str | None
    recipients: frozenset[RecipientClass]
    acknowledgement: str
    without: frozenset[str]
    where: Marked

    @property
    def is_xml(self) -> bool:
        return self.wire is not Wire.JSON

    @property
    def schema_file(self) -> Path:
        return self.folder / ("schema.xsd" if self.is_xml else "schema.json")

    @property
    def schema_name(self) -> str:
        return schema_name(self.id)

    @property
    def generated(self) -> tuple[str, ...]:
        """The files that are made from the rows."""
        if self.wire is Wire.JSON:
            return ("schema.json", "acknowledgement.schema.json")
        return ("schema.xsd", "service.wsdl") if self.wire is Wire.SOAP else ("schema.xsd",)

    @property
    def defined_by(self) -> tuple[str, ...]:
        return ("mapping.yaml", *self.generated)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledOutbound:
    """Satisfies `routing.contracts.OutboundContract`."""

    declaration: OutboundDeclaration
    form: Form
    answer_words: AnswerWords
    events: frozenset[str]
    """The types that it can tell."""

    @property
    def id(self) -> str:
        return self.declaration.id

    @property
    def title(self) -> str:
        return self.declaration.title

    @property
    def pillar(self) -> str:
        return self.declaration.pillar

    @property
    def wire(self) -> Wire:
        return self.declaration.wire

    @property
    def namespace(self) -> str | None:
        return self.declaration.namespace

    @property
    def recipients(self) -> frozenset[RecipientClass]:
        return self.declaration.recipients

    @property
    def acknowledgement(self) -> str:
        return self.declaration.acknowledgement

    @property
    def without(self) -> frozenset[str]:
        return self.declaration.without

    @property
    def soap_action(self) -> str | None:
        """Of a call-back by SOAP."""
        declaration = self.declaration
        return None if declaration.operation is None else f"{declaration.namespace}:{declaration.operation}"

    def write(self, notice: Mapping[str, Any]) -> bytes:
        """The document that says this. Raises ValueError for what the contract has no place for."""
        told = {name: member for name, member in notice.items() if name not in self.without}
        lost = list(untold(told, self.form.table.group))
        if lost:
            raise ValueError(f"{self.id} has no place for {', '.join(sorted(lost))}")
        return self.form.write(told)

    def read(self, root: Any) -> dict[str, Any]:
        """What a document says: an XML element, or a JSON value. Raises TranslationFailed with every finding."""
        return self.form.read(root)


def is_outbound(folder: Path) -> bool:
    """Whether a contract folder is that of an outbound contract."""
    members = read_yaml(folder / "contract.yaml").members(optional=None)
    return "direction" in members and members["direction"].text() == OUT


def compile_outbound(
    folder: Path, policy: Policy, xml_names: Mapping[str, str], answer_words: AnswerWords
) -> CompiledOutbound:
    """Read and compile the folder of an outbound contract. Raises Misconfigured."""
    declaration = _declared(folder)
    mapping = read_yaml(folder / "mapping.yaml")
    own = mapping.members(required=("names",))["names"].members(optional=None)
    names = {member: name.text() for member, name in own.items()}
    words = Words(xml=declaration.is_xml, names={**xml_names, **names} if declaration.is_xml else names)
    shown = _shown(declaration.recipients, policy)
    try:
        rows = _rows(shown, words, mapping, declaration.without)
    except ValueError as fault:
        raise mapping.wrong(str(fault)) from None
    table = Table(group=Group(rows=rows), unmapped={}, events=None)
    form = form_of(table, {}, root=declaration.root, namespace=declaration.namespace)
    if unknown := sorted(names.keys() - set(_members(table.group))):
        raise mapping.wrong(f"names: no member is called {', '.join(unknown)}")
    events = frozenset(kind.name for kind in _kinds(shown))
    return CompiledOutbound(declaration=declaration, form=form, answer_words=answer_words, events=events)


def read_words(folder: Path) -> dict[str, str]:
    """The names of members in XML that the rule would not give, for every outbound contract. Raises Misconfigured."""
    file = folder / WORDS
    if not file.is_file():
        return {}
    names = read_yaml(file).members(required=("names",))["names"].members(optional=None)
    return {member: name.text() for member, name in names.items()}


def _declared(folder: Path) -> OutboundDeclaration:
    root = read_yaml(folder / "contract.yaml")
    members = root.members(
        required=("id", "title", "pillar", "direction", "wires", "recipients", "acknowledgement", "sensitivity"),
        optional=("root", "namespace", "operation", "without"),
    )
    without = members["without"].texts() if "without" in members else ()
    if not _MAY_LACK.issuperset(without):
        raise members["without"].wrong(f"a version may be without {', '.join(sorted(_MAY_LACK))}, and nothing else")
    if not CONTRACT_ID.fullmatch(members["id"].text()):
        raise members["id"].wrong("an id is like courts.notice.v1")
    if members["pillar"].text() not in set(Pillar):
        raise members["pillar"].wrong(f"no pillar {members['pillar'].text()}; there are {', '.join(Pillar)}")
    wires = members["wires"].texts()
    if len(wires) != 1 or wires[0] not in set(Wire):
        raise members["wires"].wrong(f"an outbound contract has one wire of {', '.join(Wire)}")
    wire = Wire(wires[0])
    needed = {Wire.JSON: set(), Wire.XML: {"root", "namespace"}, Wire.SOAP: {"root", "namespace", "operation"}}[wire]
    if needed != members.keys() & {"root", "namespace", "operation"}:
        raise root.wrong(f"{wire.value} has {', '.join(sorted(needed)) or 'neither root, namespace nor operation'}")
    if members["acknowledgement"].text() != _ANSWERS[wire]:
        raise members["acknowledgement"].wrong(f"what {wire.value} is answered with is read by {_ANSWERS[wire]}")
    text = {name: members[name].text() for name in ("root", "namespace", "operation") if name in members}
    return OutboundDeclaration(
        folder=folder,
        id=members["id"].text(),
        title=members["title"].text(),
        pillar=members["pillar"].text(),
        wire=wire,
        root=text.get("root"),
        namespace=text.get("namespace"),
        operation=text.get("operation"),
        recipients=frozenset(_recipient(each) for each in members["recipients"].items()),
        acknowledgement=members["acknowledgement"].text(),
        without=frozenset(without),
        where=root,
    )


def _recipient(entry: Marked) -> RecipientClass:
    if entry.text() not in set(RecipientClass):
        raise entry.wrong(f"{entry.text()} is no recipient class")
    return RecipientClass(entry.text())


def _rows(shown: Mapping[str, frozenset[str]], words: Words, where: Marked, without: frozenset[str]) -> tuple[Row, ...]:
    """The header, what the recipients may see of any event, and what the gateway adds."""
    models = [kind.payload for kind in _kinds(shown)]
    visible = _visible(shown)
    told = [_with_id(row, words, where) for row in rows_of(dict.fromkeys(models), words, visible, where)]
    header = [leaf(name, words, where, codec=_CODECS.get(name, "text"), required=True) for name in _HEADER]
    header += [leaf(name, words, where, codec=_CODECS.get(name, "text")) for name in _MAY_BE]
    link = nested("link", [leaf(name, words, where) for name in ("state", "advice")], words, where)
    has_mark = any(kind.liberty for kind in _kinds(shown)) and AUTHORITY not in without
    authority = (_authority(words, where),) if has_mark else ()
    withheld = [leaf(name, words, where, required=True) for name in ("path", "rule")]
    account = [leaf("class", words, where, required=True), nested("withheld", withheld, words, where, many=True)]
    supersedes = Row(wire=words.name("supersedes"), to="supersedes", where=where, codec="text", many=True)
    return (*header, link, *authority, *told, supersedes, nested("disclosure", account, words, where))


def _kinds(shown: Mapping[str, frozenset[str]]) -> list[EventType]:
    return [kind for kind in EVENT_TYPES.values() if kind.noun in shown]


def _authority(words: Words, where: Marked) -> Row:
    """The mark of an order whose case is not known (`routing/authority/mark`)."""
    return nested(AUTHORITY, [leaf(name, words, where) for name in ("state", "reason", "advice")], words, where)


def _with_id(row: Row, words: Words, where: Marked) -> Row:
    """Recording adds the id of the case to what a message told of it."""
    if row.to != "case" or row.group is None:
        return row
    return nested("case", (leaf("id", words, where), *row.group.rows), words, where)


def _shown(recipients: frozenset[RecipientClass], policy: Policy) -> dict[str, frozenset[str]]:
    """By noun the leaves that some recipient of the contract can be shown, whatever the labels."""
    shown: dict[str, set[str]] = {noun: set(policy.leaves[noun]) for noun in policy.always}
    for who in recipients:
        for noun, listed in policy.sights[who].nouns.items():
            if noun in policy.leaves:
                leaves = policy.leaves[noun].items()
                shown.setdefault(noun, set()).update(each for each, kind in leaves if listed is None or kind in listed)
        if who in policy.named_jail.classes:
            for noun in {kind.noun for kind in EVENT_TYPES.values() if kind.liberty}:
                leaves = policy.leaves[noun].items()
                shown.setdefault(noun, set()).update(each for each, kind in leaves if kind in policy.named_jail.shows)
    return {noun: frozenset(leaves) for noun, leaves in shown.items()}


def _visible(shown: Mapping[str, frozenset[str]]) -> Callable[[str], bool]:
    every = frozenset().union(*shown.values())
    return every.__contains__


def _members(group: Group) -> list[str]:
    """Every member's name, however deep."""
    return [name for row in group.rows for name in (row.to, *(_members(row.group) if row.group is not None else ()))]
