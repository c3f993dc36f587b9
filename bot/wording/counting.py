"""Points, counted in words."""

from functools import lru_cache

from bot.loyalty.programme import Programme
from bot.wording.catalogues import translate
from bot.wording.formats import locale_of, number


@lru_cache(8192)
def _plural(n: int, language: str) -> str:
    return str(locale_of(language).plural_form(n))


def points(programme: Programme, n: int, language: str) -> str:
    """``12 points``, by the programme's own name for them; a language without one falls back to the first that has."""
    names = programme.point_names
    if not names:
        return translate(language).plural("{n} point", "{n} points", n)
    if language in names:
        named = language
    else:
        named = next((known for known in programme.languages if known in names), next(iter(names)))
    forms = names[named]
    gap = "" if locale_of(named).language == "zh" else " "
    return f"{number(n, language)}{gap}{forms.get(_plural(n, named)) or forms['other']}"
