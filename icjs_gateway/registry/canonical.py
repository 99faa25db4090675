"""The canonical side of coverage: who writes which leaf of an event, and whether what is written fits.

A leaf that no contract writes is a promise to recipients that nobody keeps: it is a fault unless
`canonical/unwritten.yaml` says why. A codec that lets pass what the canonical model refuses is a fault too: at run
time it would refuse a document for a reason that its sender cannot see in the schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, TypeAdapter, ValidationError

from icjs_gateway.mappings.attachments import REFERENCE
from icjs_gateway.mappings.codecs import CODECS
from icjs_gateway.mappings.marked_yaml import read_yaml
from icjs_gateway.mappings.splitting import Splitting
from icjs_gateway.mappings.vocabulary import Group, Row
from icjs_gateway.model.content import Action
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.identifiers import MessageId
from icjs_gateway.model.views import VIEWS
from icjs_gateway.registry.compiled import CompiledContract

UNWRITTEN = Path("canonical") / "unwritten.yaml"
_HEADER: Mapping[str, Any] = {
    "message_id": MessageId,
    "action": Annotated[str, AfterValidator(Action)],
    "refers_to": MessageId,
    "recorded_at": datetime,
}
"""Members of every tree that name the message and stand in no event."""
_PROBES = ("two words", "x" * 65, "0", "-1", "9" * 30, "true", "2026-01-02", "2026-01-02T03:04:05Z", "hi", "INR", "ab")
"""What somebody might write. A codec need not read them; what it reads must fit."""

Place = tuple[str, str]
"""(noun, leaf): `("bail", "bail.order.sha256")`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canonical:
    """Coverage of the canonical leaves of all event types that some contracts make."""

    leaves: int
    written: int
    unwritten: Mapping[Place, str]
    faults: tuple[str, ...] = field(default=())


def canonical_coverage(folder: Path, contracts: Iterable[CompiledContract]) -> Canonical:
    """Hold the canonical models against everything the contracts of a folder write. Raises Misconfigured."""
    written: set[Place] = set()
    for contract in contracts:
        written |= {(noun, leaf) for noun, leaf, _ in written_leaves(contract)}
    known = {(noun, leaf) for noun in {noun for noun, _ in written} for leaf in leaves_of(noun)}
    listed = _unwritten(folder / UNWRITTEN)
    faults = [f"{leaf} of {noun} events: no contract writes it" for noun, leaf in sorted(known - written - set(listed))]
    for noun, leaf in sorted(listed):
        if (noun, leaf) in written:
            faults.append(f"{leaf} of {noun} events: listed as unwritten, and written")
        elif (noun, leaf) not in known:
            faults.append(f"{leaf} of {noun} events: listed as unwritten, and no such leaf")
    return Canonical(leaves=len(known), written=len(known & written), unwritten=listed, faults=tuple(faults))


def misfits(contract: CompiledContract) -> Iterator[tuple[int, str]]:
    """Lines of rows whose codec lets pass what the canonical model refuses, or that write to no member of it, and
    why."""
    adapters: dict[int, TypeAdapter[Any]] = {}
    told: set[str] = set()
    for noun, leaf, row in [*written_leaves(contract), *_header_rows(contract)]:
        kinds = _HEADER if noun == "" else leaves_of(noun)
        fault = None
        if leaf not in kinds:
            fault = f"{leaf}: no such member of {noun} events"
        elif row is not None and row.codec != "coded":
            adapter = adapters.setdefault(id(kinds[leaf]), TypeAdapter(kinds[leaf]))
            decode = row.decode
            wrong = next((probe for probe in _probes(row) if not _fits(decode, adapter, probe)), None)
            if wrong is not None:
                fault = f"{leaf}: codec {row.codec} reads {wrong!r}, which the canonical model refuses{_hint(row)}"
        if fault is not None and fault not in told:
            told.add(fault)
            events = contract.translator.table.events
            where = row.where if row is not None else events
            yield where.line if where is not None else 1, fault


def _probes(row: Row) -> Iterator[str]:
    yield from _PROBES
    yield from row.codes
    if row.form is not None:
        yield row.encode(datetime(2026, 1, 2, 3, 4, tzinfo=UTC))


def _hint(row: Row) -> str:
    is_number = CODECS[row.codec or ""].native is int
    return "; a number in JSON that is a text here has `codec: text, type: number`" if is_number else ""


def _fits(decode: Callable[[str], Any], adapter: TypeAdapter[Any], probe: str) -> bool:
    try:
        value = decode(probe)
    except ValueError:
        return True
    try:
        # Strict, or a text that looks like a number would be one.
        adapter.validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


_known_leaves: dict[str, dict[str, Any]] = {}


def leaves_of(noun: str) -> Mapping[str, Any]:
    """Every leaf of the events of a noun, or of a view of the record, with its type."""
    if noun not in _known_leaves:
        payload = VIEWS.get(noun) or next(kind.payload for kind in EVENT_TYPES.values() if kind.noun == noun)
        _known_leaves[noun] = dict(_of_model(payload, ""))
    return _known_leaves[noun]


