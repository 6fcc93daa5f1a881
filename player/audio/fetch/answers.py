"""Answers: what a server's status and headers mean, before any of the body is believed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import httpx

from player.audio.fetch.addresses import Target, shown
from player.audio.fetch.download import Download
from player.audio.fetch.troubles import Again, Cause, TroubleError

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 530})
_STALE_CLOCK_S: Final = 300
_SKEWED_S: Final = 5
_SKEWED: Final = frozenset({b"ExpiredRequest", b"RequestTimeTooSkewed"})
_REPUBLISH: Final = "The file there is another: the story may have to be published again."
_content_range: Final = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15}|\*)")
_code: Final = re.compile(rb"<Code>([A-Za-z]{1,40})</Code>")


def check_status(response: httpx.Response, target: Target, head: Callable[[], bytes]) -> None:
    """Pass 200 and 206. Raises TroubleError for all else; `head` reads the start of the body."""
    status = response.status_code
    if status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        return
    if status in PASSING:
        raise TroubleError(
            f"{target.label} is busy ({status})",
            Cause.BUSY,
            Again.WITH_THE_REST,
            asked_s=retry_after_s(response),
            help="Try again later.",
        )
    if status in (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE):
        why = f"it was replaced at {target.label} while it came ({status})"
        raise TroubleError(why, Cause.WRONG, Again.FROM_THE_START, help=_REPUBLISH)
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        why = f"it is not at {target.label} ({status})"
        raise TroubleError(why, Cause.GONE, help="The story may have to be published again.")
    if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise _refused(response, target, head())
    raise TroubleError(
        f"{target.label} gave an answer that no clip comes with ({status})",
        Cause.REFUSED,
        help="Check the address of its story.",
    )


def check_headers(response: httpx.Response, target: Target, download: Download) -> None:
    """Pass the headers of a body that can be the clip, or its rest, and begin with it.

    The download starts over where the body is the whole. Raises TroubleError.
    """
    _check_kind(response.headers, target)
    length = _number(response.headers.get("content-length"))
    etag = strong(response.headers.get("etag", ""))
    if response.status_code == HTTPStatus.PARTIAL_CONTENT:
        _check_range(response.headers.get("content-range", ""), target, download)
        if etag != download.etag:
            why = f"it was replaced at {target.label} while it came"
            raise TroubleError(why, Cause.WRONG, Again.FROM_THE_START, help=_REPUBLISH)
    else:
        download.start_over()
    left = download.most - download.received
    is_wrong = length is not None and (length != left if download.clip.size else length > left)
    if is_wrong:
        raise TroubleError(
            f"{target.label} offers {length:,} bytes instead of {left:,}",
            Cause.WRONG,
            Again.FROM_THE_START,
            help=_REPUBLISH,
        )
    download.etag = etag


def strong(etag: str) -> str:
    """Return an ETag that If-Match can compare, else ""."""
    is_strong = etag.startswith('"') and etag.endswith('"') and etag.isascii() and len(etag) > 2  # noqa: PLR2004 - both quotes
    return etag if is_strong and etag.isprintable() else ""


def _check_kind(headers: httpx.Headers, target: Target) -> None:
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity"):
        why = f"{target.label} sends it packed, which nobody asked for"
        raise TroubleError(why, Cause.WRONG, Again.FROM_THE_START, help=_REPUBLISH)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.startswith(("text/", "multipart/")) or kind.endswith(("xml", "json")):
        raise TroubleError(
            f"{target.label} sends a page instead of sound",
            Cause.REFUSED,
            help="A login page of this network may be in the way: open a browser and see.",
        )


def _check_range(text: str, target: Target, download: Download) -> None:
    found = _content_range.fullmatch(text.strip())
    size = download.clip.size
    fits = (
        found is not None
        and download.received > 0
        and int(found[1]) == download.received
        and int(found[2]) < download.most
        and (found[3] == "*" or int(found[2]) == int(found[3]) - 1)
        and (not size or (int(found[2]) == size - 1 and found[3] in ("*", str(size))))
    )
    if not fits:
        why = f"{target.label} sends another part than the one asked for"
        raise TroubleError(why, Cause.WRONG, Again.FROM_THE_START, help=_REPUBLISH)


def _refused(response: httpx.Response, target: Target, body: bytes) -> TroubleError:
    """Say why access is refused; of what the server says only known words are taken."""
    status, code = response.status_code, _code.search(body)
    off_s = _clock_off_s(response, target)
    is_skewed = code is not None and code[1] in _SKEWED
    again = _signed_again(response, target, _SKEWED_S if is_skewed else _STALE_CLOCK_S)
    if off_s is not None and (again or abs(off_s) > _STALE_CLOCK_S):
        why = f"{target.label} refuses access ({status}): this computer's clock is"
        return TroubleError(
            f"{why} {span_of(off_s)}",
            Cause.REFUSED,
            Again.WITH_THE_REST if again else Again.NEVER,
            help="Set the clock.",
        )
    if is_skewed:
        why = f"the permission of {target.label} has run out ({status})"
        return TroubleError(why, Cause.REFUSED, help="Check this computer's clock.")
    why = f"{target.label} refuses access ({status})"
    if target.is_signed:
        return TroubleError(why, Cause.REFUSED, help="Check the R2 keys and what they may read.")
    return TroubleError(why, Cause.REFUSED, help="The bucket may be private: see R2_ACCESS_KEY_ID.")


def retry_after_s(response: httpx.Response) -> float | None:
    """Return what Retry-After asks for in seconds, None where it says nothing that can be read."""
    text = response.headers.get("retry-after", "").strip()
    if (seconds := _number(text)) is not None:
        return float(seconds)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, OverflowError, OSError):
        return None


def _signed_again(response: httpx.Response, target: Target, stale_s: float) -> bool:
    """Whether its Date tells that it was signed at a wrong time, and the right one is known now."""
    theirs = told_time(response)
    if theirs is None or target.clock is None:
        return False
    return target.clock.learn(theirs, target.signed_at, stale_s)


def _clock_off_s(response: httpx.Response, target: Target) -> float | None:
    theirs = told_time(response)
    return target.signed_at - theirs if theirs is not None and target.is_signed else None


def told_time(response: httpx.Response) -> float | None:
    """Return the Date of an answer in seconds since 1970, None where it has none."""
    try:
        return parsedate_to_datetime(response.headers.get("date", "")).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def span_of(off_s: float) -> str:
    """Return how far a clock is off, and which way: positive is ahead."""
    way, minutes = ("ahead" if off_s > 0 else "behind"), abs(off_s) / 60
    if minutes >= 2 * 1_440:  # from here on hours say little
        return f"{minutes / 1_440:.0f} days {way}"
    if minutes >= 2 * 60:
        return f"{minutes / 60:.0f} hours {way}"
    return f"{minutes:.0f} minutes {way}"


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 15 else None  # noqa: PLR2004 - 1 PB


def redirected(response: httpx.Response, asked: httpx.URL, hosts: frozenset[str]) -> httpx.URL:
    """Return where a redirect leads, where that may be followed. Raises TroubleError."""
    try:
        leads = asked.join(response.headers.get("location", ""))
    except (httpx.InvalidURL, ValueError):
        raise TroubleError("its server leads nowhere", Cause.REFUSED) from None
    here = shown(asked.host)
    if leads.scheme not in ("http", "https") or not leads.host:
        raise TroubleError(f"{here} leads nowhere", Cause.REFUSED)
    help_ = "A login page of this network may be in the way: open a browser and see."
    if asked.scheme == "https" and leads.scheme != "https":
        why = f"{here} leads away from https, where anybody could change it"
        raise TroubleError(why, Cause.REFUSED, help=help_)
    is_same = leads.host == asked.host and leads.port in (asked.port, None)
    if not is_same and leads.host not in hosts:
        why = f"{here} leads elsewhere, to {shown(leads.host)}"
        raise TroubleError(why, Cause.REFUSED, help=help_)
    return leads
