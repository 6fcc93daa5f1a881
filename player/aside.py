"""Threads that the end of the program does not wait for, as it does for those of asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


async def aside(question: Callable[[], T]) -> T:
    """Ask in a thread of its own; who is cancelled leaves it to itself."""
    answer: Future[T] = Future()
    answer.set_running_or_notify_cancel()

    def ask() -> None:
        try:
            answer.set_result(question())
        except BaseException as error:  # noqa: BLE001 - raised where it is awaited
            answer.set_exception(error)

    Thread(target=ask, name="aside", daemon=True).start()
    return await asyncio.wrap_future(answer)
