"""Who asks: believed of a proxy that was told of, and of nobody else."""

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from bot.web.visitors import visitor


def seen(remote: str, *forwarded: str, proxies: int) -> str | None:
    headers = CIMultiDict([("X-Forwarded-For", line) for line in forwarded])
    return visitor(make_mocked_request("GET", "/", headers=headers).clone(remote=remote), proxies)


def test_without_a_proxy_it_is_who_calls_whatever_they_say() -> None:
    assert seen("8.8.4.4", "9.9.9.9", proxies=0) == "8.8.4.4"


@pytest.mark.parametrize("remote", ["127.0.0.1", "172.17.0.1", "10.0.0.5", "::1", "fe80::1%eth0", ""])
def test_a_private_address_may_be_a_proxys_and_tells_nobody_from_others(remote: str) -> None:
    assert seen(remote, "9.9.9.9", proxies=0) is None


@pytest.mark.parametrize(
    ("proxies", "forwarded", "told"),
    [
        (1, ["198.51.100.7"], "198.51.100.7"),
        (1, ["6.6.6.6, 198.51.100.7"], "198.51.100.7"),
        (1, ["6.6.6.6", "198.51.100.7"], "198.51.100.7"),
        (2, ["6.6.6.6, 198.51.100.7, 10.0.0.1"], "198.51.100.7"),
        (1, ["198.51.100.7:4711"], "198.51.100.7"),
        (1, ["[2001:db8:1:2::3]:4711"], "2001:db8:1::/48"),
        (1, ["::ffff:198.51.100.7"], "198.51.100.7"),
        (2, ["198.51.100.7"], None),
        (1, [], None),
        (1, ["unknown"], None),
        (1, ["198.51.100.7, "], None),
    ],
)
def test_the_address_is_the_one_that_the_outermost_of_our_proxies_was_called_from(
    proxies: int, forwarded: list[str], told: str | None
) -> None:
    assert seen("127.0.0.1", *forwarded, proxies=proxies) == told


def test_one_site_is_one_visitor_however_many_addresses_it_has() -> None:
    assert seen("2a00:1450:4001:81b::200e", proxies=0) == seen("2a00:1450:4001:ffff::1", proxies=0)
    assert seen("2a00:1450:4002::1", proxies=0) != seen("2a00:1450:4001::1", proxies=0)
