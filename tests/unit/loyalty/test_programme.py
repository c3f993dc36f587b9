from datetime import time

import pytest

from bot.errors import BadInput
from bot.loyalty.challenges import Challenge
from bot.loyalty.document import parse
from bot.loyalty.earning import EarningRule
from bot.loyalty.stamps import StampCard
from tests.cast import cafe

SMALL = """
[programme]
name = "Bean"
currency = "EUR"
timezone = "Europe/Budapest"
languages = ["en", "hu"]

[[earning]]
key = "spend"
on = "purchase"
give = { points = 1, per = "1.00" }

[[rewards]]
key = "free_drink"
kind = "free_product"
cost = { points = 100 }
name = "Any drink"

[[stamp_cards]]
key = "coffee"
name = "Coffee card"
counts = { category = "coffee" }
need = 10
reward = "free_drink"

[[badges]]
key = "regular"
name = { en = "Regular", hu = "Törzsvendég" }

[[challenges]]
key = "visits"
name = "Visits"
on = "purchase"
goal = { distinct = "day", reach = 3 }
window = "week"
then = { badge = "regular" }
"""


def faults_of(text: str) -> dict[str, str]:
    with pytest.raises(BadInput) as caught:
        parse(text)
    faults = caught.value.faults
    assert len({fault.at for fault in faults}) == len(faults), "each fault is told once"
    return {fault.at: fault.message for fault in faults}


def changed(*pairs: tuple[str, str]) -> str:
    text = SMALL
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_the_cafe_is_what_others_count_on() -> None:
    programme = cafe()
    [rule] = programme.of(EarningRule).values()
    [card] = programme.of(StampCard).values()
    [challenge] = programme.of(Challenge).values()
    assert (programme.currency, programme.exponent, programme.zone.key) == ("EUR", 2, "Europe/Budapest")
    assert (rule.on, rule.points, rule.per, rule.round) == ("purchase", 1, 100, "down")
    assert (card.key, card.category, card.need, card.reward) == ("coffee", "coffee", 10, "free_drink")
    assert programme.rewards["free_drink"].cost == 100
    assert (challenge.key, challenge.on) == ("three_visits", ("purchase",))
    assert (challenge.reach, challenge.badge) == (3, "regular")
    assert programme.quiet_hours == (time(21), time(9))
    assert [campaign["key"] for campaign in programme.campaigns] == ["birthday", "winback", "near_reward"]


def test_a_text_is_told_in_the_language_asked_or_else_in_the_first_one() -> None:
    programme = cafe()
    names = programme.rewards["free_drink"].names
    assert programme.text(names, "hu") == "Bármelyik ital"
    assert programme.text(names, "ms") == "Sebarang minuman"
    assert programme.text(names, "de") == "Any drink"


def test_a_text_without_a_language_is_in_the_first_one() -> None:
    programme = parse(SMALL)
    assert programme.rewards["free_drink"].names == {"en": "Any drink"}
    assert programme.text(programme.rewards["free_drink"].names, "hu") == "Any drink"


def test_the_programme_has_a_name_in_each_language_or_one_for_all() -> None:
    programme = parse(changed(('name = "Bean"', 'name = { en = "Bean", hu = "Bab" }')))
    assert [programme.called(tag) for tag in ("en", "hu", "ms", "")] == ["Bean", "Bab", "Bean", "Bean"]
    assert (programme.name, parse(SMALL).called("hu")) == ("Bean", "Bean")


