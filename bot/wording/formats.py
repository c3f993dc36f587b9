"""Numbers, days and counted points as each language writes them (CLDR, by Babel).

Formatting by Babel costs tens of microseconds and the same few values come again and again, hence the caches.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from bot.loyalty.money import from_minor
from bot.loyalty.programme import Programme


@lru_cache(256)
def locale_of(language: str) -> Locale:
    """Babel's locale of a language tag.

    Raises:
        UnknownLocaleError, ValueError: it is no tag, or none that CLDR knows.
    """
    return Locale.parse(language.replace("_", "-"), sep="-")


@lru_cache(8192)
def number(n: int, language: str) -> str:
    """``1234`` → ``1,234`` in English, ``1 234`` (no-break space) in Hungarian."""
    return format_decimal(n, locale=locale_of(language))


@lru_cache(2048)
def day(date_: date, language: str) -> str:
    """A date written out: ``12 March 1990`` or what the language has for it."""
    return format_date(date_, format="long", locale=locale_of(language))


def money(programme: Programme, minor: int, language: str) -> str:
    """``€1``, with decimals only where there are any."""
    locale = locale_of(language)
    pattern = locale.currency_formats["standard"].pattern
    if minor % 10**programme.exponent == 0:
        pattern = pattern.replace(".00", "")
    amount = from_minor(minor, programme.exponent)
    return format_currency(amount, programme.currency, pattern, locale=locale, currency_digits=False)


_OWN_NAMES = {"ms": "Bahasa Melayu"}
"""Where speakers say more than CLDR, which leaves out the word for language."""


@lru_cache(256)
def own_name(language: str) -> str:
    """What a language calls itself: ``magyar``, ``繁體中文``."""
    return _OWN_NAMES.get(language) or name_of(language, language)


@lru_cache(1024)
def name_of(language: str, speaker: str) -> str:
    """What speakers of one language call another: ``Simplified Chinese``."""
    locale, theirs = locale_of(language), locale_of(speaker)
    return theirs.languages.get(str(locale)) or locale.get_display_name(theirs) or language


@lru_cache(512)
def _language_and_script(tag: str) -> tuple[str, str] | None:
    try:
        locale = locale_of(tag.strip())
    except (UnknownLocaleError, ValueError):
        return None
    # Babel's own negotiation finds no zh-Hant for zh-TW; its likely subtags do.
    likely = get_global("likely_subtags").get(str(locale), "")
    script = locale.script or (Locale.parse(likely).script if likely else None)
    return locale.language, script or ""


def negotiate(wanted: str | Iterable[str], languages: Sequence[str]) -> str:
    """The best of ``languages`` for someone who asks for ``wanted``; the first one when none fits, or none is known.

    ``wanted`` is a tag (``zh-TW``, ``hu_HU``), an Accept-Language header in its order of preference, or tags.
    """
    return fitting(wanted, languages) or languages[0]


def fitting(wanted: str | Iterable[str], languages: Sequence[str]) -> str | None:
    """The same; None when none fits."""
    tags = wanted.split(",") if isinstance(wanted, str) else wanted
    known = [(language, _language_and_script(language)) for language in languages]
    for tag in tags:
        asked = _language_and_script(tag.partition(";")[0])
        if asked is None:
            continue
        for language, offered in known:
            if offered == asked:
                return language
        for language, offered in known:
            if offered and offered[0] == asked[0]:
                return language
    return None
