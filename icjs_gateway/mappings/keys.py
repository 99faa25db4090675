"""Where a contract's documents say who they are: the `keys` of a contract.yaml, read over the canonical tree.

    keys:
      message_id: message_id                  a path, or a template: "{fir.police_station.code}-{fir.number}"; left out
                                              where a format has none (`Idempotency-Key`, else the digest)
      action: action                          a path, or {constant: NEW} where a format has no corrections
      refers_to: refers_to                    a path; left out where a format has none
      recorded_at: recorded_at                the same
      thread: "{hearing.hearing_id}"          a template; what names its case by FIR has the FIR's whole key in it
      occurred_at: [recorded_at, hearing.listed_on]          paths, of which the first that has a value counts
      attributes: {state: "{court.establishment:2}"}         templates

What is missing, or is not what it should be, is a finding: whose fault that is, the table's or the document's, nobody
can tell from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from icjs_gateway.mappings.marked_yaml import Marked
from icjs_gateway.mappings.paths import Get, path, template
from icjs_gateway.model.content import Action
from icjs_gateway.model.findings import Finding
from icjs_gateway.model.identifiers import MessageId
from icjs_gateway.model.instants import start_of_day
from icjs_gateway.model.names.states import canonical_state

Tree = Mapping[str, Any]
_ACTIONS = {each.value: each for each in Action}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a document says of itself, whatever it tells."""

    message_id: MessageId
    action: Action
    refers_to: MessageId | None
    recorded_at: datetime | None
    thread: str
    occurred_at: datetime
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The compiled `keys` of a contract."""

    message_id: Get | None
    """None where documents hold none: then the sender gives it beside the document, or it is the document's digest."""
    action: Get
    refers_to: Get
    recorded_at: Get
    thread: Get
    occurred_at: tuple[Get, ...]
    attributes: Mapping[str, Get]
    only_action: Action | None = None
    """Where a contract's documents can do one thing only: that."""

    def read(self, tree: Tree, given_id: str, faults: list[Finding]) -> Header | None:
        """The header of a document; None where something of it is missing or wrong, and then `faults` says what."""
        before = len(faults)
        message_id = _id(given_id if self.message_id is None else self.message_id(tree), "message_id", faults)
        said = self.action(tree)
        action = _ACTIONS.get(said) if isinstance(said, str) else None
        if action is None:
            faults.append(_fault(said, "action", f"one of {', '.join(_ACTIONS)}"))
        refers_to, recorded_at = self.refers_to(tree), self.recorded_at(tree)
        if refers_to is not None:
            refers_to = _id(refers_to, "refers_to", faults)
        if recorded_at is not None and not isinstance(recorded_at, datetime):
            faults.append(_fault(recorded_at, "recorded_at", "an instant; `codec: timestamp` makes one"))
        thread = self.thread(tree)
        if thread is None:
            faults.append(_fault(None, "thread", "what it is about"))
        happened = next((at for get in self.occurred_at if (at := get(tree)) is not None), None)
        if not isinstance(happened, date):
            expected = "when it happened" if happened is None else "a date or an instant; `codec: date` makes one"
            faults.append(_fault(happened, "occurred_at", expected))
        if message_id is None or action is None or not isinstance(happened, date) or len(faults) > before:
            return None
        return Header(
            message_id=message_id,
            action=action,
            refers_to=refers_to,
            recorded_at=recorded_at,
            thread=thread,
            # A civil date stands for its start in India.
            occurred_at=happened if isinstance(happened, datetime) else start_of_day(happened),
            attributes={
                # The letters of a court's code may be those that its State had.
                name: canonical_state(value) if name == "state" else value
                for name, get in self.attributes.items()
                if (value := get(tree)) is not None
            },
        )


def _id(value: Any, key: str, faults: list[Finding]) -> MessageId | None:
    if value is None or isinstance(value, MessageId):
        parsed = value
    else:
        parsed = MessageId(value) if isinstance(value, str) and MessageId.pattern.fullmatch(value) else None
    if parsed is None:
        faults.append(_fault(value, key, MessageId.expected))
    return parsed


def _fault(value: Any, key: str, expected: str) -> Finding:
    return Finding(code="KEY-MISSING" if value is None else "KEY-INVALID", path=key, expected=expected)


def read_keys(entry: Marked) -> Keys:
    """The `keys` of a contract.yaml. Raises Misconfigured."""
    members = entry.members(
        required=("action", "thread", "occurred_at", "attributes"), optional=("message_id", "refers_to", "recorded_at")
    )
    action, only = _action(members["action"])
    return Keys(
        message_id=members["message_id"].compiled(_path_or_template) if "message_id" in members else None,
        action=action,
        only_action=only,
        **{name: members[name].compiled(path) if name in members else _nothing for name in _LEFT_OUT_AT_WILL},
        thread=members["thread"].compiled(template),
        occurred_at=tuple(item.compiled(path) for item in members["occurred_at"].items()),
        attributes={
            name: value.compiled(template) for name, value in members["attributes"].members(optional=None).items()
        },
    )


_LEFT_OUT_AT_WILL = ("refers_to", "recorded_at")


def _nothing(tree: Any) -> None:
    return None


def _path_or_template(written: str) -> Get:
    return template(written) if "{" in written else path(written)


def _action(entry: Marked) -> tuple[Get, Action | None]:
    if not entry.is_mapping:
        return entry.compiled(path), None
    constant = entry.members(required=("constant",))["constant"]
    written = constant.text()
    if written not in _ACTIONS:
        raise constant.wrong(f"an action is one of {', '.join(_ACTIONS)}, not {written}")
    return lambda tree: written, _ACTIONS[written]
