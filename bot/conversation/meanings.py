"""What a sentence is about, by the concepts that it names: enough to show something or to ask, never to do it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

CLEAR = 3
"""What weighs less is only offered."""
_COMMON = frozenset((
    "much", "left", "now", "what", "when", "where", "have", "item", "use", "more", "member", "change", "phone",
    "mine", "bought", "give", "friend", "fewer", "lost", "two", "how", "who", "want",
    "look", "day", "refuse",
))  # fmt: skip
"""Concepts that are named along with nearly anything weigh 1, these, and of these alone nothing is clear."""
_TELLING = frozenset((
    "points", "data", "message", "reward", "less", "night", "reach", "free", "choose", "already", "name",
    "past", "account", "know", "enough", "order", "bring", "programme", "per", "credited",
))  # fmt: skip
"""These weigh 2, all others 3."""
_COURTESIES = frozenset(("hello", "thanks"))
"""Meant only where nothing else is."""
_ALONG = frozenset(("balance", "how", "help"))
"""Mentioned along with other wishes: of two that weigh the same, the other one is meant."""
_HINTS: Mapping[str, tuple[str, ...]] = {"points": ("balance", "rewards", "earn"), "data": ("privacy", "export")}
"""What people wish most who name nothing more."""
_MEANINGS: Mapping[str, tuple[str, str]] = {
    "balance": (
        "balance | points much | points left | points now | points mine | much free left | much item left | free "
        "left | item left | much account | what account | much now | much left | account left | points look | "
        "enough redeem item | enough redeem points | enough card | enough item | enough points | enough free | "
        "enough reward",
        "points much left now mine have item free account look redeem enough how",
    ),
    "rewards": (
        "reward | free what | free choose | points choose | what choose | use points what | use points where | "
        "use points how | item points what | use reward what | enough choose what",
        "points what choose free much item use look enough mine",
    ),
    "redeem": (
        "redeem | use points | free item mine choose | use reward | use item | free item mine | points item "
        "choose | points item want | free item want | free mine want | item points | give free item mine",
        "points item free want mine use",
    ),
    "vouchers": (
        "voucher | redeemed item where | redeemed reward | redeemed what",
        "expire use where have when lost what choose redeem mine much item redeemed",
    ),
    "challenges": (
        "challenge | more points what | more points past",
        "reward points what left much how free past more",
    ),
    "card": ("card | atcounter", "mine what where member atcounter"),
    "history": (
        "history | bought past | points lost | points past | credited bought | credited past | credited points "
        "past | fewer points | who points | who redeem | past what have | past what mine | past choose what | "
        "bought day | points day | when bought | past earn | points when have | when earn | lost bought",
        "points past day lost bought credited what when history where who why fewer mine redeem use earn",
    ),
    "badges": ("badge", "what have much mine how earn"),
    "tier": ("tier", "what when lose left much have reward how member expire mine points join earn reach choose"),
    "gift": ("give points friend | points friend | give points", "give friend points much use mine want"),
    "donate": ("charity", "points give use much what earn"),
    "round_up": ("roundup", "charity bought points history"),
    "invite": (
        "invite | bring friend | friend join | friend link | friend member",
        "friend bring reward points free link how what join choose have mine member more earn",
    ),
    "how": (
        "works | programme how | programme what | use card what",
        "how points programme card what member reward rules",
    ),
    "earn": (
        "earn | points per | points order | points order choose | points how choose | use points per much | "
        "points more | points how | item points much",
        "points much per more how order item what bought credited free",
    ),
    "terms": ("expire | points lose | rules", "points when lose much how programme"),
    "language": ("language | language change | tongue", "change talk message how"),
    "link": (
        "link phone | already phone | already member | already account | already link | change phone | link "
        "account | newphone",
        "phone account already member change more mine join newphone points how",
    ),
    "goal": (
        "goal | reach free | reach item | reach reward | when left free | when left item | when enough",
        "item free reward points reach want redeem look enough choose",
    ),
    "settings": (
        "setting | less message | change birthday | change name | nomore less | less phone | message night | "
        "nomore night | less night",
        "message change birthday name phone mine nomore less night",
    ),
    "privacy": (
        "privacy | know data | know mine what | know bought | who data | use data",
        "data mine know what who",
    ),
    "export": (
        "copy data | copy know | give data mine | want data mine | have data mine",
        "data mine know give copy privacy",
    ),
    "erase": (
        "delete data | delete account | delete know | delete member | delete programme | data lost | delete copy",
        "account data mine member know copy",
    ),
    "merge": (
        "merge account | two account | merge two | merge card | two card | join two | two already",
        "account two card already join merge",
    ),
    "person": ("human | complaint", "talk want"),
    "why": ("why message | why points | why have | why reward", "points have message more mine much"),
    "checkin": ("here | stampme", "points card have how"),
    "join": ("join", "member programme how where what account card mine"),
    "help": ("help", "what how"),
    "thanks": ("thanks", ""),
    "hello": ("hello", ""),
    "perhaps_stop": ("nomore | refuse message | delete phone", "message phone mine"),
}  # fmt: skip
"""By intent: the sets of concepts of which one is needed, and what else speaks for it."""
_NEEDS: dict[str, list[tuple[str, frozenset[str], frozenset[str]]]] = defaultdict(list)
"""By one of the concepts needed: what is meant, what it needs and what helps."""
for _name, (_needed, _helping) in _MEANINGS.items():
    for _some in map(str.split, _needed.split("|")):
        _NEEDS[_some[0]].append((_name, frozenset(_some), frozenset(_helping.split())))
MEANT = frozenset(_MEANINGS)
"""All that can be meant."""
USED = frozenset().union(*(needed | helping for some in _NEEDS.values() for _, needed, helping in some))
"""All concepts there are."""


def meant(spoken: Iterable[frozenset[str]]) -> tuple[int, tuple[str, ...]]:
    """Of a sentence as several languages hear it: how much speaks for what is meant, and what; several if equally."""
    return max(map(_meant, spoken), key=lambda found: found[0], default=(0, ()))


def clearer(name: str, spoken: Iterable[frozenset[str]]) -> str:
    """What a sentence is about rather than ``name``, which is in it, too; empty when nothing is so much clearer."""
    weighed = [_weights(heard) for heard in spoken]
    known = max((weights.get(name, 0) for weights in weighed), default=0)
    weight, names = max(map(_heaviest, weighed), default=(0, ())) if known else (0, ())
    return names[0] if len(names) == 1 and weight > known + 1 else ""


def _meant(heard: frozenset[str]) -> tuple[int, tuple[str, ...]]:
    weights = _weights(heard)
    return _heaviest(weights) if weights else _hinted(heard)


def _heaviest(weights: Mapping[str, int]) -> tuple[int, tuple[str, ...]]:
    weights = {name: weights[name] for name in weights if name not in _COURTESIES} or weights
    most = max(weights.values(), default=0)
    names = tuple(name for name in _MEANINGS if weights.get(name) == most)
    return most, tuple(name for name in names if name not in _ALONG) or names


def _weights(heard: frozenset[str]) -> dict[str, int]:
    weights: dict[str, int] = {}
    for concept in heard:
        for name, needed, helping in _NEEDS.get(concept, ()):
            if needed <= heard:
                weights[name] = max(weights.get(name, 0), _weight(needed | helping & heard))
    return weights


def _weight(concepts: frozenset[str]) -> int:
    """However many common ones there are, they make nothing clear."""
    told = sum(1 if concept in _COMMON else 2 if concept in _TELLING else 3 for concept in concepts)
    return min(told, CLEAR - 1) if concepts <= _COMMON else told


def _hinted(heard: frozenset[str]) -> tuple[int, tuple[str, ...]]:
    names = next((names for concept, names in _HINTS.items() if concept in heard), ())
    return (1 if names else 0), names
