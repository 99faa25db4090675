"""The reference pages, made from the code: `make docs` writes them, a test holds the committed ones to the code.

Each page is one function without arguments. What only a person can say (the meaning of a finding's code) lies beside
the pages in `docs/reference/findings.yaml`. The page about planted bugs, made from their table, is written with them.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
import yaml

from icjs_gateway.cli import build
from icjs_gateway.mappings.vocabulary import Group, Row
from icjs_gateway.model.event_types import EVENT_TYPES, EventType
from icjs_gateway.model.views import VIEWS
from icjs_gateway.registry import load_contracts, packaged_contracts
from icjs_gateway.registry.authority import load_authority
from icjs_gateway.registry.compiled import CompiledContract
from icjs_gateway.registry.contracts import CompiledContracts
from icjs_gateway.registry.disclosure import load_policy
from icjs_gateway.routing.authority.rules import Effect, WaitLimits
from icjs_gateway.routing.cloudevents import cloudevent
from icjs_gateway.routing.directory import RecipientClass
from icjs_gateway.routing.lanes import Head, Told
from icjs_gateway.routing.leaves import KINDS
from icjs_gateway.settings import reference
from tests.docs.codes import codes
from tests.planted import page as planted

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "reference"
MEANINGS = FOLDER / "findings.yaml"
_DISCLOSURE = "../explanation/disclosure.md"
_MADE_FROM_HERE = "<!-- Made from the code by `make docs`, from here to the end. -->"
_MADE = "<!-- Made from the code by `make docs`. -->"


def settings() -> str:
    """Every environment variable."""
    rows = [(f"`{name}`", f"`{default}`" if default else "", about) for name, default, about in reference()]
    return page(
        "Settings",
        "Environment variables, read once at the start. An empty variable counts as unset. A wrong value stops the "
        "start, naming the variable. `icjs-gateway serve --show-settings` prints what is in force, secrets hidden.",
        table(("variable", "default", "what it is"), rows),
    )


def commands() -> str:
    """Every command with its arguments and options."""
    return page(
        "Commands",
        "Exit codes: 0 ok, 1 failed, 2 wrong usage. Commands read the same [settings](settings.md) as `serve`.",
        *_commands(typer.main.get_command(build()), "icjs-gateway", None),
    )


def findings() -> str:
    """Every code of a finding, with its meaning."""
    where = codes()
    parts = []
    for group in yaml.safe_load(MEANINGS.read_text(encoding="utf-8")):
        rows = [
            (f"`{code}`", meaning, ", ".join(f"`{place}`" for place in where.get(code, ())))
            for code, meaning in group["codes"].items()
        ]
        parts += [f"## {group['title']}", group["about"].strip(), table(("code", "means", "made in"), rows)]
    return page(
        "Findings",
        "What a refusal or a receipt lists under `findings`: `code`, `severity` (`error` refuses, `hold` parks, `warn` "
        "goes along with the receipt), and, where they are known, `path` (canonical, counted from 0), `wire_path` "
        "(XPath from the payload's root, counted from 1; JSON pointer, counted from 0), `line` (of the body as sent, "
        "counted from 1), `expected`, `found`, `hint`. All findings come at once.",
        *parts,
    )


def documented_codes() -> set[str]:
    """The codes that have a meaning."""
    groups = yaml.safe_load(MEANINGS.read_text(encoding="utf-8"))
    return {code for group in groups for code in group["codes"]}


def events() -> str:
    """Every event type and the shape of its data."""
    by_noun: dict[str, list[EventType]] = {}
    for each in EVENT_TYPES.values():
        by_noun.setdefault(each.noun, []).append(each)
    overview = [
        (
            f"[{noun}](#icjs{noun})",
            ", ".join(f"`{each.verb}`" for each in types),
            "yes" if types[0].liberty else "",
        )
        for noun, types in by_noun.items()
    ]
    schemas = {noun: types[0].payload.model_json_schema() for noun, types in by_noun.items()}
    shared = {name: shape for schema in schemas.values() for name, shape in schema["$defs"].items()}
    parts = [table(("noun", "verbs", "liberty traffic"), overview), "## The envelope", _ENVELOPE, _envelope()]
    for noun, schema in schemas.items():
        parts += [f"## icjs.{noun}.*", _about(schema), _fields(schema)]
    parts.append("## Shapes")
    for name in sorted(shared):
        parts += [f"### {name}", _about(shared[name]), _fields(shared[name])]
    return page(
        "Events",
        "A type is `icjs.<noun>.<verb>.v1`. `amended` and `withdrawn` correct what was said before. Liberty traffic "
        "decides whether a person sits in jail tonight, and never waits behind anything else.",
        *parts,
    )


_OUTBOUND = (
    "In the words of a pillar, whatever its recipients may see: the [events](events.md) by the names that "
    "[How to be told in your own system's words](../how-to/own-words.md) tells of. The schema has every field."
)


def _outbound(packaged: CompiledContracts) -> str:
    rows = []
    for each in packaged.all_outbound():
        folder = f"../../{each.declaration.folder.resolve().relative_to(ROOT).as_posix()}"
        files = ", ".join(f"[{name}]({folder}/{name})" for name in (*each.declaration.generated, "samples"))
        who = ", ".join(f"`{recipient}`" for recipient in sorted(each.recipients))
        operation = each.declaration.operation
        rows.append((f"`{each.id}`", each.title, each.wire, f"`{operation}`" if operation else "", who, files))
    return table(("contract", "title", "wire", "SOAP operation", "for", "files"), rows)


def contracts() -> str:
    """Every contract and its fields."""
    packaged = load_contracts(None)
    known = sorted(packaged.all(), key=lambda contract: contract.id)
    rows = [(f"[{each.id}](#{each.id.replace('.', '')})", each.title, _wires(each), _operation(each)) for each in known]
    parts = [table(("contract", "title", "wires", "SOAP operation"), rows)]
    for each in known:
        declared = each.declaration
        folder = f"../../{declared.folder.resolve().relative_to(ROOT).as_posix()}"
        types = [name for name in EVENT_TYPES if any(fnmatch.fnmatchcase(name, glob) for glob in declared.events)]
        facts = [
            ("direction", declared.direction),
            ("root element", f"`{{{declared.namespace}}}{declared.root}`" if declared.root else ""),
            ("becomes", ", ".join(f"`{name}`" for name in types)),
            ("files", f"[schema]({folder}/{declared.schema_file.name}), [mapping]({folder}/mapping.yaml), "
             f"[samples]({folder}/samples)"),
        ]  # fmt: skip
        parts += [f"## {each.id}", f"{each.title}.", table(("", ""), [fact for fact in facts if fact[1]])]
        parts.append(table(("on the wire", "canonical", "occurs", "codec"), _rows(each.translator.table.group)))
    parts += ["## Outbound contracts", _OUTBOUND, _outbound(packaged)]
    return page(
        "Contracts",
        "Read from the contract folders ([how a folder is read](../../contracts/README.md)). `occurs`: 1 exactly once, "
        "? at most once, + at least once, * any number. Text in closed lists is exact; in open lists (`coded`) an "
        "unknown value is kept as sent, with a warning.",
        *parts,
    )


def disclosure() -> str:
    """Who sees what: prose that people write, and behind the mark the tables of the policy."""
    policy = load_policy(packaged_contracts())
    written = (FOLDER / _DISCLOSURE).read_text(encoding="utf-8")
    prose, mark, _ = written.partition(_MADE_FROM_HERE)
    seen = []
    for who, sight in policy.sights.items():
        limits = [f"only cases with {sight.only_with}"] if sight.only_with else []
        limits += ["of the accused only those lodged with it"] if sight.lodged_only else []
        for noun, fields in sight.nouns.items():
            shown = "whole" if fields is None else ", ".join(each.name for each in policy.fields if each.name in fields)
            # What is read from the record is no event: it is called as in the policy.
            what = f"`{noun}`" if noun in VIEWS else f"`icjs.{noun}.*`"
            seen.append((f"`{who.value}`", what, shown, "; ".join(limits)))
    hidden = []
    for rule in policy.rules:
        what = (
            "the event" if rule.withholds else ", ".join(each.name for each in policy.fields if each.name in rule.hides)
        )
        whom = ", ".join(who.value for who in RecipientClass if who in rule.classes)
        hidden.append((f"`{rule.id}`", rule.about, ", ".join(sorted(rule.labels)), what, whom))
    classes = {leaf: name for each in policy.leaves.values() for leaf, name in each.items()}
    leaves = {each.name: [leaf for leaf, name in classes.items() if name == each.name] for each in policy.fields}
    named = ", ".join(each.name for each in policy.fields if each.name in policy.named_jail.shows)
    jailers = ", ".join(who.value for who in RecipientClass if who in policy.named_jail.classes)
    apart = ", ".join(who.value for who in RecipientClass if who in policy.told_apart.classes)
    always = ", ".join(f"`icjs.{noun}.*`" for noun in sorted(policy.always))
    parts = (
        f"Every class is shown {always} whole, if it is owed it.",
        table(("class", "events, and views of the record", "field classes shown", "but"), seen),
        f"An order on bail, remand or a warrant that names a jail of the recipient's ({jailers}) is shown whatever "
        f"withholds it, but only: {named}.",
        f"Where the case knows who the child is, what {policy.told_apart.label} alone withholds reaches "
        f"{apart} all the same if it is about another accused in a jail of the recipient's; of what is about several "
        f"only their rows, and none of: {', '.join(sorted(policy.told_apart.hides_of_several))}.",
        "### What labels hide",
        table(("rule", "about", "labels", "hides", "from"), hidden),
        "### Field classes",
        table(
            ("field class", "about", "fields"),
            [(each.name, each.about, ", ".join(f"`{leaf}`" for leaf in leaves[each.name])) for each in policy.fields],
        ),
    )
    return prose + mark + "\n\n" + "\n\n".join(parts) + "\n"


_EFFECTS = {
    Effect.TELL: "it reaches whoever holds the person",
    Effect.STAND: "the record, clocks, obligations and orders follow it",
    Effect.JOIN: "a CNR of the place's own that it names in a labelled case becomes the case's; in a case without a "
    "label standing is enough, but for `BOND`, `TRANSIT_BAIL` and `CORROBORATED`, which are for single orders",
    Effect.SEE: "it gives sight of the case",
}


def authority() -> str:
    """Why a place has standing in a case, through which doors practice goes, and who verifies an order."""
    rules = load_authority(packaged_contracts())
    bases = [
        (
            f"`{rule.basis}`",
            rule.place.value if rule.place is not None else "any",
            rule.about,
            ", ".join(f"`{noun}`" for noun in sorted(rule.events)) if rule.events is not None else "all",
            *("yes" if effect in rule.effects else "" for effect in Effect),
            "any order of the case" if rule.takes_back_any else "its own, and of courts below it",
        )
        for rule in rules.basis.values()
    ]
    doors = [
        (
            door.id,
            door.title,
            "open" if door.is_open else "told",
            ", ".join(f"`{basis}`" for basis in door.by),
            door.about,
        )
        for door in rules.doors
    ]
    steps = [(f"{step.after_minutes} min", f"`{step.who}`") for step in rules.clocks.verify]
    waits = [(f"`{name}`", str(getattr(rules.clocks.waiting, name))) for name in WaitLimits.__slots__]
    return page(
        "Authority",
        "Read from `contracts/canonical/authority.yaml`, which `icjs-gateway contracts check` and the start hold to "
        "the code. What it comes to in practice is told in [Whose word counts](../explanation/whose-word.md).",
        "## Effects",
        table(("effect", "what it does"), [(f"`{effect}`", _EFFECTS[effect]) for effect in Effect]),
        "## Bases of standing",
        "A message stands by one basis: by what its place is in the case, else by `SAME_STATE`, else by "
        "`CORROBORATED`. `events` limits a basis to nouns of [events](events.md): with one event beyond them the "
        "message does not stand by it. `takes back` says whose orders the place may take back.",
        table(("basis", "place", "about", "events", *(effect.value for effect in Effect), "takes back"), bases),
        "## Doors",
        "What practice needs beside the case's own places. Through an `open` door a word counts by the bases beside "
        "it. Through a `told` one an order reaches whoever holds the person, and waits as a reference for a named "
        "person, unless a basis beside it holds.",
        table(("door", "title", "state", "by", "about"), doors),
        "## Verification",
        "Who is to look at an order that frees somebody and was not verified, counted from its receipt. Each step is "
        "an alarm `VERIFY_OVERDUE`. The order never lapses.",
        table(("after", "who"), steps),
        "## Waiting",
        "How long what nobody verified waits before the alarms `HOLD_LAPSING` and `HOLD_LAPSED` (an order that holds "
        "somebody) and `CLAIM_WAITING` (any other word without standing).",
        table(("clock", "number"), waits),
    )


def audit() -> str:
    """Kinds of audit leaves and their members."""
    rows = [(f"`{kind}`", says, ", ".join(f"`{each}`" for each in members)) for kind, (says, members) in KINDS.items()]
    return page(
        "Audit leaves",
        "Every act leaves a leaf in `audit_leaves`, in the transaction of what it attests: the SHA-256 digest of a "
        "salt and of its facts, canonical JSON. A kind has one shape: a member that says nothing is null. Facts are "
        "ids, digests, counts and words of closed lists; of a person's act also who and why; never a body, a secret, "
        "or the name of a person of a case.",
        table(("kind", "attests", "members"), rows),
    )


PAGES: Mapping[str, Callable[[], str]] = {
    "audit.md": audit,
    "settings.md": settings,
    "commands.md": commands,
    "findings.md": findings,
    "events.md": events,
    "contracts.md": contracts,
    "authority.md": authority,
    _DISCLOSURE: disclosure,
}
"""By file name."""


def page(title: str, *parts: str) -> str:
    return "\n\n".join((f"# {title}", _MADE, *(part for part in parts if part))) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    )


def _commands(command: Any, name: str, above: Any) -> Iterator[str]:
    context = command.context_class(command, info_name=name, parent=above, terminal_width=120)
    below = getattr(command, "commands", None)
    if below is not None:
        for part, each in sorted(below.items()):
            yield from _commands(each, part, context)
        return
    pieces = " ".join(command.collect_usage_pieces(context))
    yield f"## {context.command_path.removeprefix('icjs-gateway ')}"
    yield " ".join((command.help or "").split())
    yield f"```\n{context.command_path} {pieces}\n```"
    records = [parameter.get_help_record(context) for parameter in command.params]
    rows = [(f"`{named}`", about) for named, about in (record for record in records if record is not None)]
    if rows:
        yield table(("", ""), rows)


_ENVELOPE = (
    "A delivery is a CloudEvent 1.0 in JSON, structured mode. `traceparent` continues the trace of the request that "
    "brought it, `replay` is there when a person had the delivery sent again."
)
_ATTRIBUTES = {
    "specversion": "of CloudEvents",
    "id": "the event's: the same for every recipient and every repeat",
    "source": "who said it: `urn:icjs:<pillar>:<partner>`",
    "type": "the event type",
    "subject": "the case's id; `message:<id>` while there is none",
    "time": "when it happened; a civil date stands for its start in India",
    "datacontenttype": "of `data`",
    "dataschema": "the shape of `data`, below",
    "deliveryid": "this event to this subscription; the same on every repeat, and the `webhook-id`",
    "lane": "what the order is kept within",
    "position": "in the lane, from 1, without gaps",
    "number": "in a pull feed, from 1, without gaps; a string of digits",
    "recordedat": "when the gateway recorded it",
    "environment": "`demo`, `sandbox` or `live`",
    "traceparent": "W3C trace context of the request that brought it",
    "replay": "`true` on a delivery that a person had sent again",
    "data": "what happened, as the recipient may see it: `case`, the noun's member, and `disclosure`",
}


def _envelope() -> str:
    """The attributes of a delivery as the code writes one; a new attribute fails here until it is explained."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    told = Told(
        event_id="",
        type="icjs.fir.registered.v1",
        partner_id="",
        pillar="",
        case_id=None,
        message_id="",
        occurred_at=at,
        recorded_at=at,
        data=b"{}",
        traceparent="",
    )
    head = Head(
        delivery_id="",
        subscription_id="",
        lane="",
        liberty=False,
        attempts=0,
        replay=True,
        owed_at=told.recorded_at,
        told=told,
    )
    event = json.loads(cloudevent(head, 1, b"{}", environment="", number=1))
    return table(("attribute", "what it is"), [(f"`{name}`", _ATTRIBUTES[name]) for name in event])


