"""Many hands at once"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from tests.checks import SOUND
from tests.fixture import project
from tests.server.processes import spawn
from tests.server.raw import PUSH, Message, RawClient
from tests.strategies import NIGHTLY
from tests.vfs.trees import lay_out
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.vfs.files import MemoryFiles

SECONDS = 600 if NIGHTLY else 30 if os.environ.get("CI") else 20
PACKAGES = 12
OLD = "@shared/workflow/runtime/client"
BRANCHES = ("summer", "winter")

Texts = Mapping[str, bytes]


def side(branch: str) -> Texts:
    """All texts of a branch: in the second, each has a line more on top, and names are longer."""
    files = {path.lstrip("/"): text for path, text in project(SOUND).files.items()}
    more, name = ("", "client") if branch == BRANCHES[0] else ("// It is cold outside.\n", "client as longerName")
    local = name.rpartition(" ")[2]
    for number in range(PACKAGES):
        at = f"packages/p{number}"
        gap = "" if branch == BRANCHES[0] else '  "private": true,\n'
        files[f"{at}/package.json"] = f'{{\n{gap}  "name": "p{number}"\n}}\n'
        for unit in ("alpha", "beta"):
            files[f"{at}/src/{unit}.ts"] = f"{more}import {{ {name} }} from '{OLD}';\nexport const {unit} = {local};\n"
        files[f"{at}/src/alpha.test.ts"] = (
            f"{more}import {{ alpha }} from './alpha';\nvi.mock('{OLD}', () => ({{ client: 2 }}));\nalpha;\n"
        )
    return {path: text.encode() for path, text in files.items()}


def formatted(path: str, text: bytes) -> bytes:
    """A text after the formatter, which begins sources with a pragma and doubles their quotes."""
    if not (path.startswith("packages/") and path.endswith(".ts")) or text.startswith(b"/** @format */\n"):
        return text
    return b"/** @format */\n" + text.replace(b"'", b'"')


def fixed(texts: Texts) -> Texts:
    """What a fix makes of all texts of a tree."""
    workspace = Workspace(MemoryFiles(texts), builtin_table(), Settings())
    return {**texts, **{change.path: change.after for change in Analysis(workspace).fix(("",), FixOptions())}}


def possible() -> Mapping[str, set[bytes]]:
    """Each text that a file may have: that of one branch, formatted or not, fixed or not."""
    found = defaultdict[str, set[bytes]](set)
    for branch in BRANCHES:
        plain = side(branch)
        neat = {path: formatted(path, text) for path, text in plain.items()}
        # Where the imports are fixed already, a manifest may need the dependency for a test alone.
        after = fixed(plain)
        rest = {path: plain[path] if path.endswith((".json", ".test.ts")) else after[path] for path in plain}
        for state in (plain, neat, after, fixed(neat), fixed(rest)):
            for path, text in state.items():
                found[path].add(text)
    return found


class Hands:
    """What goes on in one tree until the time is up, each hand in a thread of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.possible = possible()
        self.wrong: dict[str, bytes] = {}
        self.problems: list[str] = []
        self.done = Counter[str]()
        self._end = time.monotonic() + SECONDS
        self._threads: list[threading.Thread] = []
        # Two programs that write into one file leave the end of the longer text behind the shorter one, whichever
        # they are; only workflow-ls is on trial here.
        self._writing = threading.Lock()
        self._failed_fixes = 0

    def work(self, *hands: Callable[[random.Random], None]) -> None:
        """Let each hand work again and again."""
        self._threads = [threading.Thread(target=self._repeat, args=(hand,)) for hand in hands]
        for thread in self._threads:
            thread.start()
        for thread in self._threads:
            thread.join()

    def is_over(self) -> bool:
        """Whether the time is up, and each has done something; on a busy machine this takes longer."""
        late = time.monotonic() - self._end
        idle = self.done["files fixed"] < 2 or self.done["fixed in the editor"] < 2 or self.done["check"] < 2
        return late > (4 * SECONDS if idle else 0) or bool(self.wrong or self.problems)

    def _is_short_of_fixes(self) -> bool:
        """Whether the time is up, and only fixes that find the tree at rest for a moment are missing."""
        return time.monotonic() > self._end and self.done["files fixed"] < 2

    def _repeat(self, hand: Callable[[random.Random], None]) -> None:
        chance = random.Random(hand.__name__)
        try:
            while not self.is_over():
                hand(chance)
                self.done[hand.__name__] += 1
        except Exception:  # noqa: BLE001 - the test fails by it
            self.problems.append(f"{hand.__name__}: {traceback.format_exc()}")

    def _run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "workflow_ls", *arguments, "--root", str(self.root)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, cwd=self.root)
        if run.returncode not in (0, 1, 2) or "Traceback" in run.stderr or (run.returncode == 2 and not run.stderr):
            self.problems.append(f"{arguments}: {run.returncode} {run.stdout} {run.stderr}")
        self.done[f"{arguments[0]} {run.returncode}"] += 1
        if arguments[0] == "fix":
            self.done["fixes"] += 1
            self._failed_fixes = self._failed_fixes + 1 if run.returncode == 2 else 0
        self.done["files fixed"] += "fixed in" in run.stdout
        return run.stdout

    def _let_a_fix_end(self) -> None:
        """Where none does, as the machine is slow and files never rest, those who write wait for one.

        Once the time is up, they wait for two: the first may have begun before the last write.
        """
        enough = self.done["fixes"] + 2
        while not self.is_over() and (
            self._failed_fixes >= 3 or (self._is_short_of_fixes() and self.done["fixes"] < enough)
        ):
            time.sleep(0.05)

    def _write_into(self, file: Path, text: bytes) -> None:
        with self._writing:
            file.write_bytes(text)

    def fix(self, _: random.Random) -> None:
        self._run("fix", "--allow-dirty", ".")

    def fix_a_part(self, chance: random.Random) -> None:
        package = f"packages/p{chance.randrange(PACKAGES)}"
        part = chance.choice([package, f"{package}/src", f"{package}/src/alpha.ts", f"{package}/src/alpha.test.ts"])
        with suppress(FileNotFoundError):
            self._run("fix", "--allow-dirty", part)

    def check(self, _: random.Random) -> None:
        self._run("check", ".")

    def switch_branches(self, chance: random.Random) -> None:
        """As a user does it: where git refuses, or is interrupted by others, another attempt follows."""
        self._let_a_fix_end()
        with self._writing:
            subprocess.run(
                ["git", "checkout", "-qf", chance.choice(BRANCHES)], cwd=self.root, capture_output=True, check=False
            )
        time.sleep(chance.uniform(0.2, 1.5))

    def format(self, chance: random.Random) -> None:
        """Some formatters write into the file, others replace it."""
        paths = [path for path in self.possible if path.endswith(".ts") and path.startswith("packages/")]
        self._let_a_fix_end()
        for path in chance.sample(paths, 12):
            with suppress(FileNotFoundError):
                file = self.root / path
                text = file.read_bytes()
                neat = formatted(path, text)
                if text and neat != text and chance.random() < 0.5:
                    self._write_into(file, neat)
                elif text and neat != text:
                    other = file.with_suffix(".new")
                    other.write_bytes(neat)
                    other.replace(file)
        time.sleep(chance.uniform(0.05, 0.4))

    def watch(self, _: random.Random) -> None:
        """What is wrong may be gone with the next checkout.  A file that is being written may be absent or empty."""
        for path, texts in self.possible.items():
            with suppress(FileNotFoundError):
                text = (self.root / path).read_bytes()
                if text and text not in texts:
                    self.wrong[path] = text
        time.sleep(0.05)

    def edit(self, chance: random.Random) -> None:
        """An editor opens the files of a package, types, fixes and saves.

        It fixes open documents only: what an edit says of a closed file, clients apply without a look.
        """
        with RawClient(spawn()) as client:
            client.answer_with = lambda message: {} if message["method"] == "workspace/configuration" else None
            client.initialize(PUSH, self.root)
            while not self.is_over():
                self._let_a_fix_end()
                self._edit(client, chance, f"packages/p{chance.randrange(PACKAGES)}")
                client.seen.clear()

    def _edit(self, client: RawClient, chance: random.Random, package: str) -> None:
        names = ("package.json", "src/alpha.ts", "src/alpha.test.ts", "src/beta.ts")
        texts = dict[str, bytes]()
        for path in (f"{package}/{name}" for name in names):
            with suppress(FileNotFoundError):
                texts[path] = (self.root / path).read_bytes()
        paths = {(self.root / path).as_uri(): path for path in texts}
        for uri, path in paths.items():
            text = texts[path].decode()
            client.open(uri, text)
            end = {"line": text.count("\n"), "character": 0}
            client.change(uri, 2, {"range": {"start": end, "end": end}, "text": "// typed"})
            client.replace(uri, text, 3)
        for uri in paths:
            params = {
                "textDocument": {"uri": uri},
                "range": {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}},
                "context": {"diagnostics": [], "only": ["source.fixAll"]},
            }
            for action in client.request("textDocument/codeAction", params).get("result") or ():
                changes = {
                    change["textDocument"]["uri"]: change["edits"] for change in action["edit"]["documentChanges"]
                }
                if changes.keys() <= paths.keys():
                    for changed, edits in changes.items():
                        texts[paths[changed]] = edited(texts[paths[changed]], edits)
                        client.replace(changed, texts[paths[changed]].decode(), client.post("test/next"))
                    self.done["fixed in the editor"] += 1
        for uri, path in paths.items():
            if texts[path] and texts[path] not in self.possible[path]:
                self.wrong[path] = texts[path]
            elif texts[path] and (self.root / path).exists() and chance.random() < 0.8:
                self._write_into(self.root / path, texts[path])
                client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
            client.close(uri)
            client.changed_on_disk((self.root / path, 2))


