"""aiogram alone, echoing by webhook with sendMessage."""

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from benchmarks.accounts import TELEGRAM_SECRET, TELEGRAM_TOKEN
from benchmarks.floors.serving import serve


async def echo(message: Message, bot: Bot) -> None:
    await bot.send_message(message.chat.id, message.text or "")


async def app(api: str) -> web.Application:
    dispatcher = Dispatcher()
    dispatcher.message.register(echo)
    bot = Bot(TELEGRAM_TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    application = web.Application()
    # In the foreground, as ours: the update is acknowledged when the answer has been sent.
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token=TELEGRAM_SECRET)
    handler.register(application, path="/webhooks/telegram")
    return application


def run(port: int, api: str) -> None:
    serve(app(api), port)