def _about(shape: Mapping[str, Any]) -> str:
    return " ".join(str(shape.get("description", "")).split())


def _fields(shape: Mapping[str, Any]) -> str:
    if "enum" in shape:
        return f"One of {', '.join(f'`{value}`' for value in shape['enum'])}."
    required = set(shape.get("required", ()))
    rows = [
        (f"`{name}`", _type(member), "yes" if name in required else "")
        for name, member in shape.get("properties", {}).items()
    ]
    return table(("member", "type", "required"), rows)


def _type(member: Mapping[str, Any]) -> str:
    """A member's type in a few words; an optional one is absent, never null."""
    match member:
        case {"anyOf": [*ways]}:
            return " or ".join(_type(way) for way in ways if way.get("type") != "null")
        case {"$ref": reference}:
            name = reference.rpartition("/")[2]
            return f"[{name}](#{name.lower()})"
        case {"type": "array", "items": items}:
            return f"list of {_type(items)}"
        case {"const": value}:
            return f"`{value}`"
        case {"enum": values}:
            return ", ".join(f"`{value}`" for value in values)
        case {"pattern": pattern}:
            return f"text `{pattern}`"
        case {"format": form}:
            return str(form)
        case _:
            return {"string": "text"}.get(member.get("type", "any"), member.get("type", "any"))


