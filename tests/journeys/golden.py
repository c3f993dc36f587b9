"""What a customer asks in five languages, and the facts in an answer, whatever the language and the channel."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from bot.loyalty.badges import Badge
from bot.loyalty.challenges import Challenge
from bot.loyalty.glossary import Glossary
from bot.loyalty.programme import Programme
from bot.loyalty.reward import Reward
from bot.loyalty.stamps import StampCard
from bot.loyalty.tiers import Tier
from bot.wording import day, own_name

LANGUAGES = ("en", "hu", "ms", "zh-Hans", "zh-Hant")
QUESTIONS: Mapping[str, tuple[str, str, str, str, str]] = {
    "balance": ("How many points do I have?", "mennyi pontom van?", "berapa mata saya", "我有多少积分", "我有多少點數"),
    "rewards": ("what can I get?", "Mit kaphatok?", "apa yang boleh saya dapat?", "能换什么？", "能換什麼？"),
    "card": ("card", "kártya", "kad", "会员卡", "會員卡"),
    "challenges": ("challenges", "milyen kihívások vannak?", "apa cabaran yang ada?", "有哪些挑战", "有哪些挑戰？"),
    "badges": ("which badges are there?", "JELVENYEK", "lencana", "有哪些徽章？", "有哪些徽章"),
    "tier": ("what is my tier?", "mi a szintem", "apa peringkat saya", "我是什么等级", "我是什麼等級"),
    "history": ("history", "előzmények", "sejarah", "记录", "紀錄"),
    "invite": ("how do I invite a friend", "meghívás", "macam mana nak jemput kawan", "怎么邀请朋友", "怎麼邀請朋友"),
    "how": ("how does it work?", "hogyan működik?", "cara", "规则", "規則"),
    "earn": ("how can I earn points?", "hogyan gyűjthetek pontot?", "kumpul", "怎么攒积分", "怎麼集點"),
    "terms": (
        "when do my points expire?",
        "mikor járnak le a pontjaim?",
        "bila mata saya luput?",
        "积分会过期吗",
        "點數會過期嗎",
    ),
    "vouchers": ("vouchers", "kuponok", "baucar", "优惠券", "兌換券"),
    "goal": ("goal", "cél", "sasaran", "目标", "目標"),
    "why": ("why", "miért", "kenapa", "为什么", "為什麼"),
    "language": ("language", "nyelv", "bahasa", "语言", "語言"),
}
_KINDS: tuple[tuple[str, type[Any]], ...] = (
    ("reward", Reward),
    ("challenge", Challenge),
    ("badge", Badge),
    ("tier", Tier),
    ("card", StampCard),
)
_WORDS = ("new_collection", "gift_card")
"""Of the categories, those whose words are no part of others."""
_FIRST, _DAYS = date(2024, 1, 1), 5 * 366
_GROUPED = re.compile(r"(?<=\d)[,.\u00a0\u202f ](?=\d{3}(?!\d))")
_LINK = re.compile(r"https?://\S+")
_CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4})+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def facts_in(text: str, programme: Programme, language: str) -> frozenset[str]:
    """Keys of what is named, days as ISO dates, and all other numbers; what only a channel adds is left out."""
    rest = _LINK.sub("", text)
    found = set(_CODE.findall(rest))
    rest = _CODE.sub(" ", rest)
    for written, iso in _days(language):
        if written in rest:
            found.add(iso)
            rest = rest.replace(written, " ")
    for name, key in _names(programme, language):
        if name.casefold() in rest.casefold():
            found.add(key)
            rest = re.sub(re.escape(name), " ", rest, flags=re.IGNORECASE)
    rest = _GROUPED.sub("", rest)
    return frozenset(found | {number.replace(",", ".") for number in _NUMBER.findall(rest)})


def _names(programme: Programme, language: str) -> Iterator[tuple[str, str]]:
    """The longest first, because one may be part of another."""
    named = [
        (programme.text(rule.names, language), f"{kind}:{rule.key}")
        for kind, type_ in _KINDS
        for rule in programme.of(type_).values()
    ]
    glossary = programme.one(Glossary) or Glossary({})
    named += [(programme.text(glossary.words[told], language), f"word:{told}") for told in _WORDS]
    named += [(own_name(tag), f"language:{tag}") for tag in programme.languages]
    yield from sorted(named, key=lambda one: -len(one[0]))


@cache
def _days(language: str) -> list[tuple[str, str]]:
    days = [_FIRST + timedelta(n) for n in range(_DAYS)]
    return sorted(((day(one, language), one.isoformat()) for one in days), key=lambda one: -len(one[0]))
