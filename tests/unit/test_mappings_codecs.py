"""Codecs read what people write and refuse what cannot be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from icjs_gateway.mappings.codecs import CODECS, Unfit, closed


@pytest.mark.parametrize(
    ("codec", "raw", "value"),
    [
        ("text", "  Ramesh\r\nKumar ", "Ramesh\nKumar"),
        ("text", "e\u0301", "\u00e9"),
        ("text", "क\u094d\u200d", "क\u094d\u200d"),
        ("token", " A1 ", "A1"),
        ("boolean", "1", True),
        ("boolean", "false", False),
        ("integer", "007", 7),
        ("decimal", "0050000.50", "50000.50"),
        ("decimal", "0", "0"),
        *(
            ("decimal", raw, "25000")
            for raw in ("25000", "+25000", "025000", "25000.", " +00025000.0000 ", "25000." + "0" * 40)
        ),
        *(("decimal", raw, "1250.50") for raw in ("1250.50", "1250.500", "+01250.50000")),
        *(("decimal", raw, "0.50") for raw in ("0.50", ".5", ".500", "00.500")),
        ("decimal", "9999999999999.99", "9999999999999.99"),
        ("integer", "0000000000012", 12),
        *(
            ("timestamp", f"2026-11-20{written}", datetime(2026, 11, 20, 4, 30, 0, 123456, UTC))
            for written in (
                *("T10:00:00.123456+05:30", "T10:00:00.1234567+05:30", "T10:00:00.123456789+05:30"),
                *("T04:30:00.1234569999999999Z", "t04:30:00.123456789z", "T10:00:00.123456789+0530"),
            )
        ),
        ("timestamp", "2026-11-20T24:00:00.000Z", datetime(2026, 11, 21, tzinfo=UTC)),
        ("cnr", "hpkn02-000341-2026", "HPKN020003412026"),
        ("state", "hp", "HP"),
        ("sha256", "AB" * 32, "ab" * 32),
        ("base64", " JVBERi0x\r\n LjQK\n", "JVBERi0xLjQK"),
        ("fir-number", "0112", "112"),
        ("fir-number", "112/26", "112"),
        ("fir-number", "FIR No. 112", "112"),
    ],
)
def test_a_codec_reads(codec: str, raw: str, value: Any) -> None:
    assert CODECS[codec].decode(raw) == value


@pytest.mark.parametrize(
    ("codec", "raw"),
    [
        ("text", " \n"),
        ("text", "\u00a0"),
        *(
            ("text", raw)
            for raw in ("\u200b", "\u200c\u200d", "\ufeff", "\u2060 \u00ad", "\u200e\u200f", "\u3164", "\u2800")
        ),
        ("token", "a b"),
        ("boolean", "yes"),
        ("integer", "1e3"),
        ("integer", "9" * 10),
        ("year", "26"),
        ("year", "-2026"),
        ("date", "2026-02-30"),
        ("date", "20261120"),
        ("date", "2026-W47-5"),
        ("date", "0001-01-01"),
        ("timestamp", "2026-11-20T16:42:10"),
        ("timestamp", "2026-11-20 16:42:10+05:30"),
        ("timestamp", "2026-11-20T25:00:00Z"),
        ("timestamp", "0001-01-01T00:00:00+05:30"),
        ("decimal", "50,000"),
        ("decimal", "-1"),
        ("decimal", "1.005"),
        *(
            ("decimal", raw)
            for raw in (".", "+", "", "1.0000001", "10000000000000", "2.5e4", "25 000", "Rs. 25000", "२५०००")
        ),
        ("timestamp", "2026-11-20T24:00:01Z"),
        ("cnr", "HPKN02000341202"),
        ("sha256", "ab"),
        ("base64", ""),
        ("base64", "JVBERi0"),
        ("base64", "%PDF"),
        ("base64", "A" * (7 * 1024 * 1024)),
        ("coordinate", "181"),
        ("fir-number", "0"),
        ("fir-number", "one"),
    ],
)
def test_a_codec_refuses(codec: str, raw: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        CODECS[codec].decode(raw)


def test_instants_are_read_in_any_offset_and_written_in_indian_time() -> None:
    codec = CODECS["timestamp"]
    at = codec.decode("2026-11-20T11:10:00.250Z")
    assert codec.encode(at) == "2026-11-20T16:40:00.250000+05:30"
    assert codec.decode(codec.encode(at)) == at


def test_a_closed_list_says_what_it_allows() -> None:
    with pytest.raises(Unfit, match="one of IN, OUT") as refusal:
        closed(("IN", "OUT"))("SIDEWAYS")
    assert refusal.value.code == "CODE-NOT-ALLOWED"
