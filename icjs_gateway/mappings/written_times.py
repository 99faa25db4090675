"""Dates and instants in the form that a sender gives them: `DD/MM/YYYY`, `D-M-YYYY`, `DD-Mon-YYYY hh:mm AM`.

    YYYY        the year                         hh  mm  ss    the time of day, of two digits each
    MM  M       the month, of two digits or one  AM            hours count to twelve, and AM or PM follows
    MON  Mon    NOV or Nov                       anything else but letters and digits, and T, stands for itself
    DD  D       the day, of two digits or one

A time without an offset is Indian Standard Time. Which of two numbers is the day is said, never guessed.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from icjs_gateway.mappings.codecs import YEARS, Codec, Unfit
from icjs_gateway.model.instants import IST

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_TOKEN = re.compile("YYYY|MON|Mon|MM|M|DD|D|hh|mm|ss|AM")
_PATTERNS = {
    **{"YYYY": "(?P<year>[0-9]{4})", "MM": "(?P<month>[0-9]{2})", "M": "(?P<month>0?[1-9]|1[0-2])"},
    **{"MON": "(?P<name>[A-Za-z]{3})", "Mon": "(?P<name>[A-Za-z]{3})"},
    **{"DD": "(?P<day>[0-9]{2})", "D": "(?P<day>0?[1-9]|[12][0-9]|3[01])"},
    **{"hh": "(?P<hour>[0-9]{2})", "mm": "(?P<minute>[0-9]{2})", "ss": "(?P<second>[0-9]{2})"},
    "AM": "(?P<half>[AaPp][Mm])",
}


def date_as(form: str) -> Codec:
    """Raises ValueError where the form does not tell year, month and day once each, and nothing else."""
    pattern = _pattern(form, {"year", "month", "day"}, optional=set())

    def decode(raw: str) -> date:
        try:
            return _read(pattern, raw).date()
        except ValueError:
            raise Unfit(f"a date that exists, as {form}") from None

    return Codec(decode=decode, encode=lambda on: _written(form, datetime.combine(on, time(), IST)))


def instant_as(form: str) -> Codec:
    """Raises ValueError where the form does not tell date, hour and minute once each."""
    pattern = _pattern(form, {"year", "month", "day", "hour", "minute"}, optional={"second", "half"})

    def decode(raw: str) -> datetime:
        try:
            return _read(pattern, raw).astimezone(UTC)
        except ValueError:
            raise Unfit(f"an instant that exists, as {form}") from None

    return Codec(decode=decode, encode=lambda at: _written(form, at.astimezone(IST)))


def _pattern(form: str, needed: set[str], *, optional: set[str]) -> re.Pattern[str]:
    literals = _TOKEN.split(form)
    if any(re.search(r"[^\W_]", literal.replace("T", "")) for literal in literals):
        raise ValueError(f"{form}: a form is made of YYYY MM M MON Mon DD D hh mm ss AM, and what stands between them")
    tokens = _TOKEN.findall(form)
    told = [re.findall(r"<(\w+)>", _PATTERNS[token])[0].replace("name", "month") for token in tokens]
    if len(set(told)) != len(told) or not needed <= set(told) <= needed | optional:
        raise ValueError(f"{form}: it has to tell {', '.join(sorted(needed))}, once each")
    beside = zip(tokens, literals[1:], tokens[1:], strict=False)
    if any(literal == "" and {"D", "M"} & {one, other} for one, literal, other in beside):
        raise ValueError(f"{form}: D and M are of one digit or two, and something has to part them from the next")
    pieces = [re.escape(literals[0])]
    for token, literal in zip(tokens, literals[1:], strict=True):
        pieces += [_PATTERNS[token], re.escape(literal)]
    return re.compile("".join(pieces))


def _read(pattern: re.Pattern[str], raw: str) -> datetime:
    """Raises ValueError where it is written otherwise, or there is no such day."""
    match = pattern.fullmatch(raw.strip())
    if match is None:
        raise ValueError(raw)
    found = match.groupdict()
    month = _MONTHS.index(found["name"].upper()) + 1 if "name" in found else int(found["month"])
    hour = int(found.get("hour") or 0)
    if found.get("half"):
        if not 1 <= hour <= 12:
            raise ValueError(raw)
        hour = hour % 12 + (12 if found["half"].upper() == "PM" else 0)
    year = int(found["year"])
    if year not in YEARS:
        raise ValueError(raw)
    minute, second = int(found.get("minute") or 0), int(found.get("second") or 0)
    return datetime(year, month, int(found["day"]), hour, minute, second, tzinfo=IST)


def _written(form: str, at: datetime) -> str:
    month = _MONTHS[at.month - 1]
    hour = (at.hour - 1) % 12 + 1 if "AM" in form else at.hour
    told = {"YYYY": f"{at.year:04}", "MM": f"{at.month:02}", "M": str(at.month), "MON": month, "Mon": month.title()}
    told |= {"DD": f"{at.day:02}", "D": str(at.day), "AM": "AM" if at.hour < 12 else "PM"}
    told |= {"hh": f"{hour:02}", "mm": f"{at.minute:02}", "ss": f"{at.second:02}"}
    return _TOKEN.sub(lambda token: told[token[0]], form)
