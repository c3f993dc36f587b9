"""Words, numbers and days in the reader's language."""

from bot.wording.catalogues import Translator, translate
from bot.wording.formats import day, money, negotiate, number, own_name, points

__all__ = ["Translator", "day", "money", "negotiate", "number", "own_name", "points", "translate"]
