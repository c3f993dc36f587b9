"""What members look up: what they have, what came and went, what they save for, and why things happened to them."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from bot.actions.commands.said import Done, Said
from bot.actions.vouchers import names_of
from bot.conversation import commands as talk
from bot.loyalty import referrals
from bot.storage import ledger, members, reasons, vouchers

_LINES = 10
_LOOKED_AT = 100
"""Lines of the ledger that these are made of: a gift has as many as it was paid with lots."""
_PACE = timedelta(days=90)
_LEAST = timedelta(days=7)
"""The pace of who joined yesterday would promise too much."""


async def show_vouchers(said: Said, command: talk.ShowVouchers) -> Done:
    """The codes that are good now."""
    member_id, url = said.chat.member_id, said.core.public_url
    found = await vouchers.of_member(said.tx, member_id, unused_at=said.now) if member_id else []
    told = []
    for one in found:
        terms, names = one.terms or {}, names_of(said.programme, one)
        until = one.expires_at.isoformat() if one.expires_at else None
        # A partner's code is for the partner; our own page shows ours.
        link = f"{url}/v/{one.code}" if url and "code" not in terms else None
        code = terms.get("code", one.code)
        told.append({"reward": one.reward, "code": code, "names": names, "until": until, "link": link})
    return Done({"vouchers": told})


async def set_goal(said: Said, command: talk.SetGoal) -> Done:
    """Save for a reward (or for none), and tell what came lately."""
    if command.reward != said.chat.goal:
        await members.change(said.tx, said.member_id, {"goal": command.reward or None})
    joined = said.chat.profile.joined_at if said.chat.profile else said.now
    within = min(_PACE, max(_LEAST, said.now - joined))
    return Done({"earned": await reasons.earned(said.tx, said.member_id, said.now, within), "days": within.days})


async def show_history(said: Said, command: talk.ShowHistory) -> Done:
    """What came and went last; of an invitation, with the activity that tells whose side it is."""
    told, lines = ("kind", "points", "wallet", "rule", "at"), await _lines(said)
    types = await reasons.types(said.tx, [e.cause_id for e in lines if e.rule == referrals.NAME and e.cause_id])
    return Done(
        {"lines": [{name: getattr(e, name) for name in told} | {"type": types.get(e.cause_id or 0)} for e in lines]}
    )


async def why(said: Said, command: talk.Why) -> Done:
    """The last message and the last points."""
    message, member_id = said.message, said.chat.member_id
    line = await reasons.last_line(said.tx, member_id) if member_id else None
    if line and line["kind"] == "gift_in":
        line = {**line, "points": (await _lines(said))[0].points}
    return Done({"message": await reasons.last_message(said.tx, message.channel, message.address), "line": line})


async def _lines(said: Said) -> Sequence[ledger.Entry]:
    """The newest first, each gift as one."""
    member_id = said.chat.member_id
    lines = await ledger.page(said.tx, member_id, _LOOKED_AT, None) if member_id else []
    together = groupby(lines, lambda line: (line.kind, line.cause_id if line.kind == "gift_in" else line.id))
    whole = [first._replace(points=first.points + sum(line.points for line in rest)) for _, (first, *rest) in together]
    return whole[:_LINES]
