"""`translate` and `translate-screen`: what one document costs on its way from bytes to validated events.

Both stand beside the least that anybody would do: lxml's parser and its XSD validation, on the same bytes, with
the same schema. `translate` is the whole way (charset, hardened parse, digest, admission, decoding) but for the
hardening screen, which is counted apart as `translate-screen`: by expat, as for a body that is not plain, where
most are let through by a few byte counts. The ratio is a cost: lower is better.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from lxml import etree

from icjs_gateway.adapters.wire.screen import count, is_plain
from icjs_gateway.adapters.wire.xml import DEFAULT, canonical_digest, parse_tree
from icjs_gateway.cli.bench.documents import CONTRACT, fixed
from icjs_gateway.cli.bench.results import Scenario
from icjs_gateway.cli.bench.rounds import Effort
from icjs_gateway.cli.serve import settle_heap
from icjs_gateway.registry import load_contracts, packaged_contracts
from icjs_gateway.routing.contracts import Document, Wire

REFERENCE = "lxml"
_PARTS = ("parse", "digest", "admit", "decode")


_SLICES = 6
"""Rounds are short here, so there are more of them."""


async def translate(effort: Effort, around: Path) -> list[Scenario]:
    """Both scenarios: they share every round. Uses no folder, and starts nothing."""
    body = fixed()
    bare, way = _bare(body), _Way(body)
    # As `serve` does before it takes requests: the collector costs both sides what it costs there.
    settle_heap()
    slices = [_slice(bare, way, effort.translations) for _ in range(effort.rounds * _SLICES + 1)][1:]
    reference = [one["bare"] for one in slices]
    parts = {f"{part} us": median(one[part] for one in slices) for part in _PARTS}
    return [
        _scenario(
            "translate",
            [sum(one[part] for part in _PARTS) for one in slices],
            reference,
            wanted="<= 6",
            also=parts,
            note="one hearing outcome, 8 accused; bytes to validated events, without the screen",
        ),
        _scenario(
            "translate-screen",
            [one["screen"] for one in slices],
            reference,
            also={"plain us": median(one["plain"] for one in slices)},
            note="by expat; `plain` is what a body without declarations pays instead",
        ),
    ]


def _slice(bare: Callable[[], None], way: _Way, times: int) -> dict[str, float]:
    """What each thing cost on average, in microseconds, all within a fraction of a second."""
    plain = _us(way.plain, times)
    return {"bare": _us(bare, times), "screen": _us(way.screen, times), "plain": plain} | way.parts_us(times, plain)


def _us(does: Callable[[], object], times: int) -> float:
    began = perf_counter()
    for _ in range(times):
        does()
    return (perf_counter() - began) / times * 1e6


def _bare(body: bytes) -> Callable[[], None]:
    schema = etree.XMLSchema(file=str(packaged_contracts() / "courts" / "hearing-outcome" / "v1" / "schema.xsd"))

    def bare() -> None:
        schema.assertValid(etree.fromstring(body))  # noqa: TID251 - the reference, and a document of our own

    return bare


class _Way:
    """The way of one document from bytes to events, and its screens."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._contract = load_contracts(None).get(CONTRACT)

    def plain(self) -> bool:
        return is_plain(self._body, DEFAULT)

    def screen(self) -> int:
        return count(self._body, DEFAULT)

    def parts_us(self, times: int, plain_us: float) -> dict[str, float]:
        """Each step on a tree that the step before has just made, as in earnest; a tree seen before is faster."""
        clocks = [0.0] * len(_PARTS)
        for _ in range(times):
            at = [perf_counter()]
            root, faithful = parse_tree(self._body)
            at.append(perf_counter())
            document = Document(wire=Wire.XML, root=root, body=self._body, digest=canonical_digest(faithful))
            at.append(perf_counter())
            self._contract.admit(document)
            at.append(perf_counter())
            self._contract.decode(document)
            at.append(perf_counter())
            clocks = [clock + until - since for clock, since, until in zip(clocks, at, at[1:], strict=False)]
        parts = {part: clock / times * 1e6 for part, clock in zip(_PARTS, clocks, strict=True)}
        return parts | {"parse": parts["parse"] - plain_us}


def _scenario(
    name: str,
    samples: list[float],
    reference: list[float],
    *,
    wanted: str = "",
    also: dict[str, float],
    note: str,
) -> Scenario:
    return Scenario(
        name=name,
        unit="us/document",
        samples=samples,
        reference_name=REFERENCE,
        reference_samples=reference,
        wanted=wanted,
        also=also,
        note=note,
    )
