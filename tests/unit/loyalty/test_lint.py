"""What is looked for in a programme that is valid: dear rewards, late ones, dead rules, too many words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.actions.lint import Wanted, look
from bot.errors import BadInput
from bot.loyalty.activity import Item
from bot.loyalty.condition import DAYS
from bot.loyalty.document import parse
from bot.loyalty.linting.conditions import contradiction
from bot.loyalty.linting.findings import Finding, Reached, Terms
from bot.loyalty.linting.reach import assumed
from bot.loyalty.linting.whole import lint
from tests.unit.loyalty.asking import ANNA, HEADING, purchase, when

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TERMS = Terms(NOW, 1200)
SPEND = '[[earning]]\nkey = "spend"\non = "purchase"\ngive = { points = 1, per = "1.00" }\n'


def found(tables: str, terms: Terms = TERMS) -> dict[str, str]:
    """The warnings about a programme of these tables, by path."""
    return {one.at: one.message for one in lint(parse(HEADING + tables), terms) if one.warns}


def reward(rest: str, key: str = "tea") -> str:
    return f'[[rewards]]\nkey = "{key}"\nname = "{key}"\n{rest}\n'


@pytest.mark.parametrize("name", ["cafe", "fashion", "salon"])
def test_a_preset_has_nothing_to_warn_of(name: str) -> None:
    programme = parse((files("config") / "presets" / f"{name}.toml").read_text("utf-8"))
    assert [one for one in look(programme, Wanted(), NOW) if one.warns] == []


# what rewards cost


def test_a_reward_that_costs_too_much_of_its_spend_says_what_it_should_cost() -> None:
    dear = SPEND + reward('kind = "discount_amount"\nvalue = "10.00"\ncost = { points = 50 }')
    assert found(dear) == {
        "rewards.0.cost.points": "worth 10.00 EUR for 50.00 EUR of spend: 20%, more than 15%; "
        "ask for at least 67 points, or give less"
    }
    assert found(dear, replace(TERMS, most_percent=20)) == {}
    assert found(dear.replace("points = 50 }", "points = 67 }")) == {}


def test_a_percentage_is_of_a_typical_basket() -> None:
    percent = SPEND + reward('kind = "discount_percent"\nvalue = "50%"\ncost = { points = 30 }')
    assert "worth 6.00 EUR for 30.00 EUR of spend: 20%" in found(percent)["rewards.0.cost.points"]
    assert found(percent, replace(TERMS, basket=800)) == {}


def test_points_for_each_purchase_count_by_the_basket_and_special_offers_do_not_count() -> None:
    rules = """
[[earning]]
key = "each"
on = "purchase"
give = { points = 6 }

