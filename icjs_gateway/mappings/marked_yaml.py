"""YAML that remembers its lines, so that whoever wrote a wrong table is told the file, the line and the reason.

Not promised: all of YAML. Tables are mappings, sequences and plain scalars; anchors and tags have no use here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml

from icjs_gateway.model.errors import Misconfigured

T = TypeVar("T")
SAFE_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
"""The parser of libyaml reads the same some ten times as fast; a wheel without it is served all the same."""


@dataclass(frozen=True, slots=True)
class Marked:
    """One node of a YAML file."""

    node: yaml.Node
    file: Path

    @property
    def line(self) -> int:
        return self.node.start_mark.line + 1

    def wrong(self, reason: str) -> Misconfigured:
        """The error to raise about this node."""
        return Misconfigured(f"{self.file}:{self.line}: {reason}")

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.node, yaml.MappingNode)

    @property
    def is_null(self) -> bool:
        """Whether nothing stands there: `null`, `~`, or no value at all."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.tag == "tag:yaml.org,2002:null"

    def text(self) -> str:
        """A scalar, as written. Raises Misconfigured."""
        if not isinstance(self.node, yaml.ScalarNode) or self.node.value == "":
            raise self.wrong("expected a value")
        return str(self.node.value)

    def plain(self) -> Any:
        """A scalar, list or mapping as plain Python values."""
        return yaml.SafeLoader("").construct_document(self.node)

    def items(self) -> list[Marked]:
        """The entries of a sequence. Raises Misconfigured."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.wrong("expected a list")
        return [Marked(child, self.file) for child in self.node.value]

    def compiled(self, compiler: Callable[[str], T]) -> T:
        """What a compiler makes of its text; its ValueError is told with the line. Raises Misconfigured."""
        try:
            return compiler(self.text())
        except ValueError as error:
            raise self.wrong(str(error)) from None

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text() for item in self.items())

    def members(self, *, required: Collection[str] = (), optional: Collection[str] | None = ()) -> dict[str, Marked]:
        """The members of a mapping; `optional=None` lets any name be. Raises Misconfigured."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.wrong("expected a mapping")
        found: dict[str, Marked] = {}
        for key, value in self.node.value:
            name = Marked(key, self.file).text()
            if name in found:
                raise Marked(key, self.file).wrong(f"{name} stands here twice")
            if optional is not None and name not in required and name not in optional:
                known = ", ".join(sorted({*required, *optional}))
                raise Marked(key, self.file).wrong(f"{name} is not known here; known are {known}")
            found[name] = Marked(value, self.file)
        missing = [name for name in required if name not in found]
        if missing:
            raise self.wrong(f"{', '.join(missing)} missing")
        return found


def read_yaml(file: Path) -> Marked:
    """The one document of a file. Raises Misconfigured."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=SAFE_LOADER)
    except OSError as error:
        raise Misconfigured(f"{file}: cannot be read: {error.strerror}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Misconfigured(f"{file}:{line}: not YAML: {error.problem}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{file}:1: not YAML in UTF-8") from error
    if node is None:
        raise Misconfigured(f"{file}:1: the file is empty")
    return Marked(node, file)
