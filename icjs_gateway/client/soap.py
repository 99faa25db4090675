"""A SOAP client generated from the gateway's own WSDL, by zeep, hardened.

    courts = await SoapClient.connect("https://gateway", "courts", username, password)
    receipt = await courts.call("PushHearingOutcome", outcome)

zeep by default allows DTDs, waits for ever, fetches whatever a document imports and goes where the WSDL says.
Here documents come only from this gateway's `/soap/`, calls go only to the address they were fetched from, no
redirect is followed, and answers are capped. Repeats are those of the HTTP client: the same envelope until
there is an answer.
"""

from __future__ import annotations

import asyncio
import base64
from types import TracebackType
from typing import Any, Self

import httpx
import requests
from lxml import etree
from zeep import AsyncClient, Settings
from zeep.exceptions import Fault
from zeep.transports import Transport
from zeep.wsdl.utils import etree_to_string
from zeep.wsse.username import UsernameToken

from icjs_gateway.client.problems import NotNow, Problem, problem_from_fault
from icjs_gateway.client.receipts import Receipt
from icjs_gateway.client.repeats import BUSY, Repeats, busy, retry_after_s

ANSWER_BYTES_MAX = 4 * 1024 * 1024
TIMEOUT_S = 10.0


class SoapClient:
    """One pillar's SOAP service, spoken by one partner. Close it, or use it as a context."""

    def __init__(self, zeep: AsyncClient, transport: _Transport, repeats: Repeats) -> None:
        self._zeep = zeep
        self._transport = transport
        self._repeats = repeats

    @classmethod
    async def connect(
        cls, base_url: str, pillar: str, username: str, password: str, *, repeats: Repeats | None = None
    ) -> Self:
        """Read the WSDL and be ready to call. Reading blocks, so it happens in a thread of its own."""
        repeats = repeats or Repeats()
        transport = _Transport(f"{base_url.rstrip('/')}/soap/{pillar}")

        async def read() -> AsyncClient:
            return await asyncio.to_thread(
                AsyncClient,
                f"{transport.address}?wsdl",
                transport=transport,
                wsse=UsernameToken(username, password),  # type: ignore[no-untyped-call]
                settings=Settings(strict=True, forbid_dtd=True, forbid_entities=True, force_https=False),
            )

        try:
            return cls(await repeats.until_answered(read), transport, repeats)
        except BaseException:
            await transport.aclose()
            raise

    async def call(self, operation: str, document: dict[str, Any]) -> Receipt:
        """Push a document given as nested dictionaries in zeep's form, and get the receipt.

        Raises Problem for a fault, NoAnswer when nobody answers within the bound, and zeep's own
        ValidationError when the document does not fit the WSDL, before anything is sent.
        """

        told = await self._call(operation, document)
        stored = told.Json if isinstance(told.Json, bytes) else base64.b64decode(told.Json)
        return Receipt.read(stored)

    async def ask(self, operation: str, question: dict[str, Any]) -> Any:
        """Ask a question (`GetInmateStatus`, `GetCaseStatus`) and get the answer as zeep's object. Raises as `call`."""
        return await self._call(operation, question)

    async def _call(self, operation: str, document: dict[str, Any]) -> Any:
        async def attempt() -> Any:
            try:
                return await getattr(self._zeep.service, operation)(**document)
            except Fault as fault:
                raise _answer(fault) from fault

        return await self._repeats.until_answered(attempt)

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def _answer(fault: Fault) -> Problem | NotNow:
    """A fault is the gateway's refusal, unless its problem says that it is only busy."""
    detail = fault.detail if isinstance(fault.detail, etree._Element) else None
    problem = problem_from_fault(str(fault.code or ""), str(fault.message or ""), detail)
    return NotNow(None) if problem.status in BUSY else problem


class _Transport(Transport):
    """zeep's way to the network: one origin in, one address out. Never logs a body."""

    def __init__(self, address: str) -> None:
        super().__init__(timeout=TIMEOUT_S, operation_timeout=TIMEOUT_S)  # type: ignore[no-untyped-call]
        self.address = address
        self._http = httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False)

    def load(self, url: str) -> bytes:
        """A WSDL or schema, from this gateway's SOAP folder and nowhere else."""
        folder = self.address.rpartition("/")[0] + "/"
        if not url.startswith(folder):
            raise PermissionError("the WSDL refers to a document outside the gateway")
        response = httpx.get(url, timeout=TIMEOUT_S, follow_redirects=False)
        if (wait := busy(response)) is not None:
            raise wait
        response.raise_for_status()
        return _capped(response.content)

    async def post_xml(self, address: str, envelope: etree._Element, headers: dict[str, str]) -> requests.Response:
        """Send to our address, whatever the WSDL names."""
        body: bytes = etree_to_string(envelope)  # type: ignore[no-untyped-call]
        response = await self._http.post(self.address, content=body, headers=headers)
        if (wait := busy(response)) is not None:
            raise wait
        if response.status_code == 500 and retry_after_s(response) is not None:
            raise NotNow(retry_after_s(response))
        return _as_requests(response)

    async def aclose(self) -> None:
        await self._http.aclose()
        self.session.close()


def _capped(body: bytes) -> bytes:
    if len(body) > ANSWER_BYTES_MAX:
        raise ValueError("the answer is larger than any receipt or WSDL may be")
    return body


def _as_requests(response: httpx.Response) -> requests.Response:
    """zeep reads answers in the shape of requests."""
    told = requests.Response()
    told._content = _capped(response.content)
    told.status_code = response.status_code
    told.headers.update(response.headers)
    told.encoding = "utf-8"
    return told
