"""The partners file: one YAML document from which partners, credentials and subscriptions are applied.

Parsed once, at the edge, into what the store keeps. Every fault of the file is named with its line; nothing of a faulty
file is applied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from icjs_gateway.mappings.marked_yaml import SAFE_LOADER
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.model.identifiers import StateCode
from icjs_gateway.routing.contracts import Contracts
from icjs_gateway.routing.directory import (
    Deliver,
    Filter,
    Jurisdiction,
    Partner,
    Permissions,
    QueryEndpoint,
    Subscription,
)
from icjs_gateway.routing.matrix import Matrix, subscription_id
from icjs_gateway.routing.serving import fault_of
from icjs_gateway.stores.file_faults import FileFaults, Where
from icjs_gateway.stores.partner_entries import Entry
from icjs_gateway.stores.partner_names import Names, nearest, unknown_of_filter, unknown_of_partner

_SECRET_CHARACTERS_MIN = 16


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _ClientSecret(_Shape):
    type: Literal["client-secret"]
    client_id: str
    secret: str | None = None
    secret_env: str | None = None
    secret_file: str | None = None

    @property
    def named(self) -> tuple[str, str]:
        """The member that has its name, and the name."""
        return "client_id", self.client_id

    @property
    def sources(self) -> tuple[str | None, str | None, str | None]:
        """Where its secret may stand: in the file, the environment, a file of its own."""
        return self.secret, self.secret_env, self.secret_file


class _WsSecurity(_Shape):
    type: Literal["ws-security"]
    username: str
    password: str | None = None
    password_env: str | None = None
    password_file: str | None = None

    @property
    def named(self) -> tuple[str, str]:
        return "username", self.username

    @property
    def sources(self) -> tuple[str | None, str | None, str | None]:
        return self.password, self.password_env, self.password_file


class _Delivery(Deliver):
    secret: str | None = None
    secret_env: str | None = None
    secret_file: str | None = None

    @property
    def sources(self) -> tuple[str | None, str | None, str | None]:
        return self.secret, self.secret_env, self.secret_file


class _Subscription(_Shape):
    id: str
    filter: Filter = Filter()
    deliver: _Delivery
    retry: Any = "default"
    state: Literal["active", "revoked"] = "active"


class _Query(QueryEndpoint):
    secret: str | None = None
    secret_env: str | None = None
    secret_file: str | None = None

    @property
    def sources(self) -> tuple[str | None, str | None, str | None]:
        return self.secret, self.secret_env, self.secret_file


class _Entry(Partner):
    deliver: _Delivery | None = None
    """Where a default subscription is served."""
    retry: Any = "default"
    """Its schedule."""
    credentials: tuple[Annotated[_ClientSecret | _WsSecurity, Field(discriminator="type")], ...] = ()
    subscriptions: tuple[_Subscription, ...] = ()
    queries: dict[str, _Query] = Field(default_factory=dict)  # type: ignore[assignment]  # with where the secret is


class _File(_Shape):
    matrix: tuple[StateCode, ...] = ()
    """The States whose partners have default subscriptions."""
    partners: tuple[_Entry, ...]


def read_partners(
    path: Path,
    environ: Mapping[str, str],
    *,
    matrix: Matrix,
    contracts: Contracts,
    purposes: Collection[str],
    inline_secrets: bool,
) -> list[Entry]:
    """Parse a partners file and resolve its secrets. Raises Misconfigured with every fault of the file, one a line.

    Every partner of the States that the file lists under `matrix`, and that says where it is served (`deliver`), has a
    default subscription by the matrix, `<partner>-matrix`.
    Secrets come from `secret_env` or `secret_file`; one written into the file itself is taken where `inline_secrets`
    (the demo).
    """
    faults = FileFaults(path)
    file = _parsed(path, faults)
    declaring = _Declaring(file.matrix, matrix, _Secrets(faults, environ, inline_secrets))
    entries = [declaring.entry(("partners", number), each) for number, each in enumerate(file.partners)]
    names = Names.of(contracts, purposes)
    for number, (each, entry) in enumerate(zip(file.partners, entries, strict=True)):
        where: Where = ("partners", number)
        for at, reason in unknown_of_partner(each, names):
            faults.add((*where, *at), reason)
        for place, subscription in enumerate(each.subscriptions):
            for at, reason in unknown_of_filter(subscription.filter):
                faults.add((*where, "subscriptions", place, *at), reason)
        for place, (served, _) in enumerate(entry.subscriptions):
            fault = fault_of(served.deliver, entry.partner, contracts)
            if fault is not None:
                # The default subscription comes behind those that are written.
                is_written = place < len(each.subscriptions)
                faults.add((*where, *(("subscriptions", place) if is_written else ()), "deliver"), fault)
    for at, reason in _doubles(file, entries):
        faults.add(at, reason)
    faults.raise_any()
    return entries


def _parsed(path: Path, faults: FileFaults) -> _File:
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE_LOADER)  # noqa: S506  (a safe loader)
        return _File.model_validate(document)
    except ValidationError as fault:
        for each in fault.errors():
            faults.add(each["loc"], _in_words(each["type"], each["loc"], each["msg"]))
        faults.raise_any()
        raise
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise Misconfigured(f"{path}: {fault}") from fault


_MEMBERS = {
    name
    for shape in (
        _File,
        _Entry,
        _Subscription,
        _Delivery,
        _ClientSecret,
        _WsSecurity,
        Filter,
        Jurisdiction,
        Permissions,
    )
    for name in shape.model_fields
} | {"speaks_as", "class"}


def _in_words(kind: str, at: Where, told: str) -> str:
    """What is wrong with a value, without a pattern or a parser's words."""
    match kind:
        case "extra_forbidden":
            return f"{at[-1]} is not known here{nearest(str(at[-1]), _MEMBERS)}"
        case "missing":
            return f"{at[-1]} is missing"
        case "string_pattern_mismatch" if at[-1] == "id" and "subscriptions" in at:
            return "an id of a subscription has letters, digits, dots, hyphens and underscores, at most 63"
        case "string_pattern_mismatch":
            return "an id of a partner has lower-case letters, digits and hyphens, at most 63"
        case _:
            return told


