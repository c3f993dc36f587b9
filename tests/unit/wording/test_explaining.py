"""Rules that explain themselves: what is read is what the engine gives."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.loyalty.activity import Activity, Item
from bot.loyalty.document import parse
from bot.loyalty.engine import decide
from bot.loyalty.member import MemberState
from bot.loyalty.money import from_minor
from bot.loyalty.programme import Programme
from bot.wording.explaining import explain
from campaigns.document import check
from tests.cast import NOON
from tests.unit.loyalty import rules as written
from tests.unit.loyalty.rules import HEAD, first, rules

PRESETS = ("cafe", "fashion", "salon")


def preset(name: str) -> Programme:
    return parse((files("config") / "presets" / f"{name}.toml").read_text("utf-8"))


def lines(programme: Programme, language: str = "en", section: str = "earning") -> list[str]:
    return [line.text for one in explain(programme, language) if one.name == section for line in one.lines]


def bought(amount: int, *items: Item) -> Activity:
    return Activity("purchase", "till", "1", NOON, amount, items)


# what is read against what the engine does


def minor(text: str) -> int:
    """``€1,234.50`` in cents."""
    whole, _, cents = text.strip("€").replace(",", "").partition(".")
    return int(whole) * 100 + int(cents.ljust(2, "0") or 0)


def whole(text: str) -> int:
    return int(text.replace(",", ""))


def as_read(text: str, amount: int, pieces: int) -> int:
    """What somebody who reads the sentence expects for a purchase, in points or cents."""
    least = re.search(r"if you spend at least (€[\d,.]+)", text)
    if least and amount < minor(least[1].rstrip(",.")):
        return 0
    if rate := re.match(r"([\d,]+) points? for every (€[\d,]+(?:\.\d+)?) you spend", text):
        points, per = whole(rate[1]) * amount, minor(rate[2])
        earned = points // per
        if "rounded up" in text:
            earned = -(-points // per)
        elif "rounded to the nearest" in text:
            earned = (2 * points + per) // (2 * per)
    elif share := re.match(r"([\d.]+)% of your purchase back as credit", text):
        hundredths = minor(share[1])
        earned = hundredths * amount // 10_000
    elif each := re.match(r"([\d,]+) points? for each item", text):
        earned = whole(each[1]) * pieces
    elif flat := re.match(r"([\d,]+) points? for every purchase", text):
        earned = whole(flat[1])
    else:
        raise AssertionError(text)
    if cap := re.search(r"at most (€?[\d,]+(?:\.\d+)?)(?: points?| of credit)? (?:each time|a day|a month)", text):
        earned = min(earned, minor(cap[1]) if "€" in cap[1] else whole(cap[1]))
    return earned


sums = st.integers(1, 20_000).map(lambda cents: from_minor(cents, 2))
shares = st.integers(1, 10_000).map(lambda hundredths: from_minor(hundredths, 2))
gives = st.one_of(
    st.builds('give = {{ points = {}, per = "{}", round = "{}" }}'.format, st.integers(1, 500), sums,
              st.sampled_from(["down", "half_up", "up"])),
    st.builds('give = {{ credit = "{}%" }}'.format, shares),
    st.builds("give = {{ points = {}, per_item = true }}".format, st.integers(1, 5000)),
    st.builds("give = {{ points = {} }}".format, st.integers(1, 5000)),
)  # fmt: skip
minimums = st.one_of(st.just(""), st.builds(', minimum = "{}"'.format, sums))
spans = st.sampled_from(["activity", "day", "month"])


@st.composite
def simple_rules(draw: st.DrawFn) -> str:
    give, cap = draw(gives), ""
    if draw(st.booleans()):
        most = f'credit = "{draw(sums)}"' if "credit" in give else f"points = {draw(st.integers(1, 5000))}"
        cap = f', cap = {{ {most}, per = "{draw(spans)}" }}'
    return f'on = "purchase", {give}{draw(minimums)}{cap}'


@settings(max_examples=300, deadline=None)
@given(simple_rules(), st.integers(0, 50_000), st.integers(0, 20))
def test_the_numbers_in_a_sentence_are_those_of_the_engine(rule: str, amount: int, pieces: int) -> None:
    made = rules(rule)
    [text] = lines(made)
    items = [Item("tea", pieces)] if pieces else []
    points, credit = written.given(first(made, bought(amount, *items)))
    assert as_read(text, amount, pieces) == points + credit, text


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 40), st.sets(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), min_size=1))
def test_a_multiplier_holds_on_the_days_that_are_named_and_no_other(halves: int, days: set[str]) -> None:
    names = {"mon": "Mondays", "tue": "Tuesdays", "wed": "Wednesdays", "thu": "Thursdays", "fri": "Fridays",
             "sat": "Saturdays", "sun": "Sundays"}  # fmt: skip
    by = from_minor((halves + 1) * 50, 2)
    told = ", ".join(f'"{day}"' for day in sorted(days))
    made = rules(
        'on = "purchase", give = { points = 10 }',
        f'on = "purchase", when = {{ weekday = [{told}] }}, multiply = "{by}"',
    )
    text = lines(made)[1]
    said = {day for day, name in names.items() if name in text}
    said |= {"mon", "tue", "wed", "thu", "fri"} if "on weekdays" in text else set()
    said |= {"sat", "sun"} if "at weekends" in text else set()
    assert said == days
    factor = {"Double": 2.0, "Triple": 3.0}.get(text.split()[0]) or float(text.split()[0])
    today = NOON.astimezone(made.zone).strftime("%a").lower()
    points, _ = written.given(first(made, bought(100)))
    assert points == int(10 * factor if today in days else 10)


# how rules are said


@pytest.mark.parametrize(
    ("rule", "english", "hungarian"),
    [
        (
            'on = "purchase", multiply = 2, when = { weekday = "mon", time = { from = "15:00", to = "17:00" } }',
            "Double points on Mondays from 15:00 to 17:00",
            "Dupla pont hétfőn 15:00 és 17:00 között",
        ),
        (
            'on = "review", when = { verified = true }, give = { points = 500 }, once_per = "product", '
            'cap = { points = 1500, per = "month" }',
            "500 points for a verified review, once for each product, at most 1,500 points a month",
            "500 pont egy ellenőrzött értékelésért, termékenként egyszer, havonta legfeljebb 1\u00a0500 pont",
        ),
        (
            'on = "purchase", give = { credit = "5%" }, pending_days = 14',
            "5% of your purchase back as credit, after 14 days",
            "A vásárlásod 5%-át visszakapod jóváírásként, 14 nap múlva",
        ),
        (
            'on = "purchase", give = { points = 1, per_item = true }, items = { category = "house_tea", sku = "CUP" }',
            "1 point for each item from house tea or CUP",
            "1 pont minden ilyen termékért: house tea vagy CUP",
        ),
        (
            'on = "visit", give = { points = 3 }, pending = "confirmed", cap = { times = 1, per = "day" }',
            "3 points for every visit, at most once a day, once it is confirmed",
            "3 pont minden látogatásért, naponta legfeljebb egyszer, miután jóváhagytuk",
        ),
        (
            'on = "signup", give = { credit = "2.50" }',
            "€2.50 of credit for joining",
            "2,50\u00a0EUR jóváírás a csatlakozásért",
        ),
    ],
)
def test_a_rule_is_said_as_people_say_it(rule: str, english: str, hungarian: str) -> None:
    made = rules(rule)
    assert (lines(made), lines(made, "hu")) == ([english], [hungarian])


@pytest.mark.parametrize(
    ("when", "english", "hungarian"),
    [
        ("not = { weekday = ['sat', 'sun'] }", "on weekdays", "hétköznap"),
        ("amount = { at_least = '5.00', under = '10.00' }", "if you spend €5 to €9.99",
         "ha 5\u00a0EUR és 9,99\u00a0EUR közötti a végösszeg"),
        ("not = { amount = { at_least = '5.00' } }", "if you spend at most €4.99",
         "ha legfeljebb 4,99\u00a0EUR a végösszeg"),
        ("date = { from = 2026-12-01, to = 2026-12-24 }", "from December 1, 2026 to December 24, 2026",
         "2026. december 1. és 2026. december 24. között"),
        ("date = { to = 2026-12-24 }", "until December 24, 2026", "eddig a napig: 2026. december 24."),
        ("location = ['Buda', 'Pest']", "at Buda or Pest", "itt: Buda vagy Pest"),
        ("source = 'web'", "through web", "ezen keresztül: web"),
        ("category = 'gift_card'", "if it includes gift card", "ha van benne ilyen: gift card"),
        ("units = { sku = 'CUP', at_least = 2 }", "if it includes at least 2 × CUP",
         "ha legalább 2 ilyen van benne: CUP"),
        ("units = { at_least = 3 }", "if the number of items is at least 3", "ha legalább 3 a darabszám"),
        ("attribute = { name = 'stars', at_least = 4 }", "if stars is at least 4", "ha stars: legalább 4"),
        ("attribute = { name = 'paid_online', is = true }", "if paid online is yes", "ha paid online: igen"),
        ("attribute = { name = 'size', in = ['S', 'M'] }", "if size is M or S", "ha size: M vagy S"),
        ("verified = false", "if it is not verified", "ha nincs ellenőrizve"),
        ("first_purchase = true", "for your first purchase", "az első vásárlásodért"),
        ("first_purchase = false", "except for your first purchase", "kivéve: az első vásárlásodért"),
        ("purchases = { over = 9 }", "if the number of your purchases before is at least 10",
         "ha legalább 10 a korábbi vásárlásaid száma"),
        ("spent = { at_least = '100.00' }", "if you have spent at least €100 before",
         "ha legalább 100\u00a0EUR az eddig elköltött összeg"),
        ("joined_days = { at_most = 30 }", "if the days since you joined are at most 30",
         "ha legfeljebb 30 nap telt el a csatlakozásod óta"),
        ("last_purchase_days = { at_least = 60 }", "if the days since your last purchase are at least 60",
         "ha legalább 60 nap telt el az utolsó vásárlásod óta"),
        ("birthday = true", "on your birthday", "a születésnapodon"),
        ("birthday_month = true", "in the month of your birthday", "a születésnapod hónapjában"),
        ("language = 'hu'", "if your language is Hungarian", "ha a nyelved magyar"),
        ("tier = ['gold']", "in tier Gold", "ezen a szinten: Arany"),
        ("badge = 'star'", "if you have the badge Star", "ha megvan ez a jelvényed: Csillag"),
        ("segment = 'club'", "for the group “Club”", "ennek a csoportnak: „Klub”"),
        ("any = [{ weekday = 'mon' }, { location = 'Buda' }]", "(on Mondays or at Buda)", "(hétfőn vagy itt: Buda)"),
        ("not = { any = [{ weekday = 'mon' }, { birthday = true }] }",
         "(on Tuesdays, Wednesdays, Thursdays, Fridays, Saturdays, and Sundays and except on your birthday)",
         "(kedden, szerdán, csütörtökön, pénteken, szombaton és vasárnap és kivéve: a születésnapodon)"),
        ("not = { time = { from = '08:00', to = '20:00' } }", "from 20:00 to 08:00", "20:00 és 08:00 között"),
    ],
)  # fmt: skip
def test_every_condition_has_words(when: str, english: str, hungarian: str) -> None:
    also = """
    tiers = [{ key = "gold", name = { en = "Gold", hu = "Arany" }, from = "10.00" }]
    badges = [{ key = "star", name = { en = "Star", hu = "Csillag" } }]
    segments = [{ key = "club", name = { en = "Club", hu = "Klub" }, when = { tier = "gold" } }]
    """
    made = rules(f'on = "purchase", give = {{ points = 1 }}, when = {{ {when} }}'.replace("'", '"'), also=also)
    assert lines(made) == [f"1 point for every purchase, {english}"]
    assert lines(made, "hu") == [f"1 pont minden vásárlásért, {hungarian}"]


EVERYTHING = f"""
{HEAD}
[expiry]
end_of_year = 1

