"""Steps: what the systems of the pillars push in the life of a case, one message each, in the order of the story."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from icjs_gateway.simulators.ledgers import About
from icjs_gateway.simulators.places import STATE
from icjs_gateway.simulators.scenes import Scene
from icjs_gateway.simulators.xml_text import xml_text

JSON, XML = "application/json", "application/xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One message: of which pillar, under which contract, about what; and the types of the events it becomes, as its
    sender knows them.

    `derives` are further ones that the gateway makes of it, by what it promises; `document` and `operation` what it is
    made from and its name as a SOAP call, of XML.
    """

    contract: str
    message_id: str
    about: About
    body: bytes = field(repr=False)
    media_type: str
    tells: tuple[str, ...]
    derives: tuple[str, ...] = ()
    corrects: str | None = None
    document: dict[str, Any] = field(default_factory=dict, repr=False)
    operation: str | None = None
    state: str = STATE
    """The State whose system tells it."""
    is_mistaken: bool = False
    """Whether its sender means it to be refused."""
    scene: Scene | None = None
    """What it belongs to, if not to the trunk of its life."""

    @property
    def pillar(self) -> str:
        return self.contract.partition(".")[0]

    @property
    def system(self) -> str:
        """Whose system tells it: the pillar's, or in another State that State's, e.g. `pb-police`."""
        return self.pillar if self.state == STATE else f"{self.state.lower()}-{self.pillar}"


def step(
    contract: str,
    document: dict[str, Any],
    about: About,
    *tells: str,
    root: str | None = None,
    corrects: str | None = None,
) -> Step:
    """A message from its document: XML where it has a root, JSON otherwise. `tells` are types without `icjs.` and
    `.v1`."""
    pillar, exchange, _ = contract.split(".")
    if root is None:
        body, media_type = json.dumps(document, ensure_ascii=False).encode(), JSON
    else:
        body, media_type = xml_text(root, f"urn:icjs:{pillar}:{exchange}:1", document), XML
    return Step(
        contract=contract,
        message_id=str(document["messageId" if root is None else "MessageId"]),
        about=about,
        body=body,
        media_type=media_type,
        tells=tuple(f"icjs.{each}.v1" for each in tells),
        corrects=corrects,
        document=document,
        operation=None if root is None else f"Push{root}",
    )
