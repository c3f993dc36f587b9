"""Tiers through the engine: up and down, by what was earned or spent, and never by what is left."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.loyalty import tiers
from bot.loyalty.activity import Activity
from bot.loyalty.document import parse
from bot.loyalty.engine import decide
from bot.loyalty.member import Draft, MemberState, Outcome, Posting
from bot.loyalty.programme import Programme
from bot.loyalty.tiers import Benefits, Tier, in_force, multiplier, settle, standing, to_next
from tests.cast import CAFE, NOON
from tests.unit.loyalty.purchases import bought

_MONEY = ('"0"', '"300.00"', '"1000.00"')


def programme(
    by: str = "spend", period: str = "calendar_year", grace: int = 0, starts: tuple[str, ...] = _MONEY, more: str = ""
) -> Programme:
    """The café with bronze, silver and gold."""
    rules = f'[qualification]\nby = "{by}"\nperiod = "{period}"\ngrace_months = {grace}\n'
    names = ("bronze", "silver", "gold")
    levels = "".join(
        f'[[tiers]]\nkey = "{key}"\nname = {{ en = "{key.title()}" }}\nfrom = {start}\n'
        for key, start in zip(names, starts, strict=False)
    )
    return parse(f"{CAFE}\n{rules}{levels}{more}")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Budapest"))


def live(
    rules: Programme, *activities: Activity, state: MemberState | None = None
) -> Iterator[tuple[MemberState, list[Outcome]]]:
    """Each activity told as it happens: the state after it, and what was said of tiers."""
    state = state or MemberState()
    for activity in activities:
        decision = decide(rules, state, activity, activity.occurred_at)
        state = decision.state
        yield state, [outcome for outcome in decision.outcomes if outcome["type"].startswith("tier_")]


def spends(euros: int, when: str) -> Activity:
    return bought(euros * 100, at=at(when))


def test_each_step_up_is_told_once() -> None:
    told = [
        outcomes
        for _, outcomes in live(
            programme(),
            spends(10, "2026-03-01"),
            spends(290, "2026-03-02"),
            spends(5, "2026-03-03"),
            spends(900, "2026-03-04"),
        )
    ]
    assert told == [
        [{"type": "tier_reached", "tier": "bronze", "from": None}],
        [{"type": "tier_reached", "tier": "silver", "from": "bronze"}],
        [],
        [{"type": "tier_reached", "tier": "gold", "from": "silver"}],
    ]


def test_a_tier_of_a_calendar_year_ends_with_the_next_year_and_its_grace() -> None:
    [(state, _)] = live(programme(grace=3), spends(300, "2026-12-31T23:30"))
    assert (state.tier, state.tier_until) == ("silver", at("2028-04-01"))
    assert state.due_at == state.tier_until


def test_a_new_year_by_the_clock_of_the_business_counts_from_nothing() -> None:
    rules = programme()
    *_, (state, _) = live(rules, spends(200, "2026-12-31T23:59"), spends(100, "2027-01-01T00:00"))
    assert state.tier == "bronze"
    assert to_next(rules, state, at("2027-01-01T00:01")) == (rules.of(Tier)["silver"], 200_00)


def test_a_rolling_tier_ends_when_what_it_rests_on_is_a_year_old() -> None:
    rules = programme(period="rolling_12_months", grace=1)
    *_, (state, _) = live(rules, spends(200, "2028-02-29"), spends(150, "2028-06-15"), spends(60, "2028-07-01"))
    assert (state.tier, state.tier_until) == ("silver", at("2029-04-01"))
    where = standing(rules, state.progress, at("2029-03-01"))
    assert where is not None
    assert (where.progress, where.missing) == (210_00, 790_00)


def test_a_tier_for_life_has_no_end() -> None:
    rules = programme(period="life")
    *_, (state, _) = live(rules, spends(400, "2001-03-04"), spends(600, "2026-03-04"))
    assert (state.tier, state.tier_until, state.due_at) == ("gold", None, None)


def test_time_alone_takes_a_tier_once_and_tells_it_once() -> None:
    rules = programme()
    [(state, _)] = live(rules, spends(1000, "2026-03-04"))
    assert settle(rules, state, at("2027-12-31T23:59")) == (state, ())
    lost, outcomes = settle(rules, state, at("2028-01-01"))
    assert (lost.tier, lost.tier_until) == ("bronze", None)
    assert outcomes == ({"type": "tier_lost", "tier": "gold", "to": "bronze"},)
    assert settle(rules, lost, at("2028-01-02")) == (lost, ())


def test_a_tier_that_ends_leaves_the_one_below_that_was_met_later() -> None:
    rules = programme()
    *_, (state, _) = live(rules, spends(1000, "2026-03-04"), spends(300, "2027-03-04"))
    assert (state.tier, state.tier_until) == ("gold", at("2028-01-01"))
    after, outcomes = settle(rules, state, at("2028-01-01"))
    assert (after.tier, after.tier_until) == ("silver", at("2029-01-01"))
    assert outcomes == ({"type": "tier_lost", "tier": "gold", "to": "silver"},)


def test_without_any_tick_an_activity_finds_the_tier_that_holds_at_its_time() -> None:
    rules = programme()
    told = [
        outcomes
        for _, outcomes in live(rules, spends(1000, "2026-03-04"), bought(0, at=at("2029-01-01"), kind="visit"))
    ]
    assert told[1] == [{"type": "tier_lost", "tier": "gold", "to": "bronze"}]


def test_old_purchases_that_are_told_today_bring_no_tier_that_is_over_and_say_nothing_of_it() -> None:
    rules = programme(starts=('"1.00"',))
    decision = decide(rules, MemberState(), spends(500, "2020-03-04"), NOON)
    assert decision.state.tier == ""
    assert not [outcome for outcome in decision.outcomes if outcome["type"].startswith("tier_")]


def test_a_day_that_begins_at_one_o_clock_ends_a_tier_at_one() -> None:
    rules = parse(
        CAFE.replace("Europe/Budapest", "Africa/Cairo")
        + '[qualification]\nperiod = "rolling_12_months"\n[[tiers]]\nkey = "gold"\nname = "Gold"\nfrom = "1.00"\n'
    )
    [(state, _)] = live(rules, bought(100, at=datetime(2023, 4, 26, 12, tzinfo=UTC)))
    assert state.tier_until == datetime(2024, 4, 25, 22, tzinfo=UTC)
    [(state, _)] = live(rules, bought(100, at=datetime(2025, 4, 24, 12, tzinfo=UTC)))
    # The night of 24 to 25 April 2026 is an ordinary one; on 24 April 2026 the clocks skipped midnight.
    assert state.tier_until == datetime(2026, 4, 23, 22, tzinfo=UTC)
    assert in_force(rules, state, datetime(2026, 4, 23, 22, tzinfo=UTC)).tier == ""
    assert in_force(rules, state, datetime(2026, 4, 23, 21, 59, tzinfo=UTC)).tier == "gold"


def test_points_that_were_earned_count_and_not_those_that_are_there() -> None:
    rules = programme(by="points", starts=("0", "100"))
    [(state, _)] = live(rules, spends(100, "2026-03-04"))
    spent = state._replace(points=0)
    assert in_force(rules, spent, at("2026-03-05")).tier == "silver"


def test_prizes_and_bonuses_are_no_points_that_an_activity_earned() -> None:
    rules, activity = programme(by="points", starts=("0", "100")), spends(99, "2026-03-04")
    draft = Draft(rules, MemberState(), activity, activity.occurred_at)
    for rule in ("spend", "challenges:three_visits", "referral"):
        draft.post(Posting("earn", 99, rule))
    tiers.MECHANIC.apply(rules, activity, draft)
    assert draft.progress["tiers"]["life"] == 99


def test_a_purchase_or_a_visit_is_a_visit_and_a_review_is_none() -> None:
    rules = programme(by="visits", starts=("0", "3"))
    day = at("2026-03-04")
    kinds = ("purchase", "review", "visit", "purchase")
    told = [state.tier for state, _ in live(rules, *(bought(100, at=day, kind=kind) for kind in kinds))]
    assert told == ["bronze", "bronze", "bronze", "silver"]


def test_the_multiplier_is_that_of_the_tier_held_before_exact() -> None:
    rules = programme(more='benefits = { multiplier = "1.25", free_shipping = true, early_access_hours = 48 }\n')
    assert rules.of(Tier)["gold"].benefits == Benefits((5, 4), True, 48)
    assert multiplier(rules, MemberState(tier="gold")) == (5, 4)
    assert multiplier(rules, MemberState(tier="silver")) == multiplier(rules, MemberState()) == (1, 1)


def test_a_programme_without_tiers_has_none_and_says_nothing() -> None:
    rules = parse(CAFE)
    [(state, outcomes)] = live(rules, spends(500, "2026-03-04"))
    assert (state.tier, outcomes, "tiers" in state.progress) == ("", [], False)
    assert standing(rules, state.progress, NOON) is None
    assert in_force(rules, MemberState(tier="gold"), NOON).tier == ""


@pytest.mark.parametrize(
    ("by", "starts", "path"),
    [
        ("spend", ('"0"', "300"), "tiers.1.from"),
        ("visits", ("0", '"3.00"'), "tiers.1.from"),
        ("spend", ('"5.00"', '"5"'), "tiers.1.from"),
        ("spend", ('"0"', '"300.001"'), "tiers.1.from"),
        ("spend", ('"-1.00"',), "tiers.0.from"),
        ("points", ("0", "-5"), "tiers.1.from"),
        ("points", ("true",), "tiers.0.from"),
        ("points", ("1.5",), "tiers.0.from"),
    ],
)
def test_a_tier_that_makes_no_sense_is_a_fault_at_its_place(by: str, starts: tuple[str, ...], path: str) -> None:
    with pytest.raises(BadInput) as caught:
        programme(by=by, starts=starts)
    assert {fault.at for fault in caught.value.faults} == {path}


moments = st.integers(0, 4 * 366 * 24).map(lambda hours: datetime(2026, 10, 1, tzinfo=UTC) + timedelta(hours=hours))
purchases = st.lists(st.builds(bought, st.integers(0, 60_000), st.just(0), moments), max_size=15)
any_rules = st.builds(
    programme, st.just("spend"), st.sampled_from(["calendar_year", "rolling_12_months", "life"]), st.integers(0, 12)
)


@given(any_rules, purchases, st.data())
def test_a_tier_follows_what_was_spent_in_its_period_whatever_is_redeemed(
    rules: Programme, history: list[Activity], data: st.DataObject
) -> None:
    saving = spending = MemberState()
    for activity in history:
        saving = decide(rules, saving, activity, activity.occurred_at).state
        spending = decide(rules, spending, activity, activity.occurred_at).state
        redeemed = data.draw(st.integers(0, max(spending.points, 0)))
        spending = spending._replace(points=spending.points - redeemed)
        assert (spending.tier, spending.tier_until) == (saving.tier, saving.tier_until)


@given(any_rules, purchases, st.lists(moments, max_size=6))
def test_ticks_change_nothing_of_what_is_decided_and_every_change_is_told_once(
    rules: Programme, history: list[Activity], ticks: list[datetime]
) -> None:
    ticked = quiet = MemberState()
    told: list[Outcome] = []
    for activity in sorted(history, key=lambda one: one.occurred_at):
        for now in sorted(tick for tick in ticks if tick <= activity.occurred_at):
            ticked, outcomes = settle(rules, ticked, now)
            told += outcomes
        ticks = [tick for tick in ticks if tick > activity.occurred_at]
        decision = decide(rules, ticked, activity, activity.occurred_at)
        told += [outcome for outcome in decision.outcomes if outcome["type"].startswith("tier_")]
        ticked = decision.state
        quiet = decide(rules, quiet, activity, activity.occurred_at).state
        assert (quiet.tier, quiet.tier_until) == (ticked.tier, ticked.tier_until)
        assert quiet.progress == ticked.progress
    held = None
    for outcome in told:
        up = outcome["type"] == "tier_reached"
        assert (outcome["from"] if up else outcome["tier"]) == held
        held = outcome["tier"] if up else outcome["to"]
    assert (held or "") == ticked.tier
