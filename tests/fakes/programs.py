"""Programs of the system that some tests need."""

import os
import shutil
from typing import NoReturn

import pytest

_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/local/sbin"))


def program(name: str, packages: str) -> str:
    """Its path; without it see ``missing``."""
    return shutil.which(name, path=_PLACES) or missing(f"{name} is missing: apt-get install {packages}")


def missing(text: str) -> NoReturn:
    """Skip the test; fail it with ``CI=true``.

    Not everybody who works on this has a mail system and a browser to spare. But where everything should be present,
    a test that was skipped would pass for one that held.
    """
    if os.environ.get("CI") == "true":
        pytest.fail(text, pytrace=False)
    pytest.skip(text)
