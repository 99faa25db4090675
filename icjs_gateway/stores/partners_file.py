"""The partners file: one YAML document from which partners, credentials and subscriptions are applied.

Parsed once, at the edge, into what the store keeps. Every fault of the file is named with its place; nothing of a
faulty file is applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.model.identifiers import StateCode
from icjs_gateway.routing.contracts import Contracts
from icjs_gateway.routing.directory import Deliver, Filter, Partner, QueryEndpoint, Subscription
from icjs_gateway.routing.matrix import Matrix, subscription_id
from icjs_gateway.routing.serving import fault_of
from icjs_gateway.stores.directory import Entry

_SECRET_CHARACTERS_MIN = 16


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _ClientSecret(_Shape):
    type: Literal["client-secret"]
    client_id: str
    secret: str | None = None
    secret_env: str | None = None
    secret_file: str | None = None


class _WsSecurity(_Shape):
    type: Literal["ws-security"]
    username: str
    password: str | None = None
    password_env: str | None = None
    password_file: str | None = None


class _Delivery(Deliver):
    secret: str | None = None
    secret_env: str | None = None
    secret_file: str | None = None


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
    path: Path, environ: Mapping[str, str], *, matrix: Matrix, contracts: Contracts, inline_secrets: bool
) -> list[Entry]:
    """Parse a partners file and resolve its secrets. Raises Misconfigured with every fault of the file.

    Every partner of the States that the file lists under `matrix`, and that says where it is served (`deliver`), has a
    default subscription by the matrix, `<partner>-matrix`.
    Secrets come from `secret_env` or `secret_file`; one written into the file itself is taken where `inline_secrets`
    (the demo).
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        file = _File.model_validate(document)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise Misconfigured(f"{path}: {fault}") from fault
    except ValidationError as fault:
        raise Misconfigured(
            "; ".join(f"{path}: {_place(each['loc'])}: {each['msg']}" for each in fault.errors())
        ) from None
    secrets = _Secrets(path, environ, inline_secrets)
    declared = [_declared(_with_default(entry, file.matrix, matrix, secrets), secrets) for entry in file.partners]
    faults = [*secrets.faults, *_doubles(path, declared), *_unserved(path, declared, contracts)]
    if faults:
        raise Misconfigured("; ".join(faults))
    return declared


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location)


def _doubles(path: Path, declared: list[Entry]) -> list[str]:
    """Ids that stand twice: they would overwrite each other silently."""
    names = [f"partner {each.partner.id}" for each in declared]
    names += [f"{kind} {name}" for each in declared for kind, name, _ in each.credentials]
    names += [f"subscription {subscription.id}" for each in declared for subscription, _ in each.subscriptions]
    return [f"{path}: {name} stands twice" for name in sorted({name for name in names if names.count(name) > 1})]


def _unserved(path: Path, declared: list[Entry], contracts: Contracts) -> list[str]:
    """Subscriptions that ask for an outbound contract which is not for them."""
    return [
        f"{path}: {entry.partner.id}.subscriptions.{subscription.id}.deliver: {fault}"
        for entry in declared
        for subscription, _ in entry.subscriptions
        if (fault := fault_of(subscription.deliver, entry.partner, contracts)) is not None
    ]


def _with_default(entry: _Entry, states: tuple[str, ...], matrix: Matrix, secrets: _Secrets) -> _Entry:
    """The entry with its default subscription, where the matrix is on for its State. A revoked partner has none."""
    if entry.deliver is None or entry.state != "active":
        return entry
    if not any(map(entry.reads_for.has_state, states)):
        where = f"{secrets.path}: {entry.id}.deliver"
        secrets.faults.append(f"{where}: the matrix is not on for its State; list jurisdiction.state under `matrix`")
        return entry
    asked = matrix.filter_for(entry)
    if asked is None:
        secrets.faults.append(
            f"{secrets.path}: {entry.id}.deliver: the matrix owes {entry.recipient_class.value} nothing; subscribe"
        )
        return entry
    default = _Subscription(id=subscription_id(entry), filter=asked, deliver=entry.deliver, retry=entry.retry)
    return entry.model_copy(update={"subscriptions": (*entry.subscriptions, default)})


