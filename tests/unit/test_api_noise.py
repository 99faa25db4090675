"""Whatever comes in, what goes out is one of the answers that are described: never an unhandled failure."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.door import JSON, XML, Doorstep, basic, envelope, note

_EXAMPLES = {True: note(), False: b'{"messageId": "N-1", "state": "HP", "text": "hello"}'}
_HEADER_TEXT = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=60)


def answer_of(method: str, path: str, body: bytes, headers: dict[str, str], *, signed: bool = True) -> httpx.Response:
    async def knock() -> httpx.Response:
        doorstep = Doorstep()
        own = doorstep.bearer() if signed else {}
        sent = {name: value.encode("latin-1") for name, value in {**own, **headers}.items()}
        async with doorstep.client() as client:
            return await client.request(method, path, content=body, headers=sent)

    return asyncio.run(knock())


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """Noise, or a good body with a part of it replaced by noise."""
    noise = draw(
        st.one_of(st.binary(max_size=40), st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace")))
    )
    good = draw(st.sampled_from([b"", *_EXAMPLES.values(), envelope(note())]))
    start = draw(st.integers(0, len(good)))
    return good[:start] + noise + good[draw(st.integers(start, len(good))) :]


@settings(max_examples=150, deadline=None)
@given(body=bodies(), contract=st.sampled_from([XML, JSON]))
def test_any_body_is_receipted_or_refused(body: bytes, contract: str) -> None:
    media_type = "application/json" if contract == JSON else "application/xml"
    answer = answer_of("POST", f"/v1/messages/{contract}", body, {"content-type": media_type})
    assert answer.status_code in {202, 400, 403, 415, 422}, answer.text


@settings(max_examples=150, deadline=None)
@given(body=bodies())
def test_any_envelope_is_receipted_or_a_fault_of_the_client(body: bytes) -> None:
    answer = answer_of("POST", "/soap/courts", body, {"content-type": "text/xml"}, signed=False)
    assert answer.status_code in {200, 500}
    assert b"soap:Server" not in answer.content, answer.text


@settings(max_examples=100, deadline=None)
@given(authorization=_HEADER_TEXT, token=_HEADER_TEXT, body=st.binary(max_size=60))
def test_any_credentials_are_judged(authorization: str, token: str, body: bytes) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    for value in (authorization, f"Bearer {token}", *basic(authorization, token).values()):
        headers = {"authorization": value}
        for path in ("/metrics", "/v1/claims"):
            assert answer_of("GET", path, b"", headers, signed=False).status_code == 401
        assert answer_of("POST", "/oauth2/token", body, {**form, **headers}, signed=False).status_code in {400, 401}


@settings(max_examples=100, deadline=None)
@given(name=st.text(min_size=1, max_size=20), query=_HEADER_TEXT, media_type=_HEADER_TEXT)
def test_any_address_and_media_type_is_answered(name: str, query: str, media_type: str) -> None:
    named = quote(name.encode("utf-8", "replace"), safe="")
    for path in (f"/v1/messages/{named}", f"/v1/receipts/{named}", f"/soap/{named}", f"/{named}"):
        for method in ("GET", "POST"):
            answer = answer_of(method, f"{path}?{quote(query)}", b"", {"content-type": media_type})
            fault_of_client = answer.status_code == 500 and b"soap:Client" in answer.content
            assert answer.status_code in {400, 404, 405, 415} or fault_of_client, answer.text
