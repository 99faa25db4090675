"""Claim checks: files that stand in a document as base64 are put aside, and the tree keeps their digest.

A row with the codec `base64` reads a file into a member `content`. After reading, that member gives way to
`attachment` (sha256, bytes, media_type), and the file goes along with the message's content; before writing it takes
its place again. Which groups of a table have such a row is found out once; a document without a file costs a look at
where one would be.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Any

from icjs_gateway.mappings.vocabulary import Group, Row
from icjs_gateway.model.content import Attachment

CONTENT, REFERENCE = "content", "attachment"
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"PK\x03\x04", "application/zip"),
)
_UNKNOWN = "application/octet-stream"
Tree = dict[str, Any]
Visit = Callable[[Tree, Callable[[Tree], None]], None]
"""Calls back with every part of a tree in which a file may stand."""


def visitor(group: Group) -> Visit | None:
    """Where in the trees of a table files stand; None for a table without files."""
    own = any(row.codec == "base64" for row in group.rows)
    below = [(row, visit) for row in group.rows if row.group is not None and (visit := visitor(row.group)) is not None]
    if not own and not below:
        return None

    def visit_all(tree: Tree, found: Callable[[Tree], None]) -> None:
        if own:
            found(tree)
        for row, visit in below:
            for part in _parts(row, tree):
                visit(part, found)

    return visit_all


def _parts(row: Row, tree: Tree) -> list[Tree]:
    home = tree
    for step in row.inside.split(".") if row.inside is not None else ():
        home = home.get(step) or {}
    value = home.get(row.to)
    if value is None:
        return []
    further = home.get(row.further) or [] if row.further is not None else []
    return [*value, *further] if row.many else [value, *further]


def put_aside(tree: Tree, visit: Visit) -> tuple[Attachment, ...]:
    """Take the files out of a tree that was read."""
    taken: dict[str, Attachment] = {}

    def take(part: Tree) -> None:
        encoded = part.pop(CONTENT, None)
        if encoded is None:
            return
        content = b64decode(encoded)
        media_type = next((kind for magic, kind in _MAGIC if content.startswith(magic)), _UNKNOWN)
        attachment = Attachment(sha256=hashlib.sha256(content).hexdigest(), media_type=media_type, content=content)
        taken[attachment.sha256] = attachment
        part[REFERENCE] = {"sha256": attachment.sha256, "bytes": len(content), "media_type": media_type}

    visit(tree, take)
    return tuple(taken.values())


def put_back(tree: Tree, visit: Visit, kept: Mapping[str, Attachment]) -> None:
    """Put the files that are at hand into a tree that is to be written."""

    def give(part: Tree) -> None:
        reference = part.get(REFERENCE)
        attachment = kept.get(reference["sha256"]) if reference is not None else None
        if attachment is not None:
            part[CONTENT] = b64encode(attachment.content).decode("ascii")

    visit(tree, give)
