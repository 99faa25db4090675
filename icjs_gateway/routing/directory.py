"""Who the gateway deals with: partners, what they may do, what they subscribe to.

The shapes are those of the partners file, which is also how the store keeps them. Inbound secrets are kept as
SHA-256 and outbound ones encrypted; neither is part of these shapes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Protocol
from urllib.parse import urlsplit

from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from icjs_gateway.model.identifiers import FirKey
from icjs_gateway.model.names.states import canonical_state

StateText = Annotated[str, AfterValidator(canonical_state)]
"""A State by the code by which it is compared; a former one of it is read as that."""


def _canonical_fir(key: str) -> str:
    """A FIR as keys are compared; what is none as it was written, for it matches nothing."""
    try:
        return str(FirKey.parse(key))
    except ValueError:
        return key


FirText = Annotated[str, AfterValidator(_canonical_fir)]

CLOUDEVENTS = "cloudevents"
"""What a subscription names as its contract where it wants that of no pillar."""


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


PartnerId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
SubscriptionId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]


class Pillar(StrEnum):
    POLICE = "police"
    COURTS = "courts"
    PRISONS = "prisons"
    FORENSICS = "forensics"
    PROSECUTION = "prosecution"
    AGENCY = "agency"
    PUBLIC = "public"


class RecipientClass(StrEnum):
    """What a recipient is, for need to know."""

    POLICE_INVESTIGATION = "police-investigation"
    POLICE_SUPERVISION = "police-supervision"
    COURT_TRIAL = "court-trial"
    PRISON_CUSTODY = "prison-custody"
    FORENSIC_LABORATORY = "forensic-laboratory"
    PROSECUTION = "prosecution"
    AGENCY = "agency"
    PUBLIC = "public"
    JUVENILE_BOARD = "juvenile-board"
    CHILD_CARE_HOME = "child-care-home"
    LEGAL_AID = "legal-aid"


CLASS_OF_PILLAR = {
    Pillar.POLICE: RecipientClass.POLICE_INVESTIGATION,
    Pillar.COURTS: RecipientClass.COURT_TRIAL,
    Pillar.PRISONS: RecipientClass.PRISON_CUSTODY,
    Pillar.FORENSICS: RecipientClass.FORENSIC_LABORATORY,
    Pillar.PROSECUTION: RecipientClass.PROSECUTION,
    Pillar.AGENCY: RecipientClass.AGENCY,
    Pillar.PUBLIC: RecipientClass.PUBLIC,
}


class Jurisdiction(_Shape):
    """Places: of a State, of several, or of all. A State covers everything in it; the lists narrow."""

    state: StateText | None = None
    states: tuple[StateText, ...] = ()
    """Several States, e.g. of a High Court or a central agency."""
    all: bool = False
    """Every State of the country."""
    districts: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    establishments: tuple[str, ...] = ()
    jails: tuple[str, ...] = ()
    laboratories: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    """Offices of the directory of places, e.g. of a Legal Services Authority. An office alone sees no case: it is asked
    about orders that nobody verified."""

    @property
    def names_a_state(self) -> bool:
        """Whether it covers whole States, unless a list narrows it."""
        return self.all or self.state is not None or bool(self.states)

    @property
    def named_states(self) -> frozenset[str]:
        """The States that it names; none where it covers all."""
        return frozenset({*self.states, *((self.state,) if self.state is not None else ())})

    @property
    def home_state(self) -> str | None:
        """The one State that it names; None where it names several, all or none."""
        if self.all:
            return None
        return next(iter(self.named_states)) if len(self.named_states) == 1 else None

    def has_state(self, state: str | None) -> bool:
        """Whether this is one of its States."""
        return state is not None and (self.all or state == self.state or state in self.states)

    @model_validator(mode="after")
    def _all_or_some(self) -> Jurisdiction:
        if self.all and (self.state is not None or self.states):
            raise ValueError("all: true already covers every State; leave state and states out")
        return self


class Permissions(_Shape):
    """What a partner may do. What is not listed is not allowed. Entries are globs; `*` spans dots."""

    push: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    receive: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    recipient_class: RecipientClass | None = Field(default=None, alias="class")

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Filter(_Shape):
    """What a subscription asks for: OR within a key, AND across keys; any FIR of the case matches."""

    events: tuple[str, ...] = ("*",)
    states: tuple[StateText, ...] = ()
    districts: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    firs: tuple[FirText, ...] = ()
    cnrs: tuple[str, ...] = ()
    courts: tuple[str, ...] = ()
    """Establishments, as the first six characters of a CNR."""
    jails: tuple[str, ...] = ()
    """Persons lodged there by the record, or documents that name the jail."""
    pids: tuple[str, ...] = ()
    laboratories: tuple[str, ...] = ()
    """Exhibits sent to them, and their own cases and reports, by the code of the laboratory."""


def _callable(url: str) -> str:
    parts = urlsplit(url)  # which, like the port, raises ValueError for what is no URL at all
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("a URL is http:// or https:// and a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a URL holds no user or password; credentials have members of their own")
    return url


Url = Annotated[str, AfterValidator(_callable)]
"""An address that may be called. Whether it is one that may be reached is looked at whenever it is called."""


class Deliver(_Shape):
    """Where and how a subscription is served."""

    channel: Literal["webhook", "json", "xml", "soap", "pull", "file"]
    url: Url | None = None
    """Where it is sent. Who pulls needs no inbound address."""
    contract: str = CLOUDEVENTS
    """The outbound contract it is written in: `json`, `xml` and `soap` have one of that wire, `file` may have any."""
    username: str | None = None
    """Of the UsernameToken by SOAP; the secret is its password."""
    must_understand: bool = False
    """By SOAP: the Security header says `mustUnderstand`, so that a server that would not check it refuses."""

    @property
    def is_pulled(self) -> bool:
        """Whether the partner fetches, and nothing is sent."""
        return self.channel in ("pull", "file")

    @model_validator(mode="after")
    def _what_its_channel_needs(self) -> Deliver:
        if self.is_pulled == (self.url is not None):
            raise ValueError(f"{self.channel} has {'no' if self.is_pulled else 'a'} url")
        in_words = self.channel in ("json", "xml", "soap")
        if self.channel != "file" and in_words == (self.contract == CLOUDEVENTS):
            wanted = "an outbound contract, like police.case-update.v1" if in_words else CLOUDEVENTS
            raise ValueError(f"contract: {self.channel} is served in {wanted}")
        if (self.channel == "soap") != (self.username is not None):
            raise ValueError("soap has a username, the other channels have none")
        if self.must_understand and self.channel != "soap":
            raise ValueError("must_understand is of a SOAP header; the other channels have none")
        return self


class Subscription(_Shape):
    """A standing request for events."""

    id: SubscriptionId
    partner: PartnerId
    filter: Filter = Filter()
    deliver: Deliver
    retry: Literal["default"] | tuple[Annotated[float, Field(ge=0)], ...] = "default"
    state: Literal["active", "disabled", "revoked"] = "active"
    """`disabled`: its endpoint answered 410. What is owed to it waits until an operator enables it again."""


class QueryEndpoint(_Shape):
    """Where a partner's own system answers a query live, in the contract's own words: JSON with a bearer token, or SOAP
    with a UsernameToken. The secret is not part of this shape."""

    url: Url
    channel: Literal["json", "soap"] = "json"
    username: str | None = None
    must_understand: bool = False
    """By SOAP, as of `Deliver`."""

    @model_validator(mode="after")
    def _a_user_where_there_is_one(self) -> QueryEndpoint:
        if (self.channel == "soap") != (self.username is not None):
            raise ValueError("soap has a username, json has none")
        if self.must_understand and self.channel != "soap":
            raise ValueError("must_understand is of a SOAP header; json has none")
        return self


class Partner(_Shape):
    """A system the gateway deals with."""

    id: PartnerId
    name: str
    pillar: Pillar
    jurisdiction: Jurisdiction = Field(
        default=Jurisdiction(), validation_alias=AliasChoices("jurisdiction", "speaks_as")
    )
    """The places whose word it carries; also written `speaks_as`."""
    reads_as: Jurisdiction | None = None
    """The places for which it asks and is told, where these are not those for which it speaks."""
    may: Permissions = Permissions()
    queries: dict[str, QueryEndpoint] = {}
    """By exchange (`inmate-status`): where the partner's own system is asked live."""
    environment: str | None = None
    state: Literal["active", "revoked"] = "active"

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @property
    def reads_for(self) -> Jurisdiction:
        """The places for which it asks and is told."""
        return self.reads_as if self.reads_as is not None else self.jurisdiction

    @property
    def recipient_class(self) -> RecipientClass:
        return self.may.recipient_class or CLASS_OF_PILLAR[self.pillar]


