"""What only bail orders do: threads of one person on one day, corrections, and the order inline."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

import pytest

from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.mappings.codecs import CONTENT_BYTES_MAX
from icjs_gateway.model.content import Content
from icjs_gateway.model.errors import ContractViolation, TranslationFailed
from icjs_gateway.routing.contracts import Wire
from tests.contracts import BAIL, HEARING, contracts, samples

CONTRACT = contracts().get(BAIL)
FULL = (CONTRACT.declaration.folder / "samples" / "valid" / "full.xml").read_text()


def decode(text: str) -> Content:
    document = parse_xml(text.encode())
    CONTRACT.admit(document)
    return CONTRACT.decode(document)


def test_the_same_order_under_a_new_message_id_is_known_content_of_its_thread() -> None:
    first, again = decode(FULL), decode(FULL.replace("HPKN02-20261013-B0044", "HPKN02-20261013-B0099"))
    assert first.thread == again.thread == "HPKN020008172026/A2/2026-10-13"
    assert first.digest() == again.digest()


def test_a_correction_and_a_withdrawal_share_the_thread_and_are_not_known_content() -> None:
    first = decode(FULL)
    for action in ("AMEND", "WITHDRAW"):
        text = FULL.replace(
            "<Action>NEW</Action>", f"<Action>{action}</Action><RefersTo>HPKN02-20261013-B0044</RefersTo>"
        )
        corrected = decode(text.replace("HPKN02-20261013-B0044</MessageId>", "M-2</MessageId>"))
        assert corrected.thread == first.thread
        assert corrected.digest() != first.digest()


def test_no_name_stands_in_a_thread() -> None:
    without = "".join(
        line
        for line in FULL.splitlines(keepends=True)
        if not any(f"<{name}>" in line for name in ("Serial", "CourtParty", "PID", "CNR"))
    )
    content = decode(without)
    order = content.events[0].data.bail.order  # type: ignore[attr-defined]
    assert content.thread == f"77/HP/2011003/2026/HPKN02/{order.sha256}/2026-10-13"


@pytest.mark.parametrize("size", [1, 57, 100_000])
def test_an_order_inline_comes_out_as_it_went_in(size: int) -> None:
    file = bytes(range(256)) * (size // 256 + 1)
    before, _, rest = FULL.partition('<Content encoding="base64">')
    after = rest.partition("</Content>")[2]
    digest = sha256(file).hexdigest()
    start, _, tail = before.partition('<Digest algorithm="sha-256">')
    text = f'{start}<Digest algorithm="sha-256">{digest}{tail[64:]}<Content encoding="base64">'
    content = decode(f"{text}{b64encode(file).decode()}</Content>{after}")
    assert content.findings == ()
    assert b64encode(file) in CONTRACT.encode(content, Wire.XML)


def test_an_order_inline_has_a_size() -> None:
    before, _, rest = FULL.partition('<Content encoding="base64">')
    content = b64encode(bytes(CONTENT_BYTES_MAX + 1)).decode()
    text = f'{before}<Content encoding="base64">{content}{rest[rest.index("</Content>") :]}'
    with pytest.raises(ContractViolation) as refusal:
        decode(text)
    [finding] = refusal.value.findings
    assert finding.expected == f"content of 1 to {CONTENT_BYTES_MAX} bytes"


def test_a_notice_of_bail_is_no_order() -> None:
    [outcome] = [each for each in samples(valid=True) if each.contract.id == HEARING and each.file.stem == "full"]
    told = contracts().get(HEARING).decode(parse_xml(outcome.file.read_bytes()))
    with pytest.raises(TranslationFailed) as refusal:
        CONTRACT.encode(told, Wire.XML)
    assert refusal.value.findings[0].expected == "a bail event with authority ORDER"