def edited(text: bytes, edits: list[Message]) -> bytes:
    """A text after the edits of a client; there is nothing in it but ASCII."""
    lines = text.decode().splitlines(keepends=True)
    places = [(edit["range"]["start"], edit["range"]["end"], edit["newText"]) for edit in edits]
    for start, end, new in sorted(places, key=lambda place: (-place[0]["line"], -place[0]["character"])):
        assert start["line"] == end["line"]
        line = lines[start["line"]]
        lines[start["line"]] = line[: start["character"]] + new + line[end["character"] :]
    return "".join(lines).encode()


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "gc.auto=0"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.mark.generative
def test_all_at_once(tmp_path: Path) -> None:
    """Fixes of all and of parts, checks, an editor, checkouts and a formatter at once -> no text but of one side."""
    root = lay_out(tmp_path / "tree", side(BRANCHES[0]))
    git(root, "init", "-q", "-b", BRANCHES[0])
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    git(root, "checkout", "-qb", BRANCHES[1])
    lay_out(root, side(BRANCHES[1]))
    git(root, "commit", "-qam", "second")
    hands = Hands(root)
    hands.work(hands.fix, hands.fix_a_part, hands.check, hands.switch_branches, hands.format, hands.watch, hands.edit)
    assert hands.problems == []
    assert hands.wrong == {}
    found = {path: (root / path).read_bytes() for path in hands.possible if (root / path).exists()}
    assert {path: text for path, text in found.items() if text not in hands.possible[path]} == {}
    assert [path.name for path in root.rglob(".workflow-ls*")] == []
    assert hands.done["files fixed"] > 1, hands.done
    assert min(hands.done[name] for name in ("check 1", "switch_branches", "format", "fixed in the editor")) > 1, (
        hands.done
    )
    # Once there is quiet, a fix brings all of it to its end.
    git(root, "checkout", "-qf", BRANCHES[0])
    end = subprocess.run([sys.executable, "-m", "workflow_ls", "fix", str(root)], capture_output=True, check=False)
    assert end.returncode == 0, end
    expected = fixed(side(BRANCHES[0]))
    assert {path: (root / path).read_bytes() for path in expected} == expected