[refunds]
below_zero = true
void_vouchers = false

[[stamp_cards]]
key = "visits"
name = "Card"
counts = {{ visits = true }}
need = 5
reward = "mug"

[[rewards]]
key = "mug"
kind = "merchandise"
name = "Mug"
about = "Blue"
cost = {{ credit = "4.00" }}
valid = {{ from = "2026-12-01", to = "2026-12-24" }}

[[challenges]]
key = "tea"
name = "Tea time"
about = "Warm up."
on = "purchase"
goal = {{ sum = "amount", category = "tea", reach = "20.00" }}
window = "month"
join = "opt_in"
then = {{ points = 10 }}

[[challenges]]
key = "taste"
name = "Taste"
on = "purchase"
goal = {{ set = ["mocha", "latte", "tea"], of = "sku" }}
levels = [{{ reach = 2, then = {{ points = 1 }} }}, {{ reach = 3, then = {{ points = 9 }} }}]

[[streaks]]
key = "run"
name = "Run"
on = "visit"
open = ["mon", "tue", "wed", "thu", "fri"]
freezes = 2
levels = [{{ reach = 3, then = {{ points = 5 }} }}, {{ reach = 7, then = {{ reward = "mug" }} }}]

[[prices]]
key = "bags"
sku = "HOUSE"
from_quantity = 3
price = "9.99"

