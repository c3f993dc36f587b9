"""Which characters can be drawn, read from the fonts' own tables (OpenType 1.9, ``cmap`` formats 4 and 12).

Pillow draws a box for a character that a font lacks and does not tell; so it is asked only for those that are there.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from struct import unpack_from
from typing import Any

from bot.messages import Picture

_SHIPPED = Path(__file__).parent / "fonts"
_SYSTEM = (
    # Noto and Source Han collections hold Japanese, Korean, Simplified and Traditional in this order.
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2, 3),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2, 3),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2, 3),
    ("/usr/share/fonts/adobe-source-han-sans/SourceHanSans-Regular.ttc", 2, 3),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0, 0),
    ("/System/Library/Fonts/PingFang.ttc", 0, 0),
    ("C:/Windows/Fonts/msyh.ttc", 0, 0),
)
_DRAWN_OR_MISSED = ("L", "M", "N", "Sc")
"""Categories that a text cannot do without; emoji, other symbols and controls are left out without loss."""
_SELECTORS = {0x200D, 0x20E3, *range(0xFE00, 0xFE10)}


@dataclass(frozen=True, slots=True)
class Face:
    """A font in a file. ``chinese``: it has one weight and is made bolder by drawing around its strokes."""

    path: str
    index: int = 0
    chinese: bool = True

    @property
    def characters(self) -> frozenset[int]:
        """Code points that the font has a glyph for."""
        return _characters(self.path, self.index)


REGULAR = Face(str(_SHIPPED / "Inter-Medium.otf"), chinese=False)
BOLD = Face(str(_SHIPPED / "Inter-Bold.otf"), chinese=False)
_SIMPLIFIED = Face(str(_SHIPPED / "NotoSansSC-Regular.otf"))
_TRADITIONAL = Face(str(_SHIPPED / "NotoSansTC-Regular.otf"))


@lru_cache(maxsize=64)
def faces(language: str, *, bold: bool = False) -> tuple[Face, ...]:
    """Fonts in the order they are asked for a character; Chinese ones in the language's forms first."""
    traditional = language.lower().startswith(("zh-hant", "zh-tw", "zh-hk"))
    chinese = (_TRADITIONAL, _SIMPLIFIED) if traditional else (_SIMPLIFIED, _TRADITIONAL)
    system = (Face(path, hant if traditional else hans) for path, hans, hant in _SYSTEM if Path(path).exists())
    return (BOLD if bold else REGULAR, *chinese, *system)


@lru_cache(maxsize=16_384)
def face_of(character: str, language: str, *, bold: bool = False) -> Face | None:
    """The font to draw a character with, or None if none has it."""
    known = faces(language, bold=bold)
    # Quotation marks, dashes and dots are wide in Chinese, so there the Latin font is asked last.
    if ord(character) >= 0x2000 and language.lower().startswith("zh"):
        known = (*known[1:], known[0])
    return next((face for face in known if ord(character) in face.characters), None)


def cleaned(text: str, language: str, limit: int = 150) -> str:
    """What of a text is drawn: on one line, without emoji, controls and what no font has."""
    composed = unicodedata.normalize("NFC", " ".join(str(text)[: 4 * limit].split()))
    kept = (c for c in composed if not _dropped(c) and (c == " " or face_of(c, language) is not None))
    return " ".join("".join(kept).split())[:limit]


def covers(text: str, language: str = "en") -> bool:
    """Whether a text can be drawn without losing a letter, a digit or a currency."""
    composed = unicodedata.normalize("NFC", text)
    needed = {c for c in composed if unicodedata.category(c).startswith(_DRAWN_OR_MISSED) and not _dropped(c)}
    return all(face_of(character, language) is not None for character in needed)


def drawable(picture: Picture) -> bool:
    """Whether all of a picture's texts can be drawn; a member's own name may be missing from it."""
    language = str(picture.data.get("language", "en"))
    return all(covers(text, language) for text in texts({**picture.data, "name": ""}))


def undrawable(document: Any) -> list[str]:
    """Names in a programme's document that pictures cannot show."""
    if isinstance(document, Mapping):
        own = [text for text in texts(document.get("name", "")) if not covers(text)]
        return own + [name for key, part in document.items() if key != "name" for name in undrawable(part)]
    if isinstance(document, list | tuple):
        return [name for part in document for name in undrawable(part)]
    return []


def texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for part in value.values() for text in texts(part))
    elif isinstance(value, Iterable):
        yield from (text for part in value for text in texts(part))


def _dropped(character: str) -> bool:
    return ord(character) in _SELECTORS or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "So")


@cache
def _characters(path: str, index: int) -> frozenset[int]:
    data = Path(path).read_bytes()
    start = unpack_from(">I", data, 12 + 4 * index)[0] if data[:4] == b"ttcf" else 0
    tables = unpack_from(">H", data, start + 4)[0]
    cmap = next(
        unpack_from(">I", data, at + 8)[0]
        for at in range(start + 12, start + 12 + 16 * tables, 16)
        if data[at : at + 4] == b"cmap"
    )
    found: set[int] = set()
    for at in range(cmap + 4, cmap + 4 + 8 * unpack_from(">H", data, cmap + 2)[0], 8):
        found |= _subtable(data, cmap + unpack_from(">I", data, at + 4)[0])
    return frozenset(found)


def _subtable(data: bytes, at: int) -> set[int]:
    kind = unpack_from(">H", data, at)[0]
    if kind == 12:
        groups = unpack_from(">I", data, at + 12)[0]
        spans = (unpack_from(">II", data, at + 16 + 12 * group) for group in range(groups))
        return {code for first, last in spans for code in range(first, last + 1)}
    if kind == 4:
        size = unpack_from(">H", data, at + 6)[0]
        lasts = unpack_from(f">{size // 2}H", data, at + 14)
        firsts = unpack_from(f">{size // 2}H", data, at + 16 + size)
        # Noto and Inter list no code without a glyph, so the segments alone tell; the last one is a mere end mark.
        return {code for first, last in zip(firsts, lasts, strict=True) for code in range(first, last + 1)} - {0xFFFF}
    return set()
