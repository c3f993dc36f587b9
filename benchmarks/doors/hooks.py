"""What channels by webhook have in common: a post for each message, and a provider that answers calls by HTTP."""

from abc import abstractmethod
from collections.abc import Sequence
from functools import partial

from benchmarks.doors.door import CLIENTS, Arrivals, Door, Say
from benchmarks.wire import Caller, port_of, serve


class Hooked(Door):
    """A provider that posts what customers say, and takes the answers."""

    path = ""
    content_type = "application/json"
    url = ""

    def __init__(self) -> None:
        self.arrivals = Arrivals()
        self._callers: list[Caller] = []

    @abstractmethod
    def answer(self, first: bytes, body: bytes) -> bytes:
        """The provider's answer to a call, by its first line and body."""

    @abstractmethod
    def posted(self, port: int, customer: int, text: str) -> tuple[bytes, bytes]:
        """Headers (each with its line end) and body of the post to the webhook on this port."""

    @abstractmethod
    def told_as(self, customer: int) -> bytes:
        """What ``answer`` finds in a call that reaches this customer."""

    async def open(self) -> str:
        self._server = await serve(self.answer)
        self.url = f"http://127.0.0.1:{port_of(self._server)}"
        return self.url

    async def enter(self, port: int, *, answered: bool = True) -> Sequence[Say]:
        self._callers = [await Caller.open(port, self.path, self.content_type) for _ in range(CLIENTS)]
        return [partial(self._say, caller, port, answered) for caller in self._callers]

    async def _say(self, caller: Caller, port: int, answered: bool, customer: int, text: str) -> None:
        headers, body = self.posted(port, customer, text)
        arrived = self.arrivals.expect(self.told_as(customer)) if answered else None
        status = await caller.post(body, headers)
        if status != 200:
            raise RuntimeError(f"the webhook answered {status}")
        if arrived:
            await arrived.wait()

    async def leave(self) -> None:
        for caller in self._callers:
            caller.close()
