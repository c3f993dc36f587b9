"""Redeeming a reward: choose, confirm, get the code."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.conversation import confirming, flow, paging, pictures, rewards, views
from bot.conversation.commands import Redeem, Wait
from bot.conversation.facts import Dialog, Facts, Result, Turn
from bot.conversation.intents import Intent, fold
from bot.conversation.replies import (
    amount,
    next_buttons,
    next_reward,
    price,
    redeem_buttons,
    reply,
    reward_name,
    rewards_in_order,
    within_reach,
)
from bot.errors import Conflict, NotFound, RegularsError
from bot.loyalty.reward import MONEY, Reward
from bot.messages import Picture
from bot.wording import money

FLOW = "redeem"
_WAIT = "wait"
_LONGEST_NUMBER = 4


def begin(facts: Facts, intent: Intent) -> Turn:
    """Ask to confirm the reward that was named, or which one it shall be."""
    if facts.member is None:
        return Turn((views.stranger(facts),))
    if not intent.argument:
        return _choose(facts)
    reward = _named(facts, intent.argument)
    return _confirm(facts, reward) if reward else _unknown(facts)


def proceed(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    """Take the yes or no; None when the text is a wish of its own."""
    if intent.name in ("no", "cancel"):
        return Turn((replace(views.nothing_done(facts), edits=True),))
    reward = facts.programme.rewards.get(dialog["reward"])
    if reward is None:
        return _unknown(facts)
    if intent.name == "yes" and dialog["step"] == _WAIT:
        return Turn(command=Wait(reward.key))
    if intent.name == "yes" and _cost(reward) == dialog["cost"]:
        return Turn(command=Redeem(reward.key))
    if flow.is_wish(intent):
        return None
    return _confirm(facts, reward)


def pressed(facts: Facts, text: str) -> Turn | None:
    """A yes button names its reward: one of an earlier question asks that question anew, and spends nothing."""
    head, _, key = text.partition(" ")
    reward = facts.programme.rewards.get(key) if head == "yes" else None
    if reward is None or facts.member is None:
        return None
    if flow.current(facts) == FLOW and facts.dialog and facts.dialog["reward"] == key:
        return proceed(facts, facts.dialog, Intent("yes"))
    return _confirm(facts, reward)


def conclude(facts: Facts, command: Redeem, result: Result) -> Turn:
    """The code to show, or why there is none."""
    reward = facts.programme.rewards.get(command.reward)
    if reward is None or isinstance(result, NotFound):
        return _unknown(facts)
    if isinstance(result, Conflict):
        why = str(result.facts.get("why", "too_few_points"))
        if why != "too_few_points":
            return _refused(facts, reward, why)
        return _too_few(facts, reward, result.facts.get("short"))
    if isinstance(result, RegularsError):
        return Turn((views.failed(facts),))
    t = flow.words(facts)
    lines = [*_brought(facts, reward, result), t.say("You have {points}.", points=amount(facts, result["points_left"]))]
    shown = _picture(facts, reward, result)
    return Turn((reply(facts, "\n".join(lines), title=reward_name(facts, reward), picture=shown),))


def waits(facts: Facts, command: Wait, result: Result) -> Turn:
    """The place in the line, or why there is none."""
    reward = facts.programme.rewards.get(command.reward)
    if reward is None or isinstance(result, NotFound):
        return _unknown(facts)
    if isinstance(result, Conflict) and result.facts.get("why") == "not_full":
        return _confirm(facts, reward)
    if isinstance(result, RegularsError):
        return Turn((views.failed(facts),))
    text = flow.words(facts).say(
        "You are number {place} in the line for: {reward}. You will hear from us when a place comes free.",
        place=result["place"],
        reward=reward_name(facts, reward),
    )
    return Turn((reply(facts, text, *next_buttons(facts)),))


def _brought(facts: Facts, reward: Reward, result: Mapping[str, Any]) -> Iterator[str]:
    """What there is to show, or what was had at once."""
    t, name = flow.words(facts), reward_name(facts, reward)
    if reward.kind in MONEY:
        yield t.say("{money} went into your credit.", money=money(facts.programme, reward.value, facts.locale))
        return
    if reward.kind == "donation":
        yield t.say("Thank you! You gave: {reward}", reward=name)
        return
    if code := result.get("partners_code"):
        yield t.say("Your code: {code}", code=code)
    else:
        yield t.say("Show this code at the counter: {code}", code=result["voucher"])
        if link := result.get("link"):
            yield t.say("Or open it as a picture: {link}", link=link)
    yield t.say("It is good for: {reward}", reward=name)
    if until := pictures.good_until(facts, _until(result)):
        yield until


def _picture(facts: Facts, reward: Reward, result: Mapping[str, Any]) -> Picture | None:
    if reward.kind in MONEY or reward.kind == "donation":
        return None
    return pictures.voucher(facts, reward, result.get("partners_code") or result["voucher"], _until(result))


def _until(result: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(result["until"]) if result.get("until") else None


def _named(facts: Facts, argument: str) -> Reward | None:
    """By its number in the last list (else in the order of every list), by key or by name."""
    said, offered = fold(argument), facts.programme.rewards
    if said.isdecimal():
        keys = _last_list(facts)
        n = int(said) if len(said) <= _LONGEST_NUMBER else 0
        return offered.get(keys[n - 1]) if 1 <= n <= len(keys) else None
    for reward in offered.values():
        if said in (fold(reward.key), *map(fold, reward.names.values())):
            return reward
    return None


def _last_list(facts: Facts) -> list[str]:
    if facts.dialog and _list_is_open(facts):
        return list(facts.dialog["keys"])
    return [reward.key for reward in rewards_in_order(facts)]


def _list_is_open(facts: Facts) -> bool:
    dialog = facts.dialog or {}
    return flow.current(facts) == flow.LIST and dialog.get("step") == rewards.LIST


def _choose(facts: Facts) -> Turn:
    within = within_reach(facts)
    if not within:
        upcoming = next_reward(facts)
        return _too_few(facts, upcoming) if upcoming else Turn((rewards.shown(facts),))
    if len(within) > paging.UNPAGED:
        return Turn((rewards.shown(facts),), rewards.listed(facts))
    lines = [flow.words(facts).say("Which reward would you like? Answer with its number.")]
    lines += [rewards.numbered(facts, n, reward) for n, reward in enumerate(within, 1)]
    return Turn((reply(facts, "\n".join(lines), *redeem_buttons(facts, within)),), rewards.listed(facts))


def _confirm(facts: Facts, reward: Reward) -> Turn:
    if facts.member and (why := facts.member.refused.get(reward.key)):
        return _refused(facts, reward, why)
    if facts.member and reward.short(facts.member.points):
        return _too_few(facts, reward)
    t, name = flow.words(facts), reward_name(facts, reward)
    if _cost(reward):
        text = t.say("Redeem {reward} for {points}?", reward=name, points=price(facts, reward))
    else:
        text = t.say("Take {reward}? It costs you nothing.", reward=name)
    # Another message with this button, a campaign's say, keeps its words.
    asked = flow.at(facts, FLOW, "confirm", reward=reward.key, cost=_cost(reward))
    return confirming.ask(facts, text, reward.key, asked, edits=_list_is_open(facts))


def _cost(reward: Reward) -> int:
    return reward.credit or reward.cost


def _refused(facts: Facts, reward: Reward, why: str) -> Turn:
    """Something but points is missing; what is full can be waited for."""
    t, name = flow.words(facts), reward_name(facts, reward)
    if why == "sold_out" and reward.kind == "experience":
        text = t.say("{reward} is full. Shall we put you on the waiting list?", reward=name)
        asked = flow.at(facts, FLOW, _WAIT, reward=reward.key, cost=_cost(reward))
        return confirming.ask(facts, text, reward.key, asked)
    return Turn((reply(facts, f"{name}: {rewards.refusal(facts, reward, why)}", *next_buttons(facts)),))


def _too_few(facts: Facts, reward: Reward, short: object = None) -> Turn:
    have = facts.member.points if facts.member else 0
    return Turn((rewards.too_few(facts, reward, short if isinstance(short, int) else reward.cost - have),))


def _unknown(facts: Facts) -> Turn:
    text = flow.words(facts).say("I do not know that reward.")
    shown = rewards.shown(facts)
    return Turn((reply(facts, f"{text}\n{shown.text}", *shown.buttons),), rewards.listed(facts))
