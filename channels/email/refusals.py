"""What the mail server's refusals mean."""

import re

from aiosmtplib import SMTPNotSupported, SMTPResponseException, SMTPSenderRefused

from bot.errors import AddressGone, Rejected, RetryLater, SendError
from channels.email.status import address_gone, enhanced_status

_FIRST_PERMANENT, _CLOSING, _TOO_BIG = 500, 421, 552
_AUTHENTICATION = {530, 534, 535, 538}
_ANY_ADDRESS = re.compile(r"<[^<>\s]*>|[^\s<>]+@[^\s<>]+")


def unreachable(error: Exception) -> RetryLater:
    """There is no session to be had, so that no message of this sender can leave."""
    return RetryLater(_reason(error), code=_code(error) or "unreachable", whole_sender=True)


def translate(error: Exception, *, handed: bool) -> SendError:
    """What became of one message. When the session broke once its content was ``handed`` over, nobody
    knows whether it was taken, and the code is ``unknown``."""
    reason, code = _reason(error), _code(error)
    if isinstance(error, SMTPNotSupported):
        return Rejected(reason, code="unsupported")
    if not code:
        return RetryLater(reason, code="unknown" if handed else "unreachable")
    if not isinstance(error, SMTPResponseException) or error.code < _FIRST_PERMANENT:
        return RetryLater(reason, code=code, whole_sender=code.startswith(str(_CLOSING)))
    # A server that will not have us as the sender tells of our set-up, not of this message.
    sender_refused = isinstance(error, SMTPSenderRefused) and error.code != _TOO_BIG
    if error.code in _AUTHENTICATION or sender_refused:
        return RetryLater(reason, code=code, whole_sender=True)
    if address_gone(enhanced_status(error.message)):
        return AddressGone(reason, code=code)
    return Rejected(reason, code=code)


def session_goes_on(error: Exception) -> bool:
    """Whether the server answered properly and waits for the next command."""
    if isinstance(error, SMTPResponseException):
        return error.code > 0 and error.code != _CLOSING
    return isinstance(error, SMTPNotSupported)


def _code(error: Exception) -> str:
    """As in ``550 5.1.1``; empty when the server gave no proper answer."""
    if not isinstance(error, SMTPResponseException) or error.code < 0:
        return ""
    return f"{error.code} {enhanced_status(error.message)}".strip()


def _reason(error: Exception) -> str:
    """Without the addresses that servers like to repeat: reasons are kept and logged."""
    text = error.message if isinstance(error, SMTPResponseException) else f"{type(error).__name__}: {error}"
    return _ANY_ADDRESS.sub("<address>", " ".join(text.split()))[:200]
