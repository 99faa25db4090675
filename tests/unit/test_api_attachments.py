"""`/v1/attachments/{sha256}`: what is answered, that it is audited, and that nothing tells a hidden file from none."""

from __future__ import annotations

import hashlib
import json

from icjs_gateway.routing.attachments import File
from tests.door import Doorstep
from tests.support.disclosing import CASE, COURT, PERSON, told

ORDER = b"%PDF-1.7 an order"
SHA256 = hashlib.sha256(ORDER).hexdigest()
BAIL = {
    "case": CASE,
    "court": COURT,
    "bail": {
        "authority": "ORDER",
        "accused": PERSON,
        "ordered_on": "2026-11-20",
        "order": {"attachment": {"sha256": SHA256, "bytes": len(ORDER), "media_type": "application/pdf"}},
    },
}


def receiving() -> Doorstep:
    made = Doorstep()
    known = made.directory.partners["hp-courts"]
    may = known.may.model_copy(update={"receive": ("icjs.*",)})
    made.directory.partners["hp-courts"] = known.model_copy(update={"may": may})
    return made


def doorstep(*, named: bool = True) -> Doorstep:
    made = receiving()
    made.attachments.files[SHA256] = File(sha256=SHA256, media_type="application/pdf", content=ORDER)
    if named:
        made.attachments.events[SHA256] = [told("icjs.bail.ordered.v1", BAIL, frozenset())]
    return made


async def test_a_file_is_answered_as_it_came_and_the_read_is_audited() -> None:
    here = doorstep()
    answer = await here.get(f"/v1/attachments/{SHA256}", **here.bearer())
    assert (answer.status_code, answer.content) == (200, ORDER)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["etag"] == f'"{SHA256}"'
    [(kind, facts)] = here.evidence.notes
    assert (kind, facts["sha256"], facts["found"]) == ("attachment.read", SHA256, True)


async def test_a_hidden_file_and_none_are_the_same() -> None:
    hidden, none = doorstep(named=False), receiving()
    answers = [await here.get(f"/v1/attachments/{SHA256}", **here.bearer()) for here in (hidden, none)]
    assert [each.status_code for each in answers] == [404, 404]
    first, second = (json.loads(each.content) | {"trace_id": ""} for each in answers)
    assert first == second
    assert [facts["found"] for here in (hidden, none) for _, facts in here.evidence.notes] == [False, False]


async def test_what_is_no_digest_is_not_found_and_who_is_nobody_is_refused() -> None:
    here = doorstep()
    assert (await here.get(f"/v1/attachments/{SHA256.upper()}", **here.bearer())).status_code == 404
    assert (await here.get(f"/v1/attachments/{SHA256}")).status_code == 401
