"""The floor of the chat benchmark: aiogram alone, echoing by webhook with sendMessage."""

import sys

import uvloop
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web


async def echo(message: Message, bot: Bot) -> None:
    await bot.send_message(message.chat.id, message.text or "")


async def app(api: str, token: str, secret: str) -> web.Application:
    dispatcher = Dispatcher()
    dispatcher.message.register(echo)
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    application = web.Application()
    # In the foreground, as ours: the update is acknowledged when the answer has been sent.
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token=secret)
    handler.register(application, path="/webhooks/telegram")
    return application


if __name__ == "__main__":
    uvloop.install()
    _, port, api, token, secret = sys.argv
    web.run_app(app(api, token, secret), host="127.0.0.1", port=int(port), access_log=None, print=None)
