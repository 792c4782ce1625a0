"""The entry of the program whole: the command line, with the environment as it was before the program started."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping


def restore(environment: MutableMapping[str, str], libraries: str) -> None:
    """Take back what the bootloader set, for git and the commands of `--verify` inherit it.

    `libraries` is the folder of the program's own libraries, which no other program should load.
    """
    for name in [name for name in environment if name.startswith("_PYI_")]:
        del environment[name]
    own = environment.get("LD_LIBRARY_PATH", "")
    before = environment.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        environment["LD_LIBRARY_PATH"] = before
    elif own == libraries:
        del environment["LD_LIBRARY_PATH"]


if __name__ == "__main__":
    restore(os.environ, getattr(sys, "_MEIPASS", ""))
    from workflow_ls.__main__ import main

    main()
