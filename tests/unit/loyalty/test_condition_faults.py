import pytest

from tests.unit.loyalty.asking import faults

SEGMENT = """
[[segments]]
key = "{}"
name = "Some"
when = {}
"""
RULE = """
[[earning]]
key = "spend"
on = "purchase"
give = {{ points = 1 }}
when = {}
"""


def test_a_misspelt_day_is_told_with_its_place() -> None:
    told = faults(RULE.format('{ all = [{ weekday = ["mo"] }] }'))
    assert told == {
        "earning.0.when.all.0.weekday": '"mo" is no day; use mon, tue, wed, thu, fri, sat, sun',
    }


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("{}", "", "asks nothing"),
        ("{ all = [] }", ".all", "at least 1"),
        ("{ wekday = 'mon' }", ".wekday", "unknown key"),
        ("{ amount = {} }", ".amount", "needs a bound"),
        ("{ amount = { at_least = '1', over = '2' } }", ".amount", "two bounds on the same side"),
        ("{ amount = { at_least = '1.001' } }", ".amount.at_least", "finer than the currency"),
        ("{ amount = { at_least = '-1' } }", ".amount.at_least", "must be from 0"),
        ("{ spent = { at_least = '999999999999999' } }", ".spent.at_least", "must be from 0"),
        ("{ amount = { over = '4.99', under = '5.00' } }", ".amount", "nothing lies between"),
        ("{ purchases = { at_least = 2, at_most = 1 } }", ".purchases", "nothing lies between"),
        ("{ joined_days = { at_least = 36501 } }", ".joined_days.at_least", "36500"),
        ("{ time = { from = '9:00', to = '10:00' } }", ".time.from", "not written as it must be"),
        ("{ time = { from = '09:00', to = '09:00' } }", ".time", "are the same"),
        ("{ date = { from = 2026-03-05, to = 2026-03-04 } }", ".date", "is after"),
        ("{ date = {} }", ".date", 'needs "from"'),
        ("{ attribute = { name = 'stars' } }", ".attribute", "needs one of"),
        ("{ attribute = { name = 'stars', is = 1, at_least = 2 } }", ".attribute", "needs one of"),
        ("{ attribute = { name = 'stars', is = {} } }", ".attribute.is", "must be a text"),
        ("{ attribute = { name = 'stars', at_least = nan } }", ".attribute.at_least", "finite"),
        ("{ units = { category = 'coffee' } }", ".units", "needs a bound"),
        ("{ language = 'xx-yy-zz' }", ".language.0", "is no language"),
        ("{ badge = 'regular' }", ".badge", 'there is no badge "regular"'),
        ("{ tier = 'gold' }", ".tier", 'there is no tier "gold"'),
        ("{ segment = 'close' }", ".segment", 'there is no segment "close"'),
        ("{ not = { any = [{ points = { over = 4 } }] } }", ".not.any.0.points", "asks for a balance"),
    ],
)
def test_what_is_wrong_with_a_condition_is_told_at_its_place(text: str, at: str, says: str) -> None:
    told = faults(RULE.format(text))
    assert list(told) == [f"earning.0.when{at}"]
    assert says in told[f"earning.0.when{at}"]


@pytest.mark.parametrize("leaf", ["points = { over = 4 }", "lifetime_points = { over = 4 }", "credit = { over = '4' }"])
def test_no_rule_may_ask_for_a_balance_not_even_through_a_segment(leaf: str) -> None:
    rich = SEGMENT.format("rich", f"{{ {leaf} }}")
    richer = SEGMENT.format("richer", '{ not = { segment = "rich" } }')
    assert faults(rich + richer) == {}
    told = faults(rich + richer + RULE.format('{ segment = "richer" }'))
    assert list(told) == ["earning.0.when.segment"]
    assert told["earning.0.when.segment"].startswith(f'through "{leaf.split()[0]}" the segment "richer" asks for a bal')


@pytest.mark.parametrize("leaf", ["type = 'purchase'", "verified = true", "weekday = 'mon'", "first_purchase = true"])
def test_a_segment_has_no_activity_and_no_time_to_ask_about(leaf: str) -> None:
    told = faults(SEGMENT.format("some", f"{{ {leaf} }}"))
    assert list(told) == [f"segments.0.when.{leaf.split()[0]}"]


def test_segments_that_ask_for_each_other_in_a_circle_are_told() -> None:
    told = faults(SEGMENT.format("a", "{ segment = 'b' }") + SEGMENT.format("b", "{ not = { segment = 'a' } }"))
    assert set(told) == {"segments.0.when.segment", "segments.1.when.not.segment"}
    assert "goes in a circle" in told["segments.0.when.segment"]
    assert set(faults(SEGMENT.format("a", "{ segment = 'a' }"))) == {"segments.0.when.segment"}


def test_a_condition_too_deep_or_too_large_is_a_fault_and_no_crash() -> None:
    deep = "{ not = " * 60 + "{ birthday = true }" + " }" * 60
    assert "nested deeper" in faults(SEGMENT.format("deep", deep))["segments.0.when"]
    wide = "".join(
        SEGMENT.format(f"s{i}", f"{{ any = [{{ segment = 's{i + 1}' }}, {{ segment = 's{i + 1}' }}] }}")
        for i in range(11)
    )
    told = faults(wide + SEGMENT.format("s11", "{ birthday = true }"))
    assert "more than 500" in told["segments.0.when"]
