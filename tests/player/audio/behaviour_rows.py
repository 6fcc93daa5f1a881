"""What servers do wrong: each by name, with what the listener is to be told, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from player.audio.fetch import Cause
from tests.player.audio.behaviours import (
    EXPIRED,
    HTML,
    SOUND_BYTES,
    a_third_each,
    bad_chunk,
    bomb,
    chunk_header_without_end,
    chunked,
    chunked_long,
    chunked_short,
    close_at_once,
    continue_flood,
    cut_then,
    drip_body,
    drip_chunks,
    drip_headers,
    endless,
    endless_header,
    garbage,
    header_flood,
    no_length,
    packed,
    redirect,
    redirect_here,
    replaced,
    replaced_unsaid,
    reset_at_once,
    reset_in_body,
    says,
    stall_before_headers,
    stall_in_body,
    stall_in_headers,
    status,
    then_well,
    truncate,
    two_lengths,
    unasked_range,
    whole,
    wrong_range,
)


@dataclass(frozen=True)
class Row:
    """A misbehaviour. `told` None: the clip arrives all the same, after `calls` requests at most.

    `act` gets the call and the right bytes.
    """

    name: str
    act: Callable[[Any, bytes], object]
    told: str | None = None
    cause: Cause | None = None
    calls: int = 1
    stalls_once: bool = False


RETRIED = "{label} is busy \\(%d\\), 3 times\\. Try again later\\."
BROKEN = r"the connection to {label} broke off after %s of 60,000 bytes, 3 times\."
REPLACED = r"it was replaced at {label} while it came"
PAGE = r"{label} sends a page instead of sound\."
REFUSED = r"{label} refuses access \(%d\)\."
OFFERS = r"{label} offers %s bytes instead of 60,000, 2 times\."
NO_HTTP = r"{label} does not speak HTTP as it should, 2 times\."
PART = r"{label} sends another part than the one asked for"
SLOW = r"(nothing came from {label} for|{label} sends less than 2,000 bytes a second)"

ROWS: Final = (
    Row("stalls before the headers", stall_before_headers, SLOW, Cause.SLOW, 2),
    Row("stalls in the headers", stall_in_headers, SLOW, Cause.SLOW, 2),
    Row("stalls in the body", stall_in_body, SLOW, Cause.SLOW, 2),
    Row("stalls once", then_well(1, stall_in_body), calls=2, stalls_once=True),
    Row("drips the headers", drip_headers, SLOW, Cause.SLOW, 2),
    Row("drips the body", drip_body, SLOW, Cause.SLOW, 2),
    Row("drips chunks", drip_chunks, SLOW, Cause.SLOW, 2),
    Row("closes at once", close_at_once, BROKEN % 0, Cause.OFFLINE, 3),
    Row("closes at once, then is well", then_well(2, close_at_once), calls=3),
    Row("resets at once", reset_at_once, BROKEN % 0, Cause.OFFLINE, 3),
    Row("resets in the body, then is well", then_well(1, reset_in_body), calls=2),
    Row("truncates, then is well", then_well(1, truncate), calls=2),
    Row("truncates without an ETag", then_well(1, partial(truncate, etag="none")), calls=2),
    Row("truncates with a weak ETag", then_well(1, partial(truncate, etag='W/"one"')), calls=2),
    Row("sends a third each time", a_third_each, calls=3),
    Row("truncates three times at the same place",
        lambda c, s: (c.partly(s, 20_000 if c.nth == 1 else 0), False)[1],
        BROKEN % "20,000", Cause.OFFLINE, 3),
    Row("says a shorter length", says("59999"), OFFERS % "59,999", Cause.WRONG, 2),
    Row("says a longer length", says("60001"), OFFERS % "60,001", Cause.WRONG, 2),
    Row("says a huge length", says("9" * 15), OFFERS % "[0-9,]+", Cause.WRONG, 2),
    Row("says a negative length", says("-1"), NO_HTTP, Cause.WRONG, 2),
    Row("says no number for a length", says("many"), NO_HTTP, Cause.WRONG, 2),
    Row("says two lengths", two_lengths, NO_HTTP, Cause.WRONG, 2),
    Row("sends an empty body", whole(body=b""), OFFERS % "0", Cause.WRONG, 2),
    Row("sends no length and all", no_length),
    Row("sends no length and half", partial(no_length, kept=30_000), BROKEN % "30,000",
        Cause.OFFLINE, 3),
    Row("sends chunks", chunked),
    Row("sends chunks of one byte", partial(chunked, size=1)),
    Row("sends more around its chunks than in them",
        partial(chunked, size=9, more=b";" + b"x" * 99), r"sends more than the clip can take",
        Cause.WRONG, 2),
    Row("sends chunks that are too few", chunked_short, BROKEN % "30,000", Cause.OFFLINE, 3),
    Row("sends chunks that are too many", chunked_long, r"more came than the 60,000 bytes",
        Cause.WRONG, 2),
    Row("sends chunks without an end", partial(chunked, end=b"")),
    Row("sends a bad chunk", bad_chunk, NO_HTTP, Cause.WRONG, 2),
    Row("sends a chunk header without end", chunk_header_without_end, NO_HTTP, Cause.WRONG, 2),
    Row("sends without end", endless, r"more came than the 60,000 bytes", Cause.WRONG, 2),
    Row("floods with headers", header_flood, NO_HTTP, Cause.WRONG, 2),
    Row("sends a header without end", endless_header, NO_HTTP, Cause.WRONG, 2),
    Row("floods with 100 Continue", continue_flood, r"sends more than the clip can take",
        Cause.WRONG, 2),
    Row("sends garbage", garbage, NO_HTTP, Cause.WRONG, 2),
    Row("is down", status("500 Internal Server Error"), RETRIED % 500, Cause.BUSY, 3),
    Row("is down once", then_well(1, status("503 Service Unavailable")), calls=2),
    Row("has a bad gateway", status("502 Bad Gateway", HTML), RETRIED % 502, Cause.BUSY, 3),
    Row("times out behind", status("504 Gateway Timeout"), RETRIED % 504, Cause.BUSY, 3),
    Row("asks for 7 s", then_well(1, status("429 Slow Down", b"", "Retry-After: 7")), calls=2),
    Row("asks for an hour", status("429 Slow Down", b"", "Retry-After: 3600"),
        r"{label} is busy \(429\)\. Try again later\.", Cause.BUSY),
    Row("asks for nonsense", then_well(1, status("429 No", b"", "Retry-After: soon")), calls=2),
    Row("has an expired link", status("400 Bad Request", EXPIRED),
        r"the permission of {label} has run out \(400\)\.", Cause.REFUSED),
    Row("finds the request bad", status("400 Bad Request", HTML), REFUSED % 400, Cause.REFUSED),
    Row("wants a name", status("401 Unauthorized", b"", "WWW-Authenticate: Basic"),
        REFUSED % 401, Cause.REFUSED),
    Row("forbids", status("403 Forbidden", EXPIRED.replace(b"ExpiredRequest", b"AccessDenied")),
        REFUSED % 403, Cause.REFUSED),
    Row("has it not", status("404 Not Found", HTML), r"it is not at {label} \(404\)", Cause.GONE),
    Row("has it no more", status("410 Gone"), r"it is not at {label} \(410\)", Cause.GONE),
    Row("is a teapot", status("418 I'm a teapot"), r"no clip comes with \(418\)", Cause.REFUSED),
    Row("sends 204", status("204 No Content"), r"no clip comes with \(204\)", Cause.REFUSED),
    Row("sends 304", lambda c, _: c.head("304 Not Modified"), r"no clip comes with \(304\)",
        Cause.REFUSED),
    Row("switches protocols", lambda c, _: c.head("101 Switching Protocols", "Upgrade: x"),
        NO_HTTP, Cause.WRONG, 2),
    Row("shows a login page", whole("Content-Type: text/html; charset=utf-8", body=HTML), PAGE,
        Cause.REFUSED),
    Row("sends xml", whole("Content-Type: application/xml", body=EXPIRED), PAGE, Cause.REFUSED),
    Row("sends json", whole("Content-Type: application/problem+json", body=b"{}"), PAGE,
        Cause.REFUSED),
    Row("sends the page as the right size", whole("Content-Type: text/html"), PAGE, Cause.REFUSED),
    Row("packs it", packed, r"sends it packed, which nobody asked for, 2 times", Cause.WRONG, 2),
    Row("packs a bomb", bomb, r"sends it packed, which nobody asked for, 2 times", Cause.WRONG, 2),
    Row("leads to itself by another name", redirect_here, calls=2),
    Row("leads in circles", redirect("/a.mp3"), r"{label} leads in circles\.", Cause.REFUSED, 4),
    Row("leads elsewhere", redirect("https://evil.example/a.mp3?k=v"),
        r"{label} leads elsewhere, to evil\.example\.", Cause.REFUSED),
    Row("leads to escapes", redirect("https://evil.example/\x1b[31m"), "{label} leads nowhere",
        Cause.REFUSED),
    Row("leads to another port", redirect("http://127.0.0.1:1/a.mp3"),
        r"{label} leads elsewhere", Cause.REFUSED),
    Row("leads to a file", redirect("file:///etc/passwd"), r"{label} leads nowhere",
        Cause.REFUSED),
    Row("leads to nothing", status("301 Moved"), r"leads in circles|leads nowhere",
        Cause.REFUSED, 4),
    Row("leads to no address", redirect("http://[/"), r"leads (no|else)where", Cause.REFUSED),
    Row("ignores the range", cut_then(lambda c, s: c.answer("200 OK", s)), calls=2),
    Row("sends another range", cut_then(wrong_range("bytes 0-39999/60000")), calls=3),
    Row("sends a range of another size", cut_then(wrong_range("bytes 20000-59999/70000")),
        calls=3),
    Row("sends a range without saying which", cut_then(wrong_range("")), calls=3),
    Row("sends a malformed range", cut_then(wrong_range("bytes 20000-59999")), calls=3),
    Row("sends a range that was not asked for", unasked_range, PART, Cause.WRONG, 2),
    Row("refuses the range", cut_then(status("416 Range Not Satisfiable")), calls=3),
    Row("replaced it, as 412 says", cut_then(status("412 Precondition Failed")), calls=3),
    Row("replaced it, as the ETag says", cut_then(replaced), calls=3),
    Row("replaced it and says nothing", cut_then(replaced_unsaid), calls=3),
    Row("sends other bytes of the same size", whole(body=bytes(SOUND_BYTES)),
        r"what came has another checksum, 2 times\.", Cause.WRONG, 2),
    Row("sends other bytes once", then_well(1, whole(body=bytes(SOUND_BYTES))), calls=2),
    Row("changes one byte", lambda c, s: c.sound(s[:-1] + bytes([s[-1] ^ 1])),
        r"another checksum", Cause.WRONG, 2),
)  # fmt: skip
