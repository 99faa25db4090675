"""The vault: raw bodies and outbound secrets, encrypted before they reach the store.

Envelope encryption: each message has a random key of its own (AES-256-GCM), wrapped under a key of the keys
directory. Forgetting the wrapped key erases a body without touching the audit tree; changing the wrapping key
rewraps 60 bytes a message. `context` (the message's id, say) is bound in: a ciphertext moved to another
record does not open.

Not promised: secrecy from who holds both the store and the keys directory.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from icjs_gateway.adapters.wire.keys import KeyFile, load_or_create
from icjs_gateway.model.errors import Misconfigured, StoreFailed
from icjs_gateway.routing.ports import Sealed

_SUFFIX = ".wrap"
_KEY_BYTES = 32
_NONCE_BYTES = 12
# A content key encrypts one body only, so its nonce need not be random; a wrapping key's is.
_ONLY_NONCE = bytes(_NONCE_BYTES)


class Vault:
    """Seals under the newest wrapping key; opens under any that is still in the keys directory."""

    def __init__(self, folder: Path) -> None:
        """Makes the first wrapping key where there is none. Raises Misconfigured."""
        files = load_or_create(folder, _SUFFIX, _new_key)
        if any(len(file.secret) != _KEY_BYTES for file in files):
            raise Misconfigured(f"A wrapping key ({_SUFFIX}) of the keys directory is not {_KEY_BYTES} bytes.")
        self._wrapping = {file.name: AESGCM(file.secret) for file in files}
        self.key_id = files[0].name

    def seal(self, plaintext: bytes, context: bytes) -> Sealed:
        """Encrypt under a new key of its own. A few microseconds, and 2 a kilobyte or less."""
        content_key = os.urandom(_KEY_BYTES)
        ciphertext = AESGCM(content_key).encrypt(_ONLY_NONCE, plaintext, context)
        wrapped_key = self._wrap(content_key, context)
        return Sealed(key_id=self.key_id, wrapped_key=wrapped_key, ciphertext=ciphertext)

    def open(self, sealed: Sealed, context: bytes) -> bytes:
        """Raises StoreFailed when anything of it was changed, or moved, or its wrapping key is gone."""
        content_key = self._unwrap(sealed.key_id, sealed.wrapped_key, context)
        return _open(AESGCM(content_key), _ONLY_NONCE, sealed.ciphertext, context)

    def seal_secret(self, secret: str, context: bytes) -> bytes:
        """An outbound secret (a webhook's, a call-back's password) as one value to store."""
        key_id = self.key_id.encode()
        return bytes([len(key_id)]) + key_id + self._wrap(secret.encode(), context)

    def open_secret(self, sealed: bytes, context: bytes) -> str:
        """Raises StoreFailed, as `open`."""
        split = 1 + (sealed[0] if sealed else 0)
        return self._unwrap(sealed[1:split].decode("ascii", "replace"), sealed[split:], context).decode()

    def _wrap(self, secret: bytes, context: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._wrapping[self.key_id].encrypt(nonce, secret, context)

    def _unwrap(self, key_id: str, wrapped: bytes, context: bytes) -> bytes:
        wrapping = self._wrapping.get(key_id)
        if wrapping is None:
            raise StoreFailed("A wrapping key is not in the keys directory; restore it from its backup.")
        return _open(wrapping, wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], context)


def _open(cipher: AESGCM, nonce: bytes, ciphertext: bytes, context: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, ciphertext, context)
    except (InvalidTag, ValueError):
        raise StoreFailed("An encrypted record was changed, or belongs to another record.") from None


def _new_key() -> KeyFile:
    return KeyFile(name=f"wrap-{os.urandom(4).hex()}", secret=os.urandom(_KEY_BYTES))
