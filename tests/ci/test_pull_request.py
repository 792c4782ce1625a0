"""The GitHub Action and the GitLab template: their steps run here, against repositories and a stand-in for `gh`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.checks import SOUND
from tests.fixture import project
from tests.vfs.trees import executable, git, lay_out, needs_git

pytestmark = [needs_git, pytest.mark.slow, pytest.mark.skipif(shutil.which("bash") is None, reason="bash is missing")]

TOP = Path(__file__).parents[2]
TOOL = Path(sys.executable).with_name("workflow-ls")
CLIENT = "import { client } from '@shared/workflow/runtime/client';\n"
RUN = "import type { Run } from '@shared/workflow/runtime/types';\n"

# Answers as GitHub does: it lists, creates and changes the comments of one pull request, which are in a file.
GH = """
import json, pathlib, sys
store = pathlib.Path(sys.argv[1])
arguments = sys.argv[3:]
comments = json.loads(store.read_text())
paths = [each for each in arguments if each.startswith("repos/")]
fields = [each for each in arguments if each.startswith("body=@")]
body = pathlib.Path(fields[0][len("body=@"):]).read_text() if fields else None
assert paths[0].startswith("repos/o/r/issues/")
if body is None:
    assert paths[0] == "repos/o/r/issues/7/comments" and "--paginate" in arguments
    for comment in comments:
        if comment["body"].startswith("<!-- workflow-ls -->"):
            print(comment["id"])
elif "PATCH" in arguments:
    [changed] = [each for each in comments if f"repos/o/r/issues/comments/{each['id']}" == paths[0]]
    changed["body"] = body
else:
    comments.append({"id": len(comments) + 1, "body": body})
