import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.intents import PERHAPS_STOP, fold, language_named, read, tables, without_opener

OFFERED = ("en", "hu")


def meant(text: str, language: str = "en") -> str:
    return read(text, language, OFFERED).name


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("balance", "balance"),
        ("  BALANCE!! ", "balance"),
        ("/balance", "balance"),
        ("/balance@bean_leaf_bot", "balance"),
        ("How many points do I have?", "balance"),
        ("how many beans do I have", "balance"),
        ("What's my balance?", "balance"),
        ("What\u2019s my balance?", "balance"),
        ("what can I get?", "rewards"),
        ("which rewards do you have", "rewards"),
        ("rewards", "rewards"),
        ("redeem", "redeem"),
        ("challenges", "challenges"),
        ("badges", "badges"),
        ("help", "help"),
        ("/start", "start"),
        ("join", "join"),
        ("How do I join?", "join"),
        ("I'm a member", "link"),
        ("language", "language"),
        ("egyenleg", "balance"),
        ("2.", "number"),
        ("  #2 ", "number"),
    ],
)
def test_english_words_are_understood(text: str, intent: str) -> None:
    assert meant(text) == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("egyenleg", "balance"),
        ("EGYENLEG?", "balance"),
        ("Mennyi pontom van?", "balance"),
        ("hany pontom van", "balance"),
        ("Hogy állok?", "balance"),
        ("jutalmak", "rewards"),
        ("Mit kaphatok?", "rewards"),
        ("Mit válthatok be a pontjaimért?", "rewards"),
        ("beváltás", "redeem"),
        ("bevaltas", "redeem"),
        ("csatlakozom", "join"),
        ("Hogyan csatlakozhatok?", "join"),
        ("segítség", "help"),
        ("SEGITSEG", "help"),
        ("kihívások", "challenges"),
        ("jelvények", "badges"),
        ("nyelv", "language"),
        ("kezdés", "start"),
        ("újra", "resume"),
        ("Már tag vagyok.", "link"),
        ("balance", "balance"),
        ("how many points do I have?", "balance"),
    ],
)
def test_hungarian_words_are_understood_with_and_without_accents(text: str, intent: str) -> None:
    assert meant(text, "hu") == intent


@pytest.mark.parametrize(
    "text",
    ["STOP", "stop", " Stop. ", "STOP!!!", '"stop"', "/stop", "/stop@bean_leaf_bot", "stop 🛑", "StopAll", "STOP ALL",
     "unsubscribe", "Unsubscribe me", "end", "QUIT", "revoke", "opt out", "Opt-out", "OPTOUT", "please stop",
     "állj", "ALLJ!", "leiratkozás", "Leiratkozom.", "leiratkozas", "Ne írjatok többet!"],
)  # fmt: skip
@pytest.mark.parametrize("language", OFFERED)
def test_a_message_that_is_an_opt_out_word_opts_out_in_every_language(text: str, language: str) -> None:
    assert meant(text, language) == "stop"
    assert read(text, language, ("en",)).name == "stop"


@pytest.mark.parametrize(
    "text",
    ["when does the last stop leave?", "the last stop before home", "stop by for a coffee", "non-stop", "stopped",
     "I can't stop drinking your coffee", "where is the bus stop", "Stop sign", "don't stop", "unstop", "weekend",
     "the end", "when does the sale end?", "never quit", "how do I unsubscribe?", "stop\n\nwhen does the bus leave?",
     "Mikor indul az utolsó busz a megállóból?", "állj meg nálunk", "hol van a megálló", "nem állj", "st op", "s.t.o.p",
     "cancel", "mégse", ""],
)  # fmt: skip
@pytest.mark.parametrize("language", OFFERED)
def test_an_opt_out_word_within_a_message_opts_nobody_out(text: str, language: str) -> None:
    assert meant(text, language) != "stop"


