"""The line between front processes and the core: messages that a front has translated go to the core to be recorded.

A front receives, authenticates, parses and translates; the core, one process, decides and writes. Python computes on
one processor a process, so the two halves of intake then run side by side. What crosses the line is JSON of what the
mapping made; the core reads it by the canonical model again.

    request    {"id", "op": "record" or "note" or "feed-read" ...}
    answer     {"id", ...} or {"id", "error": ...}

The line is a socket pair made before the front starts: nobody else can reach it, and its end is the end of the front.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from icjs_gateway.channels.frames import Blobs, Frames, Header
from icjs_gateway.model.content import Action as Doing
from icjs_gateway.model.content import Attachment, Content
from icjs_gateway.model.errors import Conflict, GatewayError, NotFound, Overloaded, StoreFailed
from icjs_gateway.model.event_types import revived
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.identifiers import MessageId
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.faults import told_of
from icjs_gateway.routing.feeds import Feed, FeedDesk, FeedName
from icjs_gateway.routing.loops import Health
from icjs_gateway.routing.messages import Channel, Envelope, Receipt, Record
from icjs_gateway.routing.obligations import Answer, Reason, Result
from icjs_gateway.routing.ports import Decider, Evidence, Ledger
from icjs_gateway.routing.progress import Consumed, Progress, Step

log = structlog.get_logger(__name__)
Frame = tuple[Header, Blobs]


class FrontLine:
    """The front's end: `Ledger` and `Evidence` for its intake, `FeedDesk` for what is pulled.

    `lost` is called when the core is gone.
    """

    def __init__(self, lost: Callable[[], None]) -> None:
        self._lost = lost
        self._frames = Frames(self._on_answer)
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Frame]] = {}

    async def run(self, line: socket.socket) -> None:
        """Hand answers to whoever waits for them, until the line ends."""
        await asyncio.get_running_loop().create_connection(lambda: self._frames, sock=line)
        await self._frames.closed.wait()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(StoreFailed("The gateway's core is gone; send the message again."))
        self._lost()

    def close(self) -> None:
        """End the line from this side."""
        self._frames.close()

    async def ready(self) -> None:
        """Tell the core that requests are answered."""
        await self._ask({"op": "ready"})

    async def health(self) -> Health:
        """How the core is. Raises StoreFailed when it is gone."""
        header, _ = await self._ask({"op": "health"})
        return Health(reasons=header["reasons"], failures=header["failures"], set_aside=header["set_aside"])

    async def record(self, command: Record, decider: Decider) -> Receipt:
        """As the core's ledger; `decider` is the core's own."""
        header, blobs = await self._ask(_written(command), _blobs(command))
        return Receipt(json=blobs[0], replayed=header["replayed"])

    async def note(self, kind: str, facts: Mapping[str, Any]) -> None:
        await self._ask({"op": "note", "kind": kind, "facts": dict(facts)})

    async def note_progress(self, partner_id: str, delivery_id: str, step: Step) -> None:
        """As the core's `Progress.note`."""
        told = {"partner_id": partner_id, "delivery_id": delivery_id}
        await self._ask({"op": "progress"} | told | _step_written(step))

    async def read(self, feed: Feed, after: int | None, limit: int) -> bytes:
        _, [page] = await self._ask({"op": "feed-read", "after": after, "limit": limit} | _named(feed))
        return page

    async def manifest(self, subscription_id: str) -> bytes:
        _, [manifest] = await self._ask({"op": "drop-manifest", "subscription_id": subscription_id})
        return manifest

    async def part(self, subscription_id: str, name: str) -> bytes:
        _, [part] = await self._ask({"op": "drop-part", "subscription_id": subscription_id, "name": name})
        return part

    async def acknowledge(self, feed: Feed, number: int) -> None:
        await self._ask({"op": "feed-acknowledge", "number": number} | _named(feed))

    async def refuse(self, feed: Feed, number: int, reason: str) -> None:
        await self._ask({"op": "feed-refuse", "number": number, "reason": reason} | _named(feed))

    def _on_answer(self, header: Header, blobs: Blobs) -> None:
        waiting = self._waiting.pop(header["id"], None)
        if waiting is not None and not waiting.done():
            waiting.set_result((header, blobs))

    async def _ask(self, header: Header, blobs: Sequence[bytes] = ()) -> Frame:
        await self._frames.writable()
        if self._frames.closed.is_set():
            raise StoreFailed("The gateway's core is gone; send the message again.")
        number = header["id"] = next(self._numbers)
        waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._frames.send(header, blobs)
        header, answer = await waiting
        if "error" in header:
            raise _error(header["error"])
        return header, answer


