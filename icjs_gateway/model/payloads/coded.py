"""Values that come from somebody's code list or language, and amounts of money.

A coded value keeps what was written beside what it was taken to mean, and by which table: a code list that turns
out wrong can be corrected later, because nothing was thrown away.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from icjs_gateway.model.content import Canonical
from icjs_gateway.model.text import Text, Token

Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]
"""A BCP 47 language tag, e.g. `hi`, `pa-Guru`."""

DecimalText = Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?$")]
"""An amount in decimal notation. Text, because a binary fraction cannot hold ten paise."""


class Coded(Canonical):
    """A value of a code list. `code` is ours and absent while unknown; `raw` is the sender's code, `text` its words."""

    code: Token | None = None
    raw: Text | None = None
    text: Text | None = None
    code_list: Text | None = None
    """The table that gave `code`, with its version: `purposes/HPKN02@1`."""


class LanguageText(Canonical):
    """Text and the language it is in."""

    lang: Language | None = None
    text: Text


class Money(Canonical):
    """An amount and its currency (ISO 4217)."""

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    amount: DecimalText
