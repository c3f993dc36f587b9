"""Twilio's validator and client in a bare aiohttp handler, on the same wire as ours, for SMS and WhatsApp."""

from aiohttp import web
from twilio.request_validator import RequestValidator

from benchmarks.accounts import TWILIO_SID, TWILIO_TOKEN
from benchmarks.floors.serving import serve
from channels.twilio.client import Wire, rest_client
from channels.twilio.webhooks import MESSAGES_PATH, SIGNATURE


async def app(port: int, api: str) -> web.Application:
    wire = Wire(api)
    messages = rest_client(TWILIO_SID, TWILIO_TOKEN, wire).messages
    validator, url = RequestValidator(TWILIO_TOKEN), f"http://127.0.0.1:{port}{MESSAGES_PATH}"

    async def echo(request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        if not validator.validate(url, form, request.headers[SIGNATURE]):
            raise web.HTTPForbidden
        await messages.create_async(to=form["From"], from_=form["To"], body=form["Body"])
        return web.Response(text="<Response/>", content_type="text/xml")

    application = web.Application()
    application.router.add_post(MESSAGES_PATH, echo)
    application.on_cleanup.append(lambda _: wire.close())
    return application


def run(port: int, api: str) -> None:
    serve(app(port, api), port)
