"""`GET /v1/attachments/{sha256}`: a file that came with a message, for whoever may see it where an event names it.

What the caller may not see and what does not exist are the same 404. Every read is audited before the answer leaves.
"""

from __future__ import annotations

import re
from base64 import b64encode

from starlette.requests import Request
from starlette.responses import Response

from icjs_gateway.api.cases import stated_purpose
from icjs_gateway.api.credentials import Door
from icjs_gateway.api.feeds import Endpoint
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.tracing import trace_of
from icjs_gateway.model.errors import NotFound
from icjs_gateway.routing.access.permissions import require_files
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.attachments import fetch

_SHA256 = re.compile(r"[0-9a-f]{64}")


def attachment_endpoint(gateway: Gateway, door: Door) -> Endpoint:
    async def get_attachment(request: Request) -> Response:
        partner = door.partner(request)
        purpose = require_files(partner, stated_purpose(request))
        sha256 = request.path_params["sha256"]
        file = None
        if _SHA256.fullmatch(sha256):
            file = await fetch(sha256, partner, gateway.attachments, gateway.inquiries.disclosure)
        facts = {
            "partner": partner.id,
            "sha256": sha256 if _SHA256.fullmatch(sha256) else None,
            "found": file is not None,
            "trace_id": trace_of(request.scope).trace_id,
        }
        await gateway.intake.evidence.note(
            Action.ATTACHMENT_READ.value, facts | ({"purpose": purpose} if purpose is not None else {})
        )
        if file is None:
            raise NotFound("There is no such attachment, or none that you may see.")
        headers = {
            "Content-Disposition": f'attachment; filename="{sha256}"',
            "ETag": f'"{sha256}"',
            "Repr-Digest": f"sha-256=:{b64encode(bytes.fromhex(sha256)).decode('ascii')}:",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return Response(file.content, media_type=file.media_type, headers=headers)

    return get_attachment
