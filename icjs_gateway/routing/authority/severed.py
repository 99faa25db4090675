"""Severed identifiers: what a person decided that a case does not hold.

For a message that names one of them the case is as if it did not exist, so that nobody's word joins the two again until
a person confirms the claim. Unlike a case without standing it is not waited for.
"""

from __future__ import annotations

from collections.abc import Mapping

from icjs_gateway.model.content import Content
from icjs_gateway.routing.correlation import CaseFile, Identifier, identifier_text, looked_up


def without_severed(
    cases: Mapping[Identifier, CaseFile], content: Content, default_state: str | None
) -> Mapping[Identifier, CaseFile]:
    """The cases by identifier, but those from which an identifier that the message names was severed."""
    if not any(file.case.severed for file in cases.values()):
        return cases
    named = {identifier_text(name) for name in looked_up(content, default_state)}
    return {name: file for name, file in cases.items() if named.isdisjoint(file.case.severed)}
