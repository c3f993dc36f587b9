"""The commands. Heavy libraries load inside the command that needs them, so that ``--help`` is quick."""

import sys
from typing import NoReturn

import typer

from bot.cli import (
    archive,
    conversations,
    counter,
    data,
    mail,
    members,
    partners,
    programme,
    rewards,
    schedule,
    service,
    setup,
    sms,
)
from bot.errors import BadInput, RegularsError

app = typer.Typer(
    name="regulars",
    help="Loyalty that talks: points, stamps, rewards and messages for a business's regulars.",
    epilog="Start here:  regulars demo   |   regulars init && regulars run",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(setup.init)
app.command()(service.run)
app.command()(service.demo)
app.command()(service.chat)
app.command("run-due")(schedule.run_due)
app.command()(setup.doctor)
app.command()(partners.settlement)
app.command()(conversations.conversations)
app.command()(counter.counter)
app.command("export")(archive.export)
app.command("import")(archive.import_)
app.add_typer(programme.app, name="program")
app.add_typer(members.app, name="members")
app.add_typer(data.app, name="activities")
app.add_typer(rewards.app, name="rewards")
app.add_typer(sms.app, name="sms")
app.add_typer(mail.app, name="mail")
app.add_typer(setup.keys, name="keys")


def main() -> None:
    """Run a command; what Regulars raises on purpose becomes words on stderr and exit code 1."""
    try:
        app()
    except BadInput as error:
        _fail("\n".join(map(str, error.faults)))
    except RegularsError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _fail(text: str) -> NoReturn:
    print(text, file=sys.stderr)
    raise SystemExit(1)
