"""A Bot API server on loopback that speaks Telegram's wire protocol, for the real client to talk to.

    async with TelegramServer() as telegram:
        ... start the service with REGULARS_TELEGRAM_API_URL=telegram.url ...
        telegram.says(ANNA, "balance", first_name="Anna")
        await telegram.sent(1)
        assert "12" in telegram.messages[ANNA][0].text

What customers do is queued as updates, and goes out by ``getUpdates`` or to the webhook, whichever the
bot asked for, until it is acknowledged. Answers and limits: core.telegram.org/bots/api and the source of
tdlib/telegram-bot-api.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any, ClassVar, Self

from aiohttp import ClientError, ClientSession, web

from tests.fakes import telegram_updates as updates
from tests.fakes.ports import PATIENCE
from tests.fakes.telegram_chats import BOT, LARGEST_PHOTO, Chats, Fields
from tests.fakes.telegram_replies import Refusal, SentMessage, Silence, refused

TOKEN = "123456:AAF-fake-token-for-tests-only-000000000"


class TelegramServer:
    """Telegram as one bot sees it. ``url`` is what ``REGULARS_TELEGRAM_API_URL`` is set to."""

    def __init__(self, at: int = 1_800_000_000, port: int = 0) -> None:
        self.url = ""
        self._port = port
        self.chats = Chats(at)
        self.messages = self.chats.messages
        """What stands in each chat of what the bot sent, oldest first."""
        self.calls: list[tuple[str, dict[str, str]]] = []
        """Every call the bot made, refused ones too: method and fields."""
        self.answered: list[str] = []
        """Ids of the callback queries that the bot answered."""
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        """The command menu by scope (its type, or a chat's id) and language code, "" the default one."""
        self.webhook: dict[str, str] = {}
        """Fields of the webhook in force, empty without one."""
        self.webhook_answers: list[int] = []
        """Status of every answer that the webhook gave."""
        self.pending: list[dict[str, Any]] = []
        """Updates that the bot has not acknowledged."""
        self._scripted: dict[str, deque[Refusal | Silence]] = defaultdict(deque)
        self._update_ids = count(10_000)
        self._changed = asyncio.Condition()
        self._polls = 0
        self._delivery: asyncio.Task[None] | None = None
        self._wakers: set[asyncio.Task[None]] = set()

    @property
    def time(self) -> int:
        """Unix time that stands on whatever is said; tests move it."""
        return self.chats.time

    @time.setter
    def time(self, at: int) -> None:
        self.chats.time = at

    # What people do

    def says(self, chat_id: int, text: str, topic: str = "", **person: str) -> dict[str, Any]:
        """Somebody writes to the bot; ``person`` are fields of their user, as ``first_name``."""
        content = {"text": text, **updates.in_topic(topic)}
        return self.tells("message", updates.message(chat_id, next(self.chats.ids), self.time, person, **content))

    def shares(self, chat_id: int, phone: str, owner: int | None) -> dict[str, Any]:
        """Somebody shares a contact; it is their own when ``owner`` is their id."""
        return self.tells("message", updates.contact(chat_id, next(self.chats.ids), self.time, phone, owner))

    def press(self, chat_id: int, data: str, **person: str) -> dict[str, Any]:
        """Somebody presses the button with this ``data``, in the newest message that has it, else in one long gone."""
        held = self.chats.holding(chat_id, data)
        if held is None:
            stands_in = updates.inaccessible(chat_id, next(self.chats.ids))
        else:
            stands_in = updates.message(chat_id, held.id, self.time, person, text=held.text) | {"from": BOT}
            stands_in |= updates.in_topic(held.topic)
        user = updates.user(chat_id, person)
        return self.tells("callback_query", updates.callback_query(next(self.chats.ids), user, stands_in, data))

    def block(self, chat_id: int) -> dict[str, Any]:
        """Somebody blocks the bot: it is told, and sends to them fail from now on."""
        self.chats.blocked.add(chat_id)
        return self.tells("my_chat_member", updates.membership(chat_id, self.time, BOT, "member", "kicked"))

    def unblock(self, chat_id: int) -> dict[str, Any]:
        """Somebody lets the bot in again."""
        self.chats.blocked.discard(chat_id)
        return self.tells("my_chat_member", updates.membership(chat_id, self.time, BOT, "kicked", "member"))

    def forget(self, chat_id: int) -> None:
        """There is no such chat: sends get "chat not found"."""
        self.chats.unknown.add(chat_id)

    def tells(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        """Queue any update: ``kind`` is its field, ``content`` what stands there."""
        update = {"update_id": next(self._update_ids), kind: content}
        self.pending.append(update)
        self._wake()
        return update

    def restart_ids(self, at: int) -> None:
        """After a week without updates Telegram counts them from anywhere."""
        self._update_ids = count(at)

    def fail(self, method: str, *refusals: Refusal | Silence) -> None:
        """The next calls of the method get these answers, one each (``refused`` builds them)."""
        self._scripted[method.lower()].extend(refusals)

    # What tests wait for

    async def sent(self, number: int) -> list[SentMessage]:
        """Wait until so many messages were sent in all; answers them in order."""
        await self.until(lambda: sum(map(len, self.messages.values())) >= number)
        return sorted((message for chat in self.messages.values() for message in chat), key=lambda sent: sent.id)

    async def called(self, method: str, number: int = 1) -> list[dict[str, str]]:
        """Wait until the method was called so often; answers the fields of each call."""
        await self.until(lambda: len(self._calls_of(method)) >= number)
        return self._calls_of(method)

    async def acknowledged(self) -> None:
        """Wait until the bot has acknowledged every update."""
        await self.until(lambda: not self.pending)

    async def until(self, condition: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Wait until something holds; looked at after every call and every update."""
        async with asyncio.timeout(patience), self._changed:
            await self._changed.wait_for(condition)

    # The server

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2 * LARGEST_PHOTO)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop_delivery()
        await self._runner.cleanup()

    def _calls_of(self, method: str) -> list[dict[str, str]]:
        return [fields for name, fields in self.calls if name.lower() == method.lower()]

    def _wake(self) -> None:
        task = asyncio.ensure_future(self._notify())
        self._wakers.add(task)
        task.add_done_callback(self._wakers.discard)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        fields = await _fields(request)
        self.calls.append((method, fields))
        try:
            if request.match_info["token"] != TOKEN:
                raise refused(401, "Unauthorized")
            if script := self._scripted[method.lower()]:
                raise script.popleft()
            if in_chat := self._in_chats.get(method.lower()):
                result = in_chat(self.chats, fields)
            elif handler := self._methods.get(method.lower()):
                result = await handler(self, fields)
            else:
                raise refused(404, "Not Found")
        except Refusal as refusal:
            return web.json_response(refusal.body, status=refusal.body["error_code"])
        except Silence:
            if request.transport:
                request.transport.abort()
        finally:
            await self._notify()
        return web.json_response({"ok": True, "result": result})

    async def _get_me(self, fields: Fields) -> dict[str, Any]:
        return {**BOT, "can_join_groups": False, "can_read_all_group_messages": False, "supports_inline_queries": False}

    async def _get_updates(self, fields: Fields) -> list[dict[str, Any]]:
        if self.webhook:
            raise refused(409, "Conflict: can't use getUpdates method while webhook is active")
        self._polls += 1
        mine = self._polls
        await self._notify()
        offset, limit = int(fields.get("offset") or 0), int(fields.get("limit") or 100)
        newest = max((update["update_id"] for update in self.pending), default=offset)
        if offset <= newest + 10:  # what is "in the future" is ignored (td: TQueue::get, Client::do_get_updates)
            self.pending[:] = [update for update in self.pending if update["update_id"] >= offset]
        try:
            seconds = min(float(fields.get("timeout") or 0), 50)
            await self.until(lambda: bool(self.pending) or self._polls != mine, patience=seconds)
        except TimeoutError:
            return []
        if self._polls != mine:
            raise refused(409, "Conflict: terminated by other getUpdates request")
        return self.pending[:limit]

    async def _set_webhook(self, fields: Fields) -> bool:
        self._stop_delivery()
        self.webhook = dict(fields) if fields.get("url") else {}
        if self.webhook:
            self._delivery = asyncio.create_task(self._deliver(self.webhook))
        return True

    async def _delete_webhook(self, fields: Fields) -> bool:
        return await self._set_webhook(Fields({}, {}))

    async def _answer_callback_query(self, fields: Fields) -> bool:
        self.answered.append(fields["callback_query_id"])
        return True

    async def _set_my_commands(self, fields: Fields) -> bool:
        scope = json.loads(fields.get("scope") or '{"type": "default"}')
        code, menu = fields.get("language_code", ""), json.loads(fields["commands"])
        if code and len(code) != 2:
            raise refused(400, "Bad Request: invalid language code specified")
        self.commands[str(scope.get("chat_id", scope["type"])), code] = menu
        return True

    _methods: ClassVar[dict[str, Callable[["TelegramServer", Fields], Awaitable[Any]]]] = {
        "getme": _get_me,
        "getupdates": _get_updates,
        "setwebhook": _set_webhook,
        "deletewebhook": _delete_webhook,
        "answercallbackquery": _answer_callback_query,
        "setmycommands": _set_my_commands,
    }

    _in_chats: ClassVar[dict[str, Callable[[Chats, Fields], Any]]] = {
        "sendmessage": Chats.send_text,
        "sendphoto": Chats.send_photo,
        "editmessagetext": Chats.edit_text,
        "editmessagecaption": Chats.edit_caption,
        "editmessagemedia": Chats.edit_media,
        "editmessagereplymarkup": Chats.edit_markup,
        "deletemessage": Chats.delete,
    }

    async def _deliver(self, webhook: dict[str, str]) -> None:
        """Post updates in order; whatever is not answered with 2xx is posted again."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.get("secret_token", "")}
        async with ClientSession(headers=headers) as client:
            while True:
                async with self._changed:
                    await self._changed.wait_for(lambda: bool(self.pending))
                try:
                    async with client.post(webhook["url"], json=self.pending[0]) as answer:
                        self.webhook_answers.append(answer.status)
                        taken = answer.ok
                except ClientError:
                    taken = False
                if taken:
                    del self.pending[0]
                await self._notify()
                await asyncio.sleep(0 if taken else 0.02)

    def _stop_delivery(self) -> None:
        if self._delivery is not None:
            self._delivery.cancel()
            self._delivery = None


async def _fields(request: web.Request) -> Fields:
    """Arguments as Telegram takes them: query, form (urlencoded or multipart) or JSON."""
    fields, files = dict(request.query), {}
    if request.content_type == "application/json":
        body: dict[str, Any] = await request.json()
        fields |= {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}
    else:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = value.file.read()
            else:
                fields[name] = str(value)
    return Fields(fields, files)
