"""The HTML of mails: laid out once for each look of a business, then filled with each mail's own words.

The layout is MJML (``templates/mail.mjml``), which becomes the tables that all mail programs show alike. Laying out
takes a quarter of a millisecond, filling in a few microseconds.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib.resources import files

from mrml import to_html

from bot.colours import BLACK, OWN, RGB, WHITE, css, ink_on, parsed, standing_out
from bot.messages import Appearance

_DARK_CARD: RGB = (0x1E, 0x1E, 0x1E)
"""What mails stand on at night, as their layout says."""
_SLOT = re.compile(r"@@(\w+)@@")
_LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\"'.,;:!?)\]，。；：！？、）」]")
_PREHEADER = 90
# Without these, mail programs show what follows in the list of mails too.
_FILLER = "&#847;&zwnj;&nbsp;" * 15


@dataclass(frozen=True, slots=True)
class Page:
    """What one mail says. ``buttons`` are labels with the address each opens; ``cid`` names the picture, if any."""

    title: str
    text: str
    language: str = ""
    buttons: Sequence[tuple[str, str]] = ()
    cid: str = ""
    alt: str = ""
    footer: Sequence[tuple[str, str]] = ()
    """Lines, each with the address that it opens (or none)."""


class Layout:
    """The page of one business."""

    def __init__(self, look: Appearance) -> None:
        rgb = parsed(look.colour) or OWN
        colour = css(rgb)
        source = (files(__package__) / "templates" / "mail.mjml").read_text("utf-8")
        logo = f'<mj-image src="{_plain(look.logo)}" alt="" width="64px" align="left" padding="0 24px 8px" />'
        fixed = {
            "colour": colour,
            "link": css(standing_out(rgb, WHITE, BLACK)),
            "light_link": css(standing_out(rgb, _DARK_CARD, WHITE)),
            "name": _plain(look.name),
            "logo": logo if look.logo else "",
        }
        html = to_html(_SLOT.sub(lambda found: fixed.get(found[1], found[0]), source)).content
        # Mail's lines are short.
        html = html.replace("><", ">\n<")
        html, self._picture = _cut(html, "picture_begins", "picture_ends", "picture")
        html, self._choices = _cut(html, "buttons_begin", "buttons_end", "choices")
        self._page = _SLOT.split(html)
        self._button = (
            f'<a href="{{}}" style="background:{colour};border:10px solid {colour};border-left-width:16px;'
            f"border-right-width:16px;color:{css(ink_on(rgb))};display:inline-block;font-weight:600;"
            f'line-height:20px;margin:0 8px 10px 0;text-decoration:none;border-radius:6px;">{{}}</a>'
        )

    def fill(self, page: Page) -> str:
        """The whole HTML; whatever the page says is escaped."""
        buttons = "\n".join(self._button.format(escape(opens), escape(label)) for label, opens in page.buttons)
        picture = {"cid": page.cid, "alt": escape(page.alt, quote=True)}
        return _filled(
            self._page,
            {
                "language": escape(page.language or "und"),
                "title": escape(page.title),
                "preheader": escape(" ".join(page.text.split())[:_PREHEADER]) + _FILLER,
                "text": _paragraphs(page.text),
                "picture": _filled(self._picture, picture) if page.cid else "",
                "choices": _filled(self._choices, {"buttons": buttons}) if buttons else "",
                "footer": "<br>\n".join(_footer_line(*line) for line in page.footer),
            },
        )


@lru_cache(16)
def layout(look: Appearance) -> Layout:
    """The layout in this look, made when it is first needed."""
    return Layout(look)


def _plain(text: str) -> str:
    """Escaped, also against being read as a slot."""
    return escape(text).replace("@", "&#64;")


def _cut(html: str, begin: str, end: str, slot: str) -> tuple[str, list[str]]:
    """A part that not every mail has, taken out."""
    before, _, rest = html.partition(f"@@{begin}@@")
    part, _, after = rest.partition(f"@@{end}@@")
    return f"{before}@@{slot}@@{after}", _SLOT.split(part)


def _filled(pieces: Sequence[str], values: Mapping[str, str]) -> str:
    """Every other piece names a slot. In one pass: words that look like a slot stay words."""
    return "".join(values[piece] if n % 2 else piece for n, piece in enumerate(pieces))


def _paragraphs(text: str) -> str:
    blocks = re.split(r"\n\s*\n", "\n".join(text.strip().splitlines()))
    return "\n".join(f"<p>{_linked(block).replace(chr(10), '<br>' + chr(10))}</p>" for block in blocks)


def _linked(text: str) -> str:
    """Escaped text whose web addresses can be clicked."""
    pieces, end = [], 0
    for link in _LINK.finditer(text):
        target = escape(link[0])
        pieces += [escape(text[end : link.start()]), f'<a href="{target}">{target}</a>']
        end = link.end()
    return "".join([*pieces, escape(text[end:])])


def _footer_line(text: str, opens: str) -> str:
    return f'<a href="{escape(opens)}">{escape(text)}</a>' if opens else escape(text)
