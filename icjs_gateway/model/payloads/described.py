"""A person as somebody describes who stands before them: the police at an arrest, a jail at admission."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from icjs_gateway.model.payloads.party import Party
from icjs_gateway.model.text import Text, Token

Nfn = Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")]
"""National Fingerprint Number of NAFIS: ten digits, the first two a State's."""


class Described(Party):
    """A party with particulars. `nfn` is the strongest of its numbers: a fingerprint has one for life."""

    aliases: tuple[Text, ...] | None = None
    date_of_birth: date | None = None
    age_years: int | None = None
    sex: Token | None = None
    nationality: Text | None = None
    occupation: Text | None = None
    address: Text | None = None
    phone: Text | None = None
    nfn: Nfn | None = None
    identification_marks: Text | None = None
    labels: tuple[Token, ...] | None = None
    """Labels that stand on this person, as on a child among adults. They label the case."""
