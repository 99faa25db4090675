"""Acts by the names that people write: `I.P.C.`, `Indian Penal Code, 1860`, `भा.द.सं.`.

The codes are those of `contracts/law/`. An act that is not in this list and says that it is one (`Punjab Excise Rules`)
is OTHER; its text is kept by whoever reads.
"""

from __future__ import annotations

import re
from functools import lru_cache

OTHER = "OTHER"
"""An act that is named, and is none of these."""

PENAL_CODES = frozenset({"IPC", "BNS"})

_SIGN = r"[.0\s॰]*"
"""What stands between the letters of a Hindi short form: a stop, or a zero that plays one (`भा0द0वि0`)."""


def _initials(letters: str) -> str:
    return r"\.?\s?".join(letters) + r"\.?"


def _hindi(*syllables: str) -> str:
    return _SIGN.join(syllables) + r"[.0॰]*"


# The longer name first, where one begins like another.
_NAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "BNSS",
        (
            _initials("BNSS"),
            r"Bhar(?:a)?tiya\s+Nagarik\s+Suraksha\s+Sa[nm]hita",
            r"भारतीय\s+नागरिक\s+सुरक्षा\s+संहिता",
            r"बी\.?एन\.?एस\.?एस\.?",
            _hindi("भा", "ना", "सु", "सं"),
        ),
    ),
    (
        "BNS",
        (
            _initials("BNS"),
            r"Bhar(?:a)?tiya\s+Nyaya?\s+Sa[nm]hita",
            r"भारतीय\s+न्याय\s+संहिता",
            r"बी\.?एन\.?एस\.?",
            _hindi("भा", "न्या", "सं"),
        ),
    ),
    ("BSA", (_initials("BSA"), r"Bhar(?:a)?tiya\s+Sakshya\s+Adhiniyam", r"भारतीय\s+साक्ष्य\s+अधिनियम")),
    (
        "IPC",
        (
            _initials("IPC"),
            r"Indian\s+P[ae]n[ae]l\s+Code",
            r"भारतीय\s+द(?:ंड|ण्ड)\s+(?:संहिता|विधान)",
            _hindi("भा", "(?:द|दं|दण्ड)", "(?:वि|सं|वी)"),
            _hindi("ता", "हि"),
            r"आई\.?पी\.?सी\.?",
        ),
    ),
    (
        "CRPC",
        (
            r"Cr\.?\s?P\.?\s?C\.?",
            r"(?:Code\s+of\s+)?Criminal\s+Procedure(?:\s+Code)?",
            r"द(?:ंड|ण्ड)\s+प्रक्रिया\s+संहिता",
            _hindi("(?:द|दं)", "प्र", "सं"),
        ),
    ),
    ("IEA", (r"(?:Indian\s+)?Evidence\s+Act", _initials("IEA"))),
    (
        "POCSO",
        (
            _initials("POCSO"),
            r"(?:The\s+)?Protection\s+of\s+Children\s+(?:from|against)\s+Sexual\s+Offen[cs]es?",
            r"प(?:ॉ|ो|ा)क्सो",
            r"लैंगिक\s+अपराधों\s+से\s+बालकों\s+का\s+संरक्षण",
        ),
    ),
    ("NDPS", (_initials("NDPS"), r"Narcotic\s+Drugs\s+(?:and|&)\s+Psychotropic\s+Substances", r"एन\.?डी\.?पी\.?एस\.?")),
    (
        "UAPA",
        (
            _initials("UAPA"),
            r"U\.?A\.?\s?\(\s?P\s?\)\.?\s?A?",
            r"Unlawful\s+Activities(?:\s*\(\s*Prevention\s*\))?",
            "यूएपीए",
        ),
    ),
    (
        "SCST",
        (
            r"S\.?C\.?\s?[/&-]?\s?S\.?T\.?(?:\s*\(?\s*(?:P\.?\s?O\.?\s?A\.?|Prevention\s+of\s+Atrocities)\s*\)?)?",
            r"Scheduled\s+Castes?\s+(?:and|&)\s+(?:the\s+)?Scheduled\s+Tribes?(?:\s*\(\s*Prevention\s+of\s+Atrocities\s*\))?",
            r"एससी\s?/?\s?एसटी",
        ),
    ),
    ("EXPLSUB", (r"Explosives?\s+Substances?", r"विस्फोटक\s+पदार्थ")),
    ("EXPLOSIVES", (r"Explosives?\s+Act",)),
    ("ARMS", (r"Arms(?:\s+Act)?", r"(?:शस्त्र|आयुध)\s+अधिनियम", r"आर्म्स")),
    ("DOWRY", (r"Dowry\s+Prohibition", r"D\.?P\.?\s+Act", r"दहेज\s+(?:प्रतिषेध|निषेध)")),
    ("IT", (r"Information\s+Technology", r"I\.?T\.?\s+Act", r"आई\.?टी\.?\s+(?:एक्ट|अधिनियम)")),
    ("PCA", (r"Prevention\s+of\s+Corruption", r"P\.?C\.?\s+Act", r"भ्रष्टाचार\s+निवारण")),
    (
        "JJ",
        (
            r"Juvenile\s+Justice(?:\s*\(\s*Care\s+(?:and|&)\s+Protection(?:\s+of\s+Children)?\s*\))?",
            r"J\.?J\.?(?:\s+Act)?",
            r"किशोर\s+न्याय",
        ),
    ),
    ("PMLA", (_initials("PMLA"), r"Prevention\s+of\s+Money[\s-]?Laundering")),
    ("MV", (r"Motor\s+Vehicles?", r"M\.?V\.?\s+Act", r"मोटर\s?(?:वाहन|यान)", r"एम\.?वी\.?\s+एक्ट")),
    ("GAMBLING", (r"(?:Public\s+)?Gambling", r"जुआ")),
    ("EXCISE", (r"(?:(?-i:[A-Z][a-z]+)\s+)?Excise", r"आबकारी")),
    ("ECA", (r"Essential\s+Commodities", r"E\.?C\.?\s+Act")),
    ("COPYRIGHT", (r"Copyright",)),
    ("CUSTOMS", (r"Customs\s+Act",)),
    (
        "PITA",
        (_initials("PITA"), _initials("ITPA"), r"Immoral\s+Traffic(?:king)?(?:\s*\(\s*Prevention\s*\))?", r"पीटा"),
    ),
    ("PCMA", (_initials("PCMA"), r"Prohibition\s+of\s+Child\s+Marriages?", r"बाल\s+विवाह")),
    ("NIA", (r"National\s+Investigation\s+Agency", r"N\.?I\.?A\.?(?:\s+Act)?")),
    ("NI", (r"Negotiable\s+Instruments?", r"N\.?I\.?\s+Act")),
    ("PDPP", (_initials("PDPP"), r"Prevention\s+of\s+Damage\s+to\s+Public\s+Property")),
    ("OSA", (r"Official\s+Secrets?", _initials("OSA"), r"शासकीय\s+गुप्त\s+बात")),
)
_SHORT = {"IT": "IT", "MV": "MV", "NI": "NI", "PC": "PCA", "DP": "DOWRY", "EC": "ECA", "ITA": "IT"}
"""Two letters that name an act only where nothing else stands, as in a field of their own."""

