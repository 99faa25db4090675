"""TLS of the server: certificate and key read once at the start, TLS 1.2 or newer (RFC 9325, 3.1.1)."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from icjs_gateway.model.errors import Misconfigured


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """PEM files: the certificate with its chain, and its private key without a passphrase."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """What the server speaks TLS with. Raises Misconfigured, saying which file and what to do."""
        for variable, file in (("ICJS_TLS_CERT", self.certificate), ("ICJS_TLS_KEY", self.key)):
            try:
                file.read_bytes()
            except OSError as error:
                raise Misconfigured(
                    f"{variable}: {file} cannot be read ({error.strerror}); name a PEM file that the gateway's user "
                    "can read."
                ) from error
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION
        try:
            context.load_cert_chain(self.certificate, self.key, password=_no_passphrase)
        except (ssl.SSLError, ValueError) as error:
            raise Misconfigured(_fault(error, self)) from error
        return context


def _no_passphrase() -> str:
    raise ValueError("passphrase")


def _fault(error: Exception, files: Tls) -> str:
    reason = getattr(error, "reason", None) or ""
    if str(error) == "passphrase":
        return f"ICJS_TLS_KEY: {files.key} is encrypted; write it without a passphrase, readable by the gateway's user."
    if reason == "KEY_VALUES_MISMATCH":
        return (
            f"ICJS_TLS_CERT, ICJS_TLS_KEY: the key {files.key} is not that of the first certificate in "
            f"{files.certificate}; put the server's own certificate first, then its chain."
        )
    return (
        f"ICJS_TLS_CERT, ICJS_TLS_KEY: {files.certificate} and {files.key} are not a PEM certificate and a PEM private "
        f"key that TLS can be spoken with ({reason or 'not readable as PEM'}); look at both with `openssl x509` and "
        "`openssl pkey`."
    )
