"""``python -m bot`` is the same as the command ``regulars``."""

from bot.cli import main

main()