class Directory(Protocol):
    """The partners as they stand. Answers from memory; follows the store by a version counter."""

    def partner(self, partner_id: str) -> Partner | None: ...

    def active_partners(self) -> tuple[Partner, ...]:
        """The active ones, in order of id."""

    def query_secret(self, partner_id: str, exchange: str) -> str | None:
        """What the gateway shows when it asks a partner's own system."""

    def subscription(self, subscription_id: str) -> Subscription | None: ...

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Those that are owed events, in order of id: the active, and the disabled, for whom they wait."""

    @property
    def disabled(self) -> frozenset[str]:
        """Ids of disabled subscriptions."""

    @property
    def closed(self) -> frozenset[str]:
        """Ids of subscriptions to which nothing can be sent, for their secret cannot be read."""

    @property
    def pulled(self) -> frozenset[str]:
        """Ids of pull subscriptions: nothing is sent to them, they fetch."""

    def refresh(self) -> bool:
        """Look whether the store knows more by now; answers whether it did. Blocking."""

    async def disable(self, subscription_id: str) -> None:
        """Deliver nothing more there, liberty traffic apart, until an operator applies the subscription again."""

    def client(self, client_id: str, secret: str) -> Partner | None:
        """The active partner whose OAuth2 client this is, if the secret is right. Constant time."""

    def username(self, username: str, password: str) -> Partner | None:
        """The active partner whose WS-Security user this is, if the password is right. Constant time."""

    def webhook_secret(self, subscription_id: str) -> str | None:
        """The signing key of a webhook subscription."""

    @property
    def version(self) -> int: ...
