"""Who called and by which scheme, where a proxy stands before the gateway.

A proxy says so in `Forwarded` (RFC 7239) or in `X-Forwarded-For` and `X-Forwarded-Proto`. Anybody can write these
headers, so that they are believed from the networks of the gateway's own proxies alone, and of several addresses the
last one that is no such proxy. Where the two kinds of header do not say the same, a client wrote one of them, and
neither is believed: the caller is then the proxy.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

_PAIR = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"([^"]*)"|([^\s;,"]*))\s*')
_WITH_PORT = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[0-9]+)?|([0-9.]+):[0-9]+")
_SCHEMES = frozenset({"http", "https"})
_HOPS_MAX = 32
"""Addresses of one header that are looked at, the last ones."""

Hop = tuple[str, str | None]
"""(address of a caller, scheme by which it called), as the proxy that it called wrote them."""


class TrustedProxies:
    """ASGI middleware: sets `client` and `scheme` of the requests that come from proxies of these networks (CIDRs)."""

    def __init__(self, app: ASGIApp, networks: Iterable[str]) -> None:
        self._app = app
        self._networks = tuple(ipaddress.ip_network(each) for each in networks)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if scope["type"] == "http" and client is not None and self._is_trusted(client[0]):
            told = self._told(scope["headers"])
            if told is not None:
                address, scheme = told
                scope["client"] = (address, 0)
                scope["scheme"] = scheme or scope["scheme"]
        await self._app(scope, receive, send)

    def _told(self, headers: Iterable[tuple[bytes, bytes]]) -> Hop | None:
        """The caller by the headers; None where there are none, or they cannot be believed."""
        values: dict[bytes, list[str]] = {b"forwarded": [], b"x-forwarded-for": [], b"x-forwarded-proto": []}
        for name, value in headers:
            if name in values:
                values[name].append(value.decode("latin-1"))
        standard = self._caller(_forwarded(",".join(values[b"forwarded"])))
        usual = self._caller(_x_forwarded(values[b"x-forwarded-for"], values[b"x-forwarded-proto"]))
        if standard is None or usual is None:
            return standard or usual
        return standard if standard[0] == usual[0] and usual[1] in (None, standard[1]) else None

    def _caller(self, hops: Sequence[Hop]) -> Hop | None:
        """The last one that is no proxy; the first of all where each is one."""
        found: Hop | None = None
        for hop in reversed(hops[-_HOPS_MAX:]):
            if _address(hop[0]) is None:
                break
            found = (str(_address(hop[0])), hop[1])
            if not self._is_trusted(found[0]):
                break
        return found

    def _is_trusted(self, raw: str) -> bool:
        address = _address(raw)
        return address is not None and any(address in network for network in self._networks)


def _x_forwarded(addresses: Sequence[str], schemes: Sequence[str]) -> Sequence[Hop]:
    """One scheme holds for every address; several stand beside theirs, where they are as many."""
    found = [each.strip() for each in ",".join(addresses).split(",")] if addresses else []
    named = [each.strip().lower() for each in ",".join(schemes).split(",")] if schemes else []
    if len(named) != len(found):
        named = [named[0]] * len(found) if len(named) == 1 else [""] * len(found)
    return [(address, scheme if scheme in _SCHEMES else None) for address, scheme in zip(found, named, strict=True)]


def _forwarded(raw: str) -> Sequence[Hop]:
    """The elements of `Forwarded` (RFC 7239, 4). One that cannot be read has no address, and is not believed."""
    hops: list[Hop] = []
    for element in raw.split(",") if raw else ():
        pairs = {
            match[1].lower(): match[2] or match[3] or "" for match in map(_PAIR.fullmatch, element.split(";")) if match
        }
        scheme = pairs.get("proto", "").lower()
        hops.append((pairs.get("for", ""), scheme if scheme in _SCHEMES else None))
    return hops


def _address(raw: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address with or without a port; an IPv4 address within IPv6 as itself; None for a name or anything else."""
    match = _WITH_PORT.fullmatch(raw)
    try:
        address = ipaddress.ip_address((match[1] or match[2]) if match else raw)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
