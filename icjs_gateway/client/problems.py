"""What the gateway refuses, as an exception: an RFC 9457 problem with all its findings.

    ClientError
    ├── Problem      the gateway answered, and the answer is no; `findings` says what to change
    ├── NoAnswer     no answer within the bound: the message may or may not have been taken, so send it again
    └── NotNow       busy (429, 503 and their like): internal to the repeats, which wait as long as it asks

A problem document and the `detail/Problem` of a SOAP fault hold the same members, and read into the same
exception.
"""

from __future__ import annotations

from typing import Any

from lxml import etree
from pydantic import BaseModel, ConfigDict, Field, ValidationError

GATEWAY_NAMESPACE = "urn:icjs:gateway:1"


class ClientError(Exception):
    """Root of what the client raises on purpose."""


class FindingTold(BaseModel):
    """One thing that the gateway found in a document. Only `code` is always there."""

    model_config = ConfigDict(frozen=True, extra="allow")

    code: str
    severity: str = "error"
    path: str | None = None
    wire_path: str | None = None
    line: int | None = None
    expected: str | None = None
    found: str | None = None
    hint: str | None = None


class ProblemDocument(BaseModel):
    """The members of a problem document; unknown ones are kept."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: str = "about:blank"
    title: str = ""
    status: int
    detail: str = ""
    trace_id: str | None = None
    findings: tuple[FindingTold, ...] = Field(default=())


class Problem(ClientError):
    """The gateway's refusal. The same message will be refused again until what `findings` name is changed."""

    def __init__(self, document: ProblemDocument) -> None:
        told = "; ".join(f"{one.code} {one.wire_path or one.path or ''}".rstrip() for one in document.findings)
        text = f"{document.status} {document.title}: {document.detail}"
        super().__init__(f"{text} [{told}]" if told else text)
        self.document = document

    @property
    def status(self) -> int:
        return self.document.status

    @property
    def findings(self) -> tuple[FindingTold, ...]:
        return self.document.findings


class NoAnswer(ClientError):
    """Every repeat within the bound stayed without an answer."""


class NotNow(ClientError):
    """The gateway asks to come back after `retry_after_s` seconds, or soon when it does not say."""

    def __init__(self, retry_after_s: float | None) -> None:
        super().__init__("the gateway is busy")
        self.retry_after_s = retry_after_s


def problem_from_http(status: int, body: bytes) -> Problem:
    """A problem from a response body; from the bare status when the body is no problem document."""
    try:
        return Problem(ProblemDocument.model_validate_json(body))
    except ValidationError:
        return Problem(
            ProblemDocument(status=status, title="HTTP error", detail="the answer is not a problem document")
        )


def problem_from_fault(code: str, message: str, detail: etree._Element | None) -> Problem:
    """A problem from a SOAP fault. A header fault carries no detail: its code and message must do."""
    node = None if detail is None else detail.find(f".//{{{GATEWAY_NAMESPACE}}}Problem")
    if node is None:
        status = 401 if "Authentication" in code else 400 if "Client" in code else 500
        return Problem(ProblemDocument(status=status, title=code, detail=message))
    members: dict[str, Any] = {}
    findings: list[dict[str, str]] = []
    for child in node:
        name = _snake(child)
        if name == "finding":
            findings.append({_snake(member): member.text or "" for member in child})
        else:
            members[name] = child.text or ""
    return Problem(ProblemDocument.model_validate({"status": 500, "title": code} | members | {"findings": findings}))


def _snake(element: etree._Element) -> str:
    """`WirePath` and `TraceId` as `wire_path` and `trace_id`."""
    name = etree.QName(element).localname
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