def test_the_next_reward_is_the_cheapest_that_the_points_do_not_buy() -> None:
    dear = '\n[[rewards]]\nkey = "cake"\nkind = "free_product"\ncost = { points = 40 }\nname = "Cake"\n'
    programme = parse(SMALL + dear)
    assert [(r.key if (r := programme.next_reward(points)) else None) for points in (0, 39, 40, 99, 100)] == [
        "cake",
        "cake",
        "free_drink",
        "free_drink",
        None,
    ]


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ('"EUR"', '"Euro"', "programme.currency", '"Euro" is no ISO 4217 currency'),
        ("Europe/Budapest", "Europe/Bucapest", "programme.timezone", "is no time zone"),
        ("Europe/Budapest", "../etc/passwd", "programme.timezone", "is no time zone"),
        ("Europe/Budapest", "Europe", "programme.timezone", "is no time zone"),
        ('["en", "hu"]', '["en", "qqq"]', "programme.languages.1", '"qqq" is no language'),
        ('["en", "hu"]', '["en", "en"]', "programme.languages", '"en" is there twice'),
        ('["en", "hu"]', "[]", "programme.languages", "at least 1"),
        ('name = "Bean"', "name = 5", "programme.name", "dictionary"),
        ('name = "Bean"', 'name = { hu = "Bab" }', "programme.name", 'has no "en"'),
        ('name = "Bean"', 'name = { en = "Bean", de = "Bohne" }', "programme.name.de", "none of the languages"),
        ("[[badges]]", '[words]\ntea = { hu = "tea" }\n[[badges]]', "words.tea", 'has no "en"'),
        ("[[badges]]", '[words]\ntea = { en = "tea", de = "Tee" }\n[[badges]]', "words.tea.de", '"de" is none of'),
        ("[[badges]]", "[words]\ntea = 5\n[[badges]]", "words.tea", "dictionary"),
        ("[[badges]]", '[words]\ntea = ""\n[[badges]]', "words.tea", "at least 1"),
        ('name = "Bean"', 'nam = "Bean"', "programme.name", "is missing"),
        ('name = "Bean"', 'name = "Bean"\ncolour = "red"', "programme.colour", "unknown key"),
        ('name = "Bean"', 'name = "Bean"\ncountry = "hu"', "programme.country", '"hu" is not written as it must be'),
        ('name = "Bean"', 'name = "Bean"\npoints = { hu = { one = "bab" } }', "programme.points.hu", '"other"'),
        ('per = "1.00"', 'per = "0.00"', "earning.0.give.per", "must be more than 0"),
        ('per = "1.00"', 'per = "-1"', "earning.0.give.per", "must be more than 0"),
        ('per = "1.00"', 'per = "1.005"', "earning.0.give.per", "finer than the currency"),
        ('per = "1.00"', 'per = "1,00"', "earning.0.give.per", "is no amount"),
        ('per = "1.00"', "per = 1.0", "earning.0.give.per", "string"),
        ('per = "1.00"', 'per = "1.00", round = "off"', "earning.0.give.round", "'down'"),
        ("points = 1,", "points = 100_001,", "earning.0.give.points", "more than 1000 for the smallest unit"),
        ("points = 1,", "points = 0,", "earning.0.give.points", "greater than or equal to 1"),
        ('key = "spend"', 'key = "Spend it"', "earning.0.key", '"Spend it" is not written as it must be'),
        ("need = 10", "need = 1", "stamp_cards.0.need", "greater than or equal to 2"),
        ('reward = "free_drink"', 'reward = "cake"', "stamp_cards.0.reward", 'there is no reward "cake"'),
        ('badge = "regular"', 'badge = "hero"', "challenges.0.then.badge", 'there is no badge "hero"'),
        ("reach = 3", "reach = 8", "challenges.0.goal.reach", "less than or equal to 7"),
        ('"free_product"', '"gift"', "rewards.0.kind", "'free_product'"),
        ('name = "Any drink"', "name = {}", "rewards.0.name", "at least 1"),
        ('name = "Any drink"', 'name = ""', "rewards.0.name", "at least 1"),
        ('name = "Any drink"', "name = 7", "rewards.0.name", "dictionary"),
        ('name = "Any drink"', 'name = { hu = "Ital" }', "rewards.0.name", 'has no "en"'),
        ('name = "Any drink"', 'name = { en = "Any", hu = "" }', "rewards.0.name.hu", "at least 1"),
        ("[[rewards]]", "[rewards]", "rewards", "list"),
        ("[[badges]]", "[[badge]]", "badge", "unknown key"),
    ],
)
def test_a_fault_names_its_path_and_what_to_write(old: str, new: str, at: str, said: str) -> None:
    assert said in faults_of(changed((old, new)))[at]


@pytest.mark.parametrize(
    ("hours", "at"),
    [
        ('{ from = "9 pm", to = "09:00" }', "messages.quiet_hours.from"),
        ('{ from = "21:00", to = "24:00" }', "messages.quiet_hours.to"),
        ('{ from = "21:00", to = "21:00" }', "messages.quiet_hours"),
        ('{ from = "21:00" }', "messages.quiet_hours.to"),
    ],
)
def test_quiet_hours_are_two_different_times_of_the_day(hours: str, at: str) -> None:
    assert at in faults_of(f"{SMALL}\n[messages]\nquiet_hours = {hours}\n")


@pytest.mark.parametrize("section", ["earning", "rewards", "stamp_cards", "badges", "challenges"])
def test_a_key_that_is_there_twice_is_a_fault(section: str) -> None:
    part = f"[[{section}]]" + SMALL.split(f"[[{section}]]")[1].split("[[")[0]
    assert "is there twice" in faults_of(SMALL + part)[f"{section}.1.key"]


def test_all_faults_are_told_at_once_wherever_they_are() -> None:
    text = changed(
        ('"EUR"', '"Euro"'),
        ("Europe/Budapest", "Mars/Olympus"),
        ('["en", "hu"]', '["en", "zzz"]'),
        ('per = "1.00"', 'per = "one"'),
        ("need = 10", 'need = "ten"'),
        ('reward = "free_drink"', 'reward = "cake"'),
        ("points = 100", "points = -1"),
        ('badge = "regular"', 'badge = "hero"'),
        ('window = "week"', 'window = "week"\nreward = 5'),
    )
    assert set(faults_of(text)) == {
        "programme.currency",
        "programme.timezone",
        "programme.languages.1",
        "earning.0.give.per",
        "stamp_cards.0.need",
        "stamp_cards.0.reward",
        "rewards.0.cost.points",
        "challenges.0.then.badge",
        "challenges.0.reward",
    }


@pytest.mark.parametrize("text", ["", "earning = 5\nrewards = [1]\nprogramme = 3", "stamp_cards = [{}]"])
def test_a_document_of_another_shape_is_told_what_is_missing(text: str) -> None:
    assert "programme" in faults_of(text)


def test_what_is_no_toml_is_told_with_its_line() -> None:
    [message] = faults_of("[programme]\nname = Bean").values()
    assert "not valid TOML" in message
    assert "line 2" in message


def test_a_programme_can_do_without_everything_but_its_heading() -> None:
    programme = parse(SMALL.split("[[")[0])
    assert programme.of(EarningRule) == {}
    assert programme.quiet_hours is None
    assert programme.point_names == {}
