"""The page on clients quotes the programs that the suite runs, and its box says what the gateway does."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from xml.sax.saxutils import escape

import httpx

from tests.clients.surroundings import SECRETS, surrounded
from tests.docs.quoted import PAGE, ROOT, quoted_files, quoting

SUITE = "".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "tests" / "clients").glob("test_*.py")))
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"


def test_the_page_quotes_the_files_as_they_are() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert quoting(page) == page, "docs/how-to/clients.md is stale: run make docs"
    assert "```\n" in quoting("<!-- tests/clients/programs/php/push.php -->\n")


def test_every_quoted_program_is_run_by_the_suite() -> None:
    files = quoted_files(PAGE.read_text(encoding="utf-8"))
    assert len(files) == 9
    for file in files:
        language, name = Path(file).parts[-2:]
        assert f'"{language}" / "{name}"' in SUITE or f'"{language}/{name}"' in SUITE, file


def envelope(body: str, *, headers: str = "", kind: str = "PasswordText", soap: str = SOAP) -> bytes:
    token = (
        f'<o:Security xmlns:o="{OASIS}wssecurity-secext-1.0.xsd"><o:UsernameToken><o:Username>hp-courts</o:Username>'
        f'<o:Password Type="{OASIS}username-token-profile-1.0#{kind}">{escape(SECRETS["HP_COURTS_WSS"])}'
        "</o:Password></o:UsernameToken></o:Security>"
    )
    return (
        f'<s:Envelope xmlns:s="{soap}"><s:Header>{token}{headers}</s:Header><s:Body>{body}</s:Body></s:Envelope>'
    ).encode()


def outcome(message_id: str, **changed: str) -> str:
    fields = {"recorded": "2026-11-20T15:20:05+05:30", "on": "2026-11-20", "name": "<Name>Sunil</Name>"} | changed
    return (
        '<HearingOutcome xmlns="urn:icjs:courts:hearing-outcome:1" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">'
        f"<MessageId>{message_id}</MessageId><Action>NEW</Action><RecordedAt>{fields['recorded']}</RecordedAt>"
        "<Court><Establishment>HPKN02</Establishment></Court><Case><FIR><State>HP</State>"
        "<PoliceStationCode>2011007</PoliceStationCode><Number>112</Number><Year>2026</Year></FIR></Case>"
        f"<Hearing><HearingId>{message_id}</HearingId><ListedOn>{fields['on']}</ListedOn><Held>true</Held>"
        f"<Accused><Serial>A1</Serial>{fields['name']}</Accused></Hearing></HearingOutcome>"
    )


ADDRESSED = '<a:Action xmlns:a="http://www.w3.org/2005/08/addressing"{}>urn:x</a:Action>'
STAMP = (
    f'<o:Security xmlns:o="{OASIS}wssecurity-secext-1.0.xsd"><u:Timestamp xmlns:u="{OASIS}wssecurity-utility-1.0.xsd">'
    "<u:Created>2020-01-01T00:00:00Z</u:Created></u:Timestamp></o:Security>"
)
PARTS = b'--b\r\nContent-Type: application/xop+xml; type="text/xml"\r\n\r\n%b\r\n--b--\r\n'
XML = {"content-type": "text/xml; charset=utf-8"}
TAKEN = "Receipt"


async def test_the_box_says_what_the_gateway_does(tmp_path: Path) -> None:
    async with surrounded(tmp_path) as around, httpx.AsyncClient(base_url=around.gateway.url, timeout=30) as http:

        async def push(body: bytes, **headers: str) -> str:
            """`Receipt`, or the fault's code, or the status of HTTP where there is no envelope."""
            named = XML | {name.replace("_", "-"): value for name, value in headers.items()}
            answer = await http.post("/soap/courts", content=body, headers=named)
            found = re.search(r"<Receipt |<faultcode>([^<]*)", answer.text)
            return str(answer.status_code) if found is None else found[1] or TAKEN

        assert await push(envelope(outcome("M-1"))) == TAKEN
        assert await push(envelope(outcome("M-1"))) == TAKEN, "a repeat"
        assert await push(envelope(outcome("M-2"), headers=STAMP)) == TAKEN
        assert await push(envelope(outcome("M-3"), headers=ADDRESSED.format(""))) == TAKEN
        must = ADDRESSED.format(' s:mustUnderstand="1"')
        assert await push(envelope(outcome("M-4"), headers=must)) == "soap:MustUnderstand"
        assert await push(envelope(outcome("M-5"), kind="PasswordDigest")) == "wsse:FailedAuthentication"
        assert await push(envelope(outcome("M-6"), soap="http://www.w3.org/2003/05/soap-envelope")) != TAKEN
        refused = {
            "a nil": outcome("M-7", name='<Name i:nil="true"/>'),
            "an empty element": outcome("M-8", name="<Name></Name>"),
            "a date with a zone": outcome("M-9", on="2026-11-20+05:30"),
            "an instant without one": outcome("M-10", recorded="2026-11-20T15:20:05"),
        }
        for what, document in refused.items():
            assert await push(envelope(document)) == "soap:Client", what
        assert await push(envelope(outcome("M-11", name=""))) == TAKEN, "left out"
        assert await push(b'<!DOCTYPE x [<!ENTITY e "v">]>' + envelope(outcome("M-12"))) == "soap:Client"
        assert await push(outcome("M-13").encode("utf-16")) != TAKEN
        assert await push(gzip.compress(envelope(outcome("M-14"))), content_encoding="gzip") != TAKEN
        parts = PARTS % envelope(outcome("M-15"))
        assert await push(parts, content_type='multipart/related; boundary=b; type="application/xop+xml"') != TAKEN
        offered = {"connection": "Upgrade, HTTP2-Settings", "upgrade": "h2c", "http2_settings": "AAMAAABkAAQAAP__"}
        assert await push(envelope(outcome("M-16")), **offered) == TAKEN
        assert await push(envelope(outcome("M-17")), expect="100-continue") == TAKEN

        async def chunks():  # type: ignore[no-untyped-def]
            yield envelope(outcome("M-18"))

        chunked = await http.post("/soap/courts", content=chunks(), headers=XML)
        assert "<Receipt " in chunked.text
