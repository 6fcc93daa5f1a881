"""Bringing objects into a bucket of a server that does not always take them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from player.audio.bucket import Brought, Bucket
from player.audio.fetch.troubles import DroppedError
from player.audio.r2 import Keys, ServerClock, Signer
from player.errors import KahaniError
from tests.player.audio.fetching import Waits, patient
from tests.player.audio.misbehaving import Call, sound_of
from tests.player.audio.s3_like import S3Like, Trouble, body_of, date_at, is_now, refusal

SOUND = sound_of("crow", 300_000)
KEY, PATH = "clips/crow.mp3", "/kahani/clips/crow.mp3"
HOUR = 3_600.0


class Ends:
    """A server and a bucket on it."""

    def __init__(self, trouble: Trouble, now: Callable[[], float] = time.time) -> None:
        self.s3 = S3Like(trouble)
        self.stop = threading.Event()
        self.waits = Waits()
        keys = Keys(self.s3.server.url, "canary-id", "canary-secret")
        self.bucket = Bucket(
            "kahani",
            Signer(keys, ServerClock(now)),
            stop=self.stop,
            patience=patient(tries=6),
            pause=self.waits,
        )

    def bring(self) -> Brought:
        return self.bucket.bring(KEY, SOUND)

    @property
    def calls(self) -> int:
        return len(self.s3.server.calls)


@pytest.fixture
def before() -> Iterator[Callable[..., Ends]]:
    made: list[Ends] = []

    def make(trouble: Trouble = lambda *_: None, **more: Any) -> Ends:
        made.append(Ends(trouble, **more))
        return made[-1]

    yield make
    for ends in made:
        ends.bucket.close()
        ends.s3.close()


def times(count: int, does: Callable[[Call], object]) -> Trouble:
    """Do that to the first so many PUTs."""
    left = [count]

    def trouble(_: S3Like, call: Call, is_put: bool) -> object:
        if not is_put or not left[0]:
            return None
        left[0] -= 1
        return does(call) or False

    return trouble


def test_a_clip_is_written_once_as_what_it_is(before: Callable[..., Ends]) -> None:
    ends = before()
    assert ends.bring() is Brought.SENT
    assert ends.bring() is Brought.THERE
    assert ends.s3.objects == {PATH: SOUND}
    [put] = ends.s3.puts
    assert put["content-type"] == "audio/mpeg"
    assert put["cache-control"] == "public, max-age=31536000, immutable"
    assert put["if-none-match"] == "*"
    assert put["content-length"] == str(len(SOUND))
    assert ends.calls == 4  # looked, sent, looked; looked


def test_an_object_of_another_size_is_replaced(before: Callable[..., Ends]) -> None:
    ends = before()
    ends.s3.objects[PATH] = SOUND[:10]
    assert ends.bring() is Brought.MENDED
    assert ends.s3.objects[PATH] == SOUND


def reset_in_body(call: Call) -> None:
    body_of(call, most=100_000)
    call.reset()


def cut_answer(call: Call) -> None:
    body_of(call)


TROUBLES: dict[str, Callable[[Call], object]] = {
    "busy": lambda call: refusal(call, "503 Slow Down", "SlowDown"),
    "busy and closes": lambda call: call.reset(),
    "too often": lambda call: refusal(call, "429 Too Many", "", "Retry-After: 1"),
    "resets in the middle": reset_in_body,
    "says nothing after all of it": cut_answer,
    "got it damaged": lambda call: refusal(call, "400 Bad", "BadDigest"),
    "conflict": lambda call: refusal(call, "409 Conflict", "ConditionalRequestConflict"),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_what_passes_is_waited_for_and_sent_again(name: str, before: Callable[..., Ends]) -> None:
    ends = before(times(2, TROUBLES[name]))
    assert ends.bring() is Brought.SENT
    assert ends.s3.objects == {PATH: SOUND}
    assert len(ends.waits.seconds) == 2


def test_six_tries_are_enough(before: Callable[..., Ends]) -> None:
    ends = before(times(99, TROUBLES["busy"]))
    said = r"the bucket kahani at 127.0.0.1 is busy \(503\), 6 times\. Try again later"
    with pytest.raises(KahaniError, match=said):
        ends.bring()
    assert len(ends.waits.seconds) == 5


def test_an_object_cut_short_by_the_server_is_sent_again(before: Callable[..., Ends]) -> None:
    def half_kept(s3: S3Like, call: Call, is_put: bool) -> object:
        if not is_put or s3.puts:
            return None
        s3.take(call)
        s3.objects[PATH] = SOUND[:1000]
        return True

    ends = before(half_kept)
    assert ends.bring() is Brought.MENDED
    assert ends.s3.objects[PATH] == SOUND


def test_somebody_else_may_be_quicker(before: Callable[..., Ends]) -> None:
    def already(s3: S3Like, call: Call, is_put: bool) -> object:
        if is_put:
            s3.objects[PATH] = SOUND
        return None

    ends = before(already)
    assert ends.bring() is Brought.THERE


def test_a_server_without_conditions_is_sent_it_without(before: Callable[..., Ends]) -> None:
    def unable(_: S3Like, call: Call, is_put: bool) -> object:
        if is_put and "if-none-match" in call.headers:
            return refusal(call, "501 Not Implemented", "NotImplemented")
        return None

    ends = before(unable)
    assert ends.bring() is Brought.SENT
    assert not ends.waits.seconds


def test_keys_that_may_write_alone_are_enough(before: Callable[..., Ends]) -> None:
    def blind(_: S3Like, call: Call, is_put: bool) -> object:
        return None if is_put else refusal(call, "403 Forbidden")

    ends = before(blind)
    assert ends.bring() is Brought.SENT
    assert ends.bring() is Brought.THERE


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [
        ("403 F", "InvalidAccessKeyId", r"does not know the key id \(403\)\. Check R2_ACCESS_KEY"),
        ("403 F", "SignatureDoesNotMatch", r"refuses the signature \(403\)\. Check R2_SECRET"),
        ("403 F", "AccessDenied", r"refuses to take it \(403\)\. Check the R2 keys"),
        ("401 U", "", r"refuses to take it \(401\)"),
        ("404 N", "NoSuchBucket", r"there is no bucket kahani at 127.0.0.1 \(404\)\. Make it"),
        ("301 M", "PermanentRedirect", r"no S3 server gives \(301\)\. Check R2_ACCOUNT_ID"),
    ],
)
def test_a_refusal_is_told_after_one_request(
    status: str, code: str, told: str, before: Callable[..., Ends]
) -> None:
    def refuses(_: S3Like, call: Call, is_put: bool) -> object:
        return refusal(call, status, code) if is_put else None

    ends = before(refuses)
    with pytest.raises(KahaniError, match=told) as failure:
        ends.bring()
    assert ends.calls == 2
    assert "canary" not in str(failure.value)


@pytest.mark.parametrize("status", ["400 B", "403 F"])
@pytest.mark.parametrize("off", [HOUR, -8_760 * HOUR])
def test_a_wrong_clock_is_corrected_once_by_the_answer(
    status: str, off: float, before: Callable[..., Ends]
) -> None:
    def checks(_: S3Like, call: Call, is_put: bool) -> object:
        if is_now(call.headers["x-amz-date"]):
            return None
        return refusal(call, status, "RequestTimeTooSkewed", date_at(time.time()))

    ends = before(checks, now=lambda: time.time() + off)
    assert ends.bring() is Brought.SENT
    assert ends.bring() is Brought.THERE
    assert ends.calls == 5
    assert not ends.waits.seconds


def test_a_server_that_tells_another_time_each_time_is_not_asked_for_ever(
    before: Callable[..., Ends],
) -> None:
    days = iter(range(2, 99, 2))

    def lies(_: S3Like, call: Call, __: bool) -> object:
        return refusal(
            call, "403 F", "RequestTimeTooSkewed", date_at(time.time() + next(days) * 86_400)
        )

    ends = before(lies)
    with pytest.raises(KahaniError, match=r"this computer's clock is \d+ days behind\. Set the"):
        ends.bring()
    assert ends.calls == 3


def test_a_slow_server_that_refuses_the_right_time_is_not_asked_for_ever(
    before: Callable[..., Ends],
) -> None:
    began, looks = time.time(), count(0, 10)

    def late(_: S3Like, call: Call, __: bool) -> object:
        now = began + next(looks) + 10
        return refusal(call, "403 F", "RequestTimeTooSkewed", date_at(now))

    ends = before(late, now=lambda: began + next(looks))
    with pytest.raises(KahaniError, match="says that the time is another"):
        ends.bring()
    assert ends.calls == 3


def test_nothing_is_sent_once_it_is_to_stop(before: Callable[..., Ends]) -> None:
    ends = before()
    ends.stop.set()
    with pytest.raises(DroppedError):
        ends.bring()
    assert not ends.s3.objects


def test_a_server_that_is_not_there_is_told(before: Callable[..., Ends]) -> None:
    ends = before()
    ends.s3.server.vanish()
    with pytest.raises(KahaniError, match=r"127.0.0.1 accepts no connections, 6 times\. Check"):
        ends.bring()
