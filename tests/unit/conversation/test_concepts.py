"""What a sentence names, and what that means together: shown, asked about or offered, never done."""

from dataclasses import replace

import pytest

from bot.conversation.concepts import NOTHING, Concepts, words
from bot.conversation.facts import Facts
from bot.conversation.folding import fold
from bot.conversation.intents import PERHAPS, PERHAPS_STOP, read, tables
from bot.conversation.meanings import CLEAR, MEANT, USED, clearer, meant
from bot.conversation.understanding import understand
from bot.wording import languages
from tests.unit.conversation.talk import Talk, anna, bence, labels, only
from tests.unit.conversation.waiting import waiting

ALL = languages()


def heard(said: str, **named: list[str]) -> set[str]:
    return set().union(*Concepts([words(named)]).heard(said))


def test_a_word_is_itself_and_with_a_star_has_any_ending() -> None:
    said_for = {"card": ["card"], "expire": ["expir*"], "left": ["how far"]}
    assert heard("my card expires", **said_for) == {"card", "expire"}
    assert heard("cards how farther", **said_for) == set()
    assert heard("how far", **said_for) == {"left"}


def test_the_longest_word_at_a_place_wins() -> None:
    said_for = {"how": ["how"], "much": ["how many"], "card": ["gift card"], NOTHING: ["gift cards"]}
    assert heard("how many", **said_for) == {"much"}
    assert heard("gift card", **said_for) == {"card"}
    assert heard("gift cards", **said_for) == set()


def test_stems_of_one_word_are_all_heard() -> None:
    assert heard("pontjaim", points=["pont*"], mine=["pontjaim*"]) == {"points", "mine"}
    assert heard("pontjaim", points=["pont*"], mine=["pontjaim"]) == {"mine"}


def test_words_without_spaces_are_found_anywhere_and_hide_what_they_hold() -> None:
    said_for = {"points": ["点"], NOTHING: ["有点"], "less": ["少"], "much": ["多少"]}
    assert heard("我有点累", **said_for) == set()
    assert heard("多少点", **said_for) == {"much", "points"}


def test_each_language_hears_by_itself() -> None:
    concepts = Concepts([words({"tier": ["tag"]}), words({"member": ["tag*"]}), words({"what": ["apa"]})])
    assert concepts.heard("tagok") == [{"member"}]
    assert concepts.heard("tag") == [{"tier"}, {"member"}]


@pytest.mark.parametrize("language", ALL)
def test_a_catalogue_has_words_for_every_concept_and_no_other(language: str) -> None:
    named = tables()[language]["concepts"]
    assert named.keys() == USED | {NOTHING}
    assert [word for words in named.values() for word in words if "*" in word[:-1] or not fold(word)] == []
    folded = {concept: [fold(word.removesuffix("*")) for word in words] for concept, words in named.items()}
    assert [concept for concept, words in folded.items() if len(words) != len(set(words))] == []


def test_the_words_of_taiwan_are_written_as_they_are_there() -> None:
    written = "".join(word for words in tables()["zh-Hant"]["concepts"].values() for word in words)
    assert "".join(sign for sign in written if not sign.encode("big5", "ignore")) == ""


def test_what_names_more_of_a_thing_is_about_it() -> None:
    assert meant([frozenset({"points", "mine"})]) == (3, ("balance",))
    assert meant([frozenset({"points", "mine", "expire"})])[1] == ("terms",)
    assert meant([frozenset({"voucher", "expire"})])[1] == ("vouchers",)
    assert meant([frozenset({"hello", "tier"})])[1] == ("tier",)
    assert meant([frozenset(), frozenset({"hello"})])[1] == ("hello",)
    assert meant([]) == (0, ())


def test_of_common_concepts_alone_nothing_is_clear() -> None:
    weight, names = meant([frozenset({"item", "left", "have", "mine", "now"})])
    assert names == ("balance",) and weight < CLEAR


def test_a_question_in_known_words_gives_way_only_to_what_is_much_clearer() -> None:
    assert clearer("terms", [frozenset({"voucher", "expire", "when", "mine"})]) == "vouchers"
    assert clearer("terms", [frozenset({"points", "expire"})]) == ""
    assert clearer("goal", [frozenset({"voucher"})]) == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [("Hi there. I was in on Monday. How many points do I have?", "balance"),
     ("Balance. Thanks!", "balance"),
     ("I love your cakes! My kids do too. Can I have a look at my vouchers", "vouchers"),
     ("do my points exipre", "terms"), ("Szuper a hely! Hol találom az utalványaimat?", "vouchers"),
     ("蛋糕很好吃。我的积分会不会清零", "terms"), ("nak tengok baucer saya. tq", "vouchers")],
)  # fmt: skip
def test_the_wish_among_several_sentences_or_typing_errors_is_found(text: str, name: str) -> None:
    assert read(text, "en", ALL).name == name


def test_what_may_be_several_things_is_offered_with_a_button_each() -> None:
    turn = understand(anna(), "something about points, well")
    assert only(turn).text == "Did you mean: balance / rewards / earn?"
    assert labels(only(turn)) == {"balance": "balance", "rewards": "rewards", "earn": "earn"}
    assert turn.command is None


@pytest.mark.parametrize("language", ALL)
def test_everything_that_may_be_offered_is_understood_by_its_word_in_every_language(language: str) -> None:
    for name in MEANT - {PERHAPS_STOP}:
        assert read(tables()[language]["whole"][name][0], language, ALL).name == name


def test_a_list_that_waits_for_its_number_waits_on_behind_an_offer() -> None:
    talk = Talk(replace(anna(points=500)))
    talk.says("rewards")
    before = talk.asked
    assert talk.says("something about points, well").startswith("Did you mean")
    assert talk.asked == before


@pytest.mark.parametrize("state", ["redeem confirm", "gift what", "link claim", "donate points"])
def test_no_question_is_left_for_an_offer(state: str) -> None:
    facts: Facts = waiting(state)
    asked_again = understand(facts, "qwrtzp vbnmxy")
    assert read("something about points, well", "en", ALL).name == PERHAPS
    assert understand(facts, "something about points, well").replies == asked_again.replies


def test_a_sentence_that_may_mean_opting_out_is_asked_about() -> None:
    found = read("my number should be removed from your mailing list", "en", ALL)
    assert (found.name, found.sure) == (PERHAPS_STOP, False)


@pytest.mark.parametrize("text", ["can i join yuor program", "jion please now", "plase erase evrything"])
def test_what_commits_is_not_guessed_from_a_typing_error(text: str) -> None:
    found = read(text, "en", ALL)
    assert found.name != "yes" and understand(bence(), text).command is None
