"""An event reaches the courts that it names, whatever its case says."""

from __future__ import annotations

import pytest

from icjs_gateway.model.content import Event
from icjs_gateway.routing.named_places import named_courts
from tests.contracts import contracts, parse, samples


def arrest(sample: str) -> Event:
    [found] = [
        each for each in samples(valid=True) if (each.contract.id, each.file.stem) == ("police.arrest.v1", sample)
    ]
    [event] = contracts().get("police.arrest.v1").decode(found.document(parse)).events
    return event


@pytest.mark.parametrize(("sample", "courts"), [("minimal", ()), ("on-warrant", ("HPKN05",))])
def test_an_arrest_reaches_the_court_before_which_the_arrested_person_is_produced(
    sample: str, courts: tuple[str, ...]
) -> None:
    assert named_courts(arrest(sample)) == courts
