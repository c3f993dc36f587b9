"""What is left after refunds, and what a replay makes of it, for any programme and any history."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadInput, Conflict
from bot.loyalty.activity import Activity, Item
from bot.loyalty.engine import decide
from bot.loyalty.member import CREDIT, POINTS, MemberState, Posting, Profile
from bot.loyalty.programme import Programme
from bot.loyalty.refunds import left_of, refused
from bot.loyalty.replay import Past, changes, lost_grants, replay
from tests.cast import NOON
from tests.random_shop import baskets, programmes

PROFILE = Profile(NOON, ZoneInfo("Europe/Budapest"))
NOBODY = MemberState(profile=PROFILE)


def bought(amount: int | None = 1000, *items: Item, number: str = "1") -> Activity:
    return Activity("purchase", "till", number, NOON, amount, items)


def back(amount: int | None = None, *items: Item, of: str = "1", number: str = "r") -> Activity:
    return Activity("refund", "till", number, NOON, amount, items, refunds=of)


def test_nothing_refunded_is_the_very_same() -> None:
    assert left_of(one := bought(), [], 2) is one


def test_an_amount_is_taken_off_and_never_more_than_there_is() -> None:
    left = left_of(bought(1000), [back(300), back(300)], 2)
    assert left is not None
    assert left.amount == 400
    assert left_of(bought(1000), [back(300), back(900)], 2) is None


def test_the_last_of_items_without_a_price_takes_all_back() -> None:
    two = bought(1000, Item("coffee", 2))
    one_back = left_of(two, [back(None, Item("coffee", 1))], 2)
    assert one_back is not None
    assert (one_back.amount, one_back.items) == (1000, (Item("coffee", 1),))
    assert left_of(two, [back(None, Item("coffee", 1))] * 2, 2) is None


def test_what_was_no_item_stays_when_all_items_are_back() -> None:
    left = left_of(bought(1500, Item("coffee", 1, price=1000)), [back(None, Item("coffee", 1))], 2)
    assert left is not None
    assert (left.amount, left.items) == (500, ())


def test_a_line_named_in_full_is_taken_before_those_like_it() -> None:
    cheap, dear = Item("coffee", 1, price=100), Item("coffee", 1, "SKU", price=900)
    left = left_of(bought(1000, dear, cheap), [back(None, Item("coffee", 1))], 2)
    assert left is not None
    assert (left.amount, left.items) == (900, (dear,))


def test_sums_in_the_amount_shrink_with_it() -> None:
    one = bought(1000)._replace(attributes={"tax": "2.00", "table": 4})
    left = left_of(one, [back(250)], 2)
    assert left is not None
    assert left.attributes == {"tax": "1.50", "table": 4}


def test_a_refund_of_more_than_is_left_says_what_is_left() -> None:
    one = bought(1000, Item("coffee", 2))
    assert refused(one, one, back(1000), 2) is None
    too_much = refused(left_of(one, [back(400)], 2), one, back(700), 2)
    assert isinstance(too_much, Conflict)
    assert too_much.facts == {"left": "6.00"}
    assert isinstance(refused(one, one, back(None, Item("coffee", 1), Item("coffee", 2)), 2), Conflict)
    assert isinstance(refused(one, one, back(None, Item("tea", 1)), 2), BadInput)
    assert isinstance(refused(None, one, back(), 2), Conflict)


@st.composite
def in_parts(draw: st.DrawFn, one: Activity) -> list[Activity]:
    """Refunds that together take everything back."""
    way = draw(st.sampled_from(("whole", "amounts", "items")))
    if way == "amounts" and one.amount:
        cuts = sorted(draw(st.sets(st.integers(1, one.amount - 1), max_size=3))) if one.amount > 1 else []
        return [back(to - since, of=one.id) for since, to in zip([0, *cuts], [*cuts, one.amount], strict=True)]
    if way == "items" and one.items:
        units = [i._replace(quantity=1, price=None) for i in one.items for _ in range(i.quantity)]
        rest = [back(of=one.id)] if left_of(one, [back(None, u, of=one.id) for u in units], 2) else []
        return [back(None, unit, of=one.id) for unit in draw(st.permutations(units))] + rest
    first = [back(one.amount // 2, of=one.id)] if one.amount and one.amount > 1 and draw(st.booleans()) else []
    return [*first, back(of=one.id)]


@st.composite
def histories(draw: st.DrawFn) -> tuple[Programme, list[Activity], list[Activity]]:
    """A programme, what was told to be kept in order, and what is all refunded."""
    programme = draw(programmes())
    kept: list[Activity] = []
    gone: list[Activity] = []
    for n in range(draw(st.integers(1, 6))):
        amount, items = draw(baskets())
        kind = draw(st.sampled_from(("purchase", "purchase", "visit")))
        at = NOON + timedelta(hours=draw(st.integers(0, 400)))
        one = Activity(kind, "till", str(n), at, amount, items, "", {"tax": "0.10"} if amount else None)
        (gone if draw(st.booleans()) else kept).append(one)
    return programme, kept, gone


def told(programme: Programme, ones: list[Activity]) -> list[Past]:
    return [Past(n, one, NOON + timedelta(days=20), programme) for n, one in enumerate(ones)]


@settings(deadline=None, max_examples=150)
@given(histories(), st.data())
def test_refunding_some_in_any_order_and_any_parts_is_as_if_they_had_never_been(
    history: tuple[Programme, list[Activity], list[Activity]], data: st.DataObject
) -> None:
    programme, kept, gone = history
    refunds = [refund for one in gone for refund in data.draw(in_parts(one))]
    order = data.draw(
        st.permutations([(2, n) for n in range(len(gone + refunds))] + [(1, n) for n in range(len(kept))])
    )
    rest = iter(kept)
    everything = [next(rest) if which == 1 else [*gone, *refunds][n] for which, n in order]
    done, plain = replay(told(programme, everything), PROFILE), replay(told(programme, kept), PROFILE)
    assert done.state == plain.state
    assert list(done.postings.values()) == list(plain.postings.values())
    assert list(done.grants.values()) == list(plain.grants.values())


@settings(deadline=None, max_examples=100)
@given(histories())
def test_a_replay_is_what_was_decided_at_the_time(history: tuple[Programme, list[Activity], list[Activity]]) -> None:
    programme, kept, gone = history
    past = told(programme, [*kept, *gone])
    state, posted = NOBODY, list[Posting]()
    for one in past:
        # What was spent meanwhile must not matter.
        decision = decide(
            programme, state._replace(points=-5, credit=0, lifetime_points=7), one.activity, one.recorded_at
        )
        state = decision.state
        posted += decision.postings
    done = replay(past, PROFILE)
    assert done.state._replace(points=0, credit=0, lifetime_points=0) == state._replace(
        points=0, credit=0, lifetime_points=0
    )
    assert [p for ps in done.postings.values() for p in ps] == posted


@settings(deadline=None, max_examples=100)
@given(histories(), st.data())
def test_the_changes_of_refunds_one_after_the_other_add_up(
    history: tuple[Programme, list[Activity], list[Activity]], data: st.DataObject
) -> None:
    programme, kept, gone = history
    past = told(programme, [*kept, *gone])
    first = last = replay(past, PROFILE)
    moved = {POINTS: 0, CREDIT: 0}
    for refund in data.draw(st.permutations([r for one in gone for r in data.draw(in_parts(one))])):
        past.append(Past(len(past), refund, NOON, programme))
        last, before = replay(past, PROFILE), last
        for wallet in moved:
            moved[wallet] += sum(change.points for change in changes(before, last, wallet))
    posted = [p for ps in first.postings.values() for p in ps]
    stays = [p for ps in last.postings.values() for p in ps]
    for wallet, change in moved.items():
        had, has = (sum(p.points for p in ps if p.wallet == wallet) for ps in (posted, stays))
        assert has - had == change
    assert sum(lost_grants(first, last).values()) == sum(map(len, first.grants.values())) - sum(
        map(len, last.grants.values())
    )


@settings(deadline=None, max_examples=60)
@given(histories(), st.data())
def test_what_is_refunded_in_part_counts_as_if_the_rest_alone_had_been_bought(
    history: tuple[Programme, list[Activity], list[Activity]], data: st.DataObject
) -> None:
    programme, kept, gone = history
    refunds = [r for one in gone for r in data.draw(in_parts(one)) if data.draw(st.booleans())]
    rest = [left_of(one, [r for r in refunds if r.refunds == one.id], programme.exponent) for one in [*kept, *gone]]
    done = replay(told(programme, [*kept, *gone, *refunds]), PROFILE)
    plain = replay(told(programme, [one for one in rest if one is not None]), PROFILE)
    assert done.state == plain.state
    assert list(done.postings.values()) == list(plain.postings.values())
