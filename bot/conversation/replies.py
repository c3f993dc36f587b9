"""The parts that answers are made of."""

from hashlib import blake2b

from bot.conversation.facts import Facts, Reply
from bot.conversation.flow import words
from bot.loyalty.catalogue import in_order, is_shown, near, refused_to_newcomers
from bot.loyalty.reward import Reward
from bot.messages import Button, Picture
from bot.wording import points, typeset
from bot.wording.explaining.rewards import price as price_of

_BAR = 10
_LONGEST_TIE = 60
MOST_BUTTONS = 10


def reply(facts: Facts, text: str, *buttons: Button, title: str = "", picture: Picture | None = None) -> Reply:
    """A reply fit for the channel: mail has a subject."""
    subject = ""
    if facts.channel == "email":
        business = facts.programme.called(facts.locale)
        subject = f"{business}: {title}" if title else business
    return Reply(typeset(text, facts.locale), buttons, subject, picture)


def amount(facts: Facts, n: int) -> str:
    """So many points, in the person's language."""
    return points(facts.programme, n, facts.locale)


def rewards_in_order(facts: Facts) -> list[Reward]:
    """What can be had now stands before what cannot, so one numbering serves every list."""
    member = facts.member
    refused = member.refused if member else refused_to_newcomers(facts.programme, facts.now)
    ordered = in_order(facts.programme, member.points if member else 0, refused)
    return [reward for reward in ordered if is_shown(facts.programme, reward, facts.now)]


def within_reach(facts: Facts) -> list[Reward]:
    """What the member can have now."""
    if facts.member is None:
        return []
    have, refused = facts.member.points, facts.member.refused
    return [one for one in rewards_in_order(facts) if not one.short(have) and one.key not in refused]


def next_reward(facts: Facts) -> Reward | None:
    """The one that nothing but points is missing for."""
    return near(facts.programme, facts.member.points, facts.member.refused) if facts.member else None


def price(facts: Facts, reward: Reward) -> str:
    """What a reward costs, in the person's language."""
    return price_of(facts.programme, reward, facts.locale)


def reward_name(facts: Facts, reward: Reward) -> str:
    return facts.programme.text(reward.names, facts.locale)


def bar(have: int, need: int) -> str:
    """How far one has come: ``▰▰▰▱▱▱▱▱▱▱``."""
    full = max(0, min(_BAR, have * _BAR // need))
    return "▰" * full + "▱" * (_BAR - full)


def ask_buttons(facts: Facts) -> tuple[Button, ...]:
    """What a member may ask next."""
    t = words(facts)
    return Button(t.say("Balance"), "balance"), Button(t.say("Rewards"), "rewards")


def tied(about: str) -> str:
    """What a yes button is tied to, within the 64 bytes of what a button says; a long one ends in its own digest."""
    if len(about.encode()) <= _LONGEST_TIE:
        return about
    digest = blake2b(about.encode(), digest_size=12).hexdigest()
    return f"{' '.join(about.split()[:2])} #{digest}"


def yes_no(facts: Facts, about: str) -> tuple[Button, ...]:
    """``about`` ties the yes to its question, for buttons stay on the screen after it has passed."""
    t = words(facts)
    return Button(t.say("Yes"), f"yes {about}"), Button(t.say("No"), "no")


def stranger_buttons(facts: Facts) -> tuple[Button, ...]:
    """For who is no member (yet, or not on this address)."""
    t = words(facts)
    return Button(t.say("Join"), "join"), Button(t.say("I am a member"), "link")


def share_phone(facts: Facts) -> tuple[Button, ...]:
    """Where the provider can vouch for the number."""
    if facts.channel != "telegram":
        return ()
    return (Button(words(facts).say("Share my phone number"), "link", shares_phone=True),)


def next_buttons(facts: Facts) -> tuple[Button, ...]:
    """What anyone may ask next."""
    return ask_buttons(facts) if facts.member else stranger_buttons(facts)


def redeem_buttons(facts: Facts, within: list[Reward]) -> tuple[Button, ...]:
    """A button per reward within reach."""
    t = words(facts)
    return tuple(
        Button(t.say("Redeem: {reward}", reward=reward_name(facts, reward)), f"redeem {reward.key}")
        for reward in within[:MOST_BUTTONS]
    )
