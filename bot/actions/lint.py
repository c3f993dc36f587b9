"""Looking over a programme before its customers do: by assumption, or by what real ones reached."""

from dataclasses import dataclass
from datetime import datetime

from bot.actions.core import Core, Progress
from bot.actions.simulate import simulate
from bot.errors import bad_field
from bot.loyalty.linting.findings import Finding, Reached, Terms
from bot.loyalty.linting.reach import reached
from bot.loyalty.linting.whole import lint
from bot.loyalty.money import to_minor
from bot.loyalty.programme import Programme
from bot.wording.explaining import explain


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a programme is held to. ``basket`` (a decimal string) and ``visits_a_month`` are assumed of customers."""

    most_percent: int = 15
    days: int = 60
    basket: str = "12.00"
    visits_a_month: int = 4


def look(programme: Programme, wanted: Wanted, now: datetime, past: Reached | None = None) -> list[Finding]:
    """Everything to warn of or to tell, warnings first.

    Raises:
        BadInput: when ``basket`` is no sum of the programme's currency.
    """
    terms = Terms(
        now, _basket(programme, wanted.basket), wanted.visits_a_month, wanted.most_percent, wanted.days, past=past
    )
    told = ([(line.rule, line.text) for section in explain(programme, language) for line in section.lines]
            for language in programme.languages)  # fmt: skip
    return lint(programme, terms, *told)


async def real_past(core: Core, programme: Programme, progress: Progress) -> Reached | None:
    """What members would have reached under this programme; None where nobody has done anything yet."""
    [tally] = await simulate(core, [programme], progress, None, None)
    return reached(tally)


def _basket(programme: Programme, text: str) -> int:
    try:
        basket = to_minor(text, programme.exponent)
    except ValueError as error:
        raise bad_field("basket", str(error)) from error
    if not 0 < basket <= 10**12:
        raise bad_field("basket", "must be more than 0, and a sum that somebody spends at once")
    return basket
