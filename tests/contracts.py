"""The compiled contracts and their samples, for tests; and documents drawn from a mapping table."""

from __future__ import annotations

import string
from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from functools import cache
from json import dumps
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from icjs_gateway.adapters.wire.json import parse_json
from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.mappings.vocabulary import Group, Row
from icjs_gateway.model.text import normalise
from icjs_gateway.registry import load_contracts, packaged_contracts
from icjs_gateway.registry.compiled import CompiledContract
from icjs_gateway.registry.contracts import CompiledContracts
from icjs_gateway.registry.loading import compile_all, lists_of
from icjs_gateway.registry.samples import Sample, samples_of
from icjs_gateway.routing.contracts import Document, Wire

HEARING = "courts.hearing-outcome.v1"
BAIL = "courts.bail-order.v1"
FIR = "police.fir.v1"


@cache
def contracts() -> CompiledContracts:
    return load_contracts()


FORMATS = Path(__file__).parents[1] / "docs" / "tutorial" / "formats"
"""Formats unlike ours, as the tutorial onboards them."""


@cache
def foreign() -> tuple[CompiledContract, ...]:
    """The contracts of the tutorial."""
    return tuple(compile_all([FORMATS], lists_of([packaged_contracts(), FORMATS])))


def parse(body: bytes, wire: Wire) -> Document:
    return parse_json(body) if wire is Wire.JSON else parse_xml(body)


def samples(*, valid: bool | None = None) -> list[Sample]:
    found = [sample for contract in (*contracts().all(), *foreign()) for sample in samples_of(contract)]
    return [sample for sample in found if valid is None or sample.valid is valid]


def sample_id(sample: Sample) -> str:
    return f"{sample.contract.id}/{'valid' if sample.valid else 'invalid'}/{sample.file.stem}"


_ALPHABET = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufffe\uffff")
TEXT = st.text(_ALPHABET, min_size=1, max_size=40).map(lambda raw: normalise(raw) or "x")
TOKEN = st.text(string.ascii_letters + string.digits, min_size=1, max_size=12)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INSTANT = st.integers(-600_000_000, 5_000_000_000).map(lambda seconds: _EPOCH + timedelta(seconds=seconds))
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXT,
    "token": TOKEN,
    "integer": st.integers(0, 99),
    "year": st.integers(1900, 2199),
    "boolean": st.booleans(),
    "date": st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    "timestamp": INSTANT,
    "decimal": st.decimals(0, 10**9, places=2).map(str),
    "coordinate": st.decimals(-180, 180, places=4).map(lambda value: f"{value:.4f}"),
    "sha256": st.binary(min_size=32, max_size=32).map(bytes.hex),
    "base64": st.binary(min_size=1, max_size=60).map(lambda content: b64encode(content).decode()),
    "language": st.sampled_from(["hi", "ta", "en", "pa-Guru"]),
    "currency": st.sampled_from(["INR", "NPR"]),
    "cnr": st.from_regex(r"\A[A-Z]{2}[A-Z0-9]{4}[0-9]{10}\Z"),
    "message-id": TOKEN,
    "process-id": TOKEN,
    "station": TOKEN,
    "state": st.sampled_from(["HP", "TN", "MH"]),
    "nfn": st.integers(0, 10**10 - 1).map("{:010d}".format),
    "fir-number": st.integers(1, 99999).map(str),
}


@st.composite
def trees(draw: st.DrawFn, group: Group, alternatives: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A canonical tree that the table can write: what it requires is there, the rest may be. Of `alternatives` a
    document holds exactly one."""
    written = {row.to for row in group.rows}
    needed = {
        draw(st.sampled_from([member for member in check.options["members"] if member in written]))
        for check in group.checks
        if check.name == "one-of"
    }
    tree: dict[str, Any] = {}
    for row in group.rows:
        if row.to in alternatives and row.to not in needed:
            continue
        if row.required or row.wire == "." or row.to in needed or draw(st.booleans()):
            _put(draw, row, tree if row.inside is None else tree.setdefault(row.inside, {}))
    return tree


def _put(draw: st.DrawFn, row: Row, tree: dict[str, Any]) -> None:
    if row.repeats:
        few = [_value(draw, row, index=index) for index in range(draw(st.integers(1, 3)))]
        if row.further is None:
            tree[row.to] = few
        else:
            tree[row.to] = few[0]
            tree |= {row.further: few[1:]} if few[1:] else {}
        return
    value = tree[row.to] = _value(draw, row, index=0)
    if row.raw is not None and row.codec == "fir-number" and draw(st.booleans()):
        tree[row.raw] = f"FIR No. {value}"


def _value(draw: st.DrawFn, row: Row, *, index: int) -> Any:
    if row.group is not None:
        value = draw(trees(row.group))
        # A serial of its own tells a person from the next; without one they may not be told apart.
        if row.to == "accused":
            value["serial"] = f"A{index + 1}"
        return value
    if row.to in ("establishment", "warrant_court", "produced_before"):
        return draw(st.sampled_from(["HPKN02", "TNCH01", "MHPU0A"]))
    if row.codes:
        return draw(st.sampled_from(row.codes))
    if row.codec == "coded":
        return draw(st.sampled_from([{"raw": "16"}, {"text": "Judgment"}, {"raw": "NO_CONTACT", "text": "Ã——"}]))
    return draw(_VALUES[row.codec or ""])


def alternatives_of(contract: CompiledContract) -> frozenset[str]:
    """The members of which a document of this contract holds exactly one: each becomes an event of its own type."""
    ways = frozenset(main.at for main in contract.translator.splitting.mains)
    return ways if len(ways) > 1 else frozenset()


def document_of(contract: CompiledContract, tree: dict[str, Any]) -> bytes:
    """The document that a tree is written as, before any event is made of it."""
    translator = contract.translator
    told = translator._write(tree)
    if contract.declaration.is_xml:
        marks, inner = told
        return f'<{translator.root} xmlns="{translator.namespace}"{marks}>{inner}</{translator.root}>'.encode()
    return dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
