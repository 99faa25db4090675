"""Settings: environment variables with the prefix `ICJS_`, read once into one frozen object.

Each layer gets its own `Limits`, built here; nothing else reads the environment. A wrong value stops the start with the
variable's name, what was expected, and what to do.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from icjs_gateway.model.errors import Misconfigured

Environment = Literal["demo", "sandbox", "live"]
_ENVIRONMENTS = ("demo", "sandbox", "live")


def _setting(default: Any, about: str, read: Callable[[str], Any] = str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"about": about, "read": read, "secret": secret})


def _positive(raw: str) -> float:
    value = float(raw)
    if value <= 0:
        raise ValueError("expected a number above 0")
    return value


def _count(raw: str) -> int:
    value = int(raw)
    if value < 1:
        raise ValueError("expected a whole number of at least 1")
    return value


def _none_or_more(raw: str) -> int:
    value = int(raw)
    if not 0 <= value <= 64:
        raise ValueError("expected a whole number from 0 to 64")
    return value


def _port(raw: str) -> int:
    value = int(raw)
    if not 0 <= value <= 65535:
        raise ValueError("expected a port from 0 to 65535")
    return value


def _environment(raw: str) -> str:
    if raw not in _ENVIRONMENTS:
        raise ValueError(f"expected one of {', '.join(_ENVIRONMENTS)}")
    return raw


def _networks(raw: str) -> tuple[str, ...]:
    return tuple(str(ipaddress.ip_network(part.strip())) for part in raw.split(",") if part.strip())


def _proxies(raw: str) -> tuple[str, ...]:
    networks = _networks(raw)
    if any(network.endswith("/0") for network in networks):
        raise ValueError("expected the networks of your own proxies; /0 would believe everybody")
    return networks


def _log_format(raw: str) -> str:
    if raw not in ("json", "text"):
        raise ValueError("expected json or text")
    return raw


_KEYS_DIR = Path("var/icjs/keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything an operator can set. The name of each variable is `ICJS_` and the member's name in capitals."""

    database_url: str = _setting(
        "sqlite:///var/icjs/gateway.db", "where the message store is: sqlite:///PATH or postgresql://...", secret=True
    )
    contracts: Path | None = _setting(None, "folder whose contracts are added to the packaged ones", Path)
    host: str = _setting("127.0.0.1", "address to listen on")
    node_id: str | None = _setting(
        None, "name of this gateway among those on one PostgreSQL, the same after a restart; default: host name:port"
    )
    port: int = _setting(8080, "port to listen on; 0 picks one", _port)
    tls_cert: Path | None = _setting(
        None, "PEM file with the server's certificate and its chain; with it the gateway speaks HTTPS alone", Path
    )
    tls_key: Path | None = _setting(None, "PEM file with the private key of ICJS_TLS_CERT, without a passphrase", Path)
    trusted_proxies: tuple[str, ...] = _setting(
        (),
        "CIDRs, separated by commas, of the proxies before the gateway: their Forwarded, X-Forwarded-For and "
        "X-Forwarded-Proto are believed, and nobody else's",
        _proxies,
    )
    base_url: str | None = _setting(None, "address under which partners reach the gateway, as the WSDL says it")
    keys_dir: Path = _setting(_KEYS_DIR, "signing and wrapping keys; created on first start", Path)
    allowed_networks: tuple[str, ...] = _setting(
        (), "CIDRs, separated by commas, that deliveries may reach besides public addresses", _networks
    )
    environment: str = _setting("sandbox", "demo, sandbox or live; stated in receipts and events", _environment)
    metrics_token: str | None = _setting(
        None, "the operator's bearer token for /metrics; without it only a caller on loopback reads all", secret=True
    )
    log_format: str = _setting("json", "json or text", _log_format)
    fronts: int = _setting(0, "processes that receive and translate for the one that writes; 0: none", _none_or_more)
    max_body_bytes: int = _setting(10 * 1024 * 1024, "largest body taken, in bytes", _count)
    max_batch_messages: int = _setting(5000, "messages taken in one batch", _count)
    max_connections: int = _setting(4096, "connections held at once", _count)
    head_timeout_s: float = _setting(10.0, "seconds in which a request's head must have come", _positive)
    body_timeout_s: float = _setting(60.0, "seconds in which a request's body must have come", _positive)
    writers: int = _setting(2, "connections that write at once; PostgreSQL only, SQLite has one", _count)
    writer_queue_max: int = _setting(10_000, "commands that may wait for the store before 503", _count)
    writer_batch_max: int = _setting(256, "commands committed together at most", _count)
    delivery_timeout_s: float = _setting(15.0, "seconds that a recipient has to answer a delivery", _positive)
    live_deadline_s: float = _setting(
        3.0, "seconds that partners' own systems have, all together, when they are asked live", _positive
    )
    cases_per_question: int = _setting(50, "cases that are read for one question at most", _count)
    delivery_workers: int = _setting(64, "deliveries in flight, liberty traffic apart", _count)
    liberty_workers: int = _setting(16, "liberty deliveries in flight", _count)
    liberty_alarm_s: float = _setting(
        900.0,
        "seconds after which an order that frees or holds a person, and is not delivered, raises an alarm",
        _positive,
    )
    liberty_alarm_again_s: float = _setting(
        21_600.0,
        "seconds after which such an alarm is told again, with an alert, while the order is still not delivered",
        _positive,
    )
    unconsumed_days: int = _setting(
        7, "days after which a charge sheet that a court was sent and has not consumed is in the queue", _none_or_more
    )
    per_endpoint: int = _setting(16, "deliveries in flight to one endpoint, a quarter for liberty events alone", _count)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the variables that are set. Raises Misconfigured with every fault."""
        values: dict[str, Any] = {}
        faults = []
        for setting in fields(cls):
            raw = environ.get(variable(setting.name))
            if raw is None or raw == "":
                continue
            try:
                values[setting.name] = setting.metadata["read"](raw)
            except ValueError as fault:
                faults.append(f"{variable(setting.name)}: {fault}")
        if faults:
            raise Misconfigured("; ".join(faults))
        return cls(**values)

    def redacted(self) -> dict[str, str]:
        """Every variable and its value, secrets hidden, for `serve --show-settings`."""
        shown = {}
        for setting in fields(self):
            value = getattr(self, setting.name)
            hidden = setting.metadata["secret"] and value is not None and not str(value).startswith("sqlite:")
            shown[variable(setting.name)] = "***" if hidden else _written(value)
        return shown


def variable(name: str) -> str:
    return f"ICJS_{name.upper()}"


def _written(value: Any) -> str:
    if value is None:
        return ""
    return ",".join(value) if isinstance(value, tuple) else str(value)


def reference() -> list[tuple[str, str, str]]:
    """(variable, default, what it is) of every setting: the reference page is made from it."""
    return [
        (variable(each.name), _written(each.default), each.metadata["about"]) for each in dataclasses.fields(Settings)
    ]
