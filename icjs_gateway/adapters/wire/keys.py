"""The keys directory: a private folder of key files, made on first start and read by every process of the
gateway.

The newest file of a kind is the one in use; older ones stay for what they signed or wrapped. A key is on
disk, synchronised, before anything is done with it: data under a wrapping key that was never stored is lost.

Not promised: protection from who can read the gateway's files. A key store that the platform offers is
mounted as this folder.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.routing.private_files import FILE, FOLDER, make_private


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """One key: its name, which is its id, and what the file holds."""

    name: str
    secret: bytes


def load_or_create(folder: Path, suffix: str, create: Callable[[], KeyFile]) -> tuple[KeyFile, ...]:
    """All keys of a kind (`suffix`, e.g. `.wrap`), the newest first; makes the first one where there is none.

    Several processes may start at once: one of them makes the key. Raises Misconfigured.
    """
    try:
        folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
        make_private(folder)
        with _locked(folder):
            if not any(folder.glob(f"*{suffix}")):
                _write(folder, suffix, create())
            found = sorted(folder.glob(f"*{suffix}"), key=lambda path: (path.stat().st_mtime_ns, path.name))
            for path in found:
                make_private(path)
            return tuple(KeyFile(name=path.name.removesuffix(suffix), secret=path.read_bytes()) for path in found[::-1])
    except OSError as error:
        raise Misconfigured(f"The keys directory {folder} cannot be used: {error.strerror}.") from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(folder: Path, suffix: str, key: KeyFile) -> None:
    """Durably, and under its name only when whole."""
    draft = folder / f"{key.name}{suffix}.draft"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.secret)
        file.flush()
        os.fsync(descriptor)
    draft.rename(folder / f"{key.name}{suffix}")
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