[[earning]]
key = "mondays"
on = "purchase"
when = { weekday = "mon" }
give = { points = 1000 }
"""
    dear = rules + reward('kind = "gift_card"\nvalue = "5.00"\ncost = { points = 10 }')
    assert "for 20.00 EUR of spend: 25%" in found(dear)["rewards.0.cost.points"]


def test_what_a_thing_is_worth_follows_from_its_points_or_is_not_known() -> None:
    thing = SPEND + reward('kind = "free_product"\ncost = { points = 50 }')
    [note] = lint(parse(HEADING + thing), TERMS)
    assert (note.at, note.warns) == ("rewards.0.cost.points", False)
    assert "nobody knows what it is worth" in note.message
    assert lint(parse(HEADING + thing + '[points_value]\npoint = "0.10"\n'), TERMS) == []
    assert "20%" in found(thing + '[points_value]\npoint = "0.20"\n')["rewards.0.cost.points"]


def test_a_card_that_is_full_too_soon_and_too_much_cash_back_are_warned_of() -> None:
    card = '[[stamp_cards]]\nkey = "c"\nname = "C"\ncounts = { category = "tea" }\nneed = 4\nreward = "tea"\n'
    given_ = reward('kind = "free_product"\ngrant_only = true')
    assert "about 25%" in found(card + given_)["stamp_cards.0.need"]
    back = '[[earning]]\nkey = "back"\non = "purchase"\ngive = { credit = "20%" }\n'
    assert found(back) == {"earning.0.give.credit": "gives 20% of the spend back, more than 15%; lower it"}


# how soon one is reached


def test_a_first_reward_that_comes_too_late_is_told_with_the_days() -> None:
    far = SPEND + reward('kind = "merchandise"\ncost = { points = 200 }')
    programme = parse(HEADING + far)
    days = assumed(programme, TERMS).median_days
    # 17 purchases of 12.00 make 204 points; between the first and the last lie 16 times 7.5 days.
    assert days == 120
    assert "only after 120 days, and not within 60" in found(far)["rewards"]
    assert found(far, replace(TERMS, days=120)) == {}
    assert found(far, replace(TERMS, visits_a_month=8)) == {}


def test_one_that_is_never_reached_is_told_too() -> None:
    assert "would not reach a first reward" in found(reward('kind = "merchandise"\ngrant_only = true'))["rewards"]


def test_real_customers_count_more_than_an_assumed_one() -> None:
    far = SPEND + reward('kind = "merchandise"\ncost = { points = 200 }')
    assert found(far, replace(TERMS, past=Reached(members=10, rewarded=6, median_days=50))) == {}
    slow = found(far, replace(TERMS, past=Reached(members=10, rewarded=6, median_days=61)))
    few = found(far, replace(TERMS, past=Reached(members=10, rewarded=4, median_days=50)))
    assert "only after 61 days" in slow["rewards"]
    assert "of 10 members 40% would ever have had one" in few["rewards"]


@pytest.mark.parametrize(
    ("rule", "path"), [("months = 3", "expiry.months"), ("end_of_year = 0", "expiry.end_of_year"), ("months = 4", "")]
)
def test_points_that_end_before_the_first_reward_are_warned_of(rule: str, path: str) -> None:
    points = 200 if "months" in rule else 700
    far = SPEND + reward(f'kind = "merchandise"\ncost = {{ points = {points} }}') + f"[expiry]\n{rule}\n"
    ends = {at: message for at, message in found(far).items() if at.startswith("expiry")}
    assert list(ends) == ([path] if path else [])


# rules that do nothing


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("all = [{ weekday = 'mon' }, { date = { from = 2026-12-01, to = 2026-12-05 } }]", "weekdays lies between"),
        ("all = [{ amount = { over = '10.00' } }, { amount = { under = '5.00' } }]", "large and small at once"),
        ("all = [{ weekday = 'mon' }, { weekday = 'tue' }]", "two different ones at once"),
        ("all = [{ tier = 'gold' }, { not = { tier = ['gold', 'silver'] } }]", "two different ones at once"),
        ("type = 'review'", "two different ones at once"),
        ("all = [{ verified = true }, { verified = false }]", "for something and for the opposite"),
        ("first_purchase = true, purchases = { at_least = 1 }", "nothing was bought"),
        ("first_purchase = true, last_purchase_days = { over = 3 }", "there is no last one"),
        ("all = [{ time = { from = '08:00', to = '10:00' } }, { time = { from = '22:00', to = '08:00' } }]",
         "never meet"),
        ("all = [{ date = { to = 2026-12-01 } }, { date = { from = 2026-12-02 } }]", "dates never meet"),
        ("date = { to = 2026-11-21 }", "over since 2026-11-21"),
        ("segment = 'nobody'", "large and small at once"),
        ("any = [{ weekday = 'mon', not = { weekday = 'mon' } }, { birthday = true, not = { birthday = true } }]",
         "for something and for the opposite"),
        ("not = { any = [{ weekday = ['mon', 'tue', 'wed', 'thu'] }, { weekday = ['fri', 'sat', 'sun'] }] }",
         "two different ones at once"),
    ],
)  # fmt: skip
def test_a_condition_that_nobody_can_meet_is_named_with_its_reason(asked: str, why: str) -> None:
    tables = f"""
[[earning]]
key = "odd"
on = "purchase"
give = {{ points = 1 }}
when = {{ {asked} }}

