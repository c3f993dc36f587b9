"""What customers read for the names that tills and shops tell: categories, SKUs, types of activity."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from pydantic import ConfigDict, Field

from bot.loyalty.parts import Compiling, Names, Part, Section, Texts


class WordsIn(Part):
    """Any key is a name that a till may tell."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Texts] = Field(init=False)


@dataclass(frozen=True, slots=True)
class Glossary:
    """``words`` by the name that rules know; what is not there is read as it is written."""

    words: Mapping[str, Names]


def _glossary(told: WordsIn, compiling: Compiling) -> Glossary:
    written = cast(Mapping[str, Mapping[str, str]], told.model_extra)
    return Glossary({name: compiling.names(texts) for name, texts in written.items()})


SECTION = Section("words", WordsIn, Glossary, _glossary, many=False)