def _declared(entry: _Entry, secrets: _Secrets) -> Entry:
    members = entry.model_dump(exclude={"credentials", "subscriptions", "deliver", "retry", "queries"}, by_alias=True)
    members["queries"] = {
        exchange: each.model_dump(include=set(QueryEndpoint.model_fields)) for exchange, each in entry.queries.items()
    }
    credentials: list[tuple[str, str, str]] = []
    for credential in entry.credentials:
        if isinstance(credential, _ClientSecret):
            where = f"{entry.id}.credentials.{credential.client_id}"
            found = secrets.resolve(where, credential.secret, credential.secret_env, credential.secret_file)
            credentials.append((credential.type, credential.client_id, found))
        else:
            where = f"{entry.id}.credentials.{credential.username}"
            found = secrets.resolve(where, credential.password, credential.password_env, credential.password_file)
            credentials.append((credential.type, credential.username, found))
    return Entry(
        partner=Partner.model_validate(members),
        credentials=tuple(credentials),
        subscriptions=tuple(_subscription(entry.id, each, secrets) for each in entry.subscriptions),
        query_secrets=tuple(
            (
                exchange,
                secrets.resolve(f"{entry.id}.queries.{exchange}", each.secret, each.secret_env, each.secret_file),
            )
            for exchange, each in entry.queries.items()
        ),
    )


def _subscription(partner_id: str, each: _Subscription, secrets: _Secrets) -> tuple[Subscription, str | None]:
    where = f"{partner_id}.subscriptions.{each.id}"
    secret = _webhook_secret(where, each.deliver, secrets)
    members = each.model_dump() | {
        "partner": partner_id,
        "deliver": each.deliver.model_dump(include=set(Deliver.model_fields)),
    }
    try:
        return Subscription.model_validate(members), secret
    except ValidationError as fault:
        secrets.faults.extend(f"{secrets.path}: {where}: {_place(e['loc'])}: {e['msg']}" for e in fault.errors())
        return Subscription(id="faulty", partner=partner_id, deliver=Deliver(channel="pull")), None


def _webhook_secret(where: str, deliver: _Delivery, secrets: _Secrets) -> str | None:
    """What deliveries are signed with. Who pulls identifies itself, and is sent nothing that would be signed."""
    given = (deliver.secret, deliver.secret_env, deliver.secret_file)
    if deliver.is_pulled:
        if any(source is not None for source in given):
            secrets.faults.append(f"{secrets.path}: {where}: what is pulled has no secret; leave it out")
        return None
    return secrets.resolve(where, *given)


class _Secrets:
    """Resolves secrets and collects what is wrong with them; no secret ever stands in a fault's text."""

    def __init__(self, path: Path, environ: Mapping[str, str], inline: bool) -> None:
        self.path = path
        self.faults: list[str] = []
        self._environ = environ
        self._inline = inline

    def resolve(self, where: str, inline: str | None, env: str | None, file: str | None) -> str:
        given = [source for source in (inline, env, file) if source is not None]
        if len(given) != 1:
            return self._fault(where, "give exactly one of secret_env and secret_file")
        if env is not None:
            secret = self._environ.get(env, "")
            if not secret:
                return self._fault(where, f"the environment variable {env} is not set")
        elif file is not None:
            try:
                secret = Path(file).read_text(encoding="utf-8").strip()
            except OSError as fault:
                return self._fault(where, f"{file}: {fault.strerror}")
        elif not self._inline:
            return self._fault(where, "a secret in the file itself is for the demo only; use secret_env or secret_file")
        else:
            secret = inline or ""
        if len(secret) < _SECRET_CHARACTERS_MIN:
            return self._fault(where, f"a secret has at least {_SECRET_CHARACTERS_MIN} random characters")
        return secret

    def _fault(self, where: str, reason: str) -> str:
        self.faults.append(f"{self.path}: {where}: {reason}")
        return ""
