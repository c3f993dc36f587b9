"""The page of a mail: made once for each look, filled without a word of it being taken for markup."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Appearance
from channels.email.layout import Layout, Page, layout
from tests.channels.email_world import LOOK

HOSTILE = "</p></body><script>alert(1)</script> @@text@@ @@name@@ \" ' & {0} <!-- ]]>"


def test_the_same_look_is_laid_out_once() -> None:
    assert layout(LOOK) is layout(Appearance(*(getattr(LOOK, name) for name in LOOK.__slots__)))


def test_nothing_is_loaded_from_elsewhere_but_the_logo() -> None:
    html = layout(LOOK).fill(Page("Hi", "Hello", cid="p@x", alt="A card"))
    addresses = re.findall(r"(?:src|href)=\"([^\"]+)|url\(([^)]+)\)|@import", html)
    assert {one for one, _ in addresses} == {"https://shop.test/logo.png", "cid:p@x"}
    assert "<link" not in html


def test_names_that_look_like_slots_or_markup_stay_names() -> None:
    html = Layout(Appearance(HOSTILE)).fill(Page(HOSTILE, HOSTILE, alt=HOSTILE, cid="x", buttons=[(HOSTILE, "h")]))
    assert "<script" not in html
    assert unescape(html).count(HOSTILE) >= 5


class Elements(HTMLParser):
    """Which elements a page has, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.names.append(tag)


@given(text=st.text(max_size=60).filter(lambda text: "http" not in text))
def test_no_text_adds_an_element(text: str) -> None:
    plain = Elements(layout(LOOK).fill(Page("t", "x"))).names
    filled = Elements(layout(LOOK).fill(Page("t", text))).names
    assert [name for name in filled if name not in ("p", "br")] == [name for name in plain if name not in ("p", "br")]


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    more, less = sorted((light(one) + 0.05, light(other) + 0.05), reverse=True)
    return more / less


@given(colour=st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_whatever_the_colour_buttons_and_links_can_be_read(colour: str) -> None:
    html = Layout(Appearance("Shop", colour)).fill(Page("t", "x", buttons=[("Yes", "mailto:x")]))
    [on_button] = re.findall(r"border-right-width:16px;color:(#[0-9a-f]{6})", html)
    assert contrast(on_button, colour) >= 4.5
    on_light, on_dark = (re.findall(rf"a {{ color: (#[0-9a-f]{{6}}){end} }}", html)[0] for end in (";", " !important;"))
    assert contrast(on_light, "#ffffff") >= 4.5
    assert contrast(on_dark, "#1e1e1e") >= 4.5


@pytest.mark.parametrize("language", ["hu", "zh-Hans", ""])
def test_screen_readers_are_told_the_language(language: str) -> None:
    html = layout(LOOK).fill(Page("t", "x", language))
    assert html.count(f'lang="{language or "und"}"') == 2
    assert "<title>t</title>" in html


def test_only_what_there_is_takes_room() -> None:
    html = layout(LOOK).fill(Page("t", "x"))
    assert "<img" in html
    assert html.count("<img") == 1
    assert "border-left-width:16px" not in html
