"""Work that goes on beside the screens."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker


def begin(
    node: DOMNode,
    work: Callable[[], Coroutine[Any, Any, object]],
    *,
    group: str,
    exclusive: bool = False,
) -> None:
    """Have `work` done by a worker of `node`; `exclusive` ends what its group was doing.

    The work is called in the worker's turn: a coroutine made before is warned of as never awaited
    where the worker is ended before that, as by the same key once more or by leaving.
    """
    _: Worker[object] = node.run_worker(work, group=group, exclusive=exclusive)
