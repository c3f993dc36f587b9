"""The wire beneath Twilio's SDK."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, encode_basic_auth
from twilio.http.response import Response
from twilio.rest import Client

from bot.errors import RetryLater
from channels.twilio.errors import refusal

TIMEOUT = 20.0
"""Seconds for one request, all of it."""


class Wire:
    """The HTTP client that Twilio's SDK calls, on one pooled session.

    The SDK's own asynchronous one ignores its timeout, logs every request, keeps the last one and hides
    ``Retry-After``. Must be made inside the running loop; ``base_url`` stands in for every Twilio host.
    """

    is_async = True

    def __init__(self, base_url: str | None = None, timeout: float = TIMEOUT) -> None:
        self._base_url = base_url.rstrip("/") if base_url else None
        self._session = ClientSession(timeout=ClientTimeout(total=timeout))

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        allow_redirects: bool = False,
        **ignored: object,
    ) -> Response:
        """One request as the SDK asks for it, but for its timeout: that is always ours.

        Raises:
            RetryLater, AddressGone, Rejected: for every answer that is no success, and for none.
        """
        sent = dict(headers or {}) | ({"Authorization": encode_basic_auth(*auth)} if auth else {})
        try:
            async with self._session.request(
                method, self._target(url), params=params, data=data, headers=sent, allow_redirects=allow_redirects
            ) as answer:
                text = await answer.text()
        except ClientConnectorError as error:
            raise RetryLater("Twilio cannot be reached", code="unreachable") from error
        except (ClientError, TimeoutError) as error:
            # Twilio may have taken the message all the same: the code tells the two cases apart.
            raise RetryLater("Twilio did not answer", code="unanswered") from error
        if answer.status >= 300:
            raise refusal(answer.status, text, answer.headers)
        return Response(answer.status, text, answer.headers)

    async def close(self) -> None:
        """Give back the connections."""
        await self._session.close()

    def _target(self, url: str) -> str:
        return self._base_url + urlsplit(url)._replace(scheme="", netloc="").geturl() if self._base_url else url


def rest_client(account_sid: str, auth_token: str, wire: Wire) -> Client:
    """Twilio's SDK on this wire; one for the app's life."""
    return Client(account_sid, auth_token, http_client=wire)
