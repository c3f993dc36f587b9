"""Every error Regulars raises on purpose. The docstring is the default message.

RegularsError
├── BadInput            fields that are wrong, each with its path and the fix
├── NotFound            nothing there by that name
├── Conflict            true as asked, but not possible in the present state
│   └── Overtaken       by another process, meanwhile: it may be done again at once
├── TooOften            wrong so often that nothing more is looked at for a while
├── NotAllowed          key, signature or code missing or wrong
├── SetupError          settings or schema are not as they must be to start
└── SendError           a provider did not take a message
    ├── RetryLater      it may succeed later, after so many seconds
    ├── AddressGone     it will never succeed on this address
    └── Rejected        it will never succeed with this message
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with what was handed in: ``at`` is its path, dots between."""

    at: str
    message: str

    def __str__(self) -> str:
        return f"{self.at}: {self.message}" if self.at else self.message


class RegularsError(Exception):
    """Something Regulars could not do."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").splitlines()[0])


class BadInput(RegularsError):
    """What was handed in has faults."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Fault, ...]]]:
        # On its way to another process, of what made it and not of its words.
        return type(self), (self.faults,)


def bad_field(at: str, message: str) -> BadInput:
    """The common case: a single fault."""
    return BadInput([Fault(at, message)])


class NotFound(RegularsError):
    """Nothing is known by that name."""


class Conflict(RegularsError):
    """Not possible in the present state; nothing was changed."""

    def __init__(self, message: str = "", **facts: object) -> None:
        super().__init__(message)
        self.facts = facts


class Overtaken(Conflict):
    """Somebody else changed this at the same moment; try again."""


class TooOften(RegularsError):
    """Too many wrong ones; try again in an hour."""


class NotAllowed(RegularsError):
    """Key, signature or code is missing or wrong."""


class SetupError(RegularsError):
    """Settings or database are not ready."""


class SendError(RegularsError):
    """A provider did not take the message."""

    def __init__(self, reason: str = "", *, code: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


class RetryLater(SendError):
    """The provider asks to try again later.

    ``after`` is in seconds, None when the provider did not say; ``whole_sender`` tells that
    every message of this sender has to wait (flood control), not only this one.
    """

    def __init__(
        self, reason: str = "", *, after: float | None = None, code: str = "", whole_sender: bool = False
    ) -> None:
        super().__init__(reason, code=code)
        self.after = after
        self.whole_sender = whole_sender


class AddressGone(SendError):
    """The address will never take a message again until its owner comes back."""

    def __init__(self, reason: str = "", *, code: str = "", opted_out: bool = False) -> None:
        super().__init__(reason, code=code)
        self.opted_out = opted_out


class Rejected(SendError):
    """This message will never be taken; the address may still be good.

    ``elsewhere`` tells that it is not the message's fault: another address may take it.
    """

    def __init__(self, reason: str = "", *, code: str = "", elsewhere: bool = False) -> None:
        super().__init__(reason, code=code)
        self.elsewhere = elsewhere
