"""An S3 server of one bucket that takes what it is sent, unless a test has other plans."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from typing import TypeAlias

from tests.player.audio.misbehaving import Call, Server

Trouble: TypeAlias = Callable[["S3Like", Call, bool], object]
"""Handles a call where it returns other than None; the last says whether the call is a PUT."""


def is_put(call: Call) -> bool:
    return "content-md5" in call.headers


def body_of(call: Call, most: int | None = None) -> bytes:
    """Read the body of a call, or the first bytes of it."""
    left = int(call.headers["content-length"]) if most is None else most
    body = b""
    while len(body) < left and (piece := call.socket.recv(left - len(body))):
        body += piece
    return body


def refusal(call: Call, status: str, code: str = "", *headers: str) -> bool:
    """Answer as S3 does when it refuses, and read nothing more of the request."""
    xml = f"<Error><Code>{code}</Code><Message>{call.path}</Message></Error>".encode()
    body = xml if is_put(call) else b""
    call.answer(status, body, "Connection: close", *headers)
    return False


class S3Like:
    """Keeps objects by their paths; `trouble` may answer before it does."""

    def __init__(self, trouble: Trouble = lambda *_: None) -> None:
        self.objects: dict[str, bytes] = {}
        self.puts: list[dict[str, str]] = []
        self.trouble = trouble
        self.server = Server(self.behave)

    def behave(self, call: Call) -> object:
        handled = self.trouble(self, call, is_put(call))
        if handled is not None:
            return handled
        if is_put(call):
            return self.take(call)
        content = self.objects.get(call.path)
        if content is None:
            call.head("404 Not Found", "Content-Length: 0")
        else:
            call.head("200 OK", f"Content-Length: {len(content)}")
        return True

    def take(self, call: Call) -> object:
        body = body_of(call)
        self.puts.append(call.headers)
        if call.headers.get("if-none-match") == "*" and call.path in self.objects:
            call.answer("412 Precondition Failed")
            return True
        summed = base64.b64encode(hashlib.md5(body).digest()).decode()
        sha256 = hashlib.sha256(body).hexdigest()
        told = (call.headers["content-md5"], call.headers["x-amz-content-sha256"])
        if (summed, sha256) != told:
            return refusal(call, "400 Bad Request", "BadDigest")
        self.objects[call.path] = body
        call.answer("200 OK")
        return True

    def close(self) -> None:
        self.server.close()


def date_at(seconds: float) -> str:
    return f"Date: {formatdate(seconds, usegmt=True)}"


def is_now(stamp: str) -> bool:
    """Whether a call was signed within the quarter of an hour that S3 allows."""
    signed = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return abs(datetime.now(UTC) - signed) < timedelta(minutes=15)
