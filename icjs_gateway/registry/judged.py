"""What judging a document by a schema needs to know of it, be it a message, a question or an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from icjs_gateway.mappings.vocabulary import Table
from icjs_gateway.model.findings import Finding


class Declared(Protocol):
    """Where the schema is, and which root it judges; both names are None for JSON."""

    @property
    def schema_file(self) -> Path: ...

    @property
    def root(self) -> str | None: ...

    @property
    def namespace(self) -> str | None: ...


class Judged(Protocol):
    """The table beside the schema: it names places, and sees what a schema cannot say."""

    @property
    def table(self) -> Table: ...

    def complaints(self, root: Any) -> list[Finding]:
        """Every error that the table sees in a document."""


def as_seen(translator: Judged, root: Any) -> Any:
    """A document as the table sees it: as it was sent, unless the contract reshapes it (`reshaping`)."""
    shaped = getattr(translator, "shaped", None)
    return root if shaped is None else shaped(root)