class CoreLine:
    """The core's end of one front's line."""

    def __init__(
        self,
        ledger: Ledger,
        evidence: Evidence,
        progress: Progress,
        decider: Decider,
        feeds: FeedDesk,
        health: Callable[[], Health],
        ready: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self._feeds = feeds
        self._evidence = evidence
        self._progress = progress
        self._decider = decider
        self._health = health
        self._ready = ready

    async def run(self, line: socket.socket) -> None:
        """Answer the front's requests, many at once, until the line ends."""
        async with asyncio.TaskGroup() as tasks:
            frames = Frames(lambda header, blobs: _start(tasks, self._answer(frames, header, blobs)))
            await asyncio.get_running_loop().create_connection(lambda: frames, sock=line)
            await frames.closed.wait()

    async def _answer(self, frames: Frames, header: Header, blobs: Blobs) -> None:
        try:
            told, answer = await self._operations[header["op"]](self, header, blobs)
        except GatewayError as error:
            told, answer = {"error": _told(error)}, []
        except Exception as fault:
            # One request fails, not the line with everything that is under way on it.
            log.error(Action.LINE_BROKE.value, op=str(header.get("op")), **told_of(fault))
            told, answer = {"error": _told(StoreFailed("The gateway failed; send the message again."))}, []
        told["id"] = header["id"]
        frames.send(told, answer)

    async def _on_record(self, header: Header, blobs: Blobs) -> Frame:
        receipt = await self._ledger.record(_read(header, blobs), self._decider)
        return {"replayed": receipt.replayed}, [receipt.json]

    async def _on_note(self, header: Header, blobs: Blobs) -> Frame:
        await self._evidence.note(header["kind"], header["facts"])
        return {}, []

    async def _on_progress(self, header: Header, blobs: Blobs) -> Frame:
        await self._progress.note(header["partner_id"], header["delivery_id"], _step_read(header))
        return {}, []

    async def _on_feed_read(self, header: Header, blobs: Blobs) -> Frame:
        return {}, [await self._feeds.read(_feed(header), header["after"], header["limit"])]

    async def _on_drop_manifest(self, header: Header, blobs: Blobs) -> Frame:
        return {}, [await self._feeds.manifest(header["subscription_id"])]

    async def _on_drop_part(self, header: Header, blobs: Blobs) -> Frame:
        return {}, [await self._feeds.part(header["subscription_id"], header["name"])]

    async def _on_feed_acknowledge(self, header: Header, blobs: Blobs) -> Frame:
        await self._feeds.acknowledge(_feed(header), header["number"])
        return {}, []

    async def _on_feed_refuse(self, header: Header, blobs: Blobs) -> Frame:
        await self._feeds.refuse(_feed(header), header["number"], header["reason"])
        return {}, []

    async def _on_health(self, header: Header, blobs: Blobs) -> Frame:
        health = self._health()
        told = {"reasons": list(health.reasons), "failures": health.failures, "set_aside": health.set_aside}
        return told, []

    async def _on_ready(self, header: Header, blobs: Blobs) -> Frame:
        self._ready()
        return {}, []

    _operations: Mapping[str, Callable[[CoreLine, Header, Blobs], Awaitable[Frame]]] = {
        "record": _on_record,
        "note": _on_note,
        "progress": _on_progress,
        "feed-read": _on_feed_read,
        "drop-manifest": _on_drop_manifest,
        "drop-part": _on_drop_part,
        "feed-acknowledge": _on_feed_acknowledge,
        "feed-refuse": _on_feed_refuse,
        "health": _on_health,
        "ready": _on_ready,
    }


def _named(feed: Feed) -> Header:
    return {"subscription_id": feed.subscription_id, "feed": feed.name.value}


def _feed(header: Header) -> Feed:
    return Feed(subscription_id=header["subscription_id"], name=FeedName(header["feed"]))


def _start(tasks: asyncio.TaskGroup, answering: Coroutine[Any, Any, None]) -> None:
    tasks.create_task(answering)


def _written(command: Record) -> Header:
    """What of a record is text; digests, body and events are blobs."""
    envelope, content = command.envelope, command.content
    return {
        "op": "record",
        "partner_id": envelope.partner_id,
        "pillar": envelope.pillar,
        "home_state": envelope.home_state,
        "speaker": envelope.speaker.written(),
        "is_place_covered": envelope.is_place_covered,
        "contract_id": envelope.contract_id,
        "channel": envelope.channel.value,
        "media_type": envelope.media_type,
        "received_at": envelope.received_at.isoformat(),
        "traceparent": envelope.traceparent,
        "message_id": content.message_id,
        "action": content.action.value,
        "refers_to": content.refers_to,
        "recorded_at": content.recorded_at.isoformat() if content.recorded_at is not None else None,
        "thread": content.thread,
        "findings": [finding.as_json() for finding in content.findings],
        "events": [(event.type, event.occurred_at.isoformat()) for event in content.events],
        "attachments": [(each.sha256, each.media_type) for each in content.attachments],
    }


def _blobs(command: Record) -> Blobs:
    events = [event.json for event in command.content.events]
    files = [each.content for each in command.content.attachments]
    return [command.envelope.digest, command.content_digest, command.body, *events, *files]


def _read(header: Header, blobs: Blobs) -> Record:
    digest, content_digest, body, *written = blobs
    events = tuple(
        revived(event_type, datetime.fromisoformat(occurred_at), data)
        for (event_type, occurred_at), data in zip(header["events"], written, strict=False)
    )
    files = written[len(events) :]
    recorded_at, refers_to = header["recorded_at"], header["refers_to"]
    content = Content(
        message_id=MessageId(header["message_id"]),
        action=Doing(header["action"]),
        refers_to=MessageId(refers_to) if refers_to is not None else None,
        recorded_at=datetime.fromisoformat(recorded_at) if recorded_at is not None else None,
        thread=header["thread"],
        case=events[0].data.case,
        events=events,
        findings=tuple(_findings(header["findings"])),
        attachments=tuple(
            Attachment(sha256=sha256, media_type=media_type, content=content)
            for (sha256, media_type), content in zip(header["attachments"], files, strict=True)
        ),
    )
    envelope = Envelope(
        partner_id=header["partner_id"],
        pillar=header["pillar"],
        home_state=header["home_state"],
        speaker=Speaker.read(header["speaker"]),
        contract_id=header["contract_id"],
        channel=Channel(header["channel"]),
        media_type=header["media_type"],
        received_at=datetime.fromisoformat(header["received_at"]),
        digest=digest,
        traceparent=header["traceparent"],
        is_place_covered=header["is_place_covered"],
    )
    return Record(envelope=envelope, body=body, content=content, content_digest=content_digest)


def _step_written(step: Step) -> Header:
    if isinstance(step, Consumed):
        return {"step": "consumed", "at": step.at.isoformat(), "number": step.number}
    reason = step.reason.value if step.reason is not None else None
    return {
        "step": "acted",
        "at": step.at.isoformat(),
        "result": step.result.value,
        "reason": reason,
        "remarks": step.remarks,
    }


def _step_read(header: Header) -> Step:
    at = datetime.fromisoformat(header["at"])
    if header["step"] == "consumed":
        return Consumed(at=at, number=header["number"])
    reason = Reason(header["reason"]) if header["reason"] is not None else None
    return Answer(result=Result(header["result"]), at=at, reason=reason, remarks=header["remarks"])


class FrontProgress:
    """`Progress` in a front: down the line."""

    def __init__(self, line: FrontLine) -> None:
        self._line = line

    async def note(self, partner_id: str, delivery_id: str, step: Step) -> None:
        await self._line.note_progress(partner_id, delivery_id, step)


def _findings(written: Sequence[Mapping[str, Any]]) -> list[Finding]:
    return [Finding(**{**each, "severity": Severity(each["severity"])}) for each in written]


def _told(error: GatewayError) -> Header:
    """An error of the ledger, as the front raises it again."""
    return {
        "kind": type(error).__name__,
        "detail": error.detail,
        "findings": [finding.as_json() for finding in getattr(error, "findings", ())],
        "retry_after_s": getattr(error, "retry_after_s", None),
    }


def _error(told: Header) -> GatewayError:
    match told["kind"]:
        case "Conflict":
            return Conflict(told["detail"], _findings(told["findings"]))
        case "NotFound":
            return NotFound(told["detail"], _findings(told["findings"]))
        case "Overloaded":
            return Overloaded(told["detail"], retry_after_s=told["retry_after_s"])
        case _:
            return StoreFailed(told["detail"])
