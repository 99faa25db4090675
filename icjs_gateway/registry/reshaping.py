"""Reshaping: documents whose structure a table cannot follow are brought into one that it can, and back again.

A table reads elements and members where they stand. Some formats say one thing in several places, and for those the
mapping says beforehand how the document is to be seen:

    reshape:
      namespaces: {p: {uri: "urn:example:parties", elements: [people, person]}}       elements of another namespace
      resolve:                                          who is referred to by an id stands where the reference was
        - {at: accused, by: ref, of: people/person, key: id, carries: ["@no", "@name"], before: heard}
      join:                                             one value in several fields
        - {at: heard, parts: ["@y", "@m", "@d"]}
        - {parts: [REG_DATE, REG_TIME], into: REGISTERED}
        - {parts: [DEATH_DD, DEATH_MM, DEATH_YY], into: DIED, type: number}

What is joined has a `|` between its fields, and its row says in what form it is: `form: YYYY|M|D`, or
`form: DD/MM/YYYY|hh:mm AM`. `type: number` writes fields of digits alone as numbers in JSON.

The schema judges the document as it was sent; the table sees it reshaped, and what the table writes is shaped back
before it leaves. Contracts without `reshape` pay nothing. A reference that leads nowhere, and somebody to whom no
reference leads, refuse the document: neither may be lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from icjs_gateway.mappings.marked_yaml import Marked
from icjs_gateway.mappings.vocabulary import Table
from icjs_gateway.model.errors import Misconfigured, TranslationFailed
from icjs_gateway.model.findings import Finding
from icjs_gateway.registry.judged import Judged
from icjs_gateway.registry.leaves import Leaf, Leaves
from icjs_gateway.registry.reshape import Join, Reshape, Resolve


@dataclass(frozen=True, slots=True)
class Shaped:
    """A table beside a reshape, for who judges documents: it complains of them as the table sees them."""

    inner: Judged
    reshape: Reshape

    @property
    def table(self) -> Table:
        return self.inner.table

    def complaints(self, root: Any) -> list[Finding]:
        try:
            return list(self.reshape.as_sent(self.inner.complaints(self.reshape.inward(root))))
        except TranslationFailed as failure:
            return list(failure.findings)

    def shaped(self, root: Any) -> Any:
        try:
            return self.reshape.inward(root)
        except TranslationFailed:
            return root


def read_reshape(mapping: Marked, namespace: str | None) -> Reshape | None:
    """What a mapping file says of it; None where it says nothing. Raises Misconfigured."""
    members = mapping.members(optional=None)
    if "reshape" not in members:
        return None
    said = members["reshape"].members(optional=("namespaces", "resolve", "join"))
    if namespace is None and ("namespaces" in said or "resolve" in said):
        raise members["reshape"].wrong("JSON has `join` only")
    return Reshape(
        namespaces=_namespaces(said["namespaces"]) if "namespaces" in said else {},
        resolves=tuple(_read_resolve(each) for each in said["resolve"].items()) if "resolve" in said else (),
        joins=tuple(_read_join(each, namespace) for each in said["join"].items()) if "join" in said else (),
        namespace=namespace or "",
    )


def _namespaces(entry: Marked) -> dict[str, tuple[str, str]]:
    found = {}
    for prefix, said in entry.members(optional=None).items():
        members = said.members(required=("uri", "elements"))
        for name in members["elements"].texts():
            found[name] = (prefix, members["uri"].text())
    return found


def _read_resolve(entry: Marked) -> Resolve:
    members = entry.members(required=("at", "by", "of", "key", "carries", "before"))
    of = tuple(members["of"].text().split("/"))
    if len(of) != 2:
        raise members["of"].wrong("a container and what it holds, like people/person")
    return Resolve(
        at=members["at"].text(),
        by=members["by"].text(),
        of=of,
        key=members["key"].text(),
        carries=members["carries"].texts(),
        before=members["before"].text(),
    )


def _read_join(entry: Marked, namespace: str | None) -> Join:
    members = entry.members(required=("parts",), optional=("at", "into", "type"))
    parts = members["parts"].texts()
    if len(parts) < 2:
        raise members["parts"].wrong("what is joined has two fields or more")
    if "into" not in members and (namespace is None or "at" not in members):
        raise entry.wrong("into: needed but for an element named by `at`, whose own text it can be")
    if "type" in members and (namespace is not None or members["type"].text() != "number"):
        raise members["type"].wrong("type: number is for fields that JSON writes as numbers")
    return Join(
        at=members["at"].text() if "at" in members else "",
        parts=parts,
        into=members["into"].text() if "into" in members else "",
        as_numbers="type" in members,
    )


def reshaped_leaves(schema: Leaves, reshape: Reshape) -> Leaves:
    """The leaves of a schema as the table sees them. Raises Misconfigured for a field that it does not have."""
    found = dict(schema)
    for resolve in reshape.resolves:
        found = _resolved(found, resolve)
    for join in reshape.joins:
        for at in {leaf.rpartition("/")[0] for leaf in found if _is_part(leaf, join)}:
            parts = [_part(found, f"{at}/{part}".lstrip("/")) for part in join.parts]
            into = f"{at}/{join.into}".strip("/") if join.into else at
            found[into] = Leaf(steps=parts[0].steps if join.into else parts[0].steps[:-1])
    return found


def _part(leaves: Leaves, leaf: str) -> Leaf:
    if leaf not in leaves:
        raise Misconfigured(f"reshape: {leaf} is to be joined, and the schema has no such place")
    if leaves[leaf].steps[-1][1]:
        raise Misconfigured(f"reshape: {leaf} may repeat, and is joined once")
    return leaves.pop(leaf)


def _is_part(leaf: str, join: Join) -> bool:
    above, _, name = leaf.rpartition("/")
    return name == join.parts[0] and above.rpartition("/")[2] == join.at.rpartition("/")[2]


def _resolved(leaves: Leaves, resolve: Resolve) -> Leaves:
    held = "/".join(resolve.of) + "/"
    found: dict[str, Leaf] = {}
    for leaf, what in leaves.items():
        above, _, name = leaf.rpartition("/")
        if leaf.startswith(held):
            continue
        if name == f"@{resolve.by}" and above.rpartition("/")[2] == resolve.at:
            for carried, other in leaves.items():
                if carried.startswith(held) and carried != f"{held}@{resolve.key}":
                    steps = (*what.steps[:-1], *other.steps[len(resolve.of) :])
                    found[f"{above}/{carried.removeprefix(held)}"] = replace(other, steps=steps)
            continue
        found[leaf] = what
    return found
