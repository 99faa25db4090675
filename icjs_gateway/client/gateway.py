"""GatewayClient: what a partner's system says to the gateway over HTTP.

    async with GatewayClient("https://gateway", client_id, secret) as gateway:
        receipt = await gateway.push("courts.hearing-outcome.v1", body, media_type="application/xml")

A push is repeated, the same bytes under the same id, until the gateway has answered; so a receipt means that
the message was taken once, however often it was sent. Redirects are not followed. The client keeps no ledger:
remembering what has no receipt yet is the sender's part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic_core import from_json, to_json

from icjs_gateway.client.problems import Problem, problem_from_http
from icjs_gateway.client.receipts import Receipt
from icjs_gateway.client.repeats import Repeats, busy
from icjs_gateway.client.tokens import Tokens

TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """The person who asks, and for what purpose: both are mandatory, and audited."""

    id: str
    rank: str
    office: str
    purpose: str

    @property
    def person(self) -> dict[str, str]:
        return {"id": self.id, "rank": self.rank, "office": self.office}


class GatewayClient:
    """One partner's connection. Safe to share between tasks; close it, or use it as a context."""

    def __init__(
        self,
        base_url: str,
        client_id: str,
        secret: str,
        *,
        repeats: Repeats | None = None,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._http = http or httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT_S, follow_redirects=False)
        self._tokens = Tokens(self._http, client_id=client_id, secret=secret)
        self._repeats = repeats or Repeats()

    async def push(
        self,
        contract: str,
        body: bytes,
        media_type: str = "application/json",
        *,
        idempotency_key: str | None = None,
    ) -> Receipt:
        """Push one message. Raises Problem when it is refused, NoAnswer when nobody answers within the bound.

        `idempotency_key` is only for contracts whose documents have no message id.
        """
        headers = {"Content-Type": media_type}
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        response = await self._ask("POST", f"/v1/messages/{contract}", headers=headers, content=body)
        return _receipt(response)

    async def push_batch(self, contract: str, documents: Sequence[bytes], media_type: str) -> list[Receipt | Problem]:
        """Push many messages of one contract: the answer to each, in their order. Cut off, the whole batch is sent
        again: what was taken before gets the receipt it had."""
        if media_type == "application/json":
            lines = [b" ".join(document.split(b"\n")) for document in documents]
        else:
            lines = [to_json(document.decode()) for document in documents]
        response = await self._ask(
            "POST",
            "/v1/messages:batch",
            params={"contract": contract},
            headers={"Content-Type": "application/x-ndjson"},
            content=b"\n".join(lines) + b"\n",
        )
        return [_answer(line) for line in response.content.split(b"\n") if line]

    async def receipt(self, message_id: str, contract: str) -> Receipt:
        """The receipt of a message again, byte for byte. Problem 404 when the gateway never took it."""
        return _receipt(await self._ask("GET", f"/v1/receipts/{message_id}", params={"contract": contract}))

    async def message(self, message_id: str, contract: str) -> dict[str, Any]:
        """What became of a message: its state, its events, the recipients' progress."""
        return _object(await self._ask("GET", f"/v1/messages/{message_id}", params={"contract": contract}))

    async def inmate_status(
        self, asker: Asker, by: Mapping[str, Any], *, request_id: str, live: bool = False
    ) -> dict[str, Any]:
        """What is this inmate's status? `by` is `{"pid": ...}`, `{"ptn": ...}`, `{"cnr": ...}`, or
        `{"fir": {...}, "name": ...}`. Look at `partial`, `sources` and `withheld` before relying on
        what is not said."""
        return await self._query("inmate-status", asker, by, request_id=request_id, live=live)

    async def case_status(
        self, asker: Asker, by: Mapping[str, Any], *, request_id: str, live: bool = False
    ) -> dict[str, Any]:
        """How far a case has come, and when it is heard next: `by` CNR, FIR, or `{"courtCase": {...}}`."""
        return await self._query("case-status", asker, by, request_id=request_id, live=live)

    async def cases(self, *, purpose: str, explain: bool = False, **by: str) -> dict[str, Any]:
        """Cases by `fir`, `cnr`, `pid` or `lab_case`, as the own system may see them: `{"cases": [...]}`."""
        explained = {"explain": "disclosure"} if explain else {}
        return _object(await self._ask("GET", "/v1/cases", params=by | explained, headers={"ICJS-Purpose": purpose}))

    async def case(self, case_id: str, *, purpose: str, as_of: datetime | None = None) -> dict[str, Any]:
        """A case, or as the gateway had recorded it by an instant. Problem 404 for one that may not be seen."""
        asked = {} if as_of is None else {"as_of": as_of.isoformat()}
        answer = await self._ask("GET", f"/v1/cases/{case_id}", params=asked, headers={"ICJS-Purpose": purpose})
        return _object(answer)

    async def _query(
        self, exchange: str, asker: Asker, by: Mapping[str, Any], *, request_id: str, live: bool
    ) -> dict[str, Any]:
        question = {
            "requestId": request_id,
            "purpose": asker.purpose,
            "requestedBy": asker.person,
            "by": by,
            "live": live,
        }
        return _object(await self._ask("POST", f"/v1/queries/{exchange}", json=question))

    async def consumed(self, delivery_id: str, *, at: datetime, number: str | None = None) -> None:
        """Say that a delivery was taken over into the own system, under a number of its own."""
        said = {"at": at.isoformat()} | ({} if number is None else {"number": number})
        await self._ask("POST", f"/v1/deliveries/{delivery_id}/consumed", json=said)

    async def acted(
        self, delivery_id: str, *, at: datetime, reason: str | None = None, remarks: str | None = None
    ) -> None:
        """Say that what was ordered is done, or with a reason that and why it is not: `OTHER_CASE` and the like."""
        said = {"result": "DONE" if reason is None else "NOT_DONE", "at": at.isoformat()}
        said |= {} if reason is None else {"reason": reason}
        said |= {} if remarks is None else {"remarks": remarks}
        await self._ask("POST", f"/v1/deliveries/{delivery_id}/acted", json=said)

    async def attachment(self, sha256: str) -> bytes:
        """A file that an event names by its digest. Problem 404 where there is none that this partner may see;
        ValueError when what came is not of that digest."""
        content = (await self._ask("GET", f"/v1/attachments/{sha256}")).content
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ValueError("what came is not the file of that digest")
        return content

    async def events(
        self, subscription: str, *, feed: str = "main", after: str | None = None, limit: int = 100
    ) -> dict[str, Any]:
        """A page of a pull feed: `events`, and `next`, the number to go on behind. Without `after`: behind the last
        acknowledgement."""
        asked = {"feed": feed, "limit": str(limit)} | ({"after": after} if after is not None else {})
        return _object(await self._ask("GET", f"/v1/subscriptions/{subscription}/events", params=asked))

    async def acknowledge(self, subscription: str, number: str, *, feed: str = "main") -> None:
        """Everything of a pull feed up to this number is taken. Saying it again changes nothing."""
        said = {"number": number, "feed": feed}
        await self._ask("POST", f"/v1/subscriptions/{subscription}/ack", json=said)

    async def refuse(self, subscription: str, number: str, reason: str, *, feed: str = "main") -> None:
        """This one event of a pull feed cannot be taken: it becomes a dead letter, and the feed goes on behind it."""
        said = {"number": number, "feed": feed, "reason": reason}
        await self._ask("POST", f"/v1/subscriptions/{subscription}/nack", json=said)

    async def jwks(self) -> dict[str, Any]:
        """The public keys that receipts are signed with."""
        return _object(await self._ask("GET", "/.well-known/jwks.json"))

    async def aclose(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        async def attempt() -> httpx.Response:
            return await self._attempt(method, path, **request)

        return await self._repeats.until_answered(attempt)

    async def _attempt(self, method: str, path: str, **request: Any) -> httpx.Response:
        """One request; a token that is refused is replaced once, since it may have ended on the way."""
        response = httpx.Response(401)
        for _ in range(2):
            token = await self._tokens.bearer()
            headers = {"Authorization": f"Bearer {token}"} | request.get("headers", {})
            response = await self._http.request(method, path, **request | {"headers": headers})
            if response.status_code != 401:
                break
            self._tokens.forget(token)
        if (wait := busy(response)) is not None:
            raise wait
        if not response.is_success:
            raise problem_from_http(response.status_code, response.content)
        return response


def _answer(line: bytes) -> Receipt | Problem:
    """One line of the answer to a batch. A receipt has an outcome, a problem a status."""
    members = from_json(line)
    if "outcome" in members:
        return Receipt.read(line, replayed=False)
    return problem_from_http(int(members["status"]), line)


def _receipt(response: httpx.Response) -> Receipt:
    return Receipt.read(response.content, replayed=response.headers.get("Idempotent-Replayed") == "true")


def _object(response: httpx.Response) -> dict[str, Any]:
    members = from_json(response.content)
    if not isinstance(members, dict):
        raise problem_from_http(response.status_code, b"")
    return members
