"""A Hindi passage that is read along, and its CPU time: reading_app.py transcript|static|still.

Draws on the terminal it is started in. Prints nothing; writes seconds of CPU and of real time,
after a time to settle, into the file that is named last.
"""

from __future__ import annotations

import asyncio
import importlib.util
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.content import Content
from textual.widgets import Static

from player.audio.clock import LoopClock
from player.story.graph import Story, Timings
from player.story.lines import line_at, lines_of, word_at
from player.tui.app import make_app
from player.tui.messages import StoryPicked
from player.tui.script import show
from player.tui.script.driver import driver_class
from player.tui.script.encoding import encode_with_offsets

ROUNDS, LINE_MS = 10, 3600
SETTLE, MEASURED = 3.0, 10.0
LOOKS_A_SECOND = 20
STAGE = Path(__file__).parents[1] / "player" / "tui" / "stage.py"


def stage_module() -> Any:
    """Return the module that builds stages, found with the parts that it is made of."""
    sys.path.append(str(STAGE.parents[3]))
    spec = importlib.util.spec_from_file_location("kahani_stage", STAGE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def long_lamp(story: Story) -> Story:
    """Return the story with a first passage that fills a screen, at the speed of speech."""
    nodes = dict(story.nodes)
    first = nodes[story.start_id]
    text = {key: " ".join([words] * ROUNDS) for key, words in first.text.items()}
    clips = tuple(replace(clip, duration_ms=3 * ROUNDS * LINE_MS) for clip in first.clips)
    nodes[first.id] = replace(first, text=text, clips=clips)
    return replace(story, nodes=nodes)


async def measure(report: Path) -> None:
    """Write what the process has used while the passage was heard."""
    await asyncio.sleep(SETTLE)
    cpu, real = time.process_time(), time.perf_counter()
    await asyncio.sleep(MEASURED)
    used, passed = time.process_time() - cpu, time.perf_counter() - real
    await asyncio.to_thread(report.write_text, f"{used} {passed}")


def read_along(report: Path, *, is_still: bool) -> App[int]:
    """Return the program itself on a stage with real time; `is_still`: paused."""
    theatre = stage_module()

    class LongStage(theatre.Stage):  # type: ignore[misc, name-defined]  # a module made at run time
        def open_story(self, slug: str) -> Story:
            return long_lamp(super().open_story(slug))

    app = make_app(LongStage(clock=LoopClock()))

    async def act() -> None:
        while app.controller is None:  # noqa: ASYNC110 - nobody tells when it is there
            await asyncio.sleep(0.05)
        app.post_message(StoryPicked("lamp"))
        await asyncio.sleep(1)
        if is_still:
            await app.controller.toggle(is_on=False)
        await measure(report)
        app.exit()

    app.call_later(lambda: app.run_worker(act()))
    return app


class WholeStatic(App[int]):
    """The same passage in one Static that is updated whole."""

    def __init__(self, report: Path) -> None:
        super().__init__(driver_class=driver_class())
        self._report = report
        story = long_lamp(stage_module().lamp())
        text = story.nodes[story.start_id].text["hi"]
        self._lines = lines_of(text, Timings(), 3 * ROUNDS * LINE_MS)

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def on_mount(self) -> None:
        self._began = time.perf_counter()
        self.set_interval(1 / LOOKS_A_SECOND, self.look)
        self.run_worker(self._act())

    async def _act(self) -> None:
        await measure(self._report)
        self.exit()

    def look(self) -> None:
        position_ms = int(1000 * (time.perf_counter() - self._began))
        number = line_at(self._lines, position_ms)
        parts = []
        for index, line in enumerate(self._lines):
            content = Content(show(line.text))
            word = word_at(line, position_ms) if index == number else None
            if word is not None:
                content = content.stylize(
                    "reverse", *encode_with_offsets(line.text).span(word.start, word.end)
                )
            parts.append(content)
        self.query_one(Static).update(Content("\n").join(parts))


if __name__ == "__main__":
    kind, target = sys.argv[1], Path(sys.argv[2])
    if kind == "static":
        WholeStatic(target).run()
    else:
        read_along(target, is_still=kind == "still").run()
