"""Signatures: those of the documentation, and those of another's client."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from player.audio import r2
from player.audio.sigv4 import Access, authorized, host_of, presigned

# The examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html and
# https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
EXAMPLE = Access("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
MIDNIGHT = calendar.timegm((2013, 5, 24, 0, 0, 0))
HOST = "https://examplebucket.s3.amazonaws.com"


def test_an_address_is_signed_as_documented() -> None:
    assert presigned(f"{HOST}/test.txt", EXAMPLE, MIDNIGHT, 86_400) == (
        f"{HOST}/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )


def test_a_request_with_a_body_is_signed_as_documented() -> None:
    headers = {
        "Date": "Fri, 24 May 2013 00:00:00 GMT",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
    }
    body = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"
    url = f"{HOST}/test%24file.text"
    told = authorized("PUT", url, headers, EXAMPLE, MIDNIGHT, sha256=body)["authorization"]
    assert told == (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        " SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,"
        " Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    )


@pytest.mark.parametrize("key", ["clips/intro.mp3", "a b/c~d.mp3", "clips/कौआ+1=2.mp3"])
def test_another_client_signs_the_same(key: str) -> None:
    obstore = pytest.importorskip("obstore")
    keys = r2.Keys("http://127.0.0.1:9000", "an-id", "a/secret+of=signs")
    store: Any = obstore.store.S3Store(
        "kahani", endpoint=keys.endpoint, region="auto", access_key_id=keys.key_id,
        secret_access_key=keys.secret, virtual_hosted_style_request=False,
    )  # fmt: skip
    theirs = str(obstore.sign(store, "GET", key, timedelta(seconds=r2.GOOD_FOR_S)))
    stamp = parse_qs(urlsplit(theirs).query)["X-Amz-Date"][0]
    at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    ours = r2.Signer(keys, r2.ServerClock(lambda: at)).sign("kahani", key)
    assert parse_qs(urlsplit(ours).query) == parse_qs(urlsplit(theirs).query)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://r2.example/x", "r2.example"),
        ("https://r2.example:443/x", "r2.example"),
        ("http://r2.example:443/x", "r2.example:443"),
        ("http://[::1]:9000/x", "[::1]:9000"),
    ],
)
def test_the_host_is_signed_as_it_is_sent(url: str, host: str) -> None:
    assert host_of(url) == host


def test_a_clock_is_corrected_once_by_the_server() -> None:
    clock = r2.ServerClock(lambda: 1_000_000.0)
    assert clock.learn(1_003_600.0, clock.time(), 300)
    assert clock.time() == 1_003_600.0
    assert not clock.learn(1_003_650.0, clock.time(), 300)  # as good as right
    assert not clock.learn(9_000_000.0, clock.time(), 300)  # another time with each refusal
    assert clock.time() == 1_003_600.0


def test_what_was_signed_before_the_correction_is_worth_signing_again() -> None:
    clock = r2.ServerClock(lambda: 1_000_000.0)
    early = clock.time()
    assert clock.learn(1_003_600.0, clock.time(), 300)
    assert clock.learn(1_003_601.0, early, 300)
    assert clock.time() == 1_003_600.0


def test_neither_key_nor_secret_is_shown() -> None:
    keys = r2.Keys("https://x.r2.cloudflarestorage.com", "canary-id", "canary-secret")
    assert "canary" not in repr((EXAMPLE, keys, Access("canary", "canary"), r2.Signer(keys)))
    assert r2.Signer(keys).host == "R2"
