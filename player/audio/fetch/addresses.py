"""Addresses: from audio_files.r2_url to what is asked for over the wire."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit

from player.audio.fetch.searching import Search
from player.audio.fetch.troubles import Cause, TroubleError
from player.audio.r2 import ACCOUNT, ENDPOINT, KEY_ID, SECRET, Keys, ServerClock, Signer
from player.errors import MissingPartError

PUBLIC_URL: Final = "R2_PUBLIC_URL"
KEYRING_S: Final = 2.0
"""How long a listener waits for a keyring, which may first ask to be unlocked."""
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Target:
    """Where a clip is asked for. `url` may be signed, so only `label` is ever shown.

    A signed one was signed at `signed_at`, in seconds since 1970 as `clock` has it.
    """

    url: str = field(repr=False)
    label: str
    is_signed: bool = False
    signed_at: float = 0.0
    clock: ServerClock | None = field(default=None, repr=False, compare=False)


class Addresses:
    """What can be reached from here: public addresses, and buckets of which there are keys.

    `public_url` is where the objects of r2:// addresses are public. `find_keys` is called once, in
    a thread of its own, when an address first needs keys and there are no `keys`; it is waited for
    `patience_s`, and what it finds later holds from then on. Asks nobody; safe from any thread.
    """

    def __init__(
        self,
        *,
        public_url: str = "",
        keys: Keys | None = None,
        find_keys: Callable[[], Keys | None] | None = None,
        patience_s: float = KEYRING_S,
        clock: ServerClock | None = None,
    ) -> None:
        self._public_url = public_url.rstrip("/")
        self._clock = clock or ServerClock()
        self._known = Signer(keys, self._clock) if keys else None
        self._search = Search(find_keys, patience_s) if find_keys and not keys else None

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] | None = None, *, patience_s: float = KEYRING_S
    ) -> Addresses:
        """Return those that R2_PUBLIC_URL and the keys of the environment open.

        Without an environment: of this one, and of the system keyring where that lacks any.
        """
        env = os.environ if environment is None else environment
        public_url, keys = env.get(PUBLIC_URL, "").strip(), Keys.from_environment(env)
        if environment is not None:
            return cls(public_url=public_url, keys=keys)
        return cls(
            public_url=public_url, keys=keys, find_keys=_keys_of_keyring, patience_s=patience_s
        )

    def obstacle(self, url: str) -> str:
        """Return why nothing can be fetched from `url`, in a sentence; empty: nothing is known."""
        try:
            parts = urlsplit(url)
            name = parts.hostname or ""
        except ValueError:
            return "Its row names no address that can be read."
        if parts.scheme == "r2":
            return self._bucket_obstacle(shown(parts.netloc), parts.path)
        if not name or parts.scheme not in ("http", "https"):
            return "Its row names no address that clips are fetched from: https:// or r2://."
        if parts.scheme == "http" and name not in _LOOPBACK:
            return f"Its row names {shown(name)} without https, which anybody could change."
        return ""

    def target(self, url: str) -> Target:
        """Return what to ask for, signed now where that is needed. Raises TroubleError."""
        if obstacle := self.obstacle(url):
            raise TroubleError("there is no way to it", Cause.SETTINGS, help=obstacle)
        parts = urlsplit(url)
        if parts.scheme != "r2":
            return Target(url, shown(parts.hostname or ""))
        key = parts.path.lstrip("/")
        if self._public_url:
            host = urlsplit(self._public_url).hostname or ""
            return Target(f"{self._public_url}/{quote(key)}", shown(host))
        assert self._signer
        label = f"the bucket {shown(parts.netloc)}"
        try:
            at = self._clock.time()
            url = self._signer.sign(parts.netloc, key)
            return Target(url, label, is_signed=True, signed_at=at, clock=self._clock)
        except MissingPartError as error:
            raise TroubleError(
                f"{label} cannot be asked", Cause.SETTINGS, help=str(error)
            ) from None

    @property
    def _signer(self) -> Signer | None:
        if self._known is None and self._search is not None and (keys := self._search.keys()):
            self._known = Signer(keys, self._clock)
        return self._known

    def _bucket_obstacle(self, bucket: str, path: str) -> str:
        key = path.lstrip("/")
        if not bucket or not key or ".." in key.split("/"):
            return "Its row names no object in a bucket: r2://bucket/key."
        if self._public_url:
            is_plain = urlsplit(self._public_url)
            is_safe = is_plain.scheme == "https" or (is_plain.hostname or "") in _LOOPBACK
            if not is_safe or not is_plain.hostname or is_plain.query or is_plain.username:
                return f"{PUBLIC_URL} is no https address without a query: mend it or unset it."
        elif self._signer is None:
            if self._search is not None and not self._search.is_over:
                return (
                    f"It lies in the bucket {bucket}, and the system keyring does not answer:"
                    f" unlock it, or set {ACCOUNT}, {KEY_ID} and {SECRET}."
                )
            return (
                f"It lies in the bucket {bucket}: set {ACCOUNT} (or {ENDPOINT}), {KEY_ID} and"
                f" {SECRET} for a private one, {PUBLIC_URL} for a public one."
            )
        return ""


def _keys_of_keyring() -> Keys | None:
    from player.audio.keychain import find_keys  # noqa: PLC0415 - for private buckets alone

    return find_keys(os.environ)


def shown(name: str) -> str:
    """Return a host or bucket as it may stand in a sentence; no name of either has more."""
    kept = "".join(c for c in name if c.isascii() and (c.isalnum() or c in ".-_:"))
    return kept[:_LONGEST_NAME] or "an unnamed server"
