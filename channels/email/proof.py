"""Whether a mail is from whom it says: one plain sender, and what the receiving mail server found out (RFC 8601)."""

import re
from email.message import Message
from email.utils import parseaddr

from channels.email.addresses import is_address
from channels.email.mime import every_header, words

_WITH_NAME = re.compile(r"(?P<name>[^<>:;]*)<\s*(?P<address>[^<>\s]*)\s*>\s*")
_QUOTED = "\0"
_RESULT = re.compile(r"\s*(?P<method>[a-z0-9-]+)(?:/\d+)?\s*=\s*(?P<result>[a-z]+)(?P<rest>.*)", re.DOTALL)
_PROPERTY = re.compile(r"(?:header|smtp)\.([a-z]+)\s*=\s*\0?([^\s\0]+)")


def sender_of(message: Message) -> tuple[str, str] | str:
    """Display name and lower-case address of the one sender, else why there is none.

    Mail programs and servers disagree about which of two senders counts, so a mail that could name two is nobody's.
    """
    named = every_header(message, "from")
    if len(named) != 1:
        return "more than one sender" if named else "no sender"
    bare = _bare(named[0])
    found = _WITH_NAME.fullmatch(bare)
    address = (found["address"] if found else bare.strip()).lower()
    # An encoded word is never part of an address (RFC 2047 §5).
    if not is_address(address) or "=?" in address:
        return "more than one sender" if re.search(r"@[^@,;]*[,;]", bare) else "no sender"
    beside = re.findall(r"[^\s,]*@[^\s,]*", found["name"] if found else "")
    if any(other.lower() != address for other in beside):
        return "more than one sender"
    return words(parseaddr(named[0])[0]), address


def forged(message: Message, domain: str, authserv: str) -> bool:
    """Whether the trusted host found no proof that ``domain`` sent this.

    Only the topmost header with its name counts: it stands above whatever the sender wrote himself.
    """
    for text in every_header(message, "authentication-results"):
        host, _, results = _bare(text).lower().partition(";")
        if host.split()[:1] == [authserv]:
            return not _proven(results, domain)
    return True


def _proven(results: str, domain: str) -> bool:
    """By DMARC's verdict where there is one; else by SPF or DKIM for the sender's own domain (RFC 7489 §3.1)."""
    dmarc, aligned = [], False
    for found in filter(None, map(_RESULT.fullmatch, results.split(";"))):
        passed, said = found["result"] == "pass", dict(_PROPERTY.findall(found["rest"]))
        match found["method"]:
            case "dmarc" if found["result"] != "none":
                dmarc.append(passed and said.get("from", domain) == domain)
            case "dkim":
                aligned |= passed and _aligned(said.get("d") or _host(said.get("i", "")), domain)
            case "spf":
                aligned |= passed and _aligned(_host(said.get("mailfrom", "")), domain)
    return all(dmarc) if dmarc else aligned


def _aligned(proven: str, domain: str) -> bool:
    """Whether one is the other, or lies below it; a top level proves nothing."""
    return "." in proven and (
        proven == domain or domain.endswith("." + proven) or ("." in domain and proven.endswith("." + domain))
    )


def _host(address: str) -> str:
    return address.rpartition("@")[2]


def _bare(text: str) -> str:
    """The header without comments, NUL in place of quoted strings: there, senders may write what they like."""
    out: list[str] = []
    depth, quoted, escaped = 0, False, False
    for char in text.replace(_QUOTED, "\ufffd"):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"' and not depth:
            quoted = not quoted
            out.append(_QUOTED if quoted else "")
        elif quoted:
            continue
        elif char in "()":
            depth = max(0, depth + (1 if char == "(" else -1))
            out.append(" ")
        elif not depth:
            out.append(char)
    return "".join(out)
