"""Provisions as people write them."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from icjs_gateway.mappings.law import read_provisions
from icjs_gateway.mappings.law.acts import CODES, act_code


def read(written: str, act: str | None = None) -> list[str]:
    return [str(each) for each in read_provisions(written, act).provisions]


@pytest.mark.parametrize(
    ("written", "provisions"),
    [
        ("379/411", ["379", "411"]),
        ("324/506_IPC", ["IPC 324", "IPC 506"]),
        ("302 r/w 34 IPC", ["IPC 302", "IPC 34"]),
        ("302IPC", ["IPC 302"]),
        ("0376 IPC", ["IPC 376"]),
        ("354-D IPC", ["IPC 354D"]),
        ("120 B I.P.C.", ["IPC 120B"]),
        ("376DB IPC", ["IPC 376DB"]),
        ("Indian Penal Code, 1860 Section 376", ["IPC 376"]),
        ("BNS 103(1)", ["BNS 103(1)"]),
        ("S. 64(2)(m) of BNS", ["BNS 64(2)(m)"]),
        ("section 64 sub-section (2) clause (m) BNS", ["BNS 64(2)(m)"]),
        ("BNS, 2023 (45 of 2023) 64", ["BNS 64"]),
        ("u/s 376(2)(n) IPC & 6 POCSO", ["IPC 376(2)(n)", "POCSO 6"]),
        ("6 POCSO & IPC 376(2)", ["POCSO 6", "IPC 376(2)"]),
        ("The Protection of Children from Sexual Offences Act, 2012 Section 6", ["POCSO 6"]),
        ("379 IPC, BNS 303(2) and Arms Act 25", ["IPC 379", "BNS 303(2)", "ARMS 25"]),
        ("BNS 103(1), 3(5) and 25 Arms Act", ["BNS 103(1)", "BNS 3(5)", "ARMS 25"]),
        ("IPC: 302, 34; NDPS: 8/15", ["IPC 302", "IPC 34", "NDPS 8", "NDPS 15"]),
        ("498-A/406 IPC, 3/4 D.P. Act", ["IPC 498A", "IPC 406", "DOWRY 3", "DOWRY 4"]),
        ("25-54-59 Arms Act", ["ARMS 25", "ARMS 54", "ARMS 59"]),
        ("67-B IT Act", ["IT 67B"]),
        ("3(1)(r)(s) SC/ST (PoA) Act", ["SCST 3(1)(r)(s)"]),
        ("U.A.(P) Act 16, 18", ["UAPA 16", "UAPA 18"]),
        ("13 Unlawful Activities (Prevention) Act, 1967", ["UAPA 13"]),
        ("Punjab Weights Act 12", ["OTHER 12"]),
        ("धारा ३७६ भा.द.सं.", ["IPC 376"]),
        ("धारा 379/411 भा0द0वि0", ["IPC 379", "IPC 411"]),
        ("धारा 64 बीएनएस व 6 पॉक्सो एक्ट", ["BNS 64", "POCSO 6"]),
        ("भारतीय न्याय संहिता 303(2)", ["BNS 303(2)"]),
    ],
)
def test_provisions_are_read_as_people_write_them(written: str, provisions: list[str]) -> None:
    reading = read_provisions(written)
    assert [str(each) for each in reading.provisions] == provisions
    assert reading.unread == ()


def test_the_act_beside_a_section_is_its_act_unless_the_section_says_otherwise() -> None:
    assert read("303(2)", "BNS") == ["BNS 303(2)"]
    assert read("6", "The Protection of Children from Sexual Offences Act, 2012") == ["POCSO 6"]
    assert read("6 POCSO", "IPC") == ["POCSO 6"]


def test_what_is_not_understood_is_handed_back() -> None:
    reading = read_provisions("376 and something 123456", "Code of Nowhere")
    assert [str(each) for each in reading.provisions] == ["376"]
    assert reading.unread == ("Code of Nowhere", "something", "123456")


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_its_own_name(code: str) -> None:
    assert act_code(code) == code


_ACTS = st.sampled_from(
    ["IPC", "I.P.C.", "BNS", "BNSS", "POCSO Act, 2012", "भा0द0वि0", "Weights Act", "IT Act", "NDPS"]
)
_SECTIONS = st.from_regex(r"\A[1-9][0-9]{0,2}(-?[A-D])?(\([1-9]\)(\([a-p]\))?)?\Z")
_BETWEEN = st.sampled_from(["/", ", ", " & ", "_", " r/w ", " ", ";", " of ", " u/s ", " धारा ", "("])
_WRITTEN = st.lists(st.one_of(_ACTS, _SECTIONS, _BETWEEN)).map("".join)


@given(st.one_of(_WRITTEN, st.text(max_size=60)), st.one_of(st.none(), _ACTS, st.text(max_size=12)))
@example("376(2 IPC", None)
@example("\u0966\u096600", None)
def test_reading_never_fails_and_never_loses_a_number(written: str, act: str | None) -> None:
    reading = read_provisions(written, act)
    kept = [str(each) for each in reading.provisions] + [name for _, name in reading.acts] + list(reading.unread)
    found = {run.lstrip("0") for part in kept for run in re.findall("[0-9]+", _ascii(part))}
    assert {run.lstrip("0") for run in re.findall("[0-9]+", _ascii(written))} <= found | {""}


def _ascii(text: str) -> str:
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in text)
