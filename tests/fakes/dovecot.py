"""A private Dovecot: real IMAP and LMTP on loopback. Whoever is named has a mailbox there, empty at first."""

import grp
import os
import pwd
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from imaplib import IMAP4
from pathlib import Path

from tests.fakes.mail import CERTIFICATE
from tests.fakes.ports import PATIENCE, held_ports
from tests.fakes.programs import program

PASSWORD = 'pa\\ss/w"1'
"""Everybody's."""

_SETTINGS = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = no
auth_failure_delay = 0
default_internal_user = {servant}
default_internal_group = {group}
default_login_user = {servant}
first_valid_uid = 1
mail_location = maildir:{home}/mail/%u
recipient_delimiter = +
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """Where it listens."""

    home: Path
    imap: int
    imaps: int
    lmtp: int

    @contextmanager
    def mailbox(self, owner: str) -> Iterator[IMAP4]:
        """Somebody's inbox, as a mail program of theirs opens it."""
        with IMAP4("127.0.0.1", self.imap, timeout=PATIENCE) as imap:
            imap.login(owner, PASSWORD)
            imap.select()
            yield imap

    def put(self, owner: str, raw: bytes, came: str = "") -> None:
        """A mail that has arrived, just now or at ``came`` (``"01-Jan-2020 12:00:00 +0000"``)."""
        with self.mailbox(owner) as imap:
            imap.append("INBOX", "", f'"{came}"' if came else "", raw)


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """A Dovecot that runs meanwhile; the daemon listens before the command that starts it returns."""
    binary = program("dovecot", "dovecot-imapd dovecot-lmtpd")
    with tempfile.TemporaryDirectory(prefix="dovecot") as folder, held_ports(3) as ports:
        home = Path(folder)
        servant = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        home.chmod(0o755)
        (home / "mail").mkdir()
        os.chown(home / "mail", servant.pw_uid, servant.pw_gid)
        running = Dovecot(home, *ports)
        settings = home / "dovecot.conf"
        settings.write_text(
            _SETTINGS.format(
                home=home,
                password=PASSWORD,
                certificate=CERTIFICATE,
                servant=servant.pw_name,
                group=grp.getgrgid(servant.pw_gid).gr_name,
                uid=servant.pw_uid,
                gid=servant.pw_gid,
                imap=running.imap,
                imaps=running.imaps,
                lmtp=running.lmtp,
            )
        )
        subprocess.run([binary, "-c", settings], check=True, timeout=PATIENCE)
        try:
            yield running
        finally:
            # Asked kindly, it takes three seconds; the daemon leads a process group of its own.
            os.killpg(int((home / "run/master.pid").read_text()), signal.SIGKILL)
