"""What the tables of a programme document are made of, and how a part of the programme declares its table."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from bot.errors import Fault
from bot.loyalty.money import FINEST, to_minor

IN_FIRST_LANGUAGE = ""
"""The key of a text that is written without naming a language."""
Names = Mapping[str, str]
"""A text by language."""


def _known_language(tag: str) -> str:
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(f'"{tag}" is no language; write a tag such as en or hu') from error
    return tag


def _as_texts(value: Any) -> Any:
    return {IN_FIRST_LANGUAGE: value} if isinstance(value, str) else value


def _an_amount(text: str) -> str:
    to_minor(text, FINEST)
    return text


def _a_content_sid(sid: str) -> str:
    if not _CONTENT_SID.fullmatch(sid):
        raise ValueError("is no content SID; write one as Twilio names an approved template: HX and 32 hex digits")
    return sid


def _more_than_nothing(text: str) -> str:
    if to_minor(text, FINEST) <= 0:
        raise ValueError("must be more than 0")
    return text


_CONTENT_SID = re.compile(r"HX[0-9a-fA-F]{32}")
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
# A zero byte is text to TOML and JSON, but not to every database.
Words = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=r"^[^\x00]*$")]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
ActivityType = Key
Texts = Annotated[dict[str, Words], BeforeValidator(_as_texts), Field(min_length=1)]
ContentSid = Annotated[str, AfterValidator(_a_content_sid)]
"""An approved WhatsApp template at Twilio."""
Templates = Annotated[dict[str, ContentSid], BeforeValidator(_as_texts), Field(min_length=1)]
Language = Annotated[str, AfterValidator(_known_language)]
Money = Annotated[str, AfterValidator(_an_amount), AfterValidator(_more_than_nothing)]
"""A positive amount as a decimal string, in the programme's currency."""
Points = Annotated[int, Field(ge=1, le=1_000_000_000)]
Whole = Annotated[int, Field(ge=1, le=10_000)]


class Part(BaseModel):
    """Any table of the document: closed, so that a misspelt key is told and not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(slots=True)
class Compiling:
    """What turning a table into values needs of the heading; finds what only the currency can show to be wrong."""

    exponent: int
    language: str
    at: str = ""
    faults: list[Fault] = field(default_factory=list)
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What is written in the other tables, by their names and keys."""

    def names(self, texts: Mapping[str, str] | None) -> Names:
        """The texts by language; one that names none is in the programme's first."""
        return {key or self.language: text for key, text in (texts or {}).items()}

    def minor(self, text: str, *path: str) -> int:
        """A sum in minor units; one finer than the currency is a fault at ``path`` of the table."""
        try:
            return to_minor(text, self.exponent)
        except ValueError as error:
            self.fault(str(error), *path)
            return 1

    def fault(self, message: str, *path: str) -> None:
        self.faults.append(Fault(".".join((self.at, *path)), message))


Tree = Mapping[str, Any]
"""A document as it was written, before its shape is known to be right."""


def _none(tree: Tree) -> Iterable[Fault]:
    return ()


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the document: ``[[stamp_cards]]``, or a single ``[refunds]`` when not ``many``.

    ``shape`` checks what is written, ``compile`` makes the value of type ``kind`` that ``Programme.of`` hands out.
    ``refers`` names what must exist elsewhere: ``("then.badge", "badges")``, with ``*`` for each of a list.
    ``faults`` may look at the whole document as written. ``always`` compiles a single table that was left out.
    """

    name: str
    shape: type[Part]
    kind: type
    compile: Callable[[Any, Compiling], Any]
    many: bool = True
    always: bool = False
    refers: Sequence[tuple[str, str]] = ()
    faults: Callable[[Tree], Iterable[Fault]] = _none
