"""The one choke point of disclosure: what may this recipient see of this event, as its case is labelled now?

Everything that leaves goes through `rule_against` (may it leave at all? decided before a position is given) and `plan`
or `view` (what of it is shown?); what is read from the record and not from an event goes through `rule_against_view`
and `view_of`, by the same policy. Default deny: a class sees the events and fields that the policy lists for it, within
its jurisdiction, less what the labels hide. Every field withheld is named with its rule in `data.disclosure`. An event
without a case is shown as if its case had every label; an alert without a case tells of none, and is shown whole to
whom it is addressed.

A label that stands on no owner's word is marked. It hides fields, and withholds from third parties, like any other; it
withholds nothing from who holds a body, and makes no case a child's for who sees nothing else.

Where the case knows which accused is a child, a jail sees what is about its own adult inmates (`told_apart`).

The policy is compiled as it is asked for, once for every (class, noun, labels). Where it hides nothing, nothing is
read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.routing.access.jurisdiction import adults_of, concerns, is_addressed, lodged_here, orders_a_jail_of
from icjs_gateway.routing.access.policy import Policy, Rule, Sight
from icjs_gateway.routing.access.redaction import NOT_LODGED, Branch, redacted, tree_of
from icjs_gateway.routing.authority.places import NO_PLACES, Places
from icjs_gateway.routing.directory import Partner, RecipientClass
from icjs_gateway.routing.labels import unmarked
from icjs_gateway.routing.lanes import Told

NEED_TO_KNOW = "NEED-TO-KNOW"
"""The class is not shown such fields, whatever the labels."""
NOT_SERVED = "CLASS-NOT-SERVED"
"""The class is not shown such a thing at all."""
NO_CHILD = "NO-CHILD-ACCUSED"
"""The class is shown only cases in which a child is accused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is done with one event for one recipient. Without a tree nothing is hidden, and `data` leaves as it is with
    `account` as its member `disclosure`."""

    tree: Branch | None
    account: bytes
    """The JSON of `disclosure` where nothing was withheld."""

    @property
    def hides_nothing(self) -> bool:
        return self.tree is None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    """The policy for one (class, noun, labels). `withheld_by` stops the event, unless it names a jail (`named`), or is
    about an adult in a jail of the recipient's (`apart`)."""

    withheld_by: str | None
    plan: Plan
    named: Plan | None
    lodged_only: bool
    apart: Plan | None = None

    def rows(self, lodged: Sequence[bool], children: Sequence[bool]) -> Sequence[bool]:
        """Of each accused, whether they count as the recipient's own: of what is withheld, the adults."""
        return lodged if self.withheld_by is None else adults_of(lodged, children)

    def is_apart(self, lodged: Sequence[bool], children: Sequence[bool]) -> bool:
        """Whether what is withheld is about an adult of the recipient's own."""
        return self.withheld_by is not None and self.apart is not None and any(adults_of(lodged, children))


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Something of the record that somebody asks for (`model/views`): which view, the labels of all that it shows, and
    where it is of persons, who of them is lodged with whoever asks, and who is a child (`Places.children`)."""

    noun: str
    data: Mapping[str, Any]
    labels: frozenset[str]
    lodged_here: Sequence[bool] = ()
    children: Sequence[bool] = ()


class Disclosure:
    """The policy, compiled and applied. `places` answers the directory of places in force."""

    def __init__(self, policy: Policy, places: Callable[[], Places] = lambda: NO_PLACES) -> None:
        self._policy = policy
        self._places = places
        self._compiled: dict[tuple[RecipientClass, str, frozenset[str]], _Compiled | None] = {}

    @property
    def places(self) -> Places:
        """The directory of places in force: where a case lies is judged by it."""
        return self._places()

    def rule_against(self, told: Told, recipient: Partner) -> str | None:
        """None when the event may leave for this recipient, else the rule that withholds it."""
        if recipient.state != "active":
            return "PARTNER-REVOKED"
        compiled = self._for(told, recipient)
        if compiled is None:
            return "CLASS-NOT-SERVED"
        if not concerns(told, recipient, self._places()):
            return "JURISDICTION"
        if compiled.withheld_by is not None and not (
            self._is_apart(compiled, told, recipient) or self._reaches_its_jail(compiled, told, recipient)
        ):
            return compiled.withheld_by
        if compiled.lodged_only and not any(lodged_here(told.places, recipient, self._places())):
            return NOT_LODGED
        return None

    def plan(self, told: Told, recipient: Partner) -> Plan:
        """How the event is shown to a recipient whom no rule is against. Reads nothing of it."""
        compiled = self._for(told, recipient)
        if compiled is None:
            raise ValueError(f"{told.type} is not shown to {recipient.recipient_class.value} at all")
        if compiled.apart is not None and self._is_apart(compiled, told, recipient):
            return compiled.apart
        if compiled.withheld_by is not None and compiled.named is not None:
            return compiled.named
        return compiled.plan

    def shown(self, told: Told, recipient: Partner) -> bytes:
        """The same as `view`, as JSON. Where nothing is hidden the data leaves as it was recorded, unread."""
        plan = self.plan(told, recipient)
        if plan.hides_nothing:
            return told.data[:-1] + b',"disclosure":' + plan.account + b"}"
        return json.dumps(self.view(told, recipient), ensure_ascii=False, separators=(",", ":")).encode()

    def view(self, told: Told, recipient: Partner) -> dict[str, Any]:
        """`data` as this recipient may see it, with the account of what was withheld."""
        plan = self.plan(told, recipient)
        shown: dict[str, Any] = from_json(told.data)
        withheld: list[dict[str, str]] = []
        if plan.tree is not None:
            here = lodged_here(told.places, recipient, self._places())
            compiled = self._for(told, recipient)
            if compiled is not None and plan is compiled.apart:
                here = adults_of(here, told.places.children)
            shown, withheld = redacted(shown, plan.tree, here)
        shown["disclosure"] = {"class": recipient.recipient_class.value, "withheld": withheld}
        return shown

    def rule_against_view(self, view: View, recipient: Partner) -> str | None:
        """None when this may be shown to who asks, else the rule that withholds it. Where it lies is judged by whoever
        knows what it is a view of (`jurisdiction`)."""
        if recipient.state != "active":
            return "PARTNER-REVOKED"
        compiled = self._compiled_for(view.noun, view.labels, recipient)
        if compiled is None:
            return NOT_SERVED
        return None if compiled.is_apart(view.lodged_here, view.children) else compiled.withheld_by

    def own_of(self, view: View, recipient: Partner) -> Sequence[bool]:
        """Of the persons of a view, those of whom who asks is shown as of its own."""
        compiled = self._compiled_for(view.noun, view.labels, recipient)
        return view.lodged_here if compiled is None else compiled.rows(view.lodged_here, view.children)

    def view_of(self, view: View, recipient: Partner) -> tuple[dict[str, Any], list[dict[str, str]]]:
        """What of the record is shown to somebody whom no rule is against, and the account of what is not."""
        compiled = self._compiled_for(view.noun, view.labels, recipient)
        if compiled is None:
            raise ValueError(f"{view.noun} is not shown to {recipient.recipient_class.value} at all")
        data = {view.noun: view.data}
        plan = compiled.plan if compiled.withheld_by is None or compiled.apart is None else compiled.apart
        if plan.tree is None:
            return dict(view.data), []
        shown, withheld = redacted(data, plan.tree, compiled.rows(view.lodged_here, view.children))
        return shown.get(view.noun, {}), withheld

    def _is_apart(self, compiled: _Compiled, told: Told, recipient: Partner) -> bool:
        return compiled.apart is not None and compiled.is_apart(
            lodged_here(told.places, recipient, self._places()), told.places.children
        )

    def _reaches_its_jail(self, compiled: _Compiled, told: Told, recipient: Partner) -> bool:
        return compiled.named is not None and orders_a_jail_of(told, recipient, self._places())

    def _for(self, told: Told, recipient: Partner) -> _Compiled | None:
        if is_addressed(told):
            return _unhidden(recipient.recipient_class)
        return self._compiled_for(EVENT_TYPES[told.type].noun, told.labels, recipient)

    def _compiled_for(self, noun: str, told: frozenset[str] | None, recipient: Partner) -> _Compiled | None:
        labels = self._policy.labels if told is None else told
        # Who needs a child's case needs one that is known to be.
        linked = told is not None
        key = (recipient.recipient_class, noun, labels if linked else _UNLINKED)
        if key not in self._compiled:
            self._compiled[key] = self._compile(recipient.recipient_class, noun, labels, linked=linked)
        return self._compiled[key]

    def _compile(self, who: RecipientClass, noun: str, labels: frozenset[str], *, linked: bool) -> _Compiled | None:
        sight = self._policy.sights.get(who)
        if noun in self._policy.always:
            return _unhidden(who)
        if sight is None or noun not in sight.nouns:
            return None
        named = unmarked(labels)
        rules = [rule for rule in self._policy.rules if who in rule.classes and not rule.labels.isdisjoint(named)]
        counted = labels if who in self._policy.named_jail.classes else named
        withheld_by = self._withholds(who, counted)
        if sight.only_with is not None and not (linked and sight.only_with in labels):
            withheld_by = NO_CHILD
        lodged_only = next((path for path in sight.lodged_only if path.startswith(f"{noun}.")), None)
        shown = {
            leaf: _hidden_by(field_class, sight, noun, rules) for leaf, field_class in self._policy.leaves[noun].items()
        }
        named_plan = None
        liberty = any(each.noun == noun and each.liberty for each in EVENT_TYPES.values())
        if withheld_by is not None and liberty and who in self._policy.named_jail.classes:
            allowed = self._policy.named_jail.shows
            bare = {leaf: None if self._policy.leaves[noun][leaf] in allowed else withheld_by for leaf in shown}
            named_plan = _plan(who, bare, None)
        return _Compiled(
            withheld_by=withheld_by,
            plan=_plan(who, shown, lodged_only),
            named=named_plan,
            lodged_only=lodged_only is not None,
            apart=self._apart(who, noun, shown, lodged_only, withheld_by, counted) if linked else None,
        )

    def _apart(
        self,
        who: RecipientClass,
        noun: str,
        shown: dict[str, str | None],
        lodged_only: str | None,
        withheld_by: str | None,
        labels: frozenset[str],
    ) -> Plan | None:
        """What is shown of an adult where a child is accused beside; None where anything else withholds it."""
        apart = self._policy.told_apart
        others = labels - {apart.label}
        if withheld_by is None or who not in apart.classes or self._withholds(who, others):
            return None
        hidden = apart.hides_of_several if lodged_only is not None else frozenset()
        leaves = self._policy.leaves[noun]
        return _plan(
            who, {leaf: withheld_by if leaves[leaf] in hidden else rule for leaf, rule in shown.items()}, lodged_only
        )

    def _withholds(self, who: RecipientClass, labels: frozenset[str]) -> str | None:
        """The rule by which labels withhold from a class."""
        return next(
            (
                rule.id
                for rule in self._policy.rules
                if rule.withholds and who in rule.classes and not rule.labels.isdisjoint(labels)
            ),
            None,
        )


_UNLINKED = frozenset({"?"})


def _unhidden(who: RecipientClass) -> _Compiled:
    """Of the gateway's own word, which tells nothing of a case."""
    return _Compiled(withheld_by=None, plan=_plan(who, {}, None), named=None, lodged_only=False)


def _hidden_by(field_class: str, sight: Sight, noun: str, rules: list[Rule]) -> str | None:
    listed = sight.nouns[noun]
    if listed is not None and field_class not in listed:
        return NEED_TO_KNOW
    return next((rule.id for rule in rules if field_class in rule.hides), None)


def _plan(who: RecipientClass, hidden_by: dict[str, str | None], lodged_only: str | None) -> Plan:
    hides = lodged_only is not None or any(hidden_by.values())
    account = json.dumps({"class": who.value, "withheld": []}, separators=(",", ":")).encode()
    return Plan(tree=tree_of(hidden_by.items(), lodged_only) if hides else None, account=account)
