"""Catalogues: one ``<language>.po`` beside this file is all that a new language needs.

Without a context it holds messages; in contexts (``msgctxt``), the words that customers say and channels' own texts.
They are compiled in memory at first use; no compiled file exists, so none can be stale.
"""

from collections.abc import Mapping
from functools import lru_cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from types import MappingProxyType

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.wording.formats import negotiate, number

_FOLDER = files(__name__)
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
    stems = sorted(entry.name[:-3] for entry in _FOLDER.iterdir() if entry.name.endswith(".po"))
    return (SOURCE, *(stem for stem in stems if stem != SOURCE))


@lru_cache(64)
def _parsed(language: str) -> Catalog:
    with _FOLDER.joinpath(f"{language}.po").open("rb") as po:
        return read_po(po, locale=language.replace("-", "_"))


@lru_cache(64)
def _compiled(language: str) -> GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, _parsed(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@lru_cache(64)
def translate(language: str) -> Translator:
    """The translator for a language tag; English words when it has no catalogue of its own."""
    return Translator(language, _compiled(negotiate(language, languages())))


@lru_cache(256)
def texts(context: str, language: str) -> Mapping[str, str]:
    """What a context holds, msgid → text, for a language tag; in English what the language has not."""
    own = _parsed(negotiate(language, languages()))
    found = {str(m.id): str(m.string) for m in own if m.context == context and m.string}
    return MappingProxyType(found if own is _parsed(SOURCE) else {**texts(context, SOURCE), **found})
