"""What customers read for the names that tills tell, wherever a rule names them."""

import pytest

from bot.loyalty.document import parse
from bot.wording.explaining import explain
from tests.unit.loyalty.rules import HEAD

WORDS = f"""
{HEAD.replace('["en"]', '["en", "hu"]')}
[words]
tea_bags = {{ en = "teas", hu = "teák" }}
TEA-1 = {{ en = "green tea", hu = "zöld tea" }}
yoga_class = {{ en = "yoga", hu = "jóga" }}
roaster = {{ en = "visit to a roaster", hu = "pörkölő" }}
size = {{ en = "the size", hu = "a méret" }}
XL = "large"
buda = {{ en = "the Castle", hu = "Vár" }}
web = {{ en = "our web shop", hu = "webáruház" }}
"""


@pytest.mark.parametrize(
    ("table", "rule", "english", "hungarian"),
    [
        ("earning", "on = 'purchase', give = { points = 1, per_item = true }, "
         "items = { category = 'tea_bags', sku = ['TEA-1', 'TEA_2'] }",
         "1 point for each item from teas, TEA 2, or green tea",
         "1 pont minden ilyen termékért: teák, TEA 2 vagy zöld tea"),
        ("earning", "on = 'yoga_class', give = { points = 2 }, once_per = 'roaster'",
         "2 points for: yoga, once for each visit to a roaster", "2 pont ezért: jóga, mindegyikért egyszer (pörkölő)"),
        ("earning", "on = 'visit', give = { points = 1 }, when = { location = ['buda', 'Pest'], source = 'web' }",
         "1 point for every visit, at Pest or the Castle, through our web shop",
         "1 pont minden látogatásért, itt: Pest vagy Vár, ezen keresztül: webáruház"),
        ("earning", "on = 'visit', give = { points = 1 }, when = { attribute = { name = 'size', is = 'XL' } }",
         "1 point for every visit, if the size is large",
         "1 pont minden látogatásért, ha a méret: large"),
        ("earning", "on = 'purchase', give = { points = 1 }, when = { units = { sku = 'TEA-1', at_least = 2 } }",
         "1 point for every purchase, if it includes at least 2 × green tea",
         "1 pont minden vásárlásért, ha legalább 2 ilyen van benne: zöld tea"),
        ("earning", "on = 'purchase', give = { points = 1 }, when = { category = 'tea_bags' }",
         "1 point for every purchase, if it includes teas",
         "1 pont minden vásárlásért, ha van benne ilyen: teák"),
        ("prices", "category = 'tea_bags', price = '1.00'", "Teas: €1 each, for members",
         "Teák: darabja 1 EUR, tagoknak"),
        ("stamp_cards", "name = 'Card', counts = { sku = 'TEA-1' }, need = 4, reward = 'cup'",
         "Card: 4 stamps bring you: Cup; a stamp for each: green tea",
         "Card: 4 pecsét után a tiéd: Cup; egy pecsét jár ezért: zöld tea"),
        ("challenges", "name = 'All', on = 'purchase', goal = { set = ['TEA-1', 'tea_bags'], of = 'sku' }, "
         "then = { points = 1 }", "All: all of green tea and teas bring you: 1 point",
         "All: mindegyik (teák és zöld tea) után a tiéd: 1 pont"),
        ("challenges", "name = 'Tea', on = 'purchase', then = { points = 1 }, "
         "goal = { sum = 'amount', reach = '9.00', category = 'tea_bags' }", "Tea: €9 spent on teas bring you: 1 point",
         "Tea: teák: 9 EUR elköltése után a tiéd: 1 pont"),
        ("streaks", "name = 'Yogi', on = 'yoga_class', every = 'week', levels = [{ reach = 3, then = { points = 1 } }]",
         "Yogi: 3 weeks in a row bring you: 1 point; for yoga",
         "Yogi: 3 egymást követő hét után a tiéd: 1 pont; ezért: jóga"),
        ("badges", "name = 'Yogi', on = 'yoga_class', levels = [{ reach = 2, name = 'One' }]", "Yogi: One: 2 × yoga",
         "Yogi: One: 2 × jóga"),
    ],
)  # fmt: skip
def test_what_tills_tell_is_read_in_the_programmes_words(table: str, rule: str, english: str, hungarian: str) -> None:
    rewards = '[[rewards]]\nkey = "cup"\nkind = "free_product"\nname = "Cup"\ncost = { points = 9 }\n'
    made = parse(f'{table} = [{{ key = "x", {rule} }}]\n'.replace("'", '"') + WORDS + rewards)
    for language, text in (("en", english), ("hu", hungarian)):
        told = {line.rule: line.text for section in explain(made, language) for line in section.lines}
        assert told[f"{table}.x"].replace("\u00a0", " ") == text


def test_what_earns_nothing_is_read_in_the_programmes_words() -> None:
    made = parse(f'basis = {{ exclude = {{ category = "tea_bags", sku = "TEA-1" }} }}\n{WORDS}')
    [line] = explain(made, "hu")[0].lines
    assert line.text == "Nem jár érte semmi: teák és zöld tea"
