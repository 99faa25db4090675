"""`translate` and `translate-screen`: what one document costs on its way from bytes to validated events.

Both stand beside the least that anybody would do: lxml's parser and its XSD validation, on the same bytes, with
the same schema. `translate` is the whole way (charset, hardened parse, digest, admission, decoding) but for the
hardening screen, which is counted apart as `translate-screen`: by expat, as for a body that is not plain, where
most are let through by a few byte counts. The ratio is a cost: lower is better.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

from lxml import etree

from icjs_gateway.adapters.wire.screen import count, is_plain
from icjs_gateway.adapters.wire.xml import DEFAULT, canonical_digest, parse_tree, parse_xml
from icjs_gateway.cli.bench.documents import CONTRACT, fixed
from icjs_gateway.cli.bench.results import Scenario
from icjs_gateway.cli.bench.rounds import Effort
from icjs_gateway.registry import load_contracts, packaged_contracts

REFERENCE = "lxml parse + XSD"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """Something done with the document, and what it cost in each round, in microseconds."""

    does: Callable[[], object]
    samples: list[float] = field(default_factory=list)

    def run(self, times: int) -> None:
        began = perf_counter()
        for _ in range(times):
            self.does()
        self.samples.append((perf_counter() - began) / times * 1e6)

    @property
    def us(self) -> float:
        return median(self.samples)


async def translate(effort: Effort, around: Path) -> list[Scenario]:
    """Both scenarios: they share every round. Uses no folder, and starts nothing."""
    steps = _steps()
    for step in steps.values():
        step.does()
    for _ in range(effort.rounds * _SLICES):
        for step in steps.values():
            step.run(effort.translations)
    whole, reference = steps["whole"], steps["bare"]
    screens = steps["plain"].samples
    parts = {f"{name} us": steps[name].us for name in ("parse", "digest", "admit", "decode")}
    return [
        _scenario(
            "translate",
            [all_of_it - screen for all_of_it, screen in zip(whole.samples, screens, strict=True)],
            reference,
            wanted="<= 8",
            also=parts,
            note="one hearing outcome, 8 accused; bytes to validated events, without the screen",
        ),
        _scenario(
            "translate-screen",
            steps["screen"].samples,
            reference,
            also={"plain us": steps["plain"].us},
            note="by expat; `plain` is what a body without declarations pays instead",
        ),
    ]


_SLICES = 3
"""Rounds here are short, so there are more of them."""


def _steps() -> dict[str, _Step]:
    body = fixed()
    contract = load_contracts(None).get(CONTRACT)
    schema = etree.XMLSchema(file=str(packaged_contracts() / "courts" / "hearing-outcome" / "v1" / "schema.xsd"))
    document = parse_xml(body)

    def bare() -> None:
        schema.assertValid(etree.fromstring(body))  # noqa: TID251 - the reference, and a document of our own

    def whole() -> None:
        parsed = parse_xml(body)
        contract.admit(parsed)
        contract.decode(parsed)

    return {
        "bare": _Step(does=bare),
        "whole": _Step(does=whole),
        "plain": _Step(does=lambda: is_plain(body, DEFAULT)),
        "screen": _Step(does=lambda: count(body, DEFAULT)),
        "parse": _Step(does=lambda: parse_tree(body)),
        "digest": _Step(does=lambda: canonical_digest(document.root)),
        "admit": _Step(does=lambda: contract.admit(document)),
        "decode": _Step(does=lambda: contract.decode(document)),
    }


def _scenario(
    name: str,
    samples: list[float],
    reference: _Step,
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
        reference_samples=reference.samples,
        wanted=wanted,
        also=also,
        note=note,
    )
