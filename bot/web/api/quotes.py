"""``/quote``: what a purchase would cost and bring, asked before it is made."""

from aiohttp import web
from typing_extensions import TypedDict

from bot.actions.core import Core
from bot.actions.intake import QuoteIn, check_json
from bot.actions.quote import Quote, quote
from bot.loyalty.money import from_minor
from bot.loyalty.prices import Line
from bot.web.routes import Route, answer


class LineOut(TypedDict):
    """An item as asked; ``rule`` is the key of the price that applies, None when it costs what was told."""

    sku: str | None
    name: str | None
    category: str | None
    quantity: int
    price: str | None
    discount: str
    total: str | None
    rule: str | None


class QuoteOut(TypedDict):
    """``points`` and ``credit`` as recording the purchase at this total earns them; ``worth`` of the points."""

    points: int
    worth: str | None
    credit: str
    discount: str
    total: str
    currency: str
    lines: list[LineOut]


def routes(core: Core) -> list[Route]:
    async def ask(request: web.Request) -> web.Response:
        return answer(_told(await quote(core, check_json(QuoteIn, await request.read()))))

    summary = "Ask what a basket costs a member and what it earns; nothing is recorded"
    return [Route("POST", "/api/v1/quote", ask, summary, {200: QuoteOut}, (404,), body=QuoteIn)]


def _told(made: Quote) -> QuoteOut:
    exponent = made.programme.exponent
    return {
        "points": made.points,
        "worth": None if made.worth is None else from_minor(made.worth, exponent),
        "credit": from_minor(made.credit, exponent),
        "discount": from_minor(made.basket.discount, exponent),
        "total": from_minor(made.basket.total, exponent),
        "currency": made.programme.currency,
        "lines": [_line(line, exponent) for line in made.basket.lines],
    }


def _line(line: Line, exponent: int) -> LineOut:
    item = line.item
    return {
        "sku": item.sku or None,
        "name": item.name or None,
        "category": item.category or None,
        "quantity": item.quantity,
        "price": None if item.price is None else from_minor(item.price, exponent),
        "discount": from_minor(line.discount, exponent),
        "total": None if line.total is None else from_minor(line.total, exponent),
        "rule": line.rule or None,
    }
