"""What servers do wrong, byte by byte."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any, Final

SOUND_BYTES: Final = 60_000
OTHER_ETAG: Final = '"two"'
LAST_MODIFIED: Final = "Last-Modified: Mon, 01 Jun 2026 00:00:00 GMT"
EXPIRED: Final = b"<?xml version='1.0'?><Error><Code>ExpiredRequest</Code></Error>"
HTML: Final = b"<!doctype html><title>\x1b[31mSign in</title>"


def then_well(nth: int, act: Callable[[Any, bytes], object]) -> Callable[[Any, bytes], object]:
    """Misbehave at the first `nth` requests, then answer as one should."""
    return lambda call, sound: act(call, sound) if call.nth <= nth else call.sound(sound)


def status(text: str, body: bytes = b"", *headers: str) -> Callable[[Any, bytes], object]:
    return lambda call, _: call.answer(text, body, *headers)


def whole(*headers: str, body: bytes | None = None) -> Callable[[Any, bytes], object]:
    return lambda call, sound: call.answer("200 OK", sound if body is None else body, *headers)


def stall_before_headers(call: Any, _: bytes) -> bool:
    call.stall()
    return False


def stall_in_headers(call: Any, _: bytes) -> bool:
    call.send(b"HTTP/1.1 200 OK\r\nContent-Le")
    call.stall()
    return False


def stall_in_body(call: Any, sound: bytes) -> bool:
    call.partly(sound, 20_000 if call.nth == 1 else 0)
    call.stall()
    return False


def drip(call: Any, sound: bytes, what: bytes = b"") -> bool:
    """Send a byte every 20 ms: no read ever times out."""
    call.send(what)
    for place in range(2_000):
        call.send(sound[place : place + 1])
        call.pause(0.02)
    return False


def drip_headers(call: Any, _: bytes) -> bool:
    call.send(b"HTTP/1.1 200 OK\r\nX-A: ")
    return drip(call, b"a" * 2_000)


def drip_body(call: Any, sound: bytes) -> bool:
    call.partly(sound, 0)
    return drip(call, sound)


def drip_chunks(call: Any, _: bytes) -> bool:
    call.head("200 OK", "Transfer-Encoding: chunked")
    for _again in range(500):
        call.send(b"1\r\na\r\n")
        call.pause(0.02)
    return False


def close_at_once(call: Any, _: bytes) -> bool:
    return False


def reset_at_once(call: Any, _: bytes) -> bool:
    call.reset()
    return False


def reset_in_body(call: Any, sound: bytes) -> bool:
    call.partly(sound, 20_000)
    call.pause(0.05)
    call.reset()
    return False


def truncate(call: Any, sound: bytes, *headers: str, etag: str = '"one"') -> bool:
    call.partly(sound, 20_000, *headers, etag=etag)
    return False


def a_third_each(call: Any, sound: bytes) -> bool:
    call.partly(sound, 20_000)
    return False


def no_length(call: Any, sound: bytes, kept: int = SOUND_BYTES) -> bool:
    call.head("200 OK", "Connection: close", "Content-Type: audio/mpeg")
    call.send(sound[:kept])
    return False


def chunked(
    call: Any, sound: bytes, *, size: int = 1_000, more: bytes = b"", end: bytes = b"0\r\n\r\n"
) -> bool:
    call.head("200 OK", "Transfer-Encoding: chunked", "Content-Type: audio/mpeg")
    for at in range(0, len(sound), size):
        part = sound[at : at + size]
        call.send(b"%x%s\r\n%s\r\n" % (len(part), more, part))
    call.send(end)
    return end == b"0\r\n\r\n"


def chunked_short(call: Any, sound: bytes) -> bool:
    return chunked(call, sound[:30_000])


def chunked_long(call: Any, sound: bytes) -> bool:
    return chunked(call, sound * 4)


def bad_chunk(call: Any, _: bytes) -> bool:
    call.head("200 OK", "Transfer-Encoding: chunked")
    call.send(b"zz\r\nnot a chunk\r\n")
    return False


def chunk_header_without_end(call: Any, _: bytes) -> bool:
    call.head("200 OK", "Transfer-Encoding: chunked")
    call.send(b"1;" + b"x" * 500_000)
    return False


def endless(call: Any, sound: bytes) -> bool:
    call.head("200 OK", "Connection: close", "Content-Type: audio/mpeg")
    for _again in range(5_000):
        call.send(sound)
    return False


def header_flood(call: Any, _: bytes) -> bool:
    call.send(b"HTTP/1.1 200 OK\r\n")
    for number in range(50_000):
        call.send(b"X-%d: %s\r\n" % (number, b"a" * 100))
    return False


def endless_header(call: Any, _: bytes) -> bool:
    call.send(b"HTTP/1.1 200 OK\r\nX-A: ")
    for _again in range(5_000):
        call.send(b"a" * 1_000)
    return False


def continue_flood(call: Any, _: bytes) -> bool:
    for _again in range(100_000):
        call.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
    return False


def garbage(call: Any, _: bytes) -> bool:
    call.send(b"\x00\xff" * 500 + b"\r\n\r\n")
    return False


def two_lengths(call: Any, sound: bytes) -> bool:
    call.head("200 OK", f"Content-Length: {len(sound)}", "Content-Length: 7")
    call.send(sound)
    return False


def says(length: str) -> Callable[[Any, bytes], object]:
    def act(call: Any, sound: bytes) -> bool:
        call.head("200 OK", f"Content-Length: {length}", "Content-Type: audio/mpeg")
        call.send(sound)
        return False

    return act


def redirect(leads: str, text: str = "302 Found") -> Callable[[Any, bytes], object]:
    return lambda call, _: call.answer(text, b"", f"Location: {leads}")


def redirect_here(call: Any, sound: bytes) -> None:
    if call.path.startswith("/there"):
        call.sound(sound)
    else:
        call.answer("307 Temporary Redirect", b"", "Location: /there?a=b")


def cut_then(rest: Callable[[Any, bytes], object]) -> Callable[[Any, bytes], object]:
    """Break off at the first request; answer the Range that follows in some wrong way."""

    def act(call: Any, sound: bytes) -> object:
        if call.nth == 1:
            return truncate(call, sound)
        return rest(call, sound) if call.start else call.sound(sound)

    return act


def wrong_range(where: str) -> Callable[[Any, bytes], object]:
    def act(call: Any, sound: bytes) -> None:
        rest = sound[call.start :]
        kind = (f"Content-Range: {where}", 'ETag: "one"') if where else ('ETag: "one"',)
        call.answer("206 Partial Content", rest, *kind)

    return act


def replaced(call: Any, sound: bytes) -> None:
    """The object was replaced: what was 206 is of another one."""
    rest = sound[call.start :][::-1]
    where = f"Content-Range: bytes {call.start}-{len(sound) - 1}/{len(sound)}"
    call.answer("206 Partial Content", rest, where, f"ETag: {OTHER_ETAG}")


def replaced_unsaid(call: Any, sound: bytes) -> None:
    call.sound(sound[: call.start] + sound[call.start :][::-1])


def unasked_range(call: Any, sound: bytes) -> None:
    where = f"Content-Range: bytes 0-{len(sound) - 1}/{len(sound)}"
    call.answer("206 Partial Content", sound, where)


def bomb(call: Any, _: bytes) -> None:
    packed = gzip.compress(bytes(20_000_000))
    call.answer("200 OK", packed, "Content-Encoding: gzip", "Content-Type: audio/mpeg")


def packed(call: Any, sound: bytes) -> None:
    body = gzip.compress(sound, 0)
    call.answer("200 OK", body, "Content-Encoding: gzip", "Content-Type: audio/mpeg")
