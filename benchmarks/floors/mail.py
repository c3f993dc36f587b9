"""aiosmtpd and the standard library's email package, answering by aiosmtplib over one kept connection."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import urlsplit

import aiosmtplib
from aiosmtpd.smtp import SMTP, Envelope, Session

from benchmarks.accounts import MAILBOX


class Echo:
    """Takes a mail and answers it before it says 250."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self._smtp = aiosmtplib.SMTP(hostname=parts.hostname, port=parts.port, start_tls=False)
        self._turn = asyncio.Lock()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        asked = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        body = asked.get_body(("plain",))
        answer = EmailMessage()
        answer["From"], answer["To"] = MAILBOX, parseaddr(str(asked["From"]))[1]
        answer["Subject"], answer["In-Reply-To"] = f"Re: {asked['Subject']}", asked["Message-ID"]
        answer.set_content(str(body.get_content()) if isinstance(body, EmailMessage) else "")
        async with self._turn:
            if not self._smtp.is_connected:
                await self._smtp.connect()
            await self._smtp.send_message(answer)
        return "250 2.0.0 OK"


async def listen(port: int, server: str) -> None:
    echo, loop = Echo(server), asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(echo, loop=loop), "127.0.0.1", port)
    await listening.serve_forever()


def run(port: int, server: str) -> None:
    asyncio.run(listen(port, server))
