"""What can be talked about: a new feature is a module, and its line in each table that leads to it."""

from collections.abc import Callable, Mapping
from functools import partial

from bot.conversation import (
    about_you,
    achievements,
    checking_in,
    confirming,
    donating,
    explaining,
    flow,
    giving,
    goal,
    history,
    inviting,
    joining,
    language,
    linking,
    lists,
    offering,
    opting_in,
    person,
    privacy,
    redeeming,
    rewards,
    settings,
    tiers,
    tokens,
    views,
    vouchers,
    why,
)
from bot.conversation.facts import Dialog, Facts, Reply, Turn
from bot.conversation.intents import PERHAPS, Intent

Begin = Callable[[Facts, Intent], Turn]
Proceed = Callable[[Facts, Dialog, Intent], Turn | None]
"""Takes an answer; None when the text is no answer but a wish of its own."""
Recognise = Callable[[Facts, str], Turn | None]


def _shows(view: Callable[[Facts], Reply]) -> Begin:
    """What is only looked at."""
    return lambda facts, intent: Turn((view(facts),))


WISHES: Mapping[str, Begin] = {
    "hello": _shows(views.greeting),
    "resume": _shows(views.greeting),
    "balance": _shows(views.balance),
    "card": _shows(views.card),
    "badges": _shows(achievements.badges),
    "tier": _shows(tiers.tier),
    "help": _shows(views.help_),
    "cancel": _shows(views.help_),
    "no": _shows(views.nothing_done),
    "thanks": lambda facts, intent: Turn((views.thanked(facts),), facts.dialog),
    "start": checking_in.start,
    "checkin": checking_in.begin,
    "join": joining.begin,
    "challenges": achievements.show,
    "rewards": rewards.begin,
    "redeem": redeeming.begin,
    "vouchers": vouchers.begin,
    "history": history.begin,
    "goal": goal.begin,
    "why": why.begin,
    "gift": giving.begin,
    "donate": donating.begin,
    "round_up": donating.round_up,
    "invite": inviting.begin,
    "settings": settings.begin,
    "privacy": privacy.begin,
    "export": privacy.export,
    "erase": privacy.erase,
    "language": language.begin,
    "link": linking.begin,
    "merge": linking.begin_merging,
    "person": person.begin,
    "how": explaining.begin,
    "earn": explaining.earn,
    "terms": explaining.terms,
    PERHAPS: offering.begin,
}
"""What to do about a wish, by the intent that it is read as."""
LISTS: Mapping[str, Begin] = {
    rewards.LIST: redeeming.begin,
    explaining.LIST: explaining.begin,
    goal.LIST: goal.begin,
    language.LIST: language.begin,
    settings.LIST: settings.chosen,
    settings.CHANNELS: settings.first,
    privacy.LIST: privacy.chosen,
}
"""What a number chooses from, by the step of the list."""
FLOWS: Mapping[str, Proceed] = {
    joining.FLOW: joining.proceed,
    redeeming.FLOW: redeeming.proceed,
    linking.FLOW: linking.proceed,
    giving.FLOW: giving.proceed,
    donating.FLOW: donating.proceed,
    settings.FLOW: settings.proceed,
    about_you.FLOW: about_you.proceed,
    opting_in.FLOW: opting_in.proceed,
    privacy.FLOW: privacy.proceed,
    flow.LIST: partial(lists.proceed, LISTS),
}
"""Who takes the answer to a question, by the flow that asked it."""
PRESSED: tuple[Recognise, ...] = (
    tokens.opened,
    settings.pressed,
    confirming.late,
    opting_in.typed,
    rewards.pressed,
    joining.pressed,
    redeeming.pressed,
    partial(confirming.pressed, giving.FLOW, giving.proceed, giving.begin),
    partial(confirming.pressed, donating.FLOW, donating.proceed, donating.begin),
    donating.pressed,
    linking.pressed,
)
"""Buttons, links and codes, known by their form whatever their words may mean."""
WORDLESS: tuple[Recognise, ...] = (
    checking_in.typed,
    giving.told,
    views.puzzled,
)
"""The counter's code, a bare gift, a question mark: only where no words were understood."""
ASIDES = (
    "hello",
    "resume",
    "balance",
    "rewards",
    "challenges",
    "badges",
    "tier",
    "help",
    "redeem",
    "how",
    "earn",
    "terms",
)
"""Wished for while joining, these are answered and the open question is put again."""
