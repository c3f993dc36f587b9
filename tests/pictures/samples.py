"""What a café's pictures show, in each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.messages import Picture


@dataclass(frozen=True, slots=True)
class Words:
    """One language's texts, and the colour of the café that has them."""

    colour: str
    programme: str
    name: str
    points: str
    tier: str
    missing: str
    stamp_card: str
    badges: tuple[str, str, str, str]
    reward: str
    valid: str
    invite: str
    terms: str


LANGUAGES: Mapping[str, Words] = {
    "en": Words(
        "", "Bean & Leaf", "Anna Kovács", "1,240 beans", "Gold until 31 December", "60 beans to go for “Any drink”",
        "Coffee card", ("Regular", "Early bird", "Sweet tooth", "Century club"), "Any drink, on the house",
        "Valid until 31 December 2026", "Give a friend 50 beans",
        "They get 50 beans with their first coffee, and so do you.",
    ),
    "hu": Words(
        "#1f6f5c", "Bean & Leaf", "Őrségi-Szűcs Tünde", "1240 babszem", "Arany szint december 31-ig",
        "Még 60 babszem a „Bármelyik ital” jutalomig", "Kávékártya",
        ("Törzsvendég", "Korán kelő", "Édesszájú", "Százas klub"), "Bármelyik ital, ajándékba",
        "Érvényes 2026. december 31-ig", "Adj egy barátodnak 50 babszemet",
        "Ő az első kávéjához kap 50 babszemet, és te is.",
    ),
    "ms": Words(
        "#f2c230", "Bean & Leaf", "Nurul Aisyah binti Abdullah", "1,240 mata", "Emas hingga 31 Disember",
        "60 mata lagi untuk “Sebarang minuman”", "Kad kopi",
        ("Pelanggan setia", "Bangun awal", "Suka manis", "Kelab seratus"), "Sebarang minuman, percuma",
        "Sah hingga 31 Disember 2026", "Beri rakan anda 50 mata",
        "Rakan anda mendapat 50 mata dengan kopi pertama, begitu juga anda.",
    ),
    "zh-Hans": Words(
        "#c8102e", "豆与叶", "王小明", "1,240 颗豆子", "金卡会员，有效期至12月31日", "再攒60颗豆子，即可兑换“任选饮品”",
        "咖啡集点卡", ("常客", "早起的鸟儿", "甜食爱好者", "百杯俱乐部"), "任选饮品一杯，免费",
        "有效期至2026年12月31日", "送朋友50颗豆子", "朋友第一次买咖啡时将获得50颗豆子，你也一样。",
    ),
    "zh-Hant": Words(
        "#243b6b", "豆與葉", "陳怡君", "1,240 顆豆子", "金卡會員，有效期至12月31日",
        "再集60顆豆子，即可兌換「任選飲品」", "咖啡集點卡", ("常客", "早起的鳥兒", "甜食愛好者", "百杯俱樂部"),
        "任選飲品一杯，免費", "有效期至2026年12月31日", "送朋友50顆豆子",
        "朋友第一次買咖啡時將獲得50顆豆子，你也一樣。",
    ),
}  # fmt: skip


def pictures(language: str) -> Mapping[str, Picture]:
    """One picture of each kind."""
    words = LANGUAGES[language]
    progress = {"have": 40, "need": 100, "text": words.missing}
    card = {"name": words.stamp_card, "have": 7, "need": 10, "text": words.reward}
    badges = [
        {"name": name, "earned": number < 2, "have": 3, "need": 5 * number + 1, "text": words.valid}
        for number, name in enumerate(words.badges)
    ]
    shown: Mapping[str, Mapping[str, Any]] = {
        "card": {
            "code": "7K2M-9QXD", "number": "7K2M-9QXD", "name": words.name, "points": words.points, "tier": words.tier,
            "progress": progress, "stamp_cards": [card], "badges": badges,
        },
        "stamps": {"card": card},
        "badge": {"badge": badges[0]},
        "badges": {"title": words.stamp_card, "badges": badges},
        "voucher": {"code": "7KQ2-M9XD", "reward": words.reward, "valid": words.valid},
        "invite": {
            "link": "https://t.me/BeanAndLeafBot?start=r_7K2M9QXD", "code": "7K2M-9QXD", "title": words.invite,
            "text": words.terms,
        },
        "progress": {"title": words.reward, "progress": progress, "text": words.valid},
    }  # fmt: skip
    look = {"language": language, "programme": words.programme, "colour": words.colour}
    return {kind: Picture(kind, {**look, **data}, "") for kind, data in shown.items()}
