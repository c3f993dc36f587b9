"""Catalogues that are whole, and numbers, days and points as each language writes them."""

import ast
import re
import string
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

import bot
from bot.conversation.intents import read
from bot.conversation.vocabulary import CONTEXTS
from bot.loyalty.document import parse
from bot.wording import day, languages, negotiate, number, own_name, points, texts, translate

CAFE = parse((files("config") / "presets" / "cafe.toml").read_text("utf-8"))
ROOT = Path(bot.__file__).parent.parent
LANGUAGES = languages()
HELPERS = {"say": 1, "plural": 2}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every place where code says something."""
    for path in (*ROOT.glob("bot/**/*.py"), *ROOT.glob("campaigns/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in HELPERS:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def said(call: ast.Call) -> tuple[str, ...]:
    """The message that a call says, one text or its two forms; shorter when it is not written out there."""
    assert isinstance(call.func, ast.Attribute)
    written = call.args[: HELPERS[call.func.attr]]
    return tuple(str(arg.value) for arg in written if isinstance(arg, ast.Constant))


@cache
def catalogue(language: str) -> Catalog:
    with (files("bot.wording.catalogues") / f"{language}.po").open("rb") as po:
        return read_po(po, locale=language.replace("-", "_"), abort_invalid=True)


def messages(language: str) -> dict[tuple[str, ...], Message]:
    return {forms(message.id): message for message in catalogue(language) if message.id and not message.context}


def in_contexts(language: str) -> dict[tuple[str, str], str]:
    """What is no message but words to understand, or a channel's own: by context and msgid."""
    return {(m.context, str(m.id)): str(m.string) for m in catalogue(language) if m.context}


def forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    assert text is not None
    return (text,) if isinstance(text, str) else tuple(text)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_there_are_english_and_hungarian() -> None:
    assert LANGUAGES[:2] == ("en", "hu")


