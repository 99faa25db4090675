"""The files of a schema, as a service description hands them out: each under a name of its own, at one address.

A contract's schema may include or import others that lie in its folder. A client follows `schemaLocation`, and may load
nothing from anywhere else: so wherever one names a file of the folder, it names the service's own address instead.
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.sax.saxutils import escape, unescape

_LOCATION = re.compile(r"(\bschemaLocation\s*=\s*)(\"[^\"]*\"|'[^']*')")


def parts_of(name: str, schema: Path) -> dict[str, Path]:
    """The schema under its name, and every file of its folder that it needs: `sitting.xsd`, `sitting.types.xsd`."""
    folder = schema.parent.resolve()
    parts = {name: schema.resolve()}
    waiting = [schema.resolve()]
    while waiting:
        file = waiting.pop()
        for _, quoted in _LOCATION.findall(file.read_text(encoding="utf-8-sig")):
            part = _named(quoted, file)
            if part.is_file() and part.is_relative_to(folder) and part not in parts.values():
                parts[f"{name.removesuffix('.xsd')}.{'.'.join(part.relative_to(folder).parts)}"] = part
                waiting.append(part)
    return parts


def served(file: Path, parts: dict[str, Path], location: str) -> bytes:
    """A file with the places of the others at the service's address; as it lies there where it names none."""
    names = {part: name for name, part in parts.items()}

    def moved(found: re.Match[str]) -> str:
        name = names.get(_named(found[2], file))
        return found[0] if name is None else f'{found[1]}"{escape(f"{location}?xsd={name}", {chr(34): "&quot;"})}"'

    return _LOCATION.sub(moved, file.read_text(encoding="utf-8-sig")).encode()


def _named(quoted: str, file: Path) -> Path:
    return (file.parent / unescape(quoted[1:-1]).strip()).resolve()
