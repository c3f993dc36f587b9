"""Commands as processes of their own that need not load the libraries first, which takes longer than most commands.

``python forking.py SOCKET ARGUMENTS`` is ``python -m bot ARGUMENTS``: it hands its terminal, folder and environment to
a process that has everything loaded and splits in two for each command. Whoever kills it kills the command.
"""

import sys

if __name__ == "__main__":  # the imports below would take the time that this is to save
    import os
    import socket

    with socket.socket(socket.AF_UNIX) as _ready:
        _ready.connect(sys.argv[1])
        _variables = (f"{name}={value}" for name, value in os.environ.items())
        _sent = os.fsencode("\0".join(_variables) + "\0\0" + "\0".join(sys.argv[2:]))
        socket.send_fds(_ready, [b"%8d" % len(_sent)], [0, 1, 2, os.open(".", os.O_RDONLY)])
        _ready.sendall(_sent)
        raise SystemExit(int(_ready.recv(3)))

import atexit
import gc
import os
import pkgutil
import select
import signal
import socket
import tempfile
import threading
from functools import cache
from importlib import import_module
from pathlib import Path
from subprocess import PIPE, Popen
from typing import NoReturn

ROOT = Path(__file__).parents[2]


@cache
def program() -> tuple[str, ...]:
    """What to put before a command's arguments. What has everything loaded lives as long as this process."""
    folder = tempfile.TemporaryDirectory(prefix="regulars-", dir="/tmp")  # the name of a socket may not be long
    path = f"{folder.name}/socket"
    serving = [sys.executable, "-c", f"from tests.journeys import forking; forking.serve({path!r})"]
    ready = Popen(serving, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=PIPE, stdout=PIPE)
    atexit.register(folder.cleanup)
    atexit.register(ready.communicate)
    assert ready.stdout is not None
    assert ready.stdout.read(1), "the commands could not be loaded"
    return sys.executable, "-I", "-S", __file__, path


def serve(path: str) -> None:
    """Run commands until nobody holds the other end of stdin any more."""
    for package in map(import_module, ("bot", "campaigns", "channels", "config")):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "__main__" not in module.name and "migrations" not in module.name:
                import_module(module.name)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen()
        os.write(1, b"!")
        while 0 not in select.select([door.fileno(), 0], [], [])[0]:
            client, _ = door.accept()
            if not os.fork():
                door.close()
                _attend(client)
            client.close()


def _attend(client: socket.socket) -> NoReturn:
    """Start what the client asks for, kill it if the client ends, and tell the client how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, given, _, _ = socket.recv_fds(client, 8, 4)
    told = os.fsdecode(client.recv(int(size), socket.MSG_WAITALL))
    if not (command := os.fork()):
        client.close()
        _run(told, *given)
    for descriptor in given:
        os.close(descriptor)
    threading.Thread(target=_kill_after, args=(client, command), daemon=True).start()
    _, status = os.waitpid(command, 0)
    client.sendall(b"%d" % (os.waitstatus_to_exitcode(status) & 255))
    os._exit(0)


def _kill_after(client: socket.socket, command: int) -> None:
    client.recv(1)
    os.kill(command, signal.SIGKILL)


def _run(told: str, *given: int) -> NoReturn:
    variables, _, arguments = told.partition("\0\0")
    os.environ.clear()
    for variable in variables.split("\0"):
        name, _, os.environ[name] = variable.partition("=")
    *terminal, folder = given
    os.fchdir(folder)
    for own, descriptor in enumerate(terminal):
        os.dup2(descriptor, own)
    for descriptor in given:
        os.close(descriptor)
    sys.argv = ["regulars", *(arguments.split("\0") if arguments else ())]
    import_module("bot.cli").main()
    raise SystemExit