def test_every_message_is_written_out_where_it_is_said() -> None:
    places = [place for place, call in calls() if not said(call) or len(said(call)) != min(2, len(call.args))]
    assert places == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_every_message_that_is_said_and_no_other(language: str) -> None:
    assert set(messages(language)) == {said(call) for _, call in calls()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_with_the_same_placeholders(language: str) -> None:
    for source, message in messages(language).items():
        assert not message.fuzzy, source
        for translated in forms(message.string):
            assert translated.strip(), source
            assert placeholders(translated) == placeholders(source[-1]), source


def test_english_messages_are_their_own_translation() -> None:
    assert all(forms(message.string) == source for source, message in messages("en").items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words_in_the_same_contexts(language: str) -> None:
    assert in_contexts(language).keys() == in_contexts("en").keys()
    assert [key for key, text in in_contexts(language).items() if not all(map(str.strip, text.split("\n")))] == []


def test_there_is_no_context_that_nothing_reads() -> None:
    known = {*CONTEXTS, "mail", "menu", "telegram", "web chat"}
    assert {context for context, _ in in_contexts("en")} == known


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_command_menu_is_one_that_telegram_takes(language: str) -> None:
    """Commands of 1 to 32 of a to z, 0 to 9 and _, explained in 1 to 256 characters; at most 100 (botcommand)."""
    menu = texts("menu", language)
    assert 0 < len(menu) <= 100
    for command, line in menu.items():
        assert re.fullmatch("[a-z0-9_]{1,32}", command), command
        assert 1 <= len(line) <= 256, command


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_web_chat_suggests_to_say_is_understood(language: str) -> None:
    chips = {name: text for name, text in texts("web chat", language).items() if name.startswith("chip ")}
    assert chips
    for name, text in chips.items():
        assert read(text, language, (language,)).name == name.removeprefix("chip ")


def test_texts_of_a_context_are_in_the_language_asked_for_or_in_english() -> None:
    assert texts("web chat", "hu-HU")["send"] == "Küldés"
    assert texts("web chat", "de")["send"] == "Send"
    assert texts("no such context", "hu") == {}


def test_every_call_hands_in_what_the_message_names() -> None:
    for place, call in calls():
        source = said(call)[-1]
        given = {str(keyword.arg) for keyword in call.keywords} | ({"n"} if len(said(call)) > 1 else set())
        assert given == placeholders(source), place


def test_values_are_put_in_as_they_are() -> None:
    assert translate("en").say("Hello {name}!", name="{programme} %s") == "Hello {programme} %s!"


def test_plural_forms_follow_the_language() -> None:
    one, many = "{card}: {have} of {need}, {n} stamp to go.", "{card}: {have} of {need}, {n} stamps to go."
    english = [translate("en").plural(one, many, n, card="C", have=1, need=2) for n in (1, 2)]
    assert english == ["C: 1 of 2, 1 stamp to go.", "C: 1 of 2, 2 stamps to go."]
    assert translate("hu").plural(one, many, 1, card="C", have=1, need=2) == "C: 1/2, még 1 pecsét kell."


def test_a_language_without_a_catalogue_is_answered_in_english() -> None:
    assert translate("de").say("Balance") == "Balance"
    assert translate("hu-HU").say("Balance") == "Egyenleg"


def test_points_are_counted_by_their_own_names() -> None:
    assert [points(CAFE, n, "en") for n in (0, 1, 2, 1234)] == ["0 points", "1 point", "2 points", "1,234 points"]
    assert [points(CAFE, n, "hu") for n in (1, 1234567)] == ["1 pont", "1\u00a0234\u00a0567 pont"]
    assert [points(CAFE, n, "ms") for n in (1, 1234)] == ["1 mata", "1,234 mata"]
    beans = replace(CAFE, point_names={"en": {"one": "bean", "other": "beans"}})
    assert [points(beans, n, "en") for n in (1, 5)] == ["1 bean", "5 beans"]
    assert points(beans, 1, "hu") == "1 bean"


def test_points_without_a_name_of_their_own_are_points_in_every_language() -> None:
    plain = replace(CAFE, point_names={})
    assert [points(plain, n, "en") for n in (0, 1, 1234)] == ["0 points", "1 point", "1,234 points"]
    assert [points(plain, 2, language) for language in ("hu", "ms", "zh-Hans", "zh-Hant", "de")] == [
        "2 pont", "2 mata", "2积分", "2點", "2 points",
    ]  # fmt: skip


def test_a_language_with_several_plurals_uses_them_or_the_other() -> None:
    polish = replace(CAFE, point_names={"pl": {"one": "punkt", "few": "punkty", "other": "punktów"}})
    assert [points(polish, n, "pl") for n in (1, 3, 5)] == ["1 punkt", "3 punkty", "5 punktów"]


def test_numbers_days_and_languages_are_written_as_people_do() -> None:
    assert (number(1234567, "en"), number(1234567, "hu")) == ("1,234,567", "1\u00a0234\u00a0567")
    assert day(date(2026, 2, 3), "hu") == "2026. február 3."
    assert day(date(2026, 2, 3), "ms") == "3 Februari 2026"
    assert (own_name("hu"), own_name("zh-Hant")) == ("magyar", "繁體中文")


@pytest.mark.parametrize(
    ("wanted", "best"),
    [("hu", "hu"), ("hu-HU", "hu"), ("hu_HU", "hu"), ("en-GB", "en"), ("zh-TW", "zh-Hant"), ("zh-hk", "zh-Hant"),
     ("zh-hant", "zh-Hant"), ("zh", "zh-Hans"), ("zh-SG", "zh-Hans"), ("zh-CN", "zh-Hans"), ("pt-br", "en"), ("", "en"),
     ("x!", "en"), ("de-AT,hu-HU;q=0.9,en;q=0.8", "hu"), ("de;q=0.9", "en")],
)  # fmt: skip
def test_the_best_language_is_found_for_what_a_client_says(wanted: str, best: str) -> None:
    assert negotiate(wanted, ("en", "zh-Hant", "zh-Hans", "hu")) == best


def test_a_sister_script_is_better_than_another_language() -> None:
    assert negotiate("zh-TW", ("en", "zh-Hans")) == "zh-Hans"
