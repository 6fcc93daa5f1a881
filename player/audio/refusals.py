"""Refusals: why a bucket does not take an object, in words that people can do something with."""

from __future__ import annotations

import re
import socket
import ssl
from http import HTTPStatus
from typing import Final

import httpx

from player.audio.fetch.addresses import shown
from player.audio.fetch.answers import PASSING, retry_after_s, span_of, told_time
from player.audio.fetch.patience import Patience
from player.audio.fetch.troubles import Again, Cause, TroubleError
from player.audio.r2 import ACCOUNT, ENDPOINT, KEY_ID, SECRET

STALE_CLOCK_S: Final = 300.0
SKEWED_S: Final = 5.0
SKEWED: Final = frozenset({"RequestTimeTooSkewed", "ExpiredRequest", "RequestExpired"})
_DAMAGED: Final = frozenset(
    {"BadDigest", "XAmzContentSHA256Mismatch", "IncompleteBody", "RequestTimeout"}
)
_NO_BUCKET: Final = frozenset({"NoSuchBucket", "InvalidBucketName"})
_code: Final = re.compile(rb"<Code>([A-Za-z0-9]{1,60})</Code>")
_HEAD_BYTES: Final = 4_096
_CHECK_NETWORK: Final = "Check the network; the same command goes on from here."


def code_of(answer: httpx.Response) -> str:
    """Return the error code that an S3 server gives in its answer, "" where there is none."""
    found = _code.search(answer.content[:_HEAD_BYTES])
    return found[1].decode() if found else ""


def answer_trouble(
    answer: httpx.Response, bucket: str, host: str, signed_at: float
) -> TroubleError:
    """Return what an answer that is no success means; of its words only known ones are taken."""
    status, code = answer.status_code, code_of(answer)
    label = f"the bucket {shown(bucket)} at {shown(host)}"
    if status in PASSING or code in _DAMAGED:
        why = f"{label} is busy ({status})" if status in PASSING else f"{label} got it damaged"
        asked_s = retry_after_s(answer)
        help_ = "Try again later; the same command goes on from here."
        return TroubleError(why, Cause.BUSY, Again.WITH_THE_REST, asked_s=asked_s, help=help_)
    if status == HTTPStatus.CONFLICT:
        why = f"somebody else is sending it to {label}"
        return TroubleError(why, Cause.BUSY, Again.WITH_THE_REST)
    if code in _NO_BUCKET or status == HTTPStatus.NOT_FOUND:
        why = f"there is no bucket {shown(bucket)} at {shown(host)} ({status})"
        return TroubleError(why, Cause.GONE, help="Make it first, or check --bucket.")
    if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return _refused(answer, label, code, signed_at)
    help_ = f"Check {ACCOUNT} or {ENDPOINT}."
    why = f"{label} gave an answer that no S3 server gives ({status})"
    return TroubleError(why, Cause.REFUSED, help=help_)


def _refused(answer: httpx.Response, label: str, code: str, signed_at: float) -> TroubleError:
    status, theirs = answer.status_code, told_time(answer)
    if theirs is not None and abs(signed_at - theirs) > STALE_CLOCK_S:
        why = f"{label} refuses ({status}): this computer's clock is {span_of(signed_at - theirs)}"
        return TroubleError(why, Cause.REFUSED, help="Set the clock.")
    if code in SKEWED:
        why = f"{label} says that the time is another ({status})"
        return TroubleError(why, Cause.REFUSED, help="Check this computer's clock.")
    if code == "InvalidAccessKeyId":
        why = f"{label} does not know the key id ({status})"
        return TroubleError(why, Cause.REFUSED, help=f"Check {KEY_ID}.")
    if code == "SignatureDoesNotMatch":
        why = f"{label} refuses the signature ({status})"
        return TroubleError(why, Cause.REFUSED, help=f"Check {SECRET}.")
    why = f"{label} refuses to take it ({status})"
    return TroubleError(
        why, Cause.REFUSED, help="Check the R2 keys: they must be allowed to read and write there."
    )


def network_trouble(
    error: httpx.HTTPError, bucket: str, host: str, patience: Patience
) -> TroubleError:
    """Return what the network raised as a reason; nothing of its own words is passed on."""
    label = f"the bucket {shown(bucket)} at {shown(host)}"
    cause = _root(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        why = f"the certificate of {shown(host)} is not to be trusted"
        return TroubleError(
            why, Cause.REFUSED, help="Check this computer's clock, and the network."
        )
    if isinstance(error, httpx.UnsupportedProtocol | httpx.ProxyError):
        why = f"{label} cannot be reached from this network"
        return TroubleError(why, Cause.REFUSED, help=f"Check {ENDPOINT} and HTTPS_PROXY.")
    if isinstance(error, httpx.ConnectTimeout):
        why = f"{label} does not answer within {patience.connect_s:g} s"
    elif isinstance(error, httpx.TimeoutException):
        why = f"nothing came from {label} for {patience.read_s:g} s"
    elif isinstance(cause, socket.gaierror):
        why = f"{shown(host)} is not to be found"
    elif isinstance(cause, ConnectionRefusedError):
        why = f"{shown(host)} accepts no connections"
    else:
        why = f"the connection to {label} broke off"
    return TroubleError(why, Cause.OFFLINE, Again.WITH_THE_REST, help=_CHECK_NETWORK)


def _root(error: BaseException) -> BaseException:
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return error
