"""`Attachments` on the message store: files, and the events that name them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import Engine, select, true

from icjs_gateway.routing.attachments import File
from icjs_gateway.routing.lanes import Told
from icjs_gateway.routing.ports import Sealed, Vault
from icjs_gateway.stores import schema
from icjs_gateway.stores.engine import reading
from icjs_gateway.stores.heads import told_of

PAGE = 200
"""Messages of one read."""

_use, _event, _message = schema.attachment_uses.c, schema.events.c, schema.messages.c


def file_context(sha256: str) -> bytes:
    """What the encryption of a file is bound to."""
    return f"attachment/{sha256}".encode()


class StoreAttachments:
    """Reads beside the writer; files are written with the message that brought them."""

    def __init__(self, reader: Engine, vault: Vault) -> None:
        self._reader = reader
        self._vault = vault

    async def named_by(self, sha256: str) -> AsyncIterator[Told]:
        before: int | None = None
        while page := await asyncio.to_thread(self._page, sha256, before):
            for row in page:
                yield told_of(row)
            before = page[-1].message_seq

    async def file(self, sha256: str) -> File | None:
        return await asyncio.to_thread(self._file, sha256)

    def _page(self, sha256: str, before: int | None) -> Sequence[Any]:
        """The events of the newest messages before one that brought the file."""
        newest = (
            select(_message.identity)
            .join_from(schema.attachment_uses, schema.messages, _message.identity == _use.identity)
            .where(_use.sha256 == sha256, true() if before is None else _message.seq < before)
            .order_by(_message.seq.desc())
            .limit(PAGE)
        )
        named = (
            select(
                schema.events,
                schema.cases.c.labels,
                _message.partner_id,
                _message.pillar,
                _message.message_id,
                _message.traceparent,
                _message.seq.label("message_seq"),
            )
            .join_from(schema.events, schema.messages, _event.identity == _message.identity)
            .outerjoin(schema.cases, _event.case_id == schema.cases.c.case_id)
            .where(_event.identity.in_(newest))
            .order_by(_message.seq.desc(), _event.seq.desc())
        )
        with reading(self._reader) as connection:
            return connection.execute(named).all()

    def _file(self, sha256: str) -> File | None:
        wanted = select(schema.attachments).where(schema.attachments.c.sha256 == sha256)
        with reading(self._reader) as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            return None
        sealed = Sealed(key_id=row.key_id, wrapped_key=row.wrapped_key, ciphertext=row.content)
        return File(sha256=sha256, media_type=row.media_type, content=self._vault.open(sealed, file_context(sha256)))
