"""Every code that a finding can carry, and where it is made: read from the source and the contracts themselves.

A code is a word in capitals with hyphens (`SCHEMA-MISSING`), whatever stands behind `code=`, and whatever a function of
the module is called with in the place of its parameter `code`. Nothing registers itself, so nothing can be forgotten.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "icjs_gateway"
_SPEAKERS = ("adapters", "api", "mappings", "model", "registry", "routing", "stores")
"""Layers whose findings reach a partner."""
_CODE = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+")
_NO_CODES = {"UTF-8", "UTF-16"}
_FORMATS = ("JSON", "XML")


def codes() -> dict[str, list[str]]:
    """Where each code is made: a module of the package, or a kind of file among the contracts."""
    found: dict[str, set[str]] = defaultdict(set)
    for layer in _SPEAKERS:
        for file in sorted((PACKAGE / layer).rglob("*.py")):
            for code in _in_module(file):
                found[code].add(file.relative_to(PACKAGE).as_posix())
    for file in sorted((ROOT / "contracts").rglob("*.yaml")):
        for code in re.findall(r"\bcode: ([A-Z][A-Z0-9-]+)", file.read_text(encoding="utf-8")):
            found[code].add(f"contracts: {file.name}")
    return {code: sorted(places) for code, places in sorted(found.items())}


def _in_module(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    makers = {
        each.name: [argument.arg for argument in each.args.args if argument.arg != "self"].index("code")
        for each in ast.walk(tree)
        if isinstance(each, ast.FunctionDef) and any(argument.arg == "code" for argument in each.args.args)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if makers.get(name, 99) < len(
                args
            ):
                match args[makers[name]]:
                    case ast.Constant(value=str(code)) if code.isupper():
                        yield code
        match node:
            case ast.keyword(arg="code", value=ast.Constant(value=str(code))):
                yield code
            case ast.Constant(value=str(code)) if _CODE.fullmatch(code) and code not in _NO_CODES:
                yield code
            # `f"{format_name}-CHARSET"`: said of each format.
            case ast.JoinedStr(values=[ast.FormattedValue(), ast.Constant(value=str(end))]) if re.fullmatch(
                r"(-[A-Z0-9]+)+", end
            ):
                yield from (f"{name}{end}" for name in _FORMATS)
