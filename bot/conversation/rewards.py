"""What can be had for points: the list of it, page by page, and why one cannot have something."""

from dataclasses import replace

from bot.conversation import flow, paging, views
from bot.conversation.facts import Dialog, Facts, Reply, Turn
from bot.conversation.flow import words
from bot.conversation.intents import Intent
from bot.conversation.replies import (
    amount,
    ask_buttons,
    price,
    redeem_buttons,
    reply,
    reward_name,
    rewards_in_order,
    stranger_buttons,
    within_reach,
)
from bot.loyalty.reward import Reward
from bot.wording import day
from bot.wording.explaining.rewards import whose

LIST = "redeem"
"""The step of the numbered list of rewards, named by what a number of it does."""


def begin(facts: Facts, intent: Intent) -> Turn:
    """All of them; a member's number redeems one."""
    return Turn((shown(facts),), listed(facts) if facts.member else None)


def pressed(facts: Facts, text: str) -> Turn | None:
    """A button to another page."""
    page = paging.pressed(text)
    return turned(facts, page) if page else None


def listed(facts: Facts, page: int = 1) -> Dialog:
    """The dialog after a list of rewards, so that a number answers it and a word turns its page."""
    keys = [reward.key for reward in rewards_in_order(facts)]
    return flow.listed(facts, LIST, keys, page=paging.within(page, len(keys)))


def turned(facts: Facts, page: int) -> Turn:
    """Another page of the rewards, in the place of the one before; a question that is open stays so."""
    there = replace(shown(facts, page), edits=True)
    if flow.current(facts) not in ("", flow.LIST):
        return Turn((there,), facts.dialog)
    return Turn((there,), listed(facts, page))


def shown(facts: Facts, page: int = 1) -> Reply:
    """All that can be had, numbered, with its price, page by page when it is much; anyone may see it."""
    t, offered = words(facts), rewards_in_order(facts)
    if not offered:
        return reply(facts, t.say("There are no rewards at the moment."))
    page = paging.within(page, len(offered))
    on_page = paging.part(offered, page)
    lines = [numbered(facts, n, reward) for n, reward in on_page]
    turning = paging.buttons(facts, page, len(offered))
    if facts.member is None:
        lines.append(views.stranger(facts).text)
        choices = stranger_buttons(facts)
    else:
        within = within_reach(facts)
        if within:
            lines.append(t.say("To redeem one, write redeem and its number, for example: redeem 1"))
        choices = redeem_buttons(facts, [reward for _, reward in on_page if reward in within])
    if hint := paging.hint(facts, page, len(offered)):
        lines.append(hint)
    return reply(facts, "\n".join(lines), *choices, *turning, title=t.say("Rewards"))


def numbered(facts: Facts, n: int, reward: Reward) -> str:
    """One line of a numbered list: price, and what is missing."""
    t, name, cost = words(facts), reward_name(facts, reward), price(facts, reward)
    line = t.say("{number}. {reward}: {cost}", number=n, reward=name, cost=cost)
    if facts.member is None:
        return ", ".join(filter(None, (line, whose(facts.programme, reward, facts.locale))))
    if why := facts.member.refused.get(reward.key):
        return f"{line}, {refusal(facts, reward, why)}"
    missing = reward.short(facts.member.points)
    if not missing:
        return t.say("{line}, you can have it now", line=line)
    return t.say("{line}, {points} to go", line=line, points=amount(facts, missing))


def refusal(facts: Facts, reward: Reward, why: str) -> str:
    """Why one cannot have a reward, in few words."""
    t = words(facts)
    match why:
        case "not_yet" if reward.opens:
            return t.say("from {day}", day=day(reward.opens.date(), facts.locale))
        case "no_longer":
            return t.say("no longer offered")
        case "limit_reached":
            return t.say("you have had it as often as one may")
        case "sold_out" if reward.kind == "experience":
            return t.say("full at the moment, but you can wait for a place")
        case "sold_out":
            return t.say("sold out")
        case "too_little_credit":
            return t.say("not enough credit yet")
        case "other_tier" if tiers := whose(facts.programme, reward, facts.locale):
            return tiers
    return t.say("not for you at the moment")


def too_few(facts: Facts, reward: Reward, missing: int) -> Reply:
    """``missing`` points more are needed for a reward."""
    points, name = amount(facts, missing), reward_name(facts, reward)
    text = words(facts).say("Not enough yet: {points} to go to {reward}.", points=points, reward=name)
    return reply(facts, text, *ask_buttons(facts))
