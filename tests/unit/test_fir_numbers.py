"""FIR numbers as stations and courts of India write them, each with its number and the year written with it."""

from __future__ import annotations

import pytest

from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.model.names.fir_numbers import parse_fir_number

READ = {
    "77": (77, None),
    "0077": (77, None),
    "0077/2026": (77, 2026),
    "77/26": (77, 2026),
    "77/98": (77, 1998),
    " 77 / 2026 ": (77, 2026),
    "77-2026": (77, 2026),
    "77\u20132026": (77, 2026),
    "77\\2026": (77, 2026),
    "77 of 2026": (77, 2026),
    "No. 77": (77, None),
    "#77": (77, None),
    "FIR-0077": (77, None),
    "FIR No 0077/2026": (77, 2026),
    "FIR No.:77/2026": (77, 2026),
    "F.I.R. No. 77 of 26": (77, 2026),
    "FIR\u00a0No.\u00a077/2026": (77, 2026),
    "e-FIR No. 77/2026": (77, 2026),
    "Zero FIR No. 77/2026": (77, 2026),
    "First Information Report No. 77/2026": (77, 2026),
    "Crime No. 77/2026": (77, 2026),
    "CRIME NUMBER 77 OF 2026": (77, 2026),
    "Cr. No. 77/2026": (77, 2026),
    "Cr.No.77/26": (77, 2026),
    "C.R. No. 77/2026": (77, 2026),
    "Case Crime No. 77 of 2026": (77, 2026),
    "P.S. Case No. 77/26": (77, 2026),
    "77/2026 dt 20.11.2026": (77, 2026),
    "FIR No. 77 dated 20.11.2026": (77, None),
    "77/2026 dtd. 20/11/26": (77, 2026),
    "77/2026 (20-11-2026)": (77, 2026),
    "77 dated 2026-11-20": (77, None),
    "77/2026 u/s 303(2) BNS": (77, 2026),
    "77/2026 dt 20.11.2026 u/s 103, 61 BNS": (77, 2026),
    "I-77/2026": (77, 2026),
    "C.R. No. I-77/2026": (77, 2026),
    "I-C.R. No. 77/2026": (77, 2026),
    "Part A C.R. No. 77/2026": (77, 2026),
    "७७/२०२६": (77, 2026),
    "\u09ed\u09ed": (77, None),
    "૭૭/૨૦૨૬": (77, 2026),
    "౭౭/౨౦౨౬": (77, 2026),
    "अपराध क्रमांक 77/2026": (77, 2026),
    "अपराध क्रमांक ७७/२०२६": (77, 2026),
    "अप.क्र. 77/26": (77, 2026),
    "मु.अ.सं. 77/2026": (77, 2026),
    "मु0अ0सं0 77/2026": (77, 2026),
    "मु०अ०सं०-७७/२०२६": (77, 2026),
    "मुकदमा अपराध संख्या 77 सन 2026": (77, 2026),
    "मुकदमा नं. 77 दिनांक 20.11.2026": (77, None),
    "एफ.आई.आर. नं. 77/2026 धारा 303(2) बीएनएस": (77, 2026),
    "प्राथमिकी संख्या 77/2026": (77, 2026),
    "थाना कांड संख्या 77/2026": (77, 2026),
    "गु.र.नं. 77/2026": (77, 2026),
    "ગુ.ર.નં. 77/2026": (77, 2026),
    "ਮੁਕੱਦਮਾ ਨੰਬਰ 77/2026": (77, 2026),
}

UNREAD = [
    *("", " ", "0", "000/2026", "x", "one hundred", "-1", "11 2", "1234567890", "77/3", "77/20266", "77/2026-27"),
    # Another register of the same station, with numbers of its own.
    *("II-77/2026", "III-77/2026", "Part B 77/2026"),
    # More than one number, or a letter that belongs to it.
    *("77/2026 and 78/2026", "77, 78/2026", "77-A/2026", "77/A/2026"),
    # A station, a year and a number in one; other registers of police and courts.
    *("11191004200077/2020", "SC 77/2026", "M.Cr.C. 77/2026", "GR 77/2026", "NCR No. 77/2026", "77 u/s"),
]


@pytest.mark.parametrize("written", READ)
def test_a_fir_number_is_read_as_it_is_written(written: str) -> None:
    assert parse_fir_number(written) == READ[written]


@pytest.mark.parametrize("written", UNREAD)
def test_what_may_be_another_fir_is_not_read(written: str) -> None:
    with pytest.raises(ValueError, match="FIR number"):
        parse_fir_number(written)


@pytest.mark.parametrize(
    "written", ["TG/2011007/112/2026", "ts/2011007/0112/26", "TS/2011007/Crime No. 112 of 2026", "TG/2011007/११२/२०२६"]
)
def test_a_key_is_one_however_its_parts_are_written(written: str) -> None:
    assert str(FirKey.parse(written)) == "TG/2011007/112/2026"


@pytest.mark.parametrize("written", ["XX/2011007/112/2026", "HP/2011007/112", "HP/2011007", "HP", "", "HP//112/2026"])
def test_what_is_no_key_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="STATE/STATION-CODE/NUMBER/YEAR"):
        FirKey.parse(written)