def _doubles(file: _File, entries: Sequence[Entry]) -> Iterator[tuple[Where, str]]:
    """Ids that stand twice: they would overwrite each other silently."""
    found = list(_ids(file, entries))
    counted = Counter(name for _, name in found)
    told: set[str] = set()
    for at, name in found:
        if counted[name] > 1 and name in told:
            yield at, f"{name} stands twice"
        told.add(name)


def _ids(file: _File, entries: Sequence[Entry]) -> Iterator[tuple[Where, str]]:
    for number, (entry, declared) in enumerate(zip(file.partners, entries, strict=True)):
        where: Where = ("partners", number)
        yield (*where, "id"), f"partner {entry.id}"
        for place, credential in enumerate(entry.credentials):
            member, name = credential.named
            yield (*where, "credentials", place, member), f"{credential.type} {name}"
        # A default subscription comes behind those that are written.
        for place, (subscription, _) in enumerate(declared.subscriptions):
            yield (*where, "subscriptions", place, "id"), f"subscription {subscription.id}"


@dataclass(frozen=True, slots=True)
class _Declaring:
    """Makes what the store keeps of what the file says. What is wrong is told to the secrets' faults."""

    matrix_states: tuple[str, ...]
    matrix: Matrix
    secrets: _Secrets

    def entry(self, where: Where, given: _Entry) -> Entry:
        whole = self._with_default(where, given)
        members = whole.model_dump(
            exclude={"credentials", "subscriptions", "deliver", "retry", "queries"}, by_alias=True
        )
        members["queries"] = {
            exchange: each.model_dump(include=set(QueryEndpoint.model_fields))
            for exchange, each in whole.queries.items()
        }
        return Entry(
            partner=Partner.model_validate(members),
            credentials=tuple(
                (each.type, each.named[1], self.secrets.resolve((*where, "credentials", place), *each.sources))
                for place, each in enumerate(whole.credentials)
            ),
            subscriptions=tuple(
                self._subscription((*where, "subscriptions", place), whole.id, each)
                for place, each in enumerate(whole.subscriptions)
            ),
            query_secrets=tuple(
                (exchange, self.secrets.resolve((*where, "queries", exchange), *each.sources))
                for exchange, each in whole.queries.items()
            ),
        )

    def _with_default(self, where: Where, entry: _Entry) -> _Entry:
        """The entry with its default subscription, where the matrix is on for its State. A revoked partner has none."""
        if entry.deliver is None or entry.state != "active":
            return entry
        faults = self.secrets.faults
        if not any(map(entry.reads_for.has_state, self.matrix_states)):
            faults.add(
                (*where, "deliver"), "the matrix is not on for its State; list jurisdiction.state under `matrix`"
            )
            return entry
        asked = self.matrix.filter_for(entry)
        if asked is None:
            faults.add((*where, "deliver"), f"the matrix owes {entry.recipient_class.value} nothing; subscribe")
            return entry
        default = _Subscription(id=subscription_id(entry), filter=asked, deliver=entry.deliver, retry=entry.retry)
        return entry.model_copy(update={"subscriptions": (*entry.subscriptions, default)})

    def _subscription(self, where: Where, partner_id: str, each: _Subscription) -> tuple[Subscription, str | None]:
        secret = self._webhook_secret(where, each.deliver)
        members = each.model_dump() | {
            "partner": partner_id,
            "deliver": each.deliver.model_dump(include=set(Deliver.model_fields)),
        }
        try:
            return Subscription.model_validate(members), secret
        except ValidationError as fault:
            for told in fault.errors():
                at = (*where, *told["loc"])
                self.secrets.faults.add(at, _in_words(told["type"], at, told["msg"]))
            return Subscription(id="faulty", partner=partner_id, deliver=Deliver(channel="pull")), None

    def _webhook_secret(self, where: Where, deliver: _Delivery) -> str | None:
        """What deliveries are signed with. Who pulls identifies itself, and is sent nothing that would be signed."""
        if deliver.is_pulled:
            if any(source is not None for source in deliver.sources):
                self.secrets.faults.add((*where, "deliver"), "what is pulled has no secret; leave it out")
            return None
        return self.secrets.resolve((*where, "deliver"), *deliver.sources)


@dataclass(frozen=True, slots=True)
class _Secrets:
    """Resolves secrets and tells what is wrong with them; no secret ever stands in a fault's text."""

    faults: FileFaults
    environ: Mapping[str, str]
    inline: bool

    def resolve(self, where: Where, inline: str | None, env: str | None, file: str | None) -> str:
        given = [source for source in (inline, env, file) if source is not None]
        if len(given) != 1:
            return self._fault(where, "give exactly one of secret_env and secret_file")
        if env is not None:
            secret = self.environ.get(env, "")
            if not secret:
                return self._fault(where, f"the environment variable {env} is not set")
        elif file is not None:
            try:
                secret = Path(file).read_text(encoding="utf-8").strip()
            except OSError as fault:
                return self._fault(where, f"{file}: {fault.strerror}")
        elif not self.inline:
            return self._fault(where, "a secret in the file itself is for the demo only; use secret_env or secret_file")
        else:
            secret = inline or ""
        if len(secret) < _SECRET_CHARACTERS_MIN:
            return self._fault(where, f"a secret has at least {_SECRET_CHARACTERS_MIN} random characters")
        return secret

    def _fault(self, where: Where, reason: str) -> str:
        self.faults.add(where, reason)
        return ""
