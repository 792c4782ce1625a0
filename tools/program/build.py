"""Build the program whole into dist/program/workflow-ls: `python -m tools.program.build`, with PyInstaller installed.

It holds Python, the parser, and their licences; it is tried in an empty environment, and its size is printed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import time
from importlib.metadata import distribution
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
WORK = ROOT / "dist" / "program"
PROGRAM = WORK / "workflow-ls"
# What is in the program: itself, and the packages that it is built with.
PARTS = (
    "tree-sitter",
    "tree-sitter-typescript",
    "pygls",
    "lsprotocol",
    "attrs",
    "cattrs",
    "typing-extensions",
    "pyinstaller",
)


def main() -> int:
    """Build, add the licences, and try; returns an exit code."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    log = WORK / "build.log"
    command = [
        *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"),
        *("--distpath", str(WORK), "--workpath", str(WORK / "work")),
        str(Path(__file__).with_name("workflow-ls.spec")),
    ]
    with log.open("w", encoding="utf-8") as file:
        built = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=file, stderr=file, check=False
        )
    if built.returncode != 0:
        print(log.read_text(encoding="utf-8")[-4000:], file=sys.stderr)
        print(f"PyInstaller failed; all it wrote is in {log}", file=sys.stderr)
        return 1
    shutil.rmtree(WORK / "work")
    replace_links(PROGRAM)
    (PROGRAM / "LICENSES.txt").write_text(licences(), encoding="utf-8")
    return try_out(PROGRAM / ("workflow-ls.exe" if sys.platform == "win32" else "workflow-ls"))


def replace_links(folder: Path) -> None:
    """Replace symbolic links by what they lead to: npm packs none."""
    for link in [path for path in sorted(folder.rglob("*")) if path.is_symlink()]:
        target = link.resolve()
        link.unlink()
        if target.is_dir():
            shutil.copytree(target, link)
        else:
            shutil.copy2(target, link)


def licences() -> str:
    """The licences of all that the program holds."""
    texts = [("workflow-ls", (ROOT / "LICENSE").read_text(encoding="utf-8"))]
    python = next(
        (
            file
            for folder in (sysconfig.get_path("stdlib"), sys.base_prefix)
            for file in (Path(folder) / "LICENSE.txt", Path(folder) / "LICENSE")
            if file.is_file()
        ),
        None,
    )
    place = "https://docs.python.org/3/license.html"
    texts.append(("Python", place if python is None else python.read_text(encoding="utf-8")))
    for name in PARTS:
        found = distribution(name)
        files = [
            str(file.read_text(encoding="utf-8"))
            for file in found.files or ()
            if file.parts[0].endswith(".dist-info")
            and any(word in file.name.upper() for word in ("LICENSE", "COPYING"))
        ]
        metadata = found.metadata
        licence = next((metadata[key] for key in ("License-Expression", "License") if key in metadata), "")
        texts.append((name, "\n".join(files) or licence))
    return "\n".join(f"{'=' * 100}\n{name}\n{'=' * 100}\n{text.strip()}\n" for name, text in texts)


def try_out(program: Path) -> int:
    """Try the program without an environment; print its size and how long it takes to start."""
    environment = {"SYSTEMROOT": os.environ["SYSTEMROOT"]} if "SYSTEMROOT" in os.environ else {}
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        tried = subprocess.run([program, "--version"], env=environment, capture_output=True, text=True, check=False)
        seconds.append(time.perf_counter() - start)
        if tried.returncode != 0:
            print(f"{program} does not run: {tried.stderr or f'exit code {tried.returncode}'}", file=sys.stderr)
            return 1
    size = sum(file.stat().st_size for file in program.parent.rglob("*") if file.is_file())
    print(f"{program}: {tried.stdout.strip()}, {size / 1e6:.1f} MB, starts in {min(seconds) * 1000:.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
