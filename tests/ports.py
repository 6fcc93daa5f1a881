"""Ports for the servers that tests start as programs of their own."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack, suppress

PORTS = range(10_000, 20_000)
"""Of these no connection is given one by chance: systems begin with 32,768 or later."""
# Those whose ports are asked for live as long as the tests.
_taken: list[socket.socket] = []


def free_port() -> int:
    """Return a TCP port that nobody listens on, and that is given to nobody else."""
    return free_ports(1, PORTS)[0]


def free_ports(count: int, among: range, *further_on: int) -> list[int]:
    """Return ports `among` these that are free, and so are those so much `further_on`.

    A server listens some seconds later, and after each restart. Until these tests end, no other
    tests on this machine are given the same: the UDP ports of the same numbers, which nobody uses,
    are held as a sign.
    """
    found: list[int] = []
    for port in random.SystemRandom().sample(among, len(among)):
        if len(found) == count:
            break
        if _take([port, *(port + more for more in further_on)]):
            found.append(port)
    if len(found) < count:
        raise LookupError("no port is free")
    return found


def _take(ports: list[int]) -> bool:
    """Take all of these, or none."""
    with ExitStack() as stack, suppress(OSError):
        signs = [stack.enter_context(socket.socket(type=socket.SOCK_DGRAM)) for _ in ports]
        for sign, port in zip(signs, ports, strict=True):
            sign.bind(("127.0.0.1", port))
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        stack.pop_all()
        _taken.extend(signs)
        return True
    return False
