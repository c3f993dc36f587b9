"""Words, numbers and days in the reader's language."""

from bot.wording.catalogues import Translator, languages, texts, translate
from bot.wording.counting import points
from bot.wording.formats import day, fitting, money, negotiate, number, own_name
from bot.wording.typesetting import listed, typeset

__all__ = [
    "Translator",
    "day",
    "fitting",
    "languages",
    "listed",
    "money",
    "negotiate",
    "number",
    "own_name",
    "points",
    "texts",
    "translate",
    "typeset",
]