[[tiers]]
key = "silver"
name = "Silver"
from = "1.00"

[[tiers]]
key = "gold"
name = "Gold"
from = "9.00"

[[segments]]
key = "nobody"
name = "Nobody"
when = {{ all = [{{ purchases = {{ over = 5 }} }}, {{ purchases = {{ under = 3 }} }}] }}
""".replace("'", '"')
    warnings = found(tables)
    assert why in warnings.pop("earning.0.when")
    assert list(warnings) == ["segments.0.when"]


@pytest.mark.parametrize(
    "asked",
    [
        "weekday = 'mon', date = { from = 2026-12-01, to = 2026-12-07 }",
        "amount = { at_least = '5.00', at_most = '5.00' }",
        "any = [{ weekday = 'mon', not = { weekday = 'mon' } }, { birthday = true }]",
        "all = [{ time = { from = '08:00', to = '10:00' } }, { time = { from = '22:00', to = '09:00' } }]",
        "not = { date = { to = 2026-11-01 } }",
        "first_purchase = true, purchases = { at_most = 0 }",
    ],
)
def test_what_somebody_can_meet_is_left_alone(asked: str) -> None:
    assert (
        found(
            f'[[earning]]\nkey = "e"\non = "purchase"\ngive = {{ points = 1 }}\nwhen = {{ {asked} }}\n'.replace(
                "'", '"'
            )
        )
        == {}
    )


bounds = st.builds("{{ at_least = {} }}".format, st.integers(0, 3)) | st.builds(
    "{{ under = {} }}".format, st.integers(1, 4)
)
hours = st.sampled_from(["00:00", "06:00", "12:00", "18:00"])
leaves = st.one_of(
    st.builds('weekday = "{}"'.format, st.sampled_from(DAYS[:3])),
    st.builds("purchases = {}".format, bounds),
    st.builds('amount = {{ at_least = "{}.00" }}'.format, st.integers(0, 3)),
    st.builds('amount = {{ under = "{}.00" }}'.format, st.integers(1, 4)),
    st.builds('location = "{}"'.format, st.sampled_from("ab")),
    st.builds("first_purchase = {}".format, st.sampled_from(["true", "false"])),
    st.builds('date = {{ from = 2026-03-0{} }}'.format, st.integers(2, 5)),
    st.builds('date = {{ to = 2026-03-0{} }}'.format, st.integers(2, 5)),
    st.tuples(hours, hours).filter(lambda pair: pair[0] != pair[1]).map(
        lambda pair: f'time = {{ from = "{pair[0]}", to = "{pair[1]}" }}'
    ),
)  # fmt: skip


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3).map(lambda parts: ", ".join(f"{{ {part} }}" for part in parts))
    return st.one_of(
        several.map("all = [{}]".format), several.map("any = [{}]".format), inner.map("not = {{ {} }}".format)
    )


@settings(max_examples=300, deadline=None)
@given(
    st.recursive(leaves, _compound, max_leaves=8),
    st.integers(0, 4), st.integers(0, 400), st.sampled_from(["a", "b", ""]), st.integers(0, 24 * 6),
)  # fmt: skip
def test_what_is_called_impossible_never_holds(text: str, bought: int, amount: int, place: str, hours: int) -> None:
    condition = when(f"{{ {text} }}")
    monday = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hours)
    asked = purchase(monday, ANNA._replace(purchases=bought), Item("tea", 1), amount=amount, location=place)
    assert not (contradiction(condition, ("purchase",)) and condition.holds(asked))


def test_a_badge_that_nothing_awards_is_told_where_it_stands_and_where_it_is_asked_for() -> None:
    badge = '[[badges]]\nkey = "star"\nname = "Star"\n'
    asking = '[[earning]]\nkey = "e"\non = "visit"\ngive = { points = 1 }\nwhen = { badge = "star" }\n'
    assert set(found(badge + asking)) == {"badges.0", "earning.0.when"}
    assert found(badge + 'on = "visit"\n' + asking) == {}


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ('[[earning]]\nkey = "x"\non = "visit"\nmultiply = 2\n', "earning.1.on"),
        ('[[earning]]\nkey = "x"\non = "visit"\nmultiply = 2\nof = ["spend"]\n', "earning.1.of"),
        ('[[earning]]\nkey = "x"\non = "visit"\ngive = { points = 5 }\ncap = { points = 4, per = "day" }\n',
         "earning.1.cap.0"),
        (reward('kind = "sample"\ncost = { credit = "1.00" }'), "rewards.0.cost"),
        (reward('kind = "sample"\ncost = { points = 1 }\nvalid = { to = "2026-11-21" }'), "rewards.0.valid"),
        ('[[challenges]]\nkey = "c"\nname = "C"\non = "visit"\ngoal = { count = 2 }\nthen = { points = 1 }\n'
         "window = { from = 2026-01-01, to = 2026-01-31 }\n", "challenges.0.window"),
    ],
)  # fmt: skip
def test_a_rule_that_does_nothing_is_named_by_its_path(rules: str, path: str) -> None:
    assert list(found(SPEND + rules)) == [path]


def test_words_for_what_no_rule_names_are_told() -> None:
    words = '[words]\nbeans = "beans"\ntea = "tea"\nTEA-1 = "green tea"\nshop = "the shop"\nteas = "tea"\n'
    rule = '[[earning]]\nkey = "e"\non = "visit"\ngive = { points = 1, per_item = true }\nitems = { sku = "TEA-1" }\n'
    when = 'when = { any = [{ category = "tea" }, { not = { location = "shop" } }] }\n'
    campaign = f'[[campaigns]]\nkey = "c"\n{when.replace("tea", "beans")}'
    assert list(found(words + rule + when + campaign)) == ["words.teas"]


def test_tiers_by_points_and_rewards_for_points_need_a_rule_that_gives_some() -> None:
    tiers = '[qualification]\nby = "points"\n[[tiers]]\nkey = "gold"\nname = "Gold"\nfrom = 5\n'
    priced = reward('kind = "sample"\ncost = { points = 1 }')
    assert {"qualification.by", "rewards.0.cost"} <= set(found(tiers + priced))
    assert found(SPEND + tiers + priced) == {}


# words


def test_too_many_sentences_and_too_long_ones_are_warned_of() -> None:
    programme = parse(HEADING + SPEND)
    told = [("earning.spend", "x" * 161), *[("expiry", "Points do not expire")] * 3]
    findings = lint(programme, replace(TERMS, most_sentences=3), told)
    assert [one.at for one in findings] == ["", "earning.0"]
    assert all(one.warns for one in findings)
    assert lint(programme, replace(TERMS, most_sentences=4), [("earning.spend", "x" * 160), *told[1:]]) == []


def test_a_sentence_is_measured_in_every_language_of_the_programme() -> None:
    long_one = reward(f'kind = "sample"\ncost = {{ points = 9 }}\nabout = {{ hu = "{"szó " * 45}", en = "Short" }}')
    text = (HEADING + SPEND + long_one).replace('languages = ["en"]', 'languages = ["en", "hu"]')
    assert [one.at for one in look(parse(text), Wanted(), NOW) if one.warns] == ["rewards.0"]


def test_warnings_come_before_notes_and_each_once() -> None:
    unknown = SPEND + reward('kind = "sample"\ncost = { points = 9 }')
    findings = lint(parse(HEADING + unknown), TERMS, [("rewards.tea", "y" * 200)], [("rewards.tea", "y" * 200)])
    assert [(one.at, one.warns) for one in findings] == [("rewards.0", True), ("rewards.0.cost.points", False)]
    assert isinstance(findings[0], Finding)


@pytest.mark.parametrize("basket", ["0", "-1.00", "much", "1.001", "9999999999999"])
def test_a_basket_that_is_no_sum_is_refused(basket: str) -> None:
    with pytest.raises(BadInput, match="basket"):
        look(parse(HEADING + SPEND), Wanted(basket=basket), NOW)
