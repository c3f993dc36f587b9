"""A reward to save for: choosing it, and how long it takes at the member's own pace."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from bot.conversation import flow, pictures, rewards, views
from bot.conversation.commands import SetGoal
from bot.conversation.facts import Facts, MemberFacts, Outcome, Turn
from bot.conversation.intents import Intent, fold
from bot.conversation.replies import (
    MOST_BUTTONS,
    amount,
    ask_buttons,
    bar,
    redeem_buttons,
    reply,
    reward_name,
    rewards_in_order,
)
from bot.loyalty.reward import Reward
from bot.messages import Button
from bot.wording import day

LIST = "goal"
"""The step of the numbered list of what can be saved for."""
NONE, ANOTHER = "none", "another"
_LONGEST = 3650
"""Days; what is further away has no day."""


def begin(facts: Facts, intent: Intent) -> Turn:
    """Where the goal stands, or what can be chosen; with a number, key or name choose it."""
    if facts.member is None:
        return Turn((views.stranger(facts),))
    said = fold(intent.argument)
    if said == NONE:
        return Turn(command=SetGoal(""))
    if said:
        chosen = None if said == ANOTHER else _named(facts, said)
        return Turn(command=SetGoal(chosen.key)) if chosen else _offer(facts)
    return Turn(command=SetGoal(facts.member.goal)) if facts.member.goal in _to_save_for(facts) else _offer(facts)


def concluded(facts: Facts, command: SetGoal, result: Outcome) -> Turn:
    """How far it is, and when it will be reached at this pace."""
    t, reward = flow.words(facts), _to_save_for(facts).get(command.reward)
    if facts.member is None:
        return Turn((views.failed(facts),))
    if reward is None:
        return Turn((reply(facts, t.say("You have no goal now. To choose one, write: goal"), *ask_buttons(facts)),))
    pace = _pace(facts, reward, facts.member, result)
    lines = [
        t.say("Your goal: {reward}", reward=reward_name(facts, reward)),
        *_lines(facts, reward, facts.member),
        pace,
    ]
    enough = redeem_buttons(facts, [reward] if facts.member.points >= reward.cost else [])
    others = [*enough, Button(t.say("Another goal"), f"goal {ANOTHER}"), Button(t.say("No goal"), f"goal {NONE}")]
    shown = pictures.goal(facts, reward, facts.member, pace)
    text = "\n".join(filter(None, lines))
    # By phone they would be words to write, and nobody would write these.
    buttons = ask_buttons(facts) if facts.channel in flow.PHONES else others
    return Turn((reply(facts, text, *buttons, title=t.say("Your goal"), picture=shown),))


def _lines(facts: Facts, reward: Reward, member: MemberFacts) -> Iterator[str]:
    t, missing = flow.words(facts), reward.cost - member.points
    if missing <= 0:
        yield t.say("You have enough: write redeem to get it.")
        return
    if facts.channel != "sms":
        yield bar(member.points, reward.cost)
    yield t.say("{points} to go.", points=amount(facts, missing))


def _pace(facts: Facts, reward: Reward, member: MemberFacts, result: Mapping[str, Any]) -> str:
    """``result`` has the points ``earned`` in the last so many ``days``; nothing is promised without any."""
    missing, earned, days = reward.cost - member.points, result["earned"], result["days"]
    if missing <= 0:
        return ""
    t = flow.words(facts)
    if earned <= 0 or (ahead := -(-missing * days // earned)) > _LONGEST:
        return t.say("With your next visits you will see when you reach it.")
    there = (facts.now + timedelta(days=ahead)).astimezone(facts.programme.zone).date()
    weekly = amount(facts, max(1, earned * 7 // days))
    return t.say(
        "At your pace, about {points} a week, you have it by {day}.", points=weekly, day=day(there, facts.locale)
    )


def _offer(facts: Facts) -> Turn:
    t, offered = flow.words(facts), list(_to_save_for(facts).values())
    if not offered:
        return Turn((reply(facts, t.say("There are no rewards at the moment."), *ask_buttons(facts)),))
    lines = [t.say("What would you like to save for? Answer with its number.")]
    lines += [rewards.numbered(facts, n, one) for n, one in enumerate(offered, 1)]
    buttons = [Button(reward_name(facts, one), f"goal {n}") for n, one in enumerate(offered[:MOST_BUTTONS], 1)]
    asked = flow.listed(facts, LIST, [one.key for one in offered])
    return Turn((reply(facts, "\n".join(lines), *buttons, title=t.say("Your goal")),), asked)


def _to_save_for(facts: Facts) -> dict[str, Reward]:
    """What points are the only thing missing for, or nothing."""
    refused = facts.member.refused if facts.member else {}
    return {one.key: one for one in rewards_in_order(facts) if one.cost and not one.credit and one.key not in refused}


def _named(facts: Facts, said: str) -> Reward | None:
    known = _to_save_for(facts)
    if said.isdecimal() and len(said) < 4:
        return next((one for n, one in enumerate(known.values(), 1) if n == int(said)), None)
    return next((one for one in known.values() if said in (fold(one.key), *map(fold, one.names.values()))), None)
