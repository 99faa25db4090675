"""`canonical/purposes.yaml`: for what partners may read and ask."""

from __future__ import annotations

from pathlib import Path

from icjs_gateway.mappings.marked_yaml import read_yaml
from icjs_gateway.registry.loading import packaged_contracts

PURPOSES = Path("canonical") / "purposes.yaml"


def load_purposes(extra: Path | None = None) -> frozenset[str]:
    """The packaged ones, and those that an operator's folder of contracts adds. Raises Misconfigured."""
    folders = [packaged_contracts()] if extra is None else [packaged_contracts(), extra]
    files = [folder / PURPOSES for folder in folders if (folder / PURPOSES).is_file()]
    said = [read_yaml(file).members(required=("purposes",))["purposes"] for file in files]
    return frozenset(name for purposes in said for name in purposes.members(optional=None))
