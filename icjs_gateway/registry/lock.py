"""LOCK: the digests of what was published, so that a published version cannot change unseen.

    courts.bail-order.v1 1.0 contract.yaml 5e88...        one line a file that defines the version

A version is the newest heading of a contract's CHANGES.md (`## 1.0`). It is published by standing in the LOCK of its
folder of contracts. To change what was published, write a new heading; `contracts lock` adds new versions and leaves
older ones alone. Code lists have versions of their own and are not in here; neither are samples, which say of a
version what it always did.

Not promised: that a minor only adds. Whoever writes it sees to that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from icjs_gateway.model.errors import Misconfigured

LOCK = "LOCK"
_HEADING = re.compile(r"^## ([1-9][0-9]*)\.([0-9]+)\s*$", re.MULTILINE)


class Published(Protocol):
    """As much of a declaration as publishing needs: of a message or of a query."""

    @property
    def folder(self) -> Path: ...

    @property
    def id(self) -> str: ...

    @property
    def defined_by(self) -> tuple[str, ...]:
        """The files beside contract.yaml that define the contract."""


Version = tuple[str, str]
"""(contract id, `1.0`)."""

Digests = Mapping[str, str]
"""SHA-256 in hex by file name."""


def version_of(declaration: Published) -> Version:
    """The newest version that CHANGES.md tells of. Raises Misconfigured."""
    file = declaration.folder / "CHANGES.md"
    found = _HEADING.findall(file.read_text(encoding="utf-8")) if file.is_file() else []
    if not found:
        raise Misconfigured(f"{file}:1: no heading of a version, like `## 1.0`")
    major, minor = max((int(major), int(minor)) for major, minor in found)
    if not declaration.id.endswith(f".v{major}"):
        raise Misconfigured(f"{file}:1: {major}.{minor} is no version of {declaration.id}")
    return declaration.id, f"{major}.{minor}"


def digests_of(declaration: Published) -> Digests:
    """Of every file that defines the contract."""
    files = ("contract.yaml", *declaration.defined_by)
    return {name: hashlib.sha256((declaration.folder / name).read_bytes()).hexdigest() for name in sorted(files)}


def read_lock(folder: Path) -> dict[Version, Digests] | None:
    """What the LOCK of a folder holds; None where there is none. Raises Misconfigured."""
    file = folder / LOCK
    if not file.is_file():
        return None
    published: dict[Version, dict[str, str]] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        words = line.split()
        if len(words) != 4 or not re.fullmatch(r"[0-9a-f]{64}", words[3]):
            raise Misconfigured(f"{file}:{number}: a line has contract, version, file and SHA-256")
        published.setdefault((words[0], words[1]), {})[words[2]] = words[3]
    return dict(published)


def faults_of(folder: Path, declarations: Iterable[Published]) -> Iterator[str]:
    """Where a folder that has a LOCK and its contracts part. A folder without one publishes nothing."""
    published = read_lock(folder)
    if published is None:
        return
    for declaration in declarations:
        version = version_of(declaration)
        locked, now = published.get(version), digests_of(declaration)
        if locked is None:
            yield f"{declaration.folder}: {' '.join(version)} is not in {LOCK}; `icjs-gateway contracts lock` adds it"
            continue
        for name in sorted(locked.keys() | now.keys()):
            if locked.get(name) != now.get(name):
                yield (
                    f"{declaration.folder / name}: changed since {' '.join(version)} was locked; "
                    "a change is a new version in CHANGES.md"
                )


def lock(folder: Path, declarations: Iterable[Published], *, unpublished: bool) -> Iterator[str]:
    """Add new versions to the LOCK of a folder; gives those added or changed.

    Raises Misconfigured for a version that changed, unless it is `unpublished`: no release has carried it yet.
    """
    published = read_lock(folder) or {}
    touched = []
    for declaration in declarations:
        version, now = version_of(declaration), digests_of(declaration)
        if version in published and published[version] != now and not unpublished:
            raise Misconfigured(
                f"{declaration.folder}: {' '.join(version)} is locked and has changed; "
                "write a new version in CHANGES.md, or give --unpublished if no release carried it"
            )
        if published.get(version) != now:
            published[version] = now
            touched.append(" ".join(version))
    lines = [
        f"{contract} {version} {name} {digest}\n"
        for (contract, version), digests in sorted(published.items())
        for name, digest in sorted(digests.items())
    ]
    (folder / LOCK).write_text("".join(lines), encoding="utf-8")
    yield from touched
