"""Programs of the system that some tests need."""

import os
import shutil

import pytest

_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/local/sbin"))


def program(name: str, packages: str) -> str:
    """Its path; without it the test is skipped, or fails where everything should be present (CI=true)."""
    found = shutil.which(name, path=_PLACES)
    if found:
        return found
    missing = f"{name} is missing: apt-get install {packages}"
    if os.environ.get("CI") == "true":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)
