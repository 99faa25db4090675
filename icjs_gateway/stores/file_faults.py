"""The faults of a YAML file that an operator wrote: each with its line and what it is about, told all at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from icjs_gateway.mappings.marked_yaml import SAFE_LOADER
from icjs_gateway.model.errors import Misconfigured

Where = tuple[int | str, ...]
"""The members and numbers that lead to a value of the file."""
_ALIASES = {"speaks_as": "jurisdiction"}


@dataclass(frozen=True, slots=True)
class FileFaults:
    """Collects what is wrong. Lines are looked up when it is told, so that a file without a fault is read once."""

    path: Path
    _found: list[tuple[Where, str]] = field(default_factory=list)

    def add(self, where: Where, reason: str) -> None:
        self._found.append((where, reason))

    def raise_any(self) -> None:
        """Raises Misconfigured with every fault, one a line: `FILE:LINE: what.it.is.about: reason`."""
        if not self._found:
            return
        root = yaml.compose(self.path.read_text(encoding="utf-8"), Loader=SAFE_LOADER)
        told = sorted((*_located(root, where), reason) for where, reason in self._found)
        raise Misconfigured("\n".join(f"{self.path}:{line}: {about}: {reason}" for line, about, reason in told))


def _located(root: yaml.Node | None, where: Where) -> tuple[int, str]:
    """The line of a value, or of what should hold it, and the way there, entries of a list by their ids."""
    if root is None:
        return 1, "the file"
    node, about = root, list[str]()
    for part in where:
        found = _below(node, part)
        if found is not None:
            node = found
        elif isinstance(part, str) and about and about[-1] == "credentials":
            # Which of the kinds it was read as, which the file does not say.
            continue
        about.append(str(part) if isinstance(part, str) else _id_of(node) or str(part))
    return node.start_mark.line + 1, ".".join(about) or "the file"


def _below(node: yaml.Node, part: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
        return node.value[part] if part < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        members = {key.value: value for key, value in node.value}
        return members.get(part) or members.get(_ALIASES.get(str(part)))
    return None


def _id_of(node: yaml.Node) -> str | None:
    """What names an entry of a list."""
    if not isinstance(node, yaml.MappingNode):
        return None
    members = {key.value: value.value for key, value in node.value if isinstance(value, yaml.ScalarNode)}
    return next((members[name] for name in ("id", "client_id", "username") if name in members), None)
