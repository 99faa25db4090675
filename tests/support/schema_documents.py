"""Documents drawn from a contract's schema alone: whatever it lets in, in any combination, by a seed.

The table is not looked at, so what the schema allows and the table does not expect comes up. Values are the schema's
own (listed codes, ranges, lengths, patterns), and more often than not one that stands under the same name in a valid
sample: a CNR made of random letters is refused by every table, and would leave nothing to judge.
"""

from __future__ import annotations

import json
import re
import sys
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from html import escape
from random import Random
from re import _parser as sre  # type: ignore[attr-defined]
from typing import Any

import xmlschema
from lxml import etree

from icjs_gateway.registry.compiled import CompiledContract

REPEATS_MAX = 3
WORDS = ("Ramesh", "सुनील कुमार", "ਕਮਲਾ ਦੇਵੀ", "A & B <sons>", "line\nbreak", "“quoted”", "x")
_CLASSES = {sre.CATEGORY_DIGIT: "0123456789", sre.CATEGORY_SPACE: " ", sre.CATEGORY_NOT_SPACE: "abcXYZ9é"}


def documents(contract: CompiledContract, seed: int) -> Iterator[bytes]:
    """One document after another, without end."""
    chance = Random(f"{contract.id}:{seed}")
    draw = _Xml(contract, chance) if contract.declaration.is_xml else _Json(contract, chance)
    while True:
        yield draw.document()


