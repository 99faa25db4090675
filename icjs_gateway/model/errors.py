"""Every error the gateway raises on purpose, as one tree.

    GatewayError
    ├── Rejected               the sender must change something; carries findings; never stored as accepted
    │   ├── Malformed              400  not parseable: broken XML or JSON, a DTD, too deep
    │   ├── Unauthenticated        401  no credentials, or wrong ones
    │   ├── Forbidden              403  known, but not allowed: permission or jurisdiction
    │   ├── NotFound               404  not there, or not for this caller to know
    │   ├── Conflict               409  the same id with other content
    │   ├── TooLarge               413  over the body limit
    │   ├── UnsupportedMedia       415  another media type, charset or content encoding
    │   ├── ContractViolation      422  the contract's schema says no
    │   └── TranslationFailed      422  the mapping says no
    ├── Overloaded             503 or 429: try again after `retry_after_s`
    ├── StoreFailed            the store could not keep its word; nothing was accepted
    └── Misconfigured          start-up only: a contract, a setting, a partners file

Texts are safe to show: no personal data, never a body. The HTTP status beside each class is a comment only; the
one table that applies it lives in `icjs_gateway.api`.
"""

from __future__ import annotations

from collections.abc import Sequence

from icjs_gateway.model.findings import Finding


class GatewayError(Exception):
    """Root of the tree. `detail` is one sentence for a person, which says what to do next where it can."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Rejected(GatewayError):
    """The sender must change something before sending again."""

    def __init__(self, detail: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(detail)
        self.findings = tuple(findings)


class Malformed(Rejected):
    """The body cannot be parsed, or is refused before parsing."""


class Unauthenticated(Rejected):
    """Credentials are missing or wrong. Says no more than that."""


class Forbidden(Rejected):
    """The caller is known and may not do this."""


class NotFound(Rejected):
    """There is no such thing, or the caller may not know that there is."""


class Conflict(Rejected):
    """The same message id came with other content."""


class TooLarge(Rejected):
    """The body is over the limit."""


class UnsupportedMedia(Rejected):
    """The media type, charset or content encoding is not accepted here."""


class ContractViolation(Rejected):
    """The document breaks the schema of its contract."""


class TranslationFailed(Rejected):
    """The document is valid by its schema, and still cannot be mapped to canonical events."""


class Overloaded(GatewayError):
    """A bounded queue is full; nothing was taken. Try again after `retry_after_s` seconds."""

    def __init__(self, detail: str, *, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class StoreFailed(GatewayError):
    """The store could not commit. What was not committed was not accepted."""


class Misconfigured(GatewayError):
    """Start-up cannot go on: something the operator wrote is wrong. The detail names file, line and reason."""