_ENDS = (
    r"(?:[\s,]*(?:Act|Code|Sanhita|एक्ट|अधिनियम))?"
    r"(?:[\s,]*\(?\s*(?:No\.?\s*)?[0-9]{1,3}\s+of\s+(?:18|19|20)[0-9]{2}\s*\)?"
    r"|[\s,-]*\(?(?:18|19|20)[0-9]{2}\)?(?![0-9])){0,2}"
)
"""`Act`, its number and its year belong to the name."""

NO_LETTER = "A-Za-z\u0900-\u0965\u0970-\u097f"

ACT_PATTERN = (
    rf"(?<![{NO_LETTER}])(?:"
    + "|".join(f"(?P<{code}>{'|'.join(ways)})" for code, ways in _NAMES)
    + rf"|(?P<{OTHER}>(?:(?-i:[A-Z])[A-Za-z.'&()-]*\s+){{1,6}}?(?-i:Act|Rules|Adhiniyam|Ordinance)\b)"
    + rf")(?![{NO_LETTER}]){_ENDS}"
)
"""Matches an act where it stands; the name of the group that matched is its code."""

CODES = frozenset({code for code, _ in _NAMES}) | {OTHER}
_ACT = re.compile(ACT_PATTERN, re.IGNORECASE)


@lru_cache(maxsize=1024)
def act_code(written: str) -> str | None:
    """The code of an act that is all that was written; None for one that nobody knows."""
    plain = written.strip().upper().replace(".", "")
    if plain in CODES or plain in _SHORT:
        return _SHORT.get(plain, plain)
    found = _ACT.search(written)
    return None if found is None else found.lastgroup
