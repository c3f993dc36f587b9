"""Message catalogues: one ``<language>.po`` beside this file is all that a new language needs here.

They are compiled in memory at first use; no compiled file exists, so none can be stale.
"""

from functools import lru_cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.wording.formats import negotiate, number

SOURCE = "en"
"""The language that messages are written in; other languages fall back to it."""


class Translator:
    """One language's replies. A message is its English text, with named placeholders: ``{points}``."""

    __slots__ = ("_catalogue", "language")

    def __init__(self, language: str, catalogue: GNUTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def say(self, message: str, /, **values: object) -> str:
        """The message in this language, filled in. Values are put in as they are, never read as patterns."""
        text = self._catalogue.gettext(message)
        return text.format_map(values) if values else text

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The form for ``n`` things; ``{n}`` is the number as the language writes it."""
        text = self._catalogue.ngettext(one, many, n)
        return text.format_map({"n": number(n, self.language), **values})


@lru_cache(1)
def languages() -> tuple[str, ...]:
    """The languages that have a catalogue, the source first."""
    stems = sorted(entry.name[:-3] for entry in files(__name__).iterdir() if entry.name.endswith(".po"))
    return (SOURCE, *(stem for stem in stems if stem != SOURCE))


@lru_cache(64)
def _catalogue(language: str) -> GNUTranslations:
    compiled = BytesIO()
    with files(__name__).joinpath(f"{language}.po").open("rb") as po:
        write_mo(compiled, read_po(po, locale=language.replace("-", "_")))
    compiled.seek(0)
    return GNUTranslations(compiled)


@lru_cache(64)
def translate(language: str) -> Translator:
    """The translator for a language tag; English words when it has no catalogue of its own."""
    return Translator(language, _catalogue(negotiate(language, languages())))
