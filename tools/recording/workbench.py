"""Records the way from a hover to what is left in VS Code's workbench, as an animated picture: docs/images/vscode.webp.

    python -m tools.recording.workbench [OUT]

`editors/vscode/test/recording.mjs` does in the real workbench what a user does, and leaves a picture of each step.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parent.parent.parent
OUT = ROOT / "docs" / "images" / "vscode.webp"
VSCODE = ROOT / "editors" / "vscode"
FRAMES = VSCODE / "out" / "pictures" / "recording"
MOST_BYTES = 1_500_000


def join_frames(frames: list[Path], out: Path) -> None:
    """Write the pictures, each named NUMBER-MILLISECONDS.png, as one that is animated and goes round."""
    pictures = [Image.open(frame).convert("RGB") for frame in frames]
    durations = [int(frame.stem.partition("-")[2]) for frame in frames]
    out.parent.mkdir(parents=True, exist_ok=True)
    pictures[0].save(
        out, save_all=True, append_images=pictures[1:], duration=durations, loop=0, lossless=True, quality=90, method=6
    )


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    shutil.rmtree(FRAMES, ignore_errors=True)
    command = ["node", str(VSCODE / "test" / "run.mjs"), "--require", "--recording"]
    if subprocess.run(command, check=False).returncode != 0:
        sys.exit("The workbench could not be recorded.")
    join_frames(sorted(FRAMES.glob("*.png")), out)
    if (size := out.stat().st_size) > MOST_BYTES:
        sys.exit(f"{out} has {size} bytes, and {MOST_BYTES} is the most: show less, or smaller.")
    print(f"{out}: {size} bytes")


if __name__ == "__main__":
    main()
