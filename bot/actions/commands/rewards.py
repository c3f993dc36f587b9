"""Getting rewards, and looking at what was had."""

from collections.abc import Sequence
from itertools import groupby

from bot.actions import waiting
from bot.actions.challenges import take_up_in
from bot.actions.commands.said import Done, Said
from bot.actions.redeem import redeem_in
from bot.conversation import commands as talk
from bot.storage import ledger, vouchers

_LINES = 10
_LOOKED_AT = 100
"""Lines of the ledger that these are made of: a gift has as many as it was paid with lots."""


async def redeem(said: Said, command: talk.Redeem) -> Done:
    """A reward for points."""
    done = await redeem_in(said.tx, said.programme, said.member_id, command.reward, said.request, said.now)
    url = said.core.public_url
    link = f"{url}/v/{done.voucher}" if url else None
    result = {"voucher": done.voucher, "reward": done.reward, "points_left": done.points_left, "link": link}
    return Done({**result, "partners_code": done.partners_code})


async def wait(said: Said, command: talk.Wait) -> Done:
    """A place in the line."""
    place = (await waiting.join_in(said.tx, said.programme, said.member_id, command.reward, said.now)).place
    return Done({"place": place})


async def take_up(said: Said, command: talk.TakeUp) -> Done:
    """Take part in a challenge."""
    await take_up_in(said.tx, said.programme, said.member_id, command.challenge, said.now)
    return Done({})


async def show_vouchers(said: Said, command: talk.ShowVouchers) -> Done:
    """Of a voucher from before there were terms, the name is today's."""
    member_id = said.chat.member_id
    found = await vouchers.of_member(said.tx, member_id, unused_at=said.now) if member_id else []
    told = []
    for one in found:
        terms, today = one.terms or {}, said.programme.rewards.get(one.reward)
        names = terms.get("names") or (today.names if today else {said.programme.languages[0]: one.reward})
        until = one.expires_at.isoformat() if one.expires_at else None
        told.append({"code": terms.get("code", one.code), "names": names, "until": until})
    return Done({"vouchers": told})


async def show_history(said: Said, command: talk.ShowHistory) -> Done:
    """What came and went last."""
    member_id = said.chat.member_id
    lines = await ledger.page(said.tx, member_id, _LOOKED_AT, None) if member_id else []
    told = ("kind", "points", "wallet", "rule", "at")
    return Done({"lines": [{name: getattr(line, name) for name in told} for line in _gifts_whole(lines)[:_LINES]]})


def _gifts_whole(lines: Sequence[ledger.Entry]) -> list[ledger.Entry]:
    """The same lines with each gift as one."""
    together = groupby(lines, lambda line: (line.kind, line.cause_id if line.kind == "gift_in" else line.id))
    return [first._replace(points=first.points + sum(line.points for line in rest)) for _, (first, *rest) in together]
