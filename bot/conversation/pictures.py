"""The pictures that go with answers: what each shows, in the person's language (``bot.pictures.data`` has the forms).

An answer says the same in words; a picture is for showing, scanning and pleasure.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.conversation.facts import Facts, MemberFacts
from bot.conversation.flow import words
from bot.conversation.replies import amount, next_reward, reward_name
from bot.loyalty.badges import Badge, counted, won
from bot.loyalty.look import Look
from bot.loyalty.reward import Reward
from bot.loyalty.stamps import StampCard, on_card
from bot.loyalty.tiers import standing
from bot.messages import Picture
from bot.wording import day
from bot.wording.challenges import badge_name


def card(facts: Facts, member: MemberFacts) -> Picture:
    """The member card: its QR code is the member number, which tills hand on as ``code:``."""
    where = standing(facts.programme, member.progress, facts.now)
    data: dict[str, Any] = {
        "code": member.code,
        "number": member.code,
        "name": member.name,
        "points": amount(facts, member.points),
        "tier": facts.programme.text(where.tier.names, facts.locale) if where and where.tier else "",
        "stamp_cards": [_stamp_card(facts, one, member) for one in facts.programme.of(StampCard).values()],
        "badges": [one for one in _badges(facts, member) if one["earned"]],
    }
    if upcoming := next_reward(facts):
        data["progress"] = _progress(facts, upcoming, member)
    alt = words(facts).say("Your card with the number {code} as a QR code", code=member.code)
    return _picture(facts, "card", data, alt)


def stamps(facts: Facts, key: str, member: MemberFacts) -> Picture:
    """One stamp card, large."""
    shown = _stamp_card(facts, facts.programme.of(StampCard)[key], member)
    alt = words(facts).say("{card}: {have} of {need}", card=shown["name"], have=shown["have"], need=shown["need"])
    return _picture(facts, "stamps", {"card": shown}, alt)


def badges(facts: Facts, member: MemberFacts) -> Picture | None:
    """All badges, those still to win in grey; None when there are none."""
    shown, t = _badges(facts, member), words(facts)
    earned = ", ".join(one["name"] for one in shown if one["earned"])
    alt = t.say("Your badges: {badges}", badges=earned) if earned else t.say("The badges that you can win")
    return _picture(facts, "badges", {"title": t.say("Badges"), "badges": shown}, alt) if shown else None


def voucher(facts: Facts, reward: Reward, code: str, until: datetime | None = None) -> Picture:
    """What is shown at the counter."""
    t, name = words(facts), reward_name(facts, reward)
    alt = t.say("Voucher {code} as a QR code: {reward}", code=code, reward=name)
    return _picture(facts, "voucher", {"code": code, "reward": name, "valid": good_until(facts, until)}, alt)


def good_until(facts: Facts, until: datetime | None) -> str:
    """The last day of a voucher; empty where it does not end."""
    last = until and until.astimezone(facts.programme.zone).date()
    return words(facts).say("Good until {day}", day=day(last, facts.locale)) if last else ""


def invitation(facts: Facts, link: str, terms: str, member: MemberFacts) -> Picture:
    """The member's own link for friends to scan."""
    t = words(facts)
    data = {"link": link, "title": t.say("Invite a friend"), "text": terms, "code": member.code}
    return _picture(facts, "invite", data, t.say("Your link for friends as a QR code"))


def other_chat(facts: Facts, link: str) -> Picture:
    """A member's one-time link into another of their chats, to be scanned with the phone."""
    t = words(facts)
    data = {"link": link, "title": t.say("Your other chats")}
    return _picture(facts, "invite", data, t.say("Your link into another chat as a QR code"))


def goal(facts: Facts, reward: Reward, member: MemberFacts, pace: str) -> Picture:
    """How far it is to the reward that the member saves for."""
    shown, t, missing = _progress(facts, reward, member), words(facts), reward.cost - member.points
    # It need not be the next one, and may be within reach already.
    enough, to_go = t.say("You have enough: write redeem to get it."), amount(facts, missing)
    shown["text"] = t.say("{points} to go.", points=to_go) if missing > 0 else enough
    data = {"title": reward_name(facts, reward), "progress": shown, "text": pace}
    return _picture(facts, "progress", data, t.say("{have} of {need}", have=shown["have"], need=shown["need"]))


def _picture(facts: Facts, kind: str, data: Mapping[str, Any], alt: str) -> Picture:
    look = facts.programme.one(Look)
    whose = {"language": facts.locale, "programme": facts.programme.called(facts.locale)}
    return Picture(kind, {**whose, **({"colour": look.colour} if look and look.colour else {}), **data}, alt)


def _progress(facts: Facts, reward: Reward, member: MemberFacts) -> dict[str, Any]:
    missing, name = max(0, reward.cost - member.points), reward_name(facts, reward)
    text = words(facts).say("{points} to go to the next reward: {reward}.", points=amount(facts, missing), reward=name)
    return {"have": max(0, min(member.points, reward.cost)), "need": max(1, reward.cost), "text": text}


def _stamp_card(facts: Facts, one: StampCard, member: MemberFacts) -> dict[str, Any]:
    today = facts.now.astimezone(facts.programme.zone).date()
    full = facts.programme.rewards.get(one.reward)
    return {
        "name": facts.programme.text(one.names, facts.locale),
        "have": on_card(member.progress, one, today),
        "need": one.need,
        "text": reward_name(facts, full) if full else "",
    }


def _badges(facts: Facts, member: MemberFacts) -> list[dict[str, Any]]:
    return [_badge(facts, badge, member) for badge in facts.programme.of(Badge).values()]


def _badge(facts: Facts, badge: Badge, member: MemberFacts) -> dict[str, Any]:
    mine = won(member.progress, badge.key)
    level = max((one.level for one in mine), default=1)
    name = badge_name(facts.programme, badge, level, facts.locale)
    about = facts.programme.text(badge.about, facts.locale) if badge.about else ""
    if mine:
        when = day(date.fromisoformat(mine[-1].day), facts.locale)
        return {"key": badge.key, "name": name, "earned": True, "text": when}
    today = facts.now.astimezone(facts.programme.zone).date().isoformat()
    done = counted(member.progress, badge, today)
    far = {"have": done[0], "need": done[1]} if done else {}
    return {"key": badge.key, "name": name, "earned": False, "text": about, **far}
