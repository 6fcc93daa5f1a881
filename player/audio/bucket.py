"""A bucket: objects that are written once, under names that tell their content."""

from __future__ import annotations

import base64
import hashlib
import logging
import threading
from collections.abc import Iterator, Mapping
from enum import StrEnum
from http import HTTPStatus
from random import Random
from typing import Final

import httpx

from player.audio.fetch.answers import told_time
from player.audio.fetch.patience import Patience
from player.audio.fetch.troubles import Again, Cause, DroppedError, TroubleError
from player.audio.fetch.trying import Pause
from player.audio.r2 import Signer
from player.audio.refusals import (
    SKEWED,
    SKEWED_S,
    STALE_CLOCK_S,
    answer_trouble,
    code_of,
    network_trouble,
)
from player.errors import KahaniError, MissingPartError

CLIP_HEADERS: Final = {
    "content-type": "audio/mpeg",
    "cache-control": "public, max-age=31536000, immutable",
}
ANSWER_S: Final = 60.0
"""How long an answer may take: the whole clip may still be on its way when the last was written."""
_PIECE: Final = 16_384
_OK: Final = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT})
_REFUSED: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class Brought(StrEnum):
    """What bringing an object into a bucket came to."""

    SENT = "sent"
    THERE = "there already"
    MENDED = "replaced a damaged one"


class Bucket:
    """Brings objects into a bucket of an S3 server, each whole or not at all; from any thread.

    `stop` ends everything under way, with DroppedError. `pause` waits for so many seconds, and
    returns at once with True when it should stop. Raises MissingPartError where the proxy that the
    environment names is of no kind that is known.
    """

    def __init__(
        self,
        name: str,
        signer: Signer,
        *,
        stop: threading.Event,
        patience: Patience | None = None,
        dice: Random | None = None,
        pause: Pause = threading.Event.wait,
    ) -> None:
        self._name = name
        self._signer = signer
        self._stop = stop
        self._patience = patience or Patience(read_s=ANSWER_S)
        self._dice = dice or Random()  # noqa: S311 - jitter, no secret
        self._pause = pause
        self._has_conditions = True
        for logger in ("httpx", "httpcore"):
            logging.getLogger(logger).setLevel(logging.WARNING)  # at DEBUG they write headers
        times = httpx.Timeout(self._patience.read_s, connect=self._patience.connect_s)
        try:
            self._client = httpx.Client(timeout=times, follow_redirects=False)
        except (ImportError, ValueError):  # of proxies that httpx knows nothing of, as SOCKS
            raise MissingPartError(
                "The proxy that the environment names cannot be used: check HTTPS_PROXY and"
                " ALL_PROXY, which must be http:// or https://."
            ) from None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def bring(self, key: str, content: bytes) -> Brought:
        """Make sure that the object `key` is there and is `content`; blocks.

        One of the same size is not sent again; one of another size is damaged, as its name tells
        its content, and is replaced. Asks six times at most. Raises KahaniError with a sentence,
        DroppedError.
        """
        tried = 0
        while True:
            tried += 1
            try:
                return self._bring(key, content)
            except TroubleError as trouble:
                asked_s = trouble.asked_s or 0.0
                if (
                    trouble.again is Again.NEVER
                    or tried >= self._patience.tries
                    or asked_s > self._patience.longest_asked_s
                ):
                    times = f", {tried} times" if tried > 1 else ""
                    said = f"A clip was not published: {trouble.why}{times}. {trouble.help}"
                    raise KahaniError(said.rstrip()) from None
            if self._pause(self._stop, self._patience.wait_s(tried, self._dice, asked_s)):
                raise DroppedError

    def _bring(self, key: str, content: bytes) -> Brought:
        is_seen, size = self._look(key)
        if size == len(content):
            return Brought.THERE
        is_new = size is None
        if not self._put(key, content, is_new=is_new):
            if not is_seen:
                return Brought.THERE  # keys that may write alone: its name tells its content
            why = f"somebody else is sending it to the bucket {self._name}"
            raise TroubleError(why, Cause.BUSY, Again.WITH_THE_REST)
        _, landed = self._look(key)
        if is_seen and landed != len(content):
            why = f"{landed or 0:,} of its {len(content):,} bytes are in the bucket {self._name}"
            raise TroubleError(why, Cause.WRONG, Again.WITH_THE_REST, help="Try again later.")
        return Brought.SENT if is_new else Brought.MENDED

    def _look(self, key: str) -> tuple[bool, int | None]:
        """Return whether the bucket can be looked into, and the size of the object in it.

        A HEAD that is refused does not say why: that is left to the PUT after it.
        """
        answer, at = self._ask("HEAD", key, {}, b"")
        if answer.status_code in _OK:
            length = answer.headers.get("content-length", "")
            return True, int(length) if length.isdecimal() else None
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return True, None
        if answer.status_code in _REFUSED:
            return False, None
        raise answer_trouble(answer, self._name, self._signer.host, at)

    def _put(self, key: str, content: bytes, *, is_new: bool) -> bool:
        """Send the object; False where one was put there in the meantime."""
        # The server compares both sums, this and the SHA-256 of the signature, before it keeps it.
        digest = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
        headers = {**CLIP_HEADERS, "content-md5": digest}
        has_condition = is_new and self._has_conditions
        if has_condition:
            headers["if-none-match"] = "*"
        answer, at = self._ask("PUT", key, headers, content)
        if answer.status_code in _OK:
            return True
        if has_condition and answer.status_code == HTTPStatus.PRECONDITION_FAILED:
            return False
        if has_condition and code_of(answer) == "NotImplemented":
            self._has_conditions = False  # what it would replace has the same content
            return self._put(key, content, is_new=is_new)
        raise answer_trouble(answer, self._name, self._signer.host, at)

    def _ask(
        self,
        method: str,
        key: str,
        headers: Mapping[str, str],
        content: bytes,
        *,
        is_second: bool = False,
    ) -> tuple[httpx.Response, float]:
        """Return the answer to one request and when it was signed; signed again once corrected.

        Raises TroubleError.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        url = self._signer.address(self._name, key)
        signed, at = self._signer.headers(method, self._name, key, headers, sha256)
        if content:
            signed["content-length"] = str(len(content))
        try:
            answer = self._client.request(
                method, url, headers=signed, content=self._pieces(content) if content else None
            )
        except httpx.HTTPError as error:
            host = self._signer.host
            raise network_trouble(error, self._name, host, self._patience) from None
        if not is_second and answer.status_code in _REFUSED and self._is_corrected(answer, at):
            return self._ask(method, key, headers, content, is_second=True)
        return answer, at

    def _is_corrected(self, answer: httpx.Response, at: float) -> bool:
        theirs = told_time(answer)
        stale_s = SKEWED_S if code_of(answer) in SKEWED else STALE_CLOCK_S
        return theirs is not None and self._signer.clock.learn(theirs, at, stale_s)

    def _pieces(self, content: bytes) -> Iterator[bytes]:
        for start in range(0, len(content), _PIECE):
            if self._stop.is_set():
                raise DroppedError
            yield content[start : start + _PIECE]
