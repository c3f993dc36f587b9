"""A private Postfix on loopback: a real mail system between a shop and its customers, that makes real bounces.

It takes mail from this machine for anybody: ``ok.test`` and ``shop.test`` go to Dovecot, ``door.test`` by LMTP to a
port that the tests may listen on, and ``nobody@ok.test`` is found not to exist only after the mail was taken.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.dovecot import Dovecot
from tests.fakes.ports import PATIENCE, held_ports
from tests.fakes.programs import missing, program

_MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
daemon_directory = {daemons}
command_directory = {commands}
maillog_file = {home}/log/mail
maillog_file_prefixes = {home}/log
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.ok.test
mydestination =
alias_maps =
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_reject_unlisted_recipient = no
relay_domains = ok.test, shop.test, door.test
recipient_delimiter = +
transport_maps = inline:{{
    {{nobody@ok.test = error:5.1.1 User unknown}}
    ok.test=lmtp:inet:127.0.0.1:{dovecot}
    shop.test=lmtp:inet:127.0.0.1:{dovecot}
    door.test=lmtp:inet:127.0.0.1:{door} }}
"""
_MASTER = """
{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
# Its programs insist on who owns what.
_BEGIN = """
set -eu
cd {home}
mkdir -p data log queue
cd queue
mkdir -p active bounce corrupt defer deferred flush hold incoming maildrop pid private public saved trace
chown postfix ../data active bounce corrupt defer deferred flush hold incoming maildrop private public saved trace
chgrp postdrop maildrop public
chmod 730 maildrop
chmod 710 public
chmod 700 private ../data
exec {master} -c {home}/etc -w
"""


@dataclass(frozen=True)
class Postfix:
    """Where it takes mail, and the port that it brings mail for ``door.test`` to."""

    home: Path
    port: int
    door: int


@contextmanager
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """A Postfix that runs meanwhile; it takes mail before the command that starts it returns."""
    command = Path(program("postfix", "postfix"))
    as_root = [] if os.geteuid() == 0 else [program("sudo", "sudo"), "-n"]
    with tempfile.TemporaryDirectory(prefix="postfix", ignore_cleanup_errors=True) as folder, held_ports(2) as ports:
        home = Path(folder)
        home.chmod(0o755)
        (home / "etc").mkdir()
        running = Postfix(home, *ports)
        daemons = _daemons()
        (home / "etc/main.cf").write_text(
            _MAIN.format(home=home, daemons=daemons, commands=command.parent, dovecot=dovecot.lmtp, door=running.door)
        )
        (home / "etc/master.cf").write_text(_MASTER.format(port=f"127.0.0.1:{running.port}"))
        begin = _BEGIN.format(home=home, master=daemons / "master")
        try:
            subprocess.run([*as_root, "sh", "-c", begin], check=True, timeout=PATIENCE)
            yield running
        finally:
            end = f"kill -KILL -$(tr -d ' ' <{home}/queue/pid/master.pid); rm -rf {home}/queue {home}/data {home}/log"
            subprocess.run([*as_root, "sh", "-c", end], timeout=PATIENCE, check=False)


def _daemons() -> Path:
    master = shutil.which("master", path="/usr/lib/postfix/sbin:/usr/libexec/postfix")
    return Path(master or missing("Postfix keeps its daemons at a place that is not known here")).parent
