"""R2: keys of a private bucket, and requests signed with them at the moment of use."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit

from player.audio.sigv4 import Access, authorized, presigned
from player.errors import MissingPartError

ACCOUNT: Final = "R2_ACCOUNT_ID"
KEY_ID: Final = "R2_ACCESS_KEY_ID"
SECRET: Final = "R2_SECRET_ACCESS_KEY"  # noqa: S105 - the name of the variable, not the secret
ENDPOINT: Final = "R2_ENDPOINT"
NAMES: Final = (ACCOUNT, ENDPOINT, KEY_ID, SECRET)
GOOD_FOR_S: Final = 600
"""How long a signed address works: for one request and its retries, which are signed anew."""
_LEARNED_FOR_S: Final = 600.0
_host: Final = re.compile(r"[A-Za-z0-9.:\[\]_-]+")
_key_id: Final = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens private buckets. Nothing of it is shown by `repr`."""

    endpoint: str = field(repr=False)
    key_id: str = field(repr=False)
    secret: str = field(repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Keys | None:
        """Return the keys that the environment names, None where any is missing."""
        account = environment.get(ACCOUNT, "").strip()
        endpoint = environment.get(ENDPOINT, "").strip()
        if not endpoint and account:
            endpoint = f"https://{account}.r2.cloudflarestorage.com"
        key_id = environment.get(KEY_ID, "").strip()
        secret = environment.get(SECRET, "").strip()
        if not (endpoint and key_id and secret):
            return None
        return cls(endpoint.rstrip("/"), key_id, secret)


class ServerClock:
    """The time as servers have it: this computer's, until one of them says that it is wrong.

    What it learns holds for all that is signed afterwards, so one refusal corrects every request.
    Safe from any thread.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._off_s = 0.0
        self._learned_at: float | None = None
        self._lock = threading.Lock()

    def time(self) -> float:
        """Return the seconds since 1970."""
        with self._lock:
            return self._now() + self._off_s

    def learn(self, theirs: float, signed_at: float, stale_s: float) -> bool:
        """Take a server's time; whether what was signed at `signed_at` is worth signing again.

        That is so where the two lie further apart than `stale_s`. Learns once in ten minutes, so
        that a server that tells another time with each refusal is not asked for ever.
        """
        if abs(theirs - signed_at) <= stale_s:
            return False
        with self._lock:
            if abs(theirs - self._now() - self._off_s) <= stale_s:
                return True  # another request was refused before
            since = None if self._learned_at is None else time.monotonic() - self._learned_at
            if since is not None and since < _LEARNED_FOR_S:
                return False
            self._off_s = theirs - self._now()
            self._learned_at = time.monotonic()
            return True


class Signer:
    """Signs requests for objects; asks nobody. Safe from any thread.

    Raises MissingPartError from each method when the keys are no keys.
    """

    def __init__(self, keys: Keys, clock: ServerClock | None = None) -> None:
        self.clock = clock or ServerClock()
        self._keys = keys

    @property
    def host(self) -> str:
        """The server's name, for sentences; an R2 account's number is left out."""
        name = urlsplit(self._keys.endpoint).hostname or ""
        return "R2" if name.endswith(".r2.cloudflarestorage.com") else name

    def sign(self, bucket: str, key: str) -> str:
        """Return an address that reads the object for the next ten minutes: a secret."""
        return presigned(self.address(bucket, key), self._access(), self.clock.time(), GOOD_FOR_S)

    def headers(
        self, method: str, bucket: str, key: str, headers: Mapping[str, str], sha256: str
    ) -> tuple[dict[str, str], float]:
        """Return the headers of a request for `address`, and the time they were signed at.

        `sha256` is that of the body, in hex.
        """
        at = self.clock.time()
        url = self.address(bucket, key)
        return authorized(method, url, headers, self._access(), at, sha256=sha256), at

    def address(self, bucket: str, key: str) -> str:
        """Return where the object lies, without a signature."""
        self._check(bucket)
        return f"{self._keys.endpoint}/{quote(bucket)}/{quote(key, safe='/-_.~')}"

    def _access(self) -> Access:
        return Access(self._keys.key_id, self._keys.secret)

    def _check(self, bucket: str) -> None:
        try:
            parts = urlsplit(self._keys.endpoint)
            is_address = parts.scheme in ("http", "https") and not (parts.query or parts.fragment)
            is_address &= bool(_host.fullmatch(parts.netloc)) and (parts.port or 1) > 0
        except ValueError:
            is_address = False
        keys = (self._keys.key_id, self._keys.secret)
        if not is_address or not all(_key_id.fullmatch(key) for key in keys):
            raise MissingPartError(
                f"No address can be signed for the bucket {bucket}: check {ACCOUNT} (or"
                f" {ENDPOINT}), {KEY_ID} and {SECRET}."
            )
