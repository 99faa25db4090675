"""Checks over one group of the tree."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from icjs_gateway.mappings.checks import digest_agrees
from icjs_gateway.model.findings import Severity


def test_a_digest_of_other_content_is_told_and_refuses_nothing() -> None:
    judge = digest_agrees("content", "sha256", "ORDER-DIGEST")
    content, digest = b64encode(b"%PDF-1.4").decode(), sha256(b"%PDF-1.4").hexdigest()
    assert list(judge({"content": content, "sha256": digest})) == []
    assert list(judge({"sha256": digest})) == []
    [complaint] = judge({"content": content, "sha256": "0" * 64})
    assert (complaint.code, complaint.member, complaint.severity) == ("ORDER-DIGEST", "sha256", Severity.WARN)
    assert complaint.expected == digest