[[causes]]
key = "trees"
name = "Trees"
about = "We plant oaks."
per_purchase = "0.10"

[[partners]]
key = "books"
name = "Book Shop"
locations = ["Books"]
"""


def test_every_other_table_has_a_sentence() -> None:
    made = parse(EVERYTHING)
    told = {line.rule: line.text for section in explain(made, "en") for line in section.lines}
    assert told["prices.bags"] == "HOUSE: €9.99 each, from 3 pieces, for members"
    assert told["stamp_cards.visits"] == "Card: 5 stamps bring you: Mug; a stamp for every visit"
    assert told["rewards.mug"] == "Mug: €4 of your credit, Blue, from December 1, 2026, until December 24, 2026"
    assert told["challenges.tea"] == (
        "Tea time: Warm up; €20 spent on tea bring you: 10 points; within one month; only for who takes part"
    )
    assert told["challenges.taste"] == (
        "Taste: 2 of latte, mocha, and tea bring you: 1 point; all of latte, mocha, and tea bring you: 9 points"
    )
    assert told["streaks.run"] == (
        "Run: 3 days in a row bring you: 5 points; 7 days in a row bring you: Mug; for visit; counted on weekdays; "
        "2 misses are forgiven"
    )
    assert told["causes.trees"] == "You may give points to: Trees (We plant oaks), we give €0.10 for every purchase"
    assert told["expiry"] == "Points expire at the end of the year 1 year after they came"
    assert told["refunds"] == "What a purchase brought goes back when it is refunded, even below 0"
    assert told["partners"] == "Points are also earned and spent at Book Shop"


@pytest.mark.parametrize("language", ["en", "hu"])
@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_explains_itself_word_for_word(name: str, language: str) -> None:
    golden = (files("tests") / "data" / "explained" / f"{name}.{language}.txt").read_text("utf-8")
    told = [
        text
        for section in explain(preset(name), language)
        for text in (f"# {section.title}", *(f"{line.rule}: {line.text}" for line in section.lines))
    ]
    assert "\n".join(told).replace("\u00a0", " ") + "\n" == golden


@pytest.mark.parametrize("name", PRESETS)
def test_every_rule_of_a_preset_is_explained_in_every_language_alike(name: str) -> None:
    english, hungarian = (
        [(section.name, [line.rule for line in section.lines]) for section in explain(preset(name), language)]
        for language in ("en", "hu")
    )
    assert english == hungarian


def test_what_the_documentation_quotes_is_what_its_rules_say() -> None:
    page = (Path(__file__).parents[3] / "docs" / "programme.md").read_text("utf-8")
    made, _ = check("".join(re.findall(r"^```toml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)))
    told = [line.text for section in explain(made, "en") for line in section.lines]
    quoted = re.findall(r"^> (.+)$", page.partition("## Explained")[2], re.MULTILINE)
    assert len(quoted) == 2 and set(quoted) <= set(told)


def test_a_refused_purchase_is_one_that_the_sentence_refuses_too() -> None:
    made = rules('on = "purchase", give = { points = 5 }, minimum = "20.00"')
    assert lines(made) == ["5 points for every purchase, if you spend at least €20"]
    assert [decide(made, MemberState(), bought(cents), NOON).postings != () for cents in (1999, 2000)] == [False, True]