@pytest.mark.parametrize(
    ("text", "intent", "argument"),
    [
        ("redeem 1", "redeem", "1"),
        ("/redeem 2", "redeem", "2"),
        ("Redeem any drink", "redeem", "any drink"),
        ("beváltom 1", "redeem", "1"),
        ("Bevaltas 3", "redeem", "3"),
        ("join Anna Kovács", "join", "Anna Kovács"),
        ("language hu", "language", "hu"),
        ("nyelv magyar", "language", "magyar"),
        ("magyar", "language", "hu"),
        ("Hungarian", "language", "hu"),
        ("angol", "language", "en"),
        ("/start ref_8Fz2", "start", "ref_8Fz2"),
    ],
)
def test_what_follows_a_word_is_its_argument(text: str, intent: str, argument: str) -> None:
    read_as = read(text, "en", OFFERED)
    assert (read_as.name, read_as.argument) == (intent, argument)


@pytest.mark.parametrize("text", ["start the car", "when does the sale start?", "balance my books", "yes but not now"])
def test_a_word_within_a_sentence_is_no_command(text: str) -> None:
    assert meant(text) == ""


def test_the_programmes_other_languages_are_understood_and_no_more() -> None:
    assert read("egyenleg", "en", ("en",)).name == ""
    assert read("egyenleg", "en", ("en", "hu")).name == "balance"


def test_a_mail_is_read_up_to_its_signature_but_opts_out_only_as_a_whole() -> None:
    assert meant("balance\n\nSent from my phone") == "balance"
    assert meant("balance\r\n-- \r\nAnna") == "balance"
    assert meant("stop\n-- \nAnna") == "stop"
    assert meant("stop\n\nSent from my phone") == "stop"
    assert meant("stop\n\nwhen does the bus leave?") == PERHAPS_STOP


@pytest.mark.parametrize(
    ("text", "intent"),
    [("No, thanks!", "no"), ("Yes,  please.", "yes"), ("Igen, köszönöm", "yes"), ("Stop, please!", "stop"),
     ("Never   mind...", "cancel"), ("what's my balance, please?", "balance"), ("yes. but not now", ""),
     ("no.thanks", "")],
)  # fmt: skip
def test_commas_and_full_stops_between_words_do_not_matter(text: str, intent: str) -> None:
    assert meant(text) == intent


def test_a_number_of_another_script_is_a_number() -> None:
    assert int(read("٢", "en", OFFERED).argument) == 2


def test_a_very_long_message_is_read_quickly_and_as_nothing() -> None:
    text = "a" + "!" * 200_000 + "a"
    read_as = read(text, "en", OFFERED)
    assert (read_as.name, len(read_as.text)) == ("", 1000)


def test_languages_are_known_by_tag_and_by_every_name() -> None:
    named = {text: language_named(text, "en", OFFERED) for text in ("HU", "magyar", "hungarian", "Angol", "klingon")}
    assert named == {"HU": "hu", "magyar": "hu", "hungarian": "hu", "Angol": "en", "klingon": None}


def test_a_name_is_freed_of_what_people_say_before_it() -> None:
    assert without_opener("I'm  Anna", "en", OFFERED) == "Anna"
    assert without_opener("A nevem Kovács Anna", "hu", OFFERED) == "Kovács Anna"
    assert without_opener("Anna", "en", OFFERED) == "Anna"


@pytest.mark.parametrize("said", ["Kovács Anna vagyok", "Kovács Anna a nevem.", "Kovács Anna here", "Kovács Anna"])
def test_a_name_is_freed_of_what_people_say_after_it(said: str) -> None:
    assert without_opener(said, "hu", OFFERED) == "Kovács Anna"


def test_a_word_that_may_follow_a_name_may_be_one() -> None:
    assert without_opener("Here", "en", OFFERED) == "Here"


def test_every_language_has_the_same_intents_and_no_word_means_two_things() -> None:
    english = tables()["en"]
    for language, table in tables().items():
        assert {part: set(names) for part, names in table.items()} == {
            part: set(names) for part, names in english.items()
        }, language
        meanings: dict[str, set[str]] = {}
        for name, phrases in table["whole"].items():
            for phrase in phrases:
                meanings.setdefault(fold(phrase), set()).add(name)
        assert "" not in meanings, language
        assert {word for word, names in meanings.items() if len(names) > 1} == set(), language


@settings(deadline=None)
@given(st.text() | st.text("a., !"))
def test_folding_is_done_after_the_first_time(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(deadline=None)
@given(st.text(), st.sampled_from(["stop", "állj", "end"]), st.text())
def test_letters_around_an_opt_out_word_make_it_another_message(before: str, word: str, after: str) -> None:
    assert meant(f"{before}x {word} {after}") != "stop"