def _wires(contract: CompiledContract) -> str:
    return ", ".join(sorted(wire.value for wire in contract.wires))


def _operation(contract: CompiledContract) -> str:
    return f"`{contract.operation}`" if contract.operation else ""


def _rows(group: Group, wire: str = "", to: str = "") -> Iterator[Sequence[str]]:
    for row in group.rows:
        here = wire.rstrip("/") if row.wire == "." else f"{wire}{row.wire}"
        there = f"{to}{row.inside + '.' if row.inside else ''}{row.to}"
        occurs = "+" if row.required and row.many else "1" if row.required else "*" if row.repeats else "?"
        yield f"`{here}`", f"`{there}`", occurs, _codec(row)
        if row.group is not None:
            yield from _rows(row.group, f"{here}/", f"{there}{'[]' if row.many else ''}.")


def _codec(row: Row) -> str:
    if row.codes:
        return ", ".join(f"`{code}`" for code in row.codes)
    if row.list_name is not None:
        return f"coded by `{row.list_name}`" + (f", per `{row.per}`" if row.per else "")
    return row.codec or ""


def write() -> None:
    """Write every page anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, made in PAGES.items():
        (FOLDER / name).write_text(made(), encoding="utf-8")
    planted.write()


if __name__ == "__main__":
    write()
