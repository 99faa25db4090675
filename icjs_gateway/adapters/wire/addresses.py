"""Which network addresses the gateway may connect to on a partner's word.

A partner names its own webhook; without this judgement the gateway would be its hand inside our network.
Public addresses are allowed, and what the operator lists (`ICJS_ALLOWED_NETWORKS`). An IPv6 address that
carries an IPv4 address in it (mapped, 6to4, NAT64, Teredo) is judged by both.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp.abc import AbstractResolver, ResolveResult

from icjs_gateway.model.errors import Misconfigured

Address = IPv4Address | IPv6Address
Lookup = Callable[[str, int, socket.AddressFamily], Awaitable[list[ResolveResult]]]

_NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
_COMPATIBLE = ip_network("::/96")


class AddressRefused(OSError):
    """No address of a destination may be connected to."""


class AddressPolicy:
    """Judges addresses one by one."""

    def __init__(self, allowed_networks: Iterable[str] = ()) -> None:
        """`allowed_networks` are CIDRs. Raises Misconfigured."""
        self._allowed: list[IPv4Network | IPv6Network] = []
        for cidr in allowed_networks:
            try:
                self._allowed.append(ip_network(cidr.strip()))
            except ValueError:
                raise Misconfigured(f"{cidr!r} is not a network; write it as 10.0.0.0/8.") from None

    def allows(self, host: str) -> bool:
        """Whether an IP address, as text, may be connected to. Text that is no address may not."""
        try:
            address = ip_address(host.partition("%")[0])
        except ValueError:
            return False
        return all(map(self._allows_one, _meanings(address)))

    def _allows_one(self, address: Address) -> bool:
        if any(address in network for network in self._allowed):
            return True
        # A multicast address may count as global, and is nobody's webhook.
        return address.is_global and not address.is_multicast


def _meanings(address: Address) -> Iterator[Address]:
    """The address, and every IPv4 address that it stands for; a mapped one is only that."""
    if isinstance(address, IPv4Address):
        yield address
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
        return
    yield address
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if any(address in network for network in _NAT64) or (address in _COMPATIBLE and int(address) > 1):
        yield IPv4Address(int(address) & 0xFFFFFFFF)


class JudgedResolver(AbstractResolver):
    """Resolves once and gives only the addresses that may be connected to: what was judged is what is used."""

    def __init__(self, policy: AddressPolicy, lookup: Lookup, close: Callable[[], Awaitable[None]]) -> None:
        self._policy = policy
        self._lookup = lookup
        self._close = close

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises OSError when there is no such host, AddressRefused when none of its addresses is allowed."""
        found = await self._lookup(host, port, family)
        judged = [result for result in found if self._policy.allows(result["host"])]
        if not judged:
            raise AddressRefused("no address of the destination may be connected to")
        return judged

    async def close(self) -> None:
        await self._close()
