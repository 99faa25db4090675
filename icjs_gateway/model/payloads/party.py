"""Persons as a document names them. Never a statement that two documents mean the same person."""

from __future__ import annotations

from icjs_gateway.model.content import Canonical
from icjs_gateway.model.identifiers import Pid, Ptn
from icjs_gateway.model.payloads.coded import LanguageText
from icjs_gateway.model.text import Text, Token


class Relative(Canonical):
    """By whom a person is told apart: `S/o Hari Ram`."""

    relation: Text | None = None
    name: Text


class Party(Canonical):
    """The party sequence: an accused of a case, by whatever numbers and names the sender has.

    `serial` is the accused's number in the FIR or charge sheet (`A2`), `court_party` the court's (`R2`).
    """

    serial: Token | None = None
    court_party: Token | None = None
    name: Text | None = None
    local_name: LanguageText | None = None
    further_local_names: tuple[LanguageText, ...] | None = None
    relative: Relative | None = None
    pid: Pid | None = None
    ptn: Ptn | None = None
