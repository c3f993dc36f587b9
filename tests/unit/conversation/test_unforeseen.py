"""Sentences that no whole phrase was written for: most are understood, few wrongly, and none does anything itself."""

import tomllib
from pathlib import Path

import pytest

from bot.conversation.intents import PERHAPS, read
from bot.conversation.understanding import understand
from bot.wording import languages
from tests.unit.conversation.test_customers import asked, commits
from tests.unit.conversation.waiting import WAITING

ALL = languages()
SENTENCES = {
    path.stem: [
        (text, meant.split("|")) for meant, texts in tomllib.loads(path.read_text("utf-8")).items() for text in texts
    ]
    for path in (Path(__file__).parent / "unforeseen").glob("*.toml")
}
RIGHT, WRONG = 0.92, 0.04
"""Of a language's sentences at least so many are understood, at most so many for sure as something else."""


def test_every_language_has_its_sentences() -> None:
    assert SENTENCES.keys() == set(ALL)
    assert all(len({text for text, _ in sentences}) >= 190 for sentences in SENTENCES.values())


@pytest.mark.parametrize("language", ALL)
def test_most_sentences_are_understood_and_few_wrongly(language: str) -> None:
    read_as = {text: (read(text, language, ALL).name, meant) for text, meant in SENTENCES[language]}
    wrong = {text: found for text, found in read_as.items() if found[0] not in (*found[1], "", PERHAPS)}
    right = [text for text, (name, meant) in read_as.items() if name in meant]
    assert len(right) >= RIGHT * len(read_as), {text: found for text, found in read_as.items() if text not in right}
    assert len(wrong) <= WRONG * len(read_as), wrong


@pytest.mark.parametrize("language", ALL)
def test_a_sentence_is_enough_to_begin_something_and_never_to_do_it_whatever_was_asked(language: str) -> None:
    done = {
        (text, state)
        for n, (text, meant) in enumerate(SENTENCES[language])
        for state in (WAITING[n % len(WAITING)], WAITING[(7 * n + 3) % len(WAITING)])
        if "stop" not in meant and commits(understand(asked(state, language), text).command)
    }
    assert done == set()
