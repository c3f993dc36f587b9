"""Ports that nobody else is given meanwhile, and how long to wait for others on a busy machine."""

import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

PATIENCE = 60
"""Seconds after which what is waited for will not come."""


@contextmanager
def held_ports(count: int) -> Iterator[list[int]]:
    """Ports to tell to a server that cannot choose its own; until one listens, connections are refused.

    A port that is merely free now may be somebody else's by the time the server binds it. Linux gives one that is bound
    to nobody, but lets a server listen on it that allows to bind it again, as they all do.
    """
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(("127.0.0.1", 0))
        ports = [int(one.getsockname()[1]) for one in sockets]
        if sys.platform != "linux":
            held.close()
        yield ports
