"""Cast: who is told of cases in the demo, each in the words of its pillar and with the trouble it is known for."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_urlsafe

from icjs_gateway.simulators.faults import Faults
from icjs_gateway.simulators.interests import Interest
from icjs_gateway.simulators.papers import LABORATORY
from icjs_gateway.simulators.places import NEIGHBOUR, STATE
from icjs_gateway.simulators.receiver import Door, Receiver
from icjs_gateway.simulators.recipients import Recipient, interest_of
from icjs_gateway.simulators.told import Words

_NOTICE = Words(contract="courts.notice.v1", channel="soap", username="icjs-gateway")
_ORDER = Words(contract="prisons.order.v1", channel="soap", username="icjs-gateway")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """`receivers` are districts that the police subscribed for, `recipients` who is told by the matrix; `trouble` is
    what to show beside each name."""

    receivers: tuple[Receiver, ...]
    recipients: tuple[Recipient, ...]
    trouble: dict[str, str]


def cast(seed: int) -> Cast:
    """Nobody's delivery meets two faults in a row, so that a play of seconds can end.

    Orders about liberty keep a schedule of their own, up to minutes, whatever a subscription asks for; the one that is
    down for longer than a first retry has therefore not asked for them.
    """
    receivers = (
        _police("kangra", "Kangra", Faults(fail=0.10, streak_max=1, seed=seed)),
        _police("mandi", "Mandi", Faults(stall_after_success=0.02, streak_max=1, seed=seed)),
        Receiver(
            name="shimla",
            secret=token_urlsafe(),
            interest=Interest(events=("icjs.fir.*", "icjs.hearing.*", "icjs.process.*"), districts=("Shimla",)),
            door=Door.REFUSING,
        ),
    )
    recipients = (
        _told("hp-state-police", "police-investigation", "Crime Records Bureau", Words(
            contract="police.case-update.v1", channel="json"), Faults(refuse=0.05, streak_max=1, seed=seed)),
        _told("hp-sp-offices", "police-supervision", "Superintendents of Police", Words()),
        _told("hp-court-registries", "court-trial", "Court registries", _NOTICE,
              Faults(fail=0.05, streak_max=1, seed=seed)),
        _told("hp-jail-dharamshala", "prison-custody", "District Jail Dharamshala", Words(), jails=("HPDJ04",)),
        _told("hp-jail-mandi", "prison-custody", "District Jail Mandi", _ORDER,
              Faults(fail=0.05, streak_max=1, seed=seed), jails=("HPDJ02",)),
        _told("hp-jail-kanda", "prison-custody", "Model Central Jail Kanda", _ORDER, jails=("HPMC01",)),
        _told("pb-jail-pathankot", "prison-custody", "Sub Jail Pathankot", Words(), state=NEIGHBOUR,
              jails=("PBSJ01",)),
        _told("hp-observation-home", "child-care-home", "Observation Home, Sundernagar", Words(), jails=("HPOH01",)),
        _told("hp-sfsl", "forensic-laboratory", LABORATORY["name"], Words(
            contract="forensics.request.v1", channel="json"), laboratories=(LABORATORY["code"],)),
        _told("hp-prosecutors", "prosecution", "Prosecutors' offices", Words(
            contract="prosecution.notice.v1", channel="xml")),
        _told("hp-legal-aid", "legal-aid", "Legal Services Authority", Words()),
    )  # fmt: skip
    trouble = {
        "kangra": "fails 1 call in 10",
        "mandi": "stalls after taking",
        "shimla": "down at first",
        "hp-state-police": "refuses 1 in 20",
        "hp-court-registries": "fails 1 call in 20",
        "hp-jail-mandi": "fails 1 call in 20",
        "hp-jail-dharamshala": "stuck on one hearing",
        "kangra-register": "takes no FIR at first",
    }
    return Cast(receivers=receivers, recipients=recipients, trouble=trouble)


def _police(name: str, district: str, faults: Faults) -> Receiver:
    interest = Interest(events=("icjs.*",), districts=(district,))
    return Receiver(name=name, secret=token_urlsafe(), interest=interest, faults=faults)


def _told(
    name: str,
    recipient_class: str,
    title: str,
    words: Words,
    faults: Faults | None = None,
    *,
    state: str = STATE,
    **within: tuple[str, ...],
) -> Recipient:
    receiver = Receiver(
        name=name,
        secret=token_urlsafe(),
        interest=interest_of(recipient_class, state=state, **within),
        words=words,
        faults=faults or Faults(),
    )
    jurisdiction = {key: list(values) for key, values in within.items()}
    return Recipient(
        receiver=receiver, recipient_class=recipient_class, title=title, jurisdiction=jurisdiction, state=state
    )