class _Drawing:
    """What both forms share: sample values by name, and text by pattern."""

    def __init__(self, contract: CompiledContract, chance: Random) -> None:
        self.chance = chance
        self.known: dict[str, list[Any]] = defaultdict(list)
        self.samples = sorted((contract.declaration.folder / "samples" / "valid").glob("*"))

    def times(self, least: int, most: int | None) -> int:
        most = REPEATS_MAX if most is None else min(most, max(REPEATS_MAX, least))
        return least if self.chance.random() < 0.5 else self.chance.randint(least, most)

    def matching(self, pattern: str) -> str:
        return "".join(self._of(sre.parse(pattern)))

    def _of(self, parsed: Any) -> Iterator[str]:
        chance = self.chance
        for op, value in parsed:
            if op is sre.LITERAL:
                yield chr(value)
            elif op is sre.ANY:
                yield chance.choice("abcXYZ019 é")
            elif op is sre.CATEGORY:
                yield chance.choice(_CLASSES[value])
            elif op is sre.IN:
                yield self._one_of(value)
            elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
                least, most, inner = value
                for _ in range(chance.randint(least, min(int(most), least + 12))):
                    yield from self._of(inner)
            elif op is sre.SUBPATTERN:
                yield from self._of(value[3])
            elif op is sre.BRANCH:
                yield from self._of(chance.choice(value[1]))
            elif op is not sre.AT:
                raise NotImplementedError(f"{op} in a pattern")

    def _one_of(self, members: Any) -> str:
        op, value = self.chance.choice(members)
        if op is sre.RANGE:
            return chr(self.chance.randint(*value))
        return chr(value) if op is sre.LITERAL else self.chance.choice(_CLASSES[value])

    def day(self) -> str:
        return (date(2025, 1, 1) + timedelta(days=self.chance.randint(0, 700))).isoformat()

    def instant(self) -> str:
        time = f"{self.chance.randint(0, 23):02d}:{self.chance.randint(0, 59):02d}:00"
        return f"{self.day()}T{time}{self.chance.choice(('Z', '+05:30', '.250+05:30'))}"

    def words(self, least: int, most: int | None) -> str:
        text = self.chance.choice(WORDS)
        return (text * (least // len(text) + 1))[: most or sys.maxsize]


class _Xml(_Drawing):
    def __init__(self, contract: CompiledContract, chance: Random) -> None:
        super().__init__(contract, chance)
        schema = xmlschema.XMLSchema(str(contract.declaration.schema_file), allow="local")
        self.root = schema.elements[contract.declaration.root]
        self.namespace = contract.declaration.namespace
        for sample in self.samples:
            if sample.suffix == ".xml":
                for element in etree.fromstring(sample.read_bytes()).iter(etree.Element):
                    self.known[etree.QName(element).localname].append((element.text or "").strip())
                    for name, value in element.attrib.items():
                        self.known[f"@{name}"].append(value)

    def document(self) -> bytes:
        return self._element(self.root, f' xmlns="{self.namespace}"').encode()

    def _element(self, element: Any, marks: str = "", around: str | None = None) -> str:
        kind, own = element.type, element.target_namespace
        if own != (around or self.namespace):
            marks += f' xmlns="{own}"'
        if kind.is_complex():
            for name, attribute in kind.attributes.items():
                if attribute.use == "required" or self.chance.random() < 0.4:
                    marks += f' {name}="{escape(self._value(attribute.type, f"@{name}"))}"'
        if kind.is_simple() or kind.has_simple_content():
            inner = escape(self._value(kind.content if kind.is_complex() else kind, element.local_name), quote=False)
        else:
            inner = self._group(kind.content, own)
        return f"<{element.local_name}{marks}>{inner}</{element.local_name}>"

    def _group(self, group: Any, around: str) -> str:
        parts = []
        chosen = [self.chance.choice(list(group))] if group.model == "choice" else list(group)
        for particle in chosen:
            for _ in range(self.times(particle.min_occurs, particle.max_occurs)):
                is_group = isinstance(particle, xmlschema.validators.XsdGroup)
                drawn = self._group(particle, around) if is_group else self._element(particle, around=around)
                parts.append(drawn)
        return "".join(parts)

    def _value(self, kind: Any, name: str) -> str:
        if kind.enumeration:
            return str(self.chance.choice(kind.enumeration))
        known = [value for value in self.known[name] if kind.is_valid(value)]
        if known and self.chance.random() < 0.9:
            return str(self.chance.choice(known))
        for _ in range(50):
            value = self._made(kind)
            if kind.is_valid(value):
                return value
        raise AssertionError(f"no value found for {name}")

    def _made(self, kind: Any) -> str:
        primitive = kind.primitive_type.local_name
        if primitive == "date":
            return self.day()
        if primitive == "dateTime":
            return self.instant()
        if primitive == "base64Binary":
            return b64encode(self.chance.randbytes(self.chance.randint(1, 60))).decode("ascii")
        if primitive == "boolean":
            return self.chance.choice(("true", "false", "1", "0"))
        patterns = [each for each in (kind.patterns.regexps if kind.patterns is not None else ()) if each]
        if patterns and r"\S" not in patterns[0]:
            return self.matching(patterns[0])
        if primitive == "decimal":
            least = int(kind.min_value) if kind.min_value is not None else 0
            most = int(kind.max_value) if kind.max_value is not None else 2100
            return str(self.chance.randint(least, most))
        return self.words(kind.min_length or 1, kind.max_length)


class _Json(_Drawing):
    def __init__(self, contract: CompiledContract, chance: Random) -> None:
        super().__init__(contract, chance)
        self.schema: dict[str, Any] = json.loads(contract.declaration.schema_file.read_text(encoding="utf-8"))
        for sample in self.samples:
            if sample.suffix == ".json" and not sample.name.endswith(".golden.json"):
                self._learn(json.loads(sample.read_text(encoding="utf-8")), "")

    def _learn(self, value: Any, name: str) -> None:
        if isinstance(value, dict):
            for member, each in value.items():
                self._learn(each, member)
        elif isinstance(value, list):
            for each in value:
                self._learn(each, name)
        else:
            self.known[name].append(value)

    def document(self) -> bytes:
        return json.dumps(self._value(self.schema, ""), ensure_ascii=False).encode()

    def _value(self, schema: dict[str, Any], name: str) -> Any:
        chance = self.chance
        while "$ref" in schema:
            schema = self.schema["$defs"][schema["$ref"].rpartition("/")[2]]
        if "properties" in schema:
            return self._object(schema)
        if schema.get("type") == "array":
            times = self.times(schema.get("minItems", 0), schema.get("maxItems"))
            return [self._value(schema["items"], name) for _ in range(times)]
        if "enum" in schema:
            return chance.choice(schema["enum"])
        if schema.get("type") == "boolean":
            return chance.random() < 0.5
        known = [value for value in self.known[name] if _fits(value, schema)]
        if known and chance.random() < 0.9:
            return chance.choice(known)
        if schema.get("type") == "integer":
            return chance.randint(schema.get("minimum", 0), schema.get("maximum", 10_000))
        return self._text(schema)

    def _object(self, schema: dict[str, Any]) -> dict[str, Any]:
        required = set(schema.get("required", ()))
        if "oneOf" in schema:
            required |= set(self.chance.choice(schema["oneOf"]).get("required", ()))
            others = {name for way in schema["oneOf"] for name in way.get("required", ())} - required
        else:
            others = set()
        return {
            name: self._value(member, name)
            for name, member in schema["properties"].items()
            if name in required or (name not in others and self.chance.random() < 0.5)
        }

    def _text(self, schema: dict[str, Any]) -> str:
        if schema.get("format") == "date":
            return self.day()
        if schema.get("format") == "date-time":
            return self.instant()
        pattern = schema.get("pattern")
        if pattern == r"^[A-Za-z0-9+/=\s]+$":
            return b64encode(self.chance.randbytes(self.chance.randint(1, 60))).decode("ascii")
        if pattern is not None and pattern != r"\S":
            return self.matching(pattern)
        return self.words(schema.get("minLength", 1), schema.get("maxLength"))


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    if schema.get("type") == "integer":
        return isinstance(value, int) and schema.get("minimum", value) <= value <= schema.get("maximum", value)
    if not isinstance(value, str):
        return False
    pattern = schema.get("pattern")
    length_fits = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
    return length_fits and (pattern is None or re.search(pattern, value) is not None)
