"""Getting rewards, and taking part."""

from bot.actions import waiting
from bot.actions.challenges import take_up_in
from bot.actions.commands.said import Done, Said
from bot.actions.redeem import redeem_in
from bot.conversation import commands as talk


async def redeem(said: Said, command: talk.Redeem) -> Done:
    """A reward for points."""
    done = await redeem_in(said.tx, said.programme, said.member_id, command.reward, said.request, said.now)
    url = said.core.public_url
    link = f"{url}/v/{done.voucher}" if url else None
    result = {"voucher": done.voucher, "reward": done.reward, "points_left": done.points_left, "link": link}
    until = done.until.isoformat() if done.until else None
    return Done({**result, "partners_code": done.partners_code, "until": until})


async def wait(said: Said, command: talk.Wait) -> Done:
    """A place in the line."""
    place = (await waiting.join_in(said.tx, said.programme, said.member_id, command.reward, said.now)).place
    return Done({"place": place})


async def take_up(said: Said, command: talk.TakeUp) -> Done:
    """Take part in a challenge."""
    await take_up_in(said.tx, said.programme, said.member_id, command.challenge, said.now)
    return Done({})
