"""The pull feed's addresses: for their own partner alone, strict about what they are asked, and audited."""

from __future__ import annotations

import httpx
import pytest

from icjs_gateway.routing.directory import Deliver, Subscription
from tests.door import Doorstep

FEED = "/v1/subscriptions/feed-1"


@pytest.fixture
def doorstep() -> Doorstep:
    doorstep = Doorstep()
    pulled = Subscription(id="feed-1", partner="hp-courts", deliver=Deliver(channel="pull"))
    sent = Subscription(id="hook-1", partner="hp-courts", deliver=Deliver(channel="webhook", url="http://x.test/"))
    dropped = Subscription(id="drop-1", partner="hp-courts", deliver=Deliver(channel="file"))
    doorstep.directory.subscribed = {"feed-1": pulled, "hook-1": sent, "drop-1": dropped}
    return doorstep


async def post(doorstep: Doorstep, path: str, body: object, *, partner_id: str = "hp-courts") -> httpx.Response:
    async with doorstep.client() as client:
        return await client.post(path, json=body, headers=doorstep.bearer(partner_id))


async def test_a_page_is_read_behind_the_last_ack_or_a_number(doorstep: Doorstep) -> None:
    first = await doorstep.get(f"{FEED}/events", **doorstep.bearer())
    assert (first.status_code, first.json()) == (200, {"events": [], "next": "0"})
    await doorstep.get(f"{FEED}/events?after=7&limit=20&feed=liberty", **doorstep.bearer())
    assert doorstep.feeds.asked == [("read", "feed-1/main", None, 100), ("read", "feed-1/liberty", 7, 20)]


async def test_each_read_and_answer_is_audited(doorstep: Doorstep) -> None:
    await doorstep.get(f"{FEED}/events?after=7", **doorstep.bearer())
    await post(doorstep, f"{FEED}/ack", {"number": "3"})
    await post(doorstep, f"{FEED}/nack", {"number": 4, "feed": "liberty", "reason": "unreadable"})
    kinds = [kind for kind, _ in doorstep.evidence.notes]
    assert kinds == ["feed.read", "feed.acknowledged", "feed.refused"]
    read, _, refused = (facts for _, facts in doorstep.evidence.notes)
    assert (read["partner"], read["subscription"], read["feed"], read["after"]) == ("hp-courts", "feed-1", "main", 7)
    assert (refused["feed"], refused["number"]) == ("liberty", 4)


async def test_a_number_is_taken_as_digits_or_as_a_json_number(doorstep: Doorstep) -> None:
    answers = [await post(doorstep, f"{FEED}/ack", {"number": number}) for number in ("3", 3)]
    assert [(each.status_code, each.json()) for each in answers] == [(200, {"feed": "main", "number": "3"})] * 2
    assert doorstep.feeds.asked == [("acknowledge", "feed-1/main", 3)] * 2


async def test_a_refusal_says_why_in_one_line(doorstep: Doorstep) -> None:
    await post(doorstep, f"{FEED}/nack", {"number": "3", "reason": "  not\n  ours "})
    assert doorstep.feeds.asked == [("refuse", "feed-1/main", 3, "not ours")]


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "after=-1", "after=1&after=2", "feed=other"])
async def test_a_parameter_that_is_none_is_refused(doorstep: Doorstep, query: str) -> None:
    answer = await doorstep.get(f"{FEED}/events?{query}", **doorstep.bearer())
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    [finding] = answer.json()["findings"]
    assert (finding["code"], finding["wire_path"]) == ("PARAMETER", f"?{query.partition('=')[0]}")
    assert doorstep.feeds.asked == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("ack", {}),
        ("ack", {"number": 0}),
        ("ack", {"number": True}),
        ("ack", {"number": "1" * 19}),
        ("ack", []),
        ("ack", {"number": 1, "reason": "x"}),
        ("nack", {"number": 1}),
        ("nack", {"number": 1, "reason": " "}),
        ("nack", {"number": 1, "reason": "x" * 201}),
    ],
)
async def test_an_answer_that_says_something_else_is_refused(doorstep: Doorstep, path: str, body: object) -> None:
    answer = await post(doorstep, f"{FEED}/{path}", body)
    assert answer.status_code == 422
    assert [finding["code"] for finding in answer.json()["findings"]] == ["REQUEST-SHAPE"]
    assert doorstep.feeds.asked == []


async def test_a_number_that_the_feed_does_not_have_is_404(doorstep: Doorstep) -> None:
    assert (await post(doorstep, f"{FEED}/ack", {"number": 11})).status_code == 404


@pytest.mark.parametrize(
    ("subscription", "partner_id"), [("feed-1", "hp-police"), ("hook-1", "hp-courts"), ("none", "hp-courts")]
)
async def test_nobody_else_learns_that_it_exists(doorstep: Doorstep, subscription: str, partner_id: str) -> None:
    at = f"/v1/subscriptions/{subscription}"
    answers = [
        await doorstep.get(f"{at}/events", **doorstep.bearer(partner_id)),
        await post(doorstep, f"{at}/ack", {"number": 1}, partner_id=partner_id),
        await post(doorstep, f"{at}/nack", {"number": 1, "reason": "x"}, partner_id=partner_id),
    ]
    assert [each.status_code for each in answers] == [404] * 3
    assert len({each.json()["detail"] for each in answers}) == 1
    assert doorstep.feeds.asked == []


async def test_nobody_reads_without_a_token(doorstep: Doorstep) -> None:
    assert (await doorstep.get(f"{FEED}/events")).status_code == 401


DROP = "/v1/subscriptions/drop-1"
PART = "main-000000000001-000000000003"


async def test_files_are_fetched_by_their_own_partner_and_audited(doorstep: Doorstep) -> None:
    manifest = await doorstep.get(f"{DROP}/files", **doorstep.bearer())
    part = await doorstep.get(f"{DROP}/files/{PART}.ndjson", **doorstep.bearer())
    assert (manifest.status_code, manifest.json()["parts"]) == (200, [])
    assert (part.status_code, part.headers["content-type"]) == (200, "application/x-ndjson")
    assert part.headers["content-disposition"] == f'attachment; filename="{PART}.ndjson"'
    assert doorstep.feeds.asked == [("manifest", "drop-1"), ("part", "drop-1", f"{PART}.ndjson")]
    assert [facts["file"] for _, facts in doorstep.evidence.notes] == ["manifest.json", f"{PART}.ndjson"]
    assert (await post(doorstep, f"{DROP}/ack", {"number": "3"})).status_code == 200


@pytest.mark.parametrize(("path", "partner_id"), [(FEED, "hp-courts"), (DROP, "hp-police")])
async def test_files_of_others_and_of_other_channels_are_not_there(
    doorstep: Doorstep, path: str, partner_id: str
) -> None:
    for address in (f"{path}/files", f"{path}/files/{PART}.ndjson"):
        assert (await doorstep.get(address, **doorstep.bearer(partner_id))).status_code == 404
    assert doorstep.feeds.asked == []
