"""``/programme/rules`` and ``/programme/lint``: a programme in words, and what its owner would regret."""

from collections.abc import Iterable
from typing import Annotated

from aiohttp import web
from pydantic import Field
from typing_extensions import TypedDict

from bot.actions import intake
from bot.actions.core import Core
from bot.actions.intake import Closed, Money, check_json
from bot.actions.keys import Role
from bot.actions.lint import Wanted, look
from bot.actions.publishing import Check
from bot.loyalty.document import parse
from bot.loyalty.linting.findings import Finding
from bot.loyalty.programme import Programme
from bot.web.api.rewards import Language
from bot.web.routes import Route, answer
from bot.wording import negotiate
from bot.wording.explaining import explain

_PATH = "/api/v1/programme"
_USUAL = Wanted()


class RuleOut(TypedDict):
    """A sentence about the rule ``rule``: its table and key, or the table alone."""

    rule: str
    text: str


class SubjectOut(TypedDict):
    """``name`` is the same in every language."""

    name: str
    title: str
    lines: list[RuleOut]


class RulesOut(TypedDict):
    """The programme in words of ``language``."""

    version: int
    language: str
    sections: list[SubjectOut]


class LintIn(Closed):
    """A document (TOML), else the programme in force; and what it is held to."""

    document: str | None = None
    most_percent: Annotated[int, Field(ge=1, le=100)] = _USUAL.most_percent
    days: Annotated[int, Field(ge=1, le=3660)] = _USUAL.days
    basket: Money = _USUAL.basket
    visits_a_month: Annotated[int, Field(ge=1, le=60)] = _USUAL.visits_a_month


class FindingOut(TypedDict):
    """``at`` is the path in the document, empty for the whole."""

    at: str
    message: str


class LintOut(TypedDict):
    """Warnings ask for a change, notes only tell."""

    warnings: list[FindingOut]
    notes: list[FindingOut]


def routes(core: Core, check: Check) -> list[Route]:
    async def rules(request: web.Request) -> web.Response:
        asked = intake.check(Language, dict(request.query)).locale
        wanted = asked or str(request.headers.get("Accept-Language", ""))
        async with core.database.read() as tx:
            programme = await core.programmes.current(tx)
        return answer(_in_words(programme, negotiate(wanted, programme.languages)))

    async def lint(request: web.Request) -> web.Response:
        told = check_json(LintIn, await request.read() or b"{}")
        if told.document is None:
            async with core.database.read() as tx:
                programme = await core.programmes.current(tx)
        else:
            check(told.document)
            programme = parse(told.document)
        wanted = Wanted(told.most_percent, told.days, told.basket, told.visits_a_month)
        return answer(_found(look(programme, wanted, core.clock())))

    in_words, look_over = "What the programme gives, in words", "Look over a programme before its customers do"
    linted = Route("POST", f"{_PATH}/lint", lint, look_over, {200: LintOut}, (422,), Role.MARKETER, LintIn, False)
    return [Route("GET", f"{_PATH}/rules", rules, in_words, {200: RulesOut}, (422,), query=Language), linted]


def _found(findings: Iterable[Finding]) -> LintOut:
    found: LintOut = {"warnings": [], "notes": []}
    for one in findings:
        found["warnings" if one.warns else "notes"].append({"at": one.at, "message": one.message})
    return found


def _in_words(programme: Programme, language: str) -> RulesOut:
    sections: list[SubjectOut] = [
        {
            "name": section.name,
            "title": section.title,
            "lines": [{"rule": line.rule, "text": line.text} for line in section.lines],
        }
        for section in explain(programme, language)
    ]
    return {"version": programme.version, "language": language, "sections": sections}
