"""A partner's URL opens no way into the gateway's own network."""

from __future__ import annotations

import socket

import pytest
from aiohttp.abc import ResolveResult

from icjs_gateway.adapters.wire.addresses import AddressPolicy, AddressRefused, JudgedResolver
from icjs_gateway.model.errors import Misconfigured

PRIVATE = (
    *("127.0.0.1", "127.8.8.8", "10.2.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("0.0.0.0", "255.255.255.255", "224.0.0.1", "192.0.2.1", "198.18.0.1", "240.0.0.1"),  # noqa: S104
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff0e::1", "2001:db8::1", "::127.0.0.1"),
)
DISGUISED = (
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::10.0.0.1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
)


@pytest.mark.parametrize("address", [*PRIVATE, *DISGUISED, "localhost", "", "127.1", "0x7f000001", "2130706433"])
def test_private_addresses_are_refused_in_every_disguise(address: str) -> None:
    assert not AddressPolicy().allows(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert AddressPolicy().allows(address)


def test_what_the_operator_lists_is_allowed_and_nothing_beside_it() -> None:
    policy = AddressPolicy(["127.0.0.0/8", " ::1/128", "10.1.0.0/16"])
    assert all(map(policy.allows, ["127.0.0.1", "::1", "10.1.255.255", "::ffff:10.1.0.1", "8.8.8.8"]))
    assert not any(map(policy.allows, ["10.2.0.1", "::2", "fd00::1", "2002:a02:1::"]))


@pytest.mark.parametrize("cidr", ["10.0.0.1/8", "local", ""])
def test_a_network_that_is_none_stops_the_start(cidr: str) -> None:
    with pytest.raises(Misconfigured):
        AddressPolicy([cidr])


def found(address: str) -> ResolveResult:
    return ResolveResult(hostname="h", host=address, port=443, family=socket.AF_INET, proto=0, flags=0)


def resolver(*addresses: str) -> JudgedResolver:
    async def lookup(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        return [found(address) for address in addresses]

    async def close() -> None:
        return None

    return JudgedResolver(AddressPolicy(), lookup, close)


async def test_of_a_mixed_answer_only_the_public_addresses_are_used() -> None:
    judged = await resolver("127.0.0.1", "8.8.8.8", "10.0.0.1", "::ffff:127.0.0.1", "1.1.1.1").resolve("h")
    assert [result["host"] for result in judged] == ["8.8.8.8", "1.1.1.1"]


async def test_an_answer_without_a_public_address_is_refused() -> None:
    with pytest.raises(AddressRefused):
        await resolver("127.0.0.1", "10.0.0.1").resolve("h")
