"""Whether an answer is what the gateway's own descriptions promise, by other validators than the gateway's.

JSON is judged by `/openapi.json` with jsonschema, SOAP by the schema of `urn:icjs:gateway:1` with xmlschema. An answer
with a status or a media type that the description does not name is not as described either.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx
import xmlschema
from jsonschema import Draft202012Validator
from lxml import etree

from icjs_gateway.registry import packaged_contracts

Json = dict[str, Any]
_SOAP, _GATEWAY = "{http://schemas.xmlsoap.org/soap/envelope/}", "{urn:icjs:gateway:1}"
_OF_THE_FRAMEWORK = (404, 405)
"""No such path, or none for that method: no description names what is not there."""


def judge(answer: httpx.Response, description: Json) -> None:
    """Raise AssertionError, which says what is wrong, where an answer is not as described."""
    method, path = answer.request.method.lower(), answer.request.url.path.rstrip("/")
    operation = next((each[method] for each in _described(path, description) if method in each), None)
    if operation is None:
        assert answer.status_code in _OF_THE_FRAMEWORK, f"{method} {path} is not described"
        return
    said = operation["responses"].get(str(answer.status_code))
    assert said is not None, f"{method} {path} does not say that it answers {answer.status_code}"
    content = _resolved(said, description).get("content")
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    if content is None or "*/*" in content:
        return
    assert media_type in content, f"{method} {path} does not say that {answer.status_code} is {media_type}"
    if media_type == "text/xml":
        judge_soap(answer.content)
    elif schema := content[media_type].get("schema"):
        lines = answer.text.splitlines() if media_type.endswith("ndjson") else [answer.text]
        validator = Draft202012Validator({**schema, "components": description["components"]})
        for line in lines if "json" in media_type else []:
            faults = [fault.message for fault in validator.iter_errors(json.loads(line))]
            assert not faults, f"{method} {path}: {faults} in {line}"


def _described(path: str, description: Json) -> Iterator[Json]:
    for template, operations in description["paths"].items():
        if re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]*", template), path):
            yield operations


def _resolved(said: Json, description: Json) -> Json:
    reference: str | None = said.get("$ref")
    if reference is None:
        return said
    found: Json = description["components"]["responses"][reference.rpartition("/")[2]]
    return found


def judge_soap(body: bytes) -> None:
    """Raise AssertionError where a receipt or a problem in an envelope is not what the gateway's schema says."""
    for element in etree.fromstring(body).iter(f"{_GATEWAY}Receipt", f"{_GATEWAY}Problem"):
        assert element.getparent().tag in (f"{_SOAP}Body", "detail")
        faults = [str(fault.reason) for fault in _gateway_schema().iter_errors(element)]
        assert not faults, faults


@cache
def _gateway_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(packaged_contracts() / "gateway" / "gateway.xsd")
