"""The vault gives back what was sealed, to who has the key and names the place, and nothing else."""

from __future__ import annotations

import dataclasses
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from icjs_gateway.adapters.wire.vault import Vault
from icjs_gateway.model.errors import Misconfigured, StoreFailed


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "keys")


def test_what_is_sealed_opens_again_after_a_restart(tmp_path: Path, vault: Vault) -> None:
    sealed = vault.seal(b"Sunil alias Sonu", b"message 1")
    assert b"Sunil" not in sealed.ciphertext
    assert Vault(tmp_path / "keys").open(sealed, b"message 1") == b"Sunil alias Sonu"


def test_the_same_body_never_looks_the_same(vault: Vault) -> None:
    one, two = vault.seal(b"x", b"c"), vault.seal(b"x", b"c")
    assert one.ciphertext != two.ciphertext
    assert one.wrapped_key != two.wrapped_key


def test_a_ciphertext_moved_to_another_record_does_not_open(vault: Vault) -> None:
    with pytest.raises(StoreFailed):
        vault.open(vault.seal(b"x", b"message 1"), b"message 2")


def flips(raw: bytes) -> Iterator[bytes]:
    """The bytes with one bit changed, at each place in turn; and none of them."""
    for place in range(len(raw)):
        yield raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
    yield b""


def test_one_flipped_bit_is_noticed(vault: Vault) -> None:
    sealed = vault.seal(b"x" * 100, b"c")
    broken = [dataclasses.replace(sealed, ciphertext=flipped) for flipped in flips(sealed.ciphertext)]
    broken += [dataclasses.replace(sealed, wrapped_key=flipped) for flipped in flips(sealed.wrapped_key)]
    for one in broken:
        with pytest.raises(StoreFailed):
            vault.open(one, b"c")


def test_a_newer_wrapping_key_is_used_and_the_older_one_still_opens(tmp_path: Path, vault: Vault) -> None:
    folder = tmp_path / "keys"
    sealed = vault.seal(b"x", b"c")
    secret = vault.seal_secret("s3cret", b"s")
    (old,) = folder.iterdir()
    new = folder / "wrap-new.wrap"
    new.write_bytes(os.urandom(32))
    os.utime(new, ns=(old.stat().st_mtime_ns + 1, old.stat().st_mtime_ns + 1))
    both = Vault(folder)
    assert both.open(sealed, b"c") == b"x"
    assert both.open_secret(secret, b"s") == "s3cret"
    newer = both.seal(b"y", b"c")
    old.unlink()
    assert Vault(folder).open(newer, b"c") == b"y"
    with pytest.raises(StoreFailed, match="backup"):
        Vault(folder).open(sealed, b"c")


def test_a_secret_is_bound_to_its_place(vault: Vault) -> None:
    sealed = vault.seal_secret("whsec_न्याय", b"subscription a")
    assert vault.open_secret(sealed, b"subscription a") == "whsec_न्याय"
    for broken, context in ((sealed, b"subscription b"), (sealed[:-1], b"subscription a"), (b"", b"subscription a")):
        with pytest.raises(StoreFailed):
            vault.open_secret(broken, context)


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    vaults: list[Vault] = []
    threads = [threading.Thread(target=lambda: vaults.append(Vault(tmp_path / "keys"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({vault.key_id for vault in vaults}) == 1


def test_a_keys_directory_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Misconfigured, match="keys directory"):
        Vault(tmp_path / "file" / "keys")
    (tmp_path / "short.wrap").write_bytes(b"short")
    with pytest.raises(Misconfigured, match="32 bytes"):
        Vault(tmp_path)
