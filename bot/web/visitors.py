"""Whom a request comes from, as far as that can be known: so that one who guesses shuts nobody else out."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from aiohttp import web

_SITE = 48
"""Bits of an IPv6 address that a whole site has in common (RFC 6177): who has one has 2⁸⁰ addresses."""


def visitor(request: web.Request, proxies: int) -> str | None:
    """The address of who asks, with IPv6 its site; None when it cannot be told from others'.

    ``proxies`` stand before us, each of which adds to ``X-Forwarded-For`` whom it was called by; what stands to the
    left of theirs, anybody can write. Without any, who calls us is a visitor unless their address is a private one:
    then it may be that of a proxy nobody told of, and everybody's.
    """
    if not proxies:
        peer = _address(request.remote or "")
        return _shared(peer) if peer is not None and peer.is_global else None
    told = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
    address = _address(told[-proxies].strip()) if len(told) >= proxies else None
    return None if address is None else _shared(address)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    # Some proxies add the port.
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _shared(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((int(address), _SITE), strict=False))
