"""One file adds a language: a made-up one is written as docs/adding-a-language.md tells, and talked with."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from bot.conversation import vocabulary
from bot.conversation.commands import Redeem, Stop
from bot.conversation.intents import language_named, read
from bot.conversation.understanding import understand
from bot.wording import catalogues, languages, texts
from tests.unit.conversation.talk import Talk, anna, only

PAGE = (Path(__file__).parents[2] / "docs" / "adding-a-language.md").read_text("utf-8")
CACHES = (
    catalogues.languages, catalogues._parsed, catalogues._compiled, catalogues.translate, catalogues.texts,
    vocabulary.tables, vocabulary._named, vocabulary.opt_out, vocabulary.signatures, vocabulary.vocabulary,
)  # fmt: skip


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Esperanto, or nearly: messages in angle brackets, and "ur" before every word that is said."""
    theirs = Path(catalogues.__file__).parent
    for po in theirs.glob("*.po"):
        (tmp_path / po.name).write_bytes(po.read_bytes())
    with (theirs / "en.po").open("rb") as english:
        source = read_po(english, locale="en")
    made = Catalog(locale="eo")
    for message in source:
        if message.id:
            made.add(message.id, translated(message), context=message.context)
    with (tmp_path / "eo.po").open("wb") as out:
        write_po(out, made)
    monkeypatch.setattr(catalogues, "_FOLDER", tmp_path)
    forget()
    yield
    monkeypatch.undo()
    forget()


def forget() -> None:
    for cache in CACHES:
        cache.cache_clear()


def translated(message: Message) -> str | tuple[str, ...]:
    assert message.string
    if not isinstance(message.string, str):
        return tuple(f"<{form}>" for form in message.string)
    if message.context in vocabulary.CONTEXTS:
        return "\n".join(f"ur{phrase}" for phrase in message.string.splitlines())
    return f"<{message.string}>"


def test_a_language_is_there_when_its_file_is(made_up: None) -> None:
    assert "eo" in languages()
    assert texts("menu", "eo")["balance"] == f"<{texts('menu', 'en')['balance']}>"
    assert texts("web chat", "eo")["send"] == "<Send>"


def test_it_is_spoken_and_understood(made_up: None) -> None:
    facts = anna("eo", points=120)
    talk = Talk(replace(facts, programme=replace(facts.programme, languages=("en", "eo"))))
    assert re.match("<You have 120 point[^>]*>", talk.says("UrBalance!"))
    assert talk.says("ur balnce") == talk.says("urshow me urbalance urplease") == talk.says("balance")
    assert talk.says("urredeem 1").startswith("<Redeem Any drink for 100 points?")
    talk.says("uryes")
    assert talk.commands == [Redeem("free_drink")]
    assert language_named("Esperanto", "en", ("en", "eo")) == "eo"


def test_its_opt_out_words_hold_in_every_programme(made_up: None) -> None:
    assert understand(anna("hu"), "urSTOP.").command == Stop()
    assert read("I can urstop whenever I like", "eo", ("en", "eo")).name != "stop"


def test_without_its_file_it_is_answered_in_english() -> None:
    assert "eo" not in languages()
    assert only(understand(anna("eo"), "balance")).text.startswith("You have 87 points")


def test_the_page_names_every_context_and_no_other() -> None:
    told = set(re.findall(r"^\| `([a-z ]+)` \|", PAGE, re.MULTILINE))
    assert told == {context for context in _contexts() if context}


def test_the_page_shows_what_a_catalogue_holds() -> None:
    shown = re.findall(r'^msgid "(.*)"$', PAGE, re.MULTILINE)
    assert shown == ["You have {points}.", "balance"]
    with (Path(catalogues.__file__).parent / "en.po").open("rb") as english:
        assert {message.id for message in read_po(english)} > set(shown)


def _contexts() -> set[str | None]:
    with (Path(catalogues.__file__).parent / "en.po").open("rb") as english:
        return {message.context for message in read_po(english)}
