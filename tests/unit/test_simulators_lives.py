"""Case lives: one seed, one story."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice

from lxml import etree

from icjs_gateway.simulators.hearings import NAMESPACE
from icjs_gateway.simulators.lives import lives
from icjs_gateway.simulators.xml_text import xml_text


def story(seed: int, *, cases: int = 20) -> bytes:
    return b"".join(life.fir_json + b"".join(o.xml for o in life.outcomes) for life in lives(seed, cases=cases))


def test_the_same_seed_tells_the_same_story_byte_for_byte() -> None:
    assert story(7) == story(7)


def test_another_seed_tells_another_story() -> None:
    assert story(7) != story(8)


def test_a_case_does_not_depend_on_how_many_there_are() -> None:
    assert list(islice(lives(7), 5)) == list(lives(7, cases=5))


def test_no_two_cases_share_a_number() -> None:
    told = list(lives(7, cases=200, hearings=10))
    ids = [outcome.message_id for life in told for outcome in life.outcomes] + [life.fir_id for life in told]
    assert len(set(ids)) == 200 * 11
    assert len({life.about.fir for life in told}) == 200
    assert len({life.about.cnr for life in told}) == 200


def test_the_first_cases_of_two_seeds_share_no_number() -> None:
    ids = [{life.fir_id for life in lives(seed, cases=100)} for seed in (1, 2)]
    assert not ids[0] & ids[1]


def test_every_outcome_is_about_its_case() -> None:
    for life in lives(7, cases=20):
        for outcome in life.outcomes:
            root = etree.fromstring(outcome.xml)
            at = {"o": NAMESPACE}
            assert root.findtext("o:MessageId", namespaces=at) == outcome.message_id
            assert root.findtext("o:Case/o:CNR", namespaces=at) == life.about.cnr
            number = root.findtext("o:Case/o:FIR/o:Number", namespaces=at)
            assert number == json.loads(life.fir_json)["fir"]["number"]


def test_hindi_is_written_in_devanagari() -> None:
    life = next(iter(lives(7, cases=1)))
    root = etree.fromstring(life.outcomes[0].xml)
    business = root.findtext("{*}Hearing/{*}Business")
    assert business is not None
    assert "ऀ" <= business[0] <= "ॿ"


def parts(liberty: float) -> Counter[str]:
    """How often each liberty part is in 100 cases."""
    found: Counter[str] = Counter()
    for life in lives(7, cases=100, liberty=liberty):
        for outcome in life.outcomes:
            for accused in outcome.document["Hearing"]["Accused"]:
                found.update(name for name in ("Bail", "Remand") if name in accused)
                found.update(process["Type"] for process in accused.get("Process", ()))
    return found


def test_people_are_remanded_bailed_sought_and_recalled() -> None:
    assert all(parts(0.8)[name] > 20 for name in ("Bail", "Remand", "NON_BAILABLE_WARRANT", "RECALL"))


def test_without_liberty_traffic_there_are_summonses_only() -> None:
    assert set(parts(0)) == {"SUMMONS"}


def test_nested_dictionaries_become_xml_text() -> None:
    document = {"Name": {"_value_1": "A & B", "lang": "en"}, "Item": [{"No": "1"}, {"No": 2}], "Held": True}
    expected = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Root xmlns="urn:x">\n  <Name lang="en">A &amp; B</Name>\n'
        "  <Item>\n    <No>1</No>\n  </Item>\n  <Item>\n    <No>2</No>\n  </Item>\n  <Held>true</Held>\n</Root>\n"
    )
    assert xml_text("Root", "urn:x", document).decode() == expected
