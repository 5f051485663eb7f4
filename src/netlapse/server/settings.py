"""How a Studio is started: address, token, allowed hosts, folders."""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from netlapse.errors import InputError
from netlapse.folders import data_folder

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8765
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
STATIC = Path(__file__).parent / "static"


def new_token() -> str:
    """A secret that cannot be guessed: 256 random bits."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Settings:
    """What one server is started with."""

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    """The port that listens; part of the cookie's name."""
    token: str = field(default_factory=new_token, repr=False)
    """Who has it may do everything. Never logged."""
    allow_hosts: tuple[str, ...] = ()
    """Names, beside the loopback ones, by which a browser may call this server."""
    folder: Path = field(default_factory=data_folder)
    """Where runs and tables lie."""
    static: Path = STATIC
    """The built Studio."""

    @property
    def cookie(self) -> str:
        """The cookie's name; browsers share cookies between the ports of a host."""
        return f"netlapse-{self.port}"

    def link_cookie(self, token_hash: str) -> str:
        """The name of the cookie of a link; who follows two has both."""
        return f"{self.cookie}-link-{token_hash[:16]}"

    @property
    def link_cookies(self) -> re.Pattern[str]:
        """What the names of cookies of links are."""
        return re.compile(re.escape(self.cookie) + "-link-[0-9a-f]{16}")

    @property
    def hosts(self) -> frozenset[str]:
        """Names a request may be addressed to, in lower case, without port."""
        named = () if self.host in ("0.0.0.0", "::", "") else (bracketed(self.host),)
        return frozenset(name.lower() for name in (*LOOPBACK_NAMES, *named, *self.allow_hosts))

    @property
    def url(self) -> str:
        """The address that opens the Studio, token included."""
        shown = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else bracketed(self.host)
        return f"http://{shown}:{self.port}/?token={self.token}"


def host_name(given: str) -> str:
    """A host as it stands in a `Host` header, without port.

    Raises:
        InputError: It is an address with a scheme or a port, or no name at all.

    >>> host_name("Studio.example"), host_name("::1"), host_name("[fe80::0:1]")
    ('studio.example', '[::1]', '[fe80::1]')
    """
    bare = given.strip().removeprefix("[").removesuffix("]")
    with suppress(ValueError):
        return bracketed(str(ip_address(bare)))
    with suppress(UnicodeError):
        name = bare.encode("idna").decode().lower()
        if name and all(c.isalnum() or c in "-._" for c in name):
            return name
    raise InputError(
        f"An allowed host is a name or an address without scheme and port, got {given[:80]!r}.",
        remedy="Write it like `--allow-host studio.example`.",
    )


def bracketed(host: str) -> str:
    """A host as it stands in a URL.

    >>> bracketed("::1"), bracketed("localhost")
    ('[::1]', 'localhost')
    """
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
