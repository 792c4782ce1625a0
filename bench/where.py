"""Where the time of a command goes, by samples of its stack: `python bench/where.py ARGUMENTS…` prints JSON.

A sample each millisecond of processor time counts for the innermost function of workflow-ls, by the room that it is
in.  What the process waits for others is no processor time of its own, and left out.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType

from tools import ROOT

PACKAGE = f"{ROOT}/workflow_ls/"
INTERVAL = 0.001
# The first that is in the path of the innermost function, or is its name.
PARTS = (
    ("parser.py:_parsed", "parsing"),
    ("syntax/", "facts of a syntax tree, and scans of texts"),
    ("project/builds/", "configurations of builds"),
    ("project/mentions/", "files that are no sources"),
    ("jsonc/", "JSON"),
    ("project/queries/", "queries and their dependencies"),
    ("project/runtime/", "what files load"),
    ("project/", "packages, resolution, exports"),
    ("rewrite/mocking/", "proof of mocks"),
    ("rewrite/", "targets and their conditions"),
    ("manifests/", "manifests"),
    ("rules/", "rules"),
    ("vfs/", "reading and searching"),
)
OTHER, IMPORTS = "the rest", "imports of modules"


def parts_of(arguments: list[str], directory: Path) -> dict[str, float]:
    """The milliseconds of processor time that each part of a command takes, in the order of `PARTS`."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, __file__, *arguments]
    output = subprocess.run(command, cwd=directory, env=environment, capture_output=True, check=True).stdout
    found: dict[str, float] = json.loads(output.splitlines()[-1])
    order = [IMPORTS, *dict.fromkeys(part for _, part in PARTS), OTHER]
    return {part: found[part] for part in order if part in found}


def main() -> None:
    counts: Counter[str] = Counter()

    def sample(_: int, frame: FrameType | None) -> None:
        counts[_part(frame)] += 1

    signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
    from workflow_ls.cli.main import run

    run(sys.argv[1:])
    signal.setitimer(signal.ITIMER_PROF, 0)
    each = time.process_time() * 1000 / max(1, counts.total())
    print("\n" + json.dumps({part: count * each for part, count in counts.items()}))


def _part(frame: FrameType | None) -> str:
    inner: str | None = None
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith("<frozen importlib"):
            return IMPORTS
        if inner is None and code.co_filename.startswith(PACKAGE):
            inner = f"{code.co_filename[len(PACKAGE) :]}:{code.co_name}"
        frame = frame.f_back
    if inner is None:
        return OTHER
    return next((part for start, part in PARTS if start in inner), OTHER)


if __name__ == "__main__":
    main()
