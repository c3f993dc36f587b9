"""Every opt-out word of every language: alone it opts out, whoever reads it; within a sentence it does not."""

from dataclasses import replace

import pytest

from bot.conversation.commands import Stop
from bot.conversation.folding import fold
from bot.conversation.intents import PERHAPS_STOP, read, tables
from bot.conversation.understanding import understand
from bot.wording import languages
from tests.unit.conversation.talk import Talk, anna, bence, only

WORDS = sorted({phrase for table in tables().values() for phrase in table["whole"]["stop"]})
READERS = [
    *((language, (language,)) for language in languages()),
    ("en", ("en", "hu")),
    ("zh-Hant", ("zh-Hant", "ms", "en")),
    ("de", ("de",)),
]
ALONE = [
    "{}", "{}.", "{}!!!", "  {}  ", "{}。", "！{}！", "{}…", '"{}"', "'{}'", "„{}”", "「{}」", "({})", "*{}*",
    "_{}_", "#{}",
    "\n{}\n", "\r\n\t{}\r\n\r\n", "{}\u00a0", "\u3000{}", "{}\u200b", "🛑 {} 🛑", "{}🙏🏽", "{} 👋 !", "- {}", "> {}",
    "{}\n-- \nAnna Kovács\nBean & Leaf Ltd.", "{}\r\n-- \r\nAnna", "{}\n--\nAnna", "{}\n\nSent from my iPhone",
    "{}\nSent from my Galaxy\n", "{}\n\n\nGet Outlook for iOS",
]  # fmt: skip
SENTENCES = [
    "I read {} on the door, what is it", "when will you {} serving breakfast tomorrow",
    "{} is what my friend said about it",
    "azt írta ki az ajtóra, hogy {}, de miért", "{} volt a jelszó tegnap is",
    "mikor lesz nálatok megint {} a kávé mellett",
    "kenapa ada tulisan {} di pintu kedai", "{} itu nama kedai kopi kawan saya",
    "门口写着{}两个字是什么意思", "{}这首歌真好听我很喜欢", "門口寫著{}兩個字是什麼意思", "{}這首歌真好聽我很喜歡",
    "x{}x", "{}\n\nwhen does the bus leave?", "{}\nand then we had cake at home",
]  # fmt: skip


def meant(text: str) -> set[str]:
    return {read(text, language, offered).name for language, offered in READERS}


@pytest.mark.parametrize("word", WORDS)
def test_an_opt_out_word_alone_opts_out_whatever_the_programme_offers(word: str) -> None:
    for shape in ALONE:
        for said in (word, word.upper(), word.title()):
            assert meant(shape.format(said)) == {"stop"}, shape.format(said)


@pytest.mark.parametrize("word", [word for word in WORDS if word.isascii() and " " not in word])
def test_an_opt_out_word_may_be_typed_in_full_width(word: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isalpha() else c for c in word)
    assert meant(wide) == meant(f"/{word}") == {"stop"}


@pytest.mark.parametrize("word", WORDS)
def test_an_opt_out_word_within_a_sentence_opts_nobody_out(word: str) -> None:
    for sentence in SENTENCES:
        assert "stop" not in meant(sentence.format(word)), sentence.format(word)


@pytest.mark.parametrize("language", languages())
def test_every_mail_program_signs_in_the_language_of_its_owner(language: str) -> None:
    for signature in tables()[language]["after"]["signature"]:
        assert meant(f"Stop\n\n{signature.replace('*', ' iPhone ')}") == {"stop"}


def test_no_opt_out_word_is_ordinary_talk_in_any_language() -> None:
    opt_out = set(map(fold, WORDS))
    ordinary = {
        (language, name, phrase)
        for language, table in tables().items()
        for context in ("whole", "leading", "numbers", "before", "after")
        for name, phrases in table[context].items()
        for phrase in phrases
        if (context, name) != ("whole", "stop")
    }
    assert {found for found in ordinary if fold(found[2]) in opt_out} == set()


@pytest.mark.parametrize(
    "text",
    ["stpo", "sotp", "stopp", "tsop", "unsubcribe", "unsubscribe mee", "usubscribe", "please stop now", "hi, stop",
     "leriatkozás", "berhnti", "nyahlangan", "stop\n\nwhen does the bus leave?", "berhenti\n\nbila bas bertolak?"],
)  # fmt: skip
def test_what_looks_like_opting_out_is_asked_about(text: str) -> None:
    assert meant(text) == {PERHAPS_STOP}
    asked = only(understand(anna(), text))
    assert asked.text == "Do you want no more messages? Then answer with this one word: STOP"


@pytest.mark.parametrize(
    ("text", "language"),
    [("leiratkozás kérem", "hu"), ("berhenti lah", "ms"), ("帮我退订", "zh-Hans"), ("退訂 謝謝", "zh-Hant")],
)
def test_an_opt_out_word_with_courtesies_is_asked_about(text: str, language: str) -> None:
    assert read(text, language, (language,)).name == PERHAPS_STOP


def test_being_asked_leaves_the_open_question_open() -> None:
    talk = Talk(bence())
    talk.says("join Bence")
    assert talk.says("stpo").startswith("Do you want no more messages?")
    assert talk.asked == "join birthday"
    talk.says("STOP")
    assert talk.commands == [Stop()]


def test_who_has_left_is_not_asked_whether_to_leave() -> None:
    assert understand(replace(anna(), stopped=True), "stpo").replies == ()


@pytest.mark.parametrize(
    "text", ["shop", "step", "stops", "top", "sto", "quite nice", "Tamás", "Endre", "weekend", "停电", "tamat", "end."]
)
def test_other_words_are_not_taken_for_it(text: str) -> None:
    assert PERHAPS_STOP not in meant(text)