def _of_model(model: type[BaseModel], above: str) -> Iterator[tuple[str, Any]]:
    for name, info in model.model_fields.items():
        at = f"{above}{info.alias or name}"
        kind: Any = info.annotation
        if info.metadata:
            kind = Annotated[(kind, *info.metadata)]
        yield from _of_type(kind, at)


def _of_type(kind: Any, at: str) -> Iterator[tuple[str, Any]]:
    if get_origin(kind) in (Union, UnionType):
        [kind] = [way for way in get_args(kind) if way is not type(None)]
    if get_origin(kind) is tuple:
        kind = get_args(kind)[0]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from _of_model(kind, f"{at}.")
    else:
        yield at, kind


def written_leaves(contract: CompiledContract) -> Iterator[tuple[str, str, Row | None]]:
    """(noun, leaf, the row that gives it) for every leaf that a contract writes; no row where it is set or kept."""
    table, splitting = contract.translator.table, contract.translator.splitting
    tree = dict(_of_rows(table.group, ""))
    nouns = {main.member for main in splitting.mains}.union(*(part.nouns for part in splitting.parts))
    assert table.events is not None  # noqa: S101 - the table of a message
    shape = table.events.members(optional=None)["case"].plain()
    case = _below(tree, shape) if isinstance(shape, str) else dict(_of_shape(shape, tree))
    for noun in nouns:
        yield from ((noun, f"case.{leaf}", row) for leaf, row in case.items())
        for name in splitting.shared:
            yield from ((noun, f"{name}.{leaf}", row) for leaf, row in _below(tree, name).items())
    yield from _main(splitting, tree)
    yield from _parts(splitting, tree)


def _main(splitting: Splitting, tree: Mapping[str, Row | None]) -> Iterator[tuple[str, str, Row | None]]:
    apart = tuple(f"{splitting.parties}.{part.member}." for part in splitting.parts)
    lifted = {f"{home}.{member}": member for member, home in splitting.lifted.items()}
    for main in splitting.mains:
        for leaf, row in _below(tree, main.at).items():
            if not leaf.startswith(apart):
                yield main.member, f"{main.member}.{lifted.get(leaf, leaf)}", row
        yield from ((main.member, f"{main.member}.{name}", None) for name in main.added)


def _parts(splitting: Splitting, tree: Mapping[str, Row | None]) -> Iterator[tuple[str, str, Row | None]]:
    main = _below(tree, splitting.mains[0].at)
    for part in splitting.parts:
        told = _below(main, f"{splitting.parties}.{part.member}")
        # What becomes the verb of the event is told by its type.
        told.pop("action", None)
        told |= dict.fromkeys(part.added)
        told |= {name: main.get(source) for name, source in part.copied.items()}
        for leaf, row in _below(main, splitting.parties or "").items():
            if leaf.partition(".")[0] in splitting.party:
                told[f"accused.{leaf}"] = row
        for noun in part.nouns:
            yield from ((noun, f"{noun}.{leaf}", row) for leaf, row in told.items())


def _header_rows(contract: CompiledContract) -> Iterator[tuple[str, str, Row | None]]:
    yield from (("", row.to, row) for row in contract.translator.table.group.rows if row.to in _HEADER)


def _below(tree: Mapping[str, Row | None], member: str) -> dict[str, Row | None]:
    start = f"{member}."
    return {leaf.removeprefix(start): row for leaf, row in tree.items() if leaf.startswith(start)}


def _of_rows(group: Group, above: str) -> Iterator[tuple[str, Row | None]]:
    """Every leaf of the tree that a group's rows fill."""
    for row in group.rows:
        around = above if row.inside is None else f"{above}{row.inside}."
        for name in (row.to, row.further) if row.further is not None else (row.to,):
            if row.group is not None:
                yield from _of_rows(row.group, f"{around}{name}.")
            elif row.codec == "coded":
                kept = ("raw", "text") if row.list_name is None else ("raw", "text", "code", "code_list")
                yield from ((f"{around}{name}.{member}", None) for member in kept)
            elif row.codec == "base64":
                # A file: put aside, and named by its digest.
                yield from ((f"{around}{REFERENCE}.{member}", None) for member in ("sha256", "bytes", "media_type"))
            else:
                yield f"{around}{name}", row
        if row.raw is not None:
            yield f"{around}{row.raw}", None
        if row.unread is not None:
            yield f"{around}{row.unread}", None


def _of_shape(shape: Any, tree: Mapping[str, Row | None], above: str = "") -> Iterator[tuple[str, Row | None]]:
    if isinstance(shape, dict):
        for name, inner in shape.items():
            yield from _of_shape(inner, tree, f"{above}.{name}" if above else name)
    elif isinstance(shape, list):
        for inner in shape:
            yield from _of_shape(inner, tree, above)
    else:
        yield above, tree.get(shape)


def _unwritten(file: Path) -> dict[Place, str]:
    """The leaves that are known to be written by nobody, with the reason. Raises Misconfigured."""
    listed: dict[Place, str] = {}
    if not file.is_file():
        return listed
    for entry in read_yaml(file).items():
        members = entry.members(required=("events", "leaf", "reason"))
        for noun in members["events"].texts():
            place = (noun, members["leaf"].text())
            if place in listed:
                raise entry.wrong(f"{place[1]} of {noun} events stands here twice")
            listed[place] = members["reason"].text()
    return listed