store.write_text(json.dumps(comments))
"""


@dataclass
class Host:
    """A pull request on a host: the checkout of a runner, and the comments."""

    root: Path
    directory: Path
    since: str

    def run(self, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{self.directory}:{os.environ['PATH']}",
            "HOME": str(self.directory),
            "WORKFLOW_LS": str(TOOL),
            "WORKFLOW_LS_SINCE": self.since,
            "WORKFLOW_LS_REPORTS": str(self.directory / "reports"),
            "GITHUB_OUTPUT": str(self.directory / "outputs"),
            "GITHUB_REPOSITORY": "o/r",
            "PULL_REQUEST": "7",
            **variables,
        }
        return subprocess.run(
            [TOP / "ci" / script], cwd=self.root, env=environment, capture_output=True, text=True, check=False
        )

    @property
    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in (self.directory / "outputs").read_text().splitlines())

    @property
    def comments(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads((self.directory / "comments").read_text())
        return found


@pytest.fixture
def upstream(tmp_path: Path) -> Path:
    """The repository on the host: main has one reference, the branch brings another."""
    root = lay_out(tmp_path / "upstream", {**project(SOUND).files, "packages/a/src/a.ts": CLIENT})
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "uploadpack.allowAnySHA1InWant", "true")
    save(root, "start")
    git(root, "checkout", "-qb", "work")
    (root / "packages/a/src/new.ts").write_text(f"// <script> & `code`\n{RUN}")
    save(root, "Bring <one> & more")
    return root


def save(root: Path, message: str) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", message)


def host(upstream: Path, tmp_path: Path, *, depth: int | None = None) -> Host:
    directory = tmp_path / "host"
    directory.mkdir()
    (directory / "comments").write_text(json.dumps([{"id": 1, "body": "LGTM"}]))
    (directory / "gh.py").write_text(GH)
    executable(directory / "gh", f'exec {sys.executable} {directory}/gh.py {directory}/comments "$@"')
    depths = [] if depth is None else [f"--depth={depth}"]
    git(tmp_path, "clone", "-q", *depths, "-b", "work", f"file://{upstream}", "checkout")
    since = git(upstream, "rev-parse", "main").strip()
    return Host(tmp_path / "checkout", directory, since)


@pytest.mark.parametrize("depth", [None, 1], ids=["whole", "shallow"])
def test_what_a_pull_request_brings(upstream: Path, tmp_path: Path, depth: int | None) -> None:
    here = host(upstream, tmp_path, depth=depth)
    checked = here.run("check_changes.sh")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "::warning file=packages/a/src/new.ts,line=2" in checked.stdout
    assert "packages/a/src/a.ts" not in checked.stdout
    assert here.outputs == {"code": "1", "new": "1", "sarif": str(here.directory / "reports/workflow-ls.sarif")}
    [run] = json.loads(Path(here.outputs["sarif"]).read_text())["runs"]
    assert len(run["results"]) == 1


def test_one_comment_is_kept_up_to_date(upstream: Path, tmp_path: Path) -> None:
    here = host(upstream, tmp_path)
    here.run("check_changes.sh")
    assert here.run("comment.sh").returncode == 0
    other, own = here.comments
    assert other["body"] == "LGTM"
    assert "**This change brings 1 finding:**" in own["body"]
    assert "(Bring &lt;one&gt; &amp; more)" in own["body"]
    assert "<one>" not in own["body"]
    assert "## Workflow cutover:" in own["body"]
    (here.root / "packages/a/src/new.ts").unlink()
    (here.directory / "outputs").unlink()
    here.run("check_changes.sh")
    assert here.run("comment.sh").returncode == 0
    other, own = here.comments
    assert own["body"].startswith("<!-- workflow-ls -->\n**This change brings no reference to a legacy module.**\n")
    assert here.outputs["code"] == "0"


@pytest.mark.parametrize("folder", ["app", "my app/50%, a:b", "é&|\\1"])
def test_a_workspace_in_a_folder_of_the_repository(upstream: Path, tmp_path: Path, folder: str) -> None:
    """A host finds the files that annotations and reports name."""
    git(upstream, "checkout", "-q", "main")
    git(upstream, "branch", "-qD", "work")
    (upstream / folder).mkdir(parents=True)
    for each in upstream.iterdir():
        if each.name not in (".git", folder.partition("/")[0]):
            each.rename(upstream / folder / each.name)
    save(upstream, "Move down")
    git(upstream, "checkout", "-qb", "work")
    (upstream / folder / "packages/a/src/new.ts").write_text(f"//\n{RUN}")
    save(upstream, "Bring one")
    here = host(upstream, tmp_path)
    printed = here.run("check_changes.sh", WORKFLOW_LS_PATH=folder).stdout
    written = folder.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    assert f"::warning file={written}/packages/a/src/new.ts,line=2" in printed
    [run] = json.loads(Path(here.outputs["sarif"]).read_text())["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert place == quote(f"{folder}/packages/a/src/new.ts")


def test_a_comment_fits_whatever_the_change_brings(upstream: Path, tmp_path: Path) -> None:
    here = host(upstream, tmp_path)
    (here.root / "packages/a/src/many.ts").write_text(f"{RUN.rstrip()} // {'&é' * 40}\n" * 300)
    assert here.run("check_changes.sh").returncode == 0
    body = (here.directory / "reports/comment.md").read_bytes().decode()
    assert len(body) < 65_536
    assert "**This change brings 301 findings:**" in body
    assert "\n…\n</pre>\n" in body


def test_a_token_that_may_not_write(upstream: Path, tmp_path: Path) -> None:
    here = host(upstream, tmp_path)
    here.run("check_changes.sh")
    executable(here.directory / "gh", "echo 'HTTP 403' >&2; exit 1")
    commented = here.run("comment.sh")
    assert commented.returncode == 0
    assert "::notice::workflow-ls could not write its comment" in commented.stdout


@pytest.mark.parametrize("since", ["", "0" * 40])
def test_without_a_commit_to_compare_with_all_counts(upstream: Path, tmp_path: Path, since: str) -> None:
    here = host(upstream, tmp_path)
    assert here.run("check_changes.sh", WORKFLOW_LS_SINCE=since).returncode == 0
    assert int(here.outputs["new"]) > 1


def test_a_check_that_fails_fails_the_step(upstream: Path, tmp_path: Path) -> None:
    here = host(upstream, tmp_path)
    (here.root / "workflow-ls.json").write_text("{")
    failed = here.run("check_changes.sh")
    assert (failed.returncode, (here.directory / "outputs").exists()) == (2, False)
    assert "workflow-ls.json:1" in failed.stderr


def test_inputs_are_no_part_of_a_script() -> None:
    """What a pull request can name, such as a branch, would run as a command."""
    text = (TOP / "action.yml").read_text(encoding="utf-8")
    scripts = re.findall(r"^ +run: (.*)$", text, re.MULTILINE)
    assert len(scripts) == 3
    assert not any("${{" in script for script in scripts)


@pytest.mark.parametrize("script", ["check_changes.sh", "comment.sh"])
def test_shellcheck(script: str) -> None:
    shellcheck = Path(sys.executable).with_name("shellcheck")
    if not shellcheck.exists():
        pytest.skip("shellcheck is missing: it has no wheel for this platform")
    found = subprocess.run([shellcheck, TOP / "ci" / script], capture_output=True, text=True, check=False)
    assert found.stdout == ""


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ("github-actions", "action.yml"),
        ("github-workflows", ".github/workflows/release.yml"),
        ("github-workflows", "examples/github/workflow-ls.yml"),
        ("gitlab-ci", "ci/gitlab.yml"),
    ],
)
def test_a_host_accepts_what_it_is_given(schema: str, name: str, tmp_path: Path) -> None:
    """Each file follows the schema of its host; with a key that this does not have, it would not."""
    tool = Path(sys.executable).with_name("check-jsonschema")
    if not tool.exists():
        pytest.skip("check-jsonschema is missing (pip install --group dev)")
    command = [str(tool), "--builtin-schema", f"vendor.{schema}"]
    command += ["--data-transform", "gitlab-ci"] if schema == "gitlab-ci" else []
    found = subprocess.run([*command, TOP / name], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, ""), found.stdout
    broken = tmp_path / "broken.yml"
    text = (TOP / name).read_text(encoding="utf-8")
    broken.write_text(re.sub(r"^(runs|jobs|workflow-ls):$", r"\1:\n  unheard-of: { of: 1 }", text, flags=re.MULTILINE))
    assert subprocess.run([*command, broken], capture_output=True, check=False).returncode == 1


def test_the_steps_of_the_gitlab_template(upstream: Path, tmp_path: Path) -> None:
    here = host(upstream, tmp_path)
    text = (TOP / "ci/gitlab.yml").read_text(encoding="utf-8")
    steps = re.findall(r"^    - (.*)$", text.partition("  script:\n")[2].partition("  artifacts:")[0], re.MULTILINE)
    assert steps[0].startswith("npm install ")
    script = "\n".join(["set -e", *steps[1:]])
    variables = {
        "PATH": f"{TOOL.parent}:{os.environ['PATH']}",
        "HOME": str(here.directory),
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": here.since,
        "WORKFLOW_LS_PATH": ".",
    }
    done = subprocess.run(
        ["bash", "-c", script], cwd=here.root, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "1 new finding since" in done.stdout
    [entry] = json.loads((here.root / "gl-code-quality-report.json").read_text())
    assert entry["location"]["path"] == "packages/a/src/new.ts"
    assert (here.root / "workflow-ls-status.md").exists()
