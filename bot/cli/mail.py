"""``regulars mail``: what mail needs in the DNS."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.cli.common import settings

app = typer.Typer(help="What mail needs in the DNS.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps ``dkim`` a command of its own while it is the only one."""


@app.command()
def dkim(
    file: Annotated[Path, typer.Argument(help="Where the private key is written; must not exist yet.")],
    selector: Annotated[str, typer.Option(help="Names this key among those of the domain.")] = "regulars",
    domain: Annotated[str, typer.Option(help="Else that of REGULARS_EMAIL_FROM.")] = "",
    kind: Annotated[Literal["rsa", "ed25519"], typer.Option(help="rsa is verified everywhere.")] = "rsa",
) -> None:
    """Make a key pair that signs mail, write the private half to FILE, and print the DNS record of the public half."""
    import os

    from bot.errors import SetupError
    from channels.email.dkim import is_selector, new_key, record
    from channels.email.options import parse_mailbox

    domain = domain or parse_mailbox(settings().email_from or "").domain
    for option, name in (("--selector", selector), ("--domain", domain)):
        if not is_selector(name):
            raise SetupError(f"{option} must be letters, digits, dashes and dots")
    key, pem = new_key(kind)
    try:
        # Nobody else may read it, not even for a moment.
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(pem)
    except OSError as error:
        raise SetupError(f"{file} cannot be written ({error.strerror})") from error
    print(f"Publish this in the DNS of {domain}, and look it up before you go on:\n\n{record(key, selector, domain)}\n")
    print(f"Then set:\nREGULARS_DKIM_KEY_FILE={file.absolute()}\nREGULARS_DKIM_SELECTOR={selector}")
    if domain != (parse_mailbox(mailbox).domain if (mailbox := settings().email_from) else domain):
        print(f"REGULARS_DKIM_DOMAIN={domain}")
