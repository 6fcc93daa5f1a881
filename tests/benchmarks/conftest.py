"""Benchmarks run only when asked for by name: python -m pytest -s tests/benchmarks."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the benchmarks out of a run that does not name them."""
    is_named = any("benchmarks" in str(argument) for argument in config.invocation_params.args)
    is_benchmark = collection_path.name.startswith("bench_")
    return True if is_benchmark and not is_named else None
