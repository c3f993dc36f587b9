"""What explanations are made of: the lines, and the words, sums and lists of one reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import NamedTuple

from babel.lists import format_list
from babel.numbers import format_decimal

from bot.loyalty.glossary import Glossary
from bot.loyalty.member import CREDIT
from bot.loyalty.parts import Names
from bot.loyalty.programme import Programme
from bot.loyalty.ratios import Ratio
from bot.wording.catalogues import Translator, translate
from bot.wording.counting import points
from bot.wording.formats import day, locale_of, money, number


class Line(NamedTuple):
    """A sentence about a rule: ``rule`` is its table and key, ``earning.spend``, or the table alone."""

    rule: str
    text: str


class Section(NamedTuple):
    """Lines about one thing; ``name`` is the same in every language."""

    name: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads about which programme, in which language."""

    programme: Programme
    language: str

    @property
    def t(self) -> Translator:
        return translate(self.language)

    def text(self, names: Names) -> str:
        return self.programme.text(names, self.language)

    def word(self, name: str) -> str:
        """What is read for a name that tills tell: as the programme's words say, else as it is written."""
        glossary = self.programme.one(Glossary)
        names = glossary and glossary.words.get(name)
        return self.text(names) if names else name.replace("_", " ")

    def words(self, names: Iterable[str]) -> list[str]:
        """Those of a set, in an order that stays."""
        return sorted(map(self.word, names))

    def points(self, n: int) -> str:
        return points(self.programme, n, self.language)

    def money(self, minor: int) -> str:
        return money(self.programme, minor, self.language)

    def number(self, n: int) -> str:
        return number(n, self.language)

    def decimal(self, value: Ratio) -> str:
        """``1.25``, as exactly as anybody reads."""
        return format_decimal(Decimal(value[0]) / value[1], "#,##0.######", locale_of(self.language))

    def of_wallet(self, wallet: str, n: int) -> str:
        """So many points, or so much store credit in minor units."""
        return self.t.say("{money} of credit", money=self.money(n)) if wallet == CREDIT else self.points(n)

    def day(self, day_: date) -> str:
        return day(day_, self.language)

    def hour(self, at: time) -> str:
        return f"{at:%H:%M}"

    def each(self, things: Iterable[str]) -> str:
        """``a, b and c``"""
        return format_list(list(things), locale=locale_of(self.language))

    def either(self, things: Iterable[str]) -> str:
        """``a, b or c``"""
        return format_list(list(things), style="or", locale=locale_of(self.language))


def as_part(text: str) -> str:
    """A sentence of the document within one of ours."""
    return text.strip().removesuffix(".")


def sentence(*parts: str) -> str:
    """The parts that there are, with commas, beginning with a capital."""
    text = ", ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def at_most(reader: Reader, most: str, span: str) -> str:
    """``at most 1,500 points a month``."""
    t = reader.t
    match span:
        case "activity":
            return t.say("at most {most} each time", most=most)
        case "day":
            return t.say("at most {most} a day", most=most)
        case "week":
            return t.say("at most {most} a week", most=most)
        case "month":
            return t.say("at most {most} a month", most=most)
        case "year":
            return t.say("at most {most} a year", most=most)
    return t.say("at most {most} in all", most=most)


def times(reader: Reader, n: int) -> str:
    """``once``, ``2 times``."""
    return reader.t.say("once") if n == 1 else reader.t.plural("{n} time", "{n} times", n)
