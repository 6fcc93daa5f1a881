"""What `kahani check` found, in the forms that people and machines read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias
from xml.etree import ElementTree as ET

import msgspec

from player.story.problems import Problem

Examined: TypeAlias = Mapping[str, Sequence[Problem]]
"""Problems by what was examined: a slug or a path as it was given."""


def as_text(examined: Examined) -> str:
    """Return a line a problem, and a line a story."""
    lines = []
    for name, problems in examined.items():
        errors = sum(problem.is_error for problem in problems)
        lines += [str(problem) for problem in problems]
        lines.append(f"{name}: {errors} errors, {len(problems) - errors} warnings")
    return "\n".join(lines)


def as_json(examined: Examined) -> str:
    """Return one object: what was examined, with its problems."""
    return msgspec.json.encode(
        {name: [msgspec.to_builtins(p) for p in problems] for name, problems in examined.items()}
    ).decode()


def as_junit(examined: Examined) -> str:
    """Return a JUnit report: a suite a story, a failing case an error."""
    suites = ET.Element("testsuites", name="kahani check")
    for name, problems in examined.items():
        errors = [problem for problem in problems if problem.is_error]
        count, failures = str(max(1, len(errors))), str(len(errors))
        suite = ET.SubElement(suites, "testsuite", name=name, tests=count, failures=failures)
        if not errors:
            ET.SubElement(suite, "testcase", classname=name, name="structure")
        for error in errors:
            case = ET.SubElement(
                suite, "testcase", classname=name, name=f"{error.code} {error.where}".strip()
            )
            ET.SubElement(case, "failure", message=error.message).text = str(error)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True)


def as_sarif(examined: Examined) -> str:
    """Return a SARIF 2.1.0 log, as code hosts show it beside the lines."""
    problems = [problem for found in examined.values() for problem in found]
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "kahani check",
                "rules": [{"id": code} for code in sorted({p.code for p in problems})],
            }
        },
        "results": [_sarif_result(problem) for problem in problems],
    }
    log = {
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [run],
    }
    return msgspec.json.encode(log).decode()


def _sarif_result(problem: Problem) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": problem.file}}
    if problem.line:
        place["region"] = {"startLine": problem.line}
    return {
        "ruleId": problem.code,
        "level": "error" if problem.is_error else "warning",
        "message": {"text": f"{problem.where}: {problem.message}".lstrip(": ")},
        "locations": [{"physicalLocation": place}],
    }


REPORTS: Final[Mapping[str, Callable[[Examined], str]]] = {
    "text": as_text,
    "json": as_json,
    "junit": as_junit,
    "sarif": as_sarif,
}
