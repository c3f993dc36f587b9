"""Programme documents as files named on the command line."""

from pathlib import Path
from typing import Annotated

import typer

from bot.errors import bad_field

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A programme in TOML.")]

MaybeFile = Annotated[
    Path | None,
    typer.Argument(exists=True, dir_okay=False, readable=True, help="A programme in TOML; else the one in force."),
]


def read(file: Path) -> str:
    """The text of a document.

    Raises:
        BadInput: when it is not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise bad_field(file.name, "is not text in UTF-8; save it as UTF-8 and try again") from error
