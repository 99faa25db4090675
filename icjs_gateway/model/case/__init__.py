"""The case: what is current, as the fold of its events.

facts         registers, and how two words on one thing become one fact
things        of which thing an event tells, and what of it is kept
records       what is kept of reports, exhibits, court cases
registers     which entries of several jails' registers count
stays         custody by the jail's own word
snapshot      Case and Person: the bounded snapshot
standing      what stands after every correction
references    FIRs as named, and edges to proceedings
proceedings   proceedings in which a case goes on, or with which it is clubbed
persons       persons by their numbers
fold          the fold itself, and the rank of an event
names         spellings of a name
called        what a person is called, to be shown
fitting       whom a document may mean
serials       an accused of a proceeding and of its FIR, with one serial and one name
"""

from icjs_gateway.model.case.called import Called, called
from icjs_gateway.model.case.facts import Fact, Rank
from icjs_gateway.model.case.fitting import (
    fitting,
    holder,
    is_called,
    jail_of,
    jails_of,
    jails_sent_to,
    may_be_one,
    names_of,
    namesakes,
    with_children,
    with_lane,
)
from icjs_gateway.model.case.fold import AHEAD_AT_MOST, clubbed, evolve, fold, rank_of
from icjs_gateway.model.case.persons import numbers_of, numbers_within, scopes
from icjs_gateway.model.case.proceedings import firs_of, gone_on, tried_with
from icjs_gateway.model.case.snapshot import Case, Edge, Number, Person
from icjs_gateway.model.case.standing import (
    StandingBail,
    StandingHearing,
    StandingProcess,
    StandingRemand,
    jail_named,
    jails_claiming,
)
from icjs_gateway.model.case.stays import Stay

__all__ = [
    "AHEAD_AT_MOST",
    "Called",
    "Case",
    "Edge",
    "Fact",
    "Number",
    "Person",
    "Rank",
    "StandingBail",
    "StandingHearing",
    "StandingProcess",
    "StandingRemand",
    "Stay",
    "called",
    "clubbed",
    "evolve",
    "firs_of",
    "fitting",
    "fold",
    "gone_on",
    "holder",
    "is_called",
    "jail_named",
    "jail_of",
    "jails_claiming",
    "jails_of",
    "jails_sent_to",
    "may_be_one",
    "names_of",
    "namesakes",
    "numbers_of",
    "numbers_within",
    "rank_of",
    "scopes",
    "tried_with",
    "with_children",
    "with_lane",
]
