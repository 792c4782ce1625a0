"""Runs the command line: `python -m workflow_ls`, and the entry point of `workflow-ls`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line on this process's arguments, and exit with its code."""
    if hasattr(sys, "frozen"):
        from workflow_ls.cli.beside import BESIDE

        if sys.argv[1:] == [BESIDE]:
            from workflow_ls.cli.beside.facts_worker import serve

            serve(0, 1)
            return
    from workflow_ls.cli.main import leave, open_standard_streams, run, speak_utf8

    open_standard_streams()
    speak_utf8()
    leave(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
