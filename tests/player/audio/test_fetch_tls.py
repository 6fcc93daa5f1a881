"""Over TLS: only a server whose certificate is to be trusted, and never away from it.

tls/server.pem, a key and its own certificate for 127.0.0.1, was made for these tests by: openssl
req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from player.audio.cache import ClipCache
from player.audio.fetch import Addresses, Cause, ClipNotFetchedError, Downloads
from tests.player.audio.fetching import Waits, patient
from tests.player.audio.misbehaving import Call, Server, clip_of, sound_of

PEM = Path(__file__).with_name("tls") / "server.pem"
SOUND = sound_of("crow", 60_000)


@pytest.fixture
def downloads(tmp_path: Path) -> Iterator[Downloads]:
    cache = ClipCache(tmp_path)
    downloads = Downloads(cache, Addresses(), patience=patient(tries=3), pause=Waits())
    yield downloads
    downloads.close()
    cache.close()


@pytest.fixture
def server() -> Iterator[Server]:
    def answer(call: Call) -> None:
        if call.path == "/away":
            call.answer("302 Found", b"", f"Location: http://{call.headers['host']}/a")
        else:
            call.sound(SOUND)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    server = Server(answer, context)
    yield server
    server.close()


def fails(downloads: Downloads, url: str) -> ClipNotFetchedError:
    with pytest.raises(ClipNotFetchedError) as failure:
        downloads.get(clip_of("intro", SOUND, url)).path(30)
    return failure.value


def test_a_trusted_server_is_asked_over_tls(
    server: Server, downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    path = downloads.get(clip_of("intro", SOUND, f"{server.url}/a")).path(30)
    assert path.read_bytes() == SOUND


def test_a_certificate_that_nobody_vouches_for_is_told_of_after_one_attempt(
    server: Server, downloads: Downloads
) -> None:
    error = fails(downloads, f"{server.url}/a")
    assert "the certificate of 127.0.0.1 is not to be trusted. Check this computer's clock" in str(
        error
    )
    assert error.cause is Cause.REFUSED
    assert (server.calls, server.connections) == ([], 1)


def test_a_redirect_away_from_https_is_not_followed(
    server: Server, downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    error = fails(downloads, f"{server.url}/away")
    assert "leads away from https" in str(error)
    assert len(server.calls) == 1


def test_a_server_that_speaks_no_tls_is_told_of_after_one_attempt(downloads: Downloads) -> None:
    listening = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.recv(10_000)

    talking = threading.Thread(target=talk)
    talking.start()
    error = fails(downloads, f"https://127.0.0.1:{listening.getsockname()[1]}/a")
    talking.join()
    listening.close()
    assert "127.0.0.1 does not speak TLS as it should." in str(error)
    assert error.cause is Cause.REFUSED


def test_without_a_network_the_sentence_says_so(
    downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> NoReturn:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # a real one may take its 30 s to say so
    error = fails(downloads, "https://clips.kahani.invalid/a.mp3")
    assert "clips.kahani.invalid" in str(error)
    assert error.cause is Cause.OFFLINE
    assert error.may_pass


def test_where_nobody_listens_the_sentence_says_so(downloads: Downloads) -> None:
    server = Server(lambda call: call.sound(SOUND))
    server.vanish()
    assert "accepts no connections, 3 times. Try again later." in str(fails(downloads, server.url))
    server.close()


def test_a_proxy_of_the_environment_is_asked_and_its_refusal_told(
    downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Server(lambda call: call.answer("407 Proxy Authentication Required"))
    monkeypatch.setenv("https_proxy", f"http://name:canary@127.0.0.1:{proxy.port}")
    monkeypatch.delenv("no_proxy", raising=False)
    error = fails(downloads, "https://clips.example/a.mp3")
    proxy.close()
    assert "the proxy of this network does not let clips.example through" in str(error)
    assert "canary" not in str(error)
    assert [call.path for call in proxy.calls] == ["clips.example:443"]
