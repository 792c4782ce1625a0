"""The kinds of files that may mention the legacy tree: how each is called, recognised and read.

To add a kind, add a row; the first row that matches a path counts.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

from workflow_ls.project.mentions import json_reader, line_readers, yaml_reader
from workflow_ls.project.mentions.mention_model import FilePart
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use

_PROGRAM = r"\.[cm]?[jt]sx?$"

Reader = Callable[[bytes], Iterator[FilePart]]


@record
class MentionKind:
    """A kind of file: its name in messages, the paths that have it, and what its parts are.

    `at_root` is set where paths are those from the root of the repository, wherever the file is.  `stays_below` is set
    where no path may lead above the file's directory.
    """

    name: str
    pattern: re.Pattern[str]
    read: Reader
    at_root: bool = False
    stays_below: bool = False


def _kind(name: str, pattern: str, read: Reader, *, at_root: bool = False, stays_below: bool = False) -> MentionKind:
    return MentionKind(name, compile_on_use(pattern, re.IGNORECASE), read, at_root, stays_below)


KINDS: tuple[MentionKind, ...] = (
    _kind("Dockerfile", r"(^|/)([\w.-]*\.)?(docker|container)file(\.[\w.-]+)?$", line_readers.dockerfile, at_root=True),
    _kind("ignore file", r"(^|/)\.[\w.-]*ignore$", line_readers.ignore_file, stays_below=True),
    _kind("owners file", r"(^|/)CODEOWNERS$", line_readers.owners, at_root=True),
    _kind("attributes file", r"(^|/)\.gitattributes$", line_readers.owners, stays_below=True),
    _kind("template", r"\.(vue|svelte)$", line_readers.template),
    _kind("template", r"\.astro$", line_readers.astro_template),
    _kind("compose file", r"(^|/)(docker-|podman-)?compose[\w.-]*\.ya?ml$", yaml_reader.compose_file),
    _kind(
        "CI workflow",
        r"(^|/)\.(github|gitlab|circleci|buildkite|woodpecker)/.*\.ya?ml$"
        r"|(^|/)(\.gitlab-ci|azure-pipelines|bitbucket-pipelines|\.travis|\.drone|appveyor|cloudbuild)[\w.-]*\.ya?ml$",
        yaml_reader.document,
        at_root=True,
    ),
    _kind(
        "lint configuration", r"(^|/)\.?(eslint|prettier|stylelint|oxlint|biome)[\w.-]*\.ya?ml$", yaml_reader.document
    ),
    _kind(
        "lint configuration",
        r"(^|/)\.?(eslint|prettier|stylelint|oxlint|biome|dependency-cruiser)[\w.-]*(\.jsonc?|rc)$",
        json_reader.document,
    ),
    _kind("TypeScript configuration", r"(^|/)(tsconfig|jsconfig)[\w.-]*\.json$", json_reader.with_paths),
    _kind("build configuration", r"\.swcrc$", json_reader.with_paths),
    _kind("manifest", r"(^|/)package\.json$", json_reader.manifest),
    _kind("import map", r"(^|/)(deno|import[_-]?map)s?[\w.-]*\.jsonc?$", json_reader.document),
    _kind(
        "build configuration",
        r"(^|/)(nx|project|turbo|lerna|rush|vercel|angular|jest|knip|lint-staged|renovate|\.lintstagedrc|\.swcrc|\.babelrc)"
        r"[\w.-]*\.jsonc?5?$|(^|/)\.(swcrc|babelrc|lintstagedrc|nycrc|c8rc|mocharc|renovaterc|releaserc|huskyrc)$",
        json_reader.document,
    ),
    _kind("JSON file", r"\.(jsonc?|json5|code-workspace)$", json_reader.document),
    _kind("YAML file", r"\.ya?ml$", yaml_reader.document),
    _kind(
        "script",
        r"\.(sh|bash|zsh|fish|mk)$|(^|/)(GNU)?Makefile(\.[\w.-]+)?$|(^|/)(Justfile|Procfile|Jenkinsfile|Tiltfile|Earthfile)$"
        r"|(^|/)\.(husky|githooks)/[\w.-]+$",
        line_readers.script,
        at_root=True,
    ),
    _kind(
        "configuration",
        r"\.(toml|ini|cfg|conf|properties|env|hcl)$|(^|/)\.(env|npmrc|editorconfig)[\w.-]*$|(^|/)sonar-project\.properties$",
        line_readers.script,
        at_root=True,
    ),
    # Programs: their references, strings and aliases are read elsewhere.
    _kind(
        "lint configuration",
        rf"(^|/)\.?(eslint|prettier|stylelint|oxlint|dependency-cruiser)[\w.-]*{_PROGRAM}",
        line_readers.unread,
    ),
    _kind(
        "build configuration",
        rf"(^|/)([\w.-]+\.(config|workspace)(\.[\w-]+)?|\.[\w-]+rc|knexfile|codegen){_PROGRAM}",
        line_readers.unread,
    ),
)
"""The kinds, in the order in which they are tried."""


def kind_of(path: str) -> MentionKind:
    """The kind of the file at a path; a file of no known kind is not read."""
    ending = posixpath.splitext(path)[1]
    return known_kind(path) or _kind(f"{ending} file" if ending[1:] else "file", "", line_readers.unread)


def known_kind(path: str) -> MentionKind | None:
    """The kind of the file at a path; None if it is of no kind that has a row."""
    return next((kind for kind in KINDS if kind.pattern.search(path)), None)
