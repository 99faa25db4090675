"""Claims: the words by which identifiers and messages came to a case, each a row with a state that a person may change.

    identifier   STANDS ──► WITHDRAWN     by a person, by its owner, or by a correction of its court
    link         STANDS ──► WITHDRAWN     a person linked a message by hand, and a person takes that back
    edge         STANDS ──► WITHDRAWN     by a person, or with the message
    label, child STANDS ──► WITHDRAWN     by a person, or with the message
    without      REFUSED ──► STANDS       the case gave the speaker standing later
                 REFUSED ──► REJECTED     a person dismissed the message, or the owner rejected the attempt
    any          ... ──► CONFIRMED        by a person

What was held before claims were kept is LEGACY until a person confirms or withdraws it.
"""

from __future__ import annotations

from enum import StrEnum


class ClaimKind(StrEnum):
    """What a claim says."""

    IDENTIFIER = "identifier"
    """That an identifier belongs to a case."""
    LINK = "link"
    """That a message belongs to a case: a person linked it by hand."""
    EDGE = "edge"
    """That a message of another case names this one, which learns of the proceeding and its labels."""
    LABEL = "label"
    """That a label stands on this ground: the first message that said so."""
    CHILD = "child"
    """That an accused was a child: the first message that said so."""
    WITHOUT = "without"
    """That a message is about a case in which its speaker has no standing."""


class ClaimState(StrEnum):
    """What became of a claim."""

    STANDS = "STANDS"
    CONFIRMED = "CONFIRMED"
    WITHDRAWN = "WITHDRAWN"
    REJECTED = "REJECTED"
    LEGACY = "LEGACY"
    """It was there before claims were kept: nobody knows by whose word."""
    REFUSED = "REFUSED"
    """The speaker has no standing in the case: the message waits."""
