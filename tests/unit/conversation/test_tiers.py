"""Talking about tiers."""

from dataclasses import replace

import pytest

from bot.conversation.facts import Facts
from bot.conversation.understanding import understand
from bot.loyalty.document import parse
from bot.web.pages.offers import Offers
from tests.cast import CAFE
from tests.unit.conversation.talk import anna, bence, only

TIERED = parse(
    CAFE
    + """
[qualification]
by = "spend"

[[tiers]]
key = "bronze"
name = { en = "Bronze", hu = "Bronz" }
from = "0"

[[tiers]]
key = "gold"
name = { en = "Gold", hu = "Arany" }
from = "1000.00"

[tiers.benefits]
multiplier = "1.25"
free_shipping = true
early_access_hours = 48
perks = [{ en = "a coffee a month", hu = "havonta egy kávé" }]
"""
)
BY_VISITS = parse(CAFE + '[qualification]\nby = "visits"\n[[tiers]]\nkey = "gold"\nname = "Gold"\nfrom = 3\n')


def spent(cents: int, facts: Facts) -> Facts:
    """They spent that much on the very day."""
    assert facts.member is not None
    last = facts.now.date().toordinal()
    count = {"by": "spend", "life": cents, "last": last, "years": {"2026": cents}}
    return replace(facts, programme=TIERED, member=replace(facts.member, progress={"tiers": count}))


@pytest.mark.parametrize("word", ["tier", "/tier", "My tier?", "What's my tier?", "How far to the next tier?"])
def test_a_member_is_told_the_tier_and_what_is_missing(word: str) -> None:
    assert only(understand(spent(957_00, anna()), word)).text == (
        "Your tier: Bronze\n▰▰▰▰▰▰▰▰▰▱\n€43 to Gold.\n"
        "Gold brings: 1.25 times the points; free shipping; 48 hours of early access; a coffee a month"
    )


def test_at_the_top_there_is_an_end_and_what_it_brings() -> None:
    assert only(understand(spent(1000_00, anna()), "tier")).text == (
        "Your tier: Gold, until December 31, 2027\n"
        "It brings you: 1.25 times the points; free shipping; 48 hours of early access; a coffee a month"
    )


def test_in_hungarian_and_by_sms_it_is_said_without_a_bar() -> None:
    assert only(understand(spent(957_50, anna("hu", "sms")), "szint")).text == (
        "A szinted: Bronz\nMég 42,50\u00a0EUR a következő szintig: Arany.\n"
        "Arany szinten ezt kapod: pontszorzó: 1,25; ingyenes szállítás; 48 órával korábbi hozzáférés; havonta egy kávé"
    )


def test_the_balance_has_a_line_of_it() -> None:
    assert "Bronze. €43 to Gold." in only(understand(spent(957_00, anna()), "balance")).text.splitlines()
    assert "Your tier: Gold" in only(understand(spent(2000_00, anna()), "balance")).text.splitlines()


def test_visits_are_counted_in_words() -> None:
    facts = replace(anna(), programme=BY_VISITS)
    assert only(understand(facts, "tier")).text == "You have no tier yet.\n▱▱▱▱▱▱▱▱▱▱\n3 visits to Gold."


def test_a_stranger_is_told_all_tiers() -> None:
    assert only(understand(replace(bence(), programme=TIERED), "tiers")).text == (
        "Bronze: for everybody\n"
        "Gold: from €1,000; 1.25 times the points; free shipping; 48 hours of early access; a coffee a month"
    )


def test_a_programme_without_tiers_says_so() -> None:
    assert only(understand(anna(), "tier")).text == "There are no tiers at the moment."
    assert "tier" not in only(understand(anna(), "balance")).text


def test_the_front_page_names_the_tiers_where_there_are_any() -> None:
    assert [offer.name for offer in Offers(TIERED, "hu").tiers()] == ["Bronz", "Arany"]
    assert Offers(TIERED, "hu").tiers()[0].text == "mindenkinek"
    assert Offers(parse(CAFE), "en").tiers() == []
