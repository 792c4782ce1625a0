r"""The bundles that scripts of a manifest make by options of a command, without a configuration.

"build": "tsup src/index.ts --external pg"
"build": "esbuild src/main.ts --bundle --platform=node --packages=external --external:@scope/*"
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from workflow_ls.jsonc.tree import Node
from workflow_ls.project.builds.aliases.alias_rules import Way
from workflow_ls.project.builds.build_paths import BuildPath
from workflow_ls.project.builds.bundles.bundle_model import Bundle, BundleStep, NamePattern
from workflow_ls.project.builds.bundles.bundle_reader import PATHS, PRODUCTION
from workflow_ls.project.builds.bundles.name_lists import name_pattern
from workflow_ls.project.builds.values import TextValue, ValuePlace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.text import Span
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, join

_COMMAND = compile_on_use(r"(?:^|[;&|]|\b(?:npx|exec|dlx|run)\b|=\S+)\s*(?:[\w./-]*/)?(tsup|esbuild)(?=\s|$)([^;&|]*)")
_OTHER_CONFIGURATION = ("--config", "-c")


def command_bundles(path: str, root: Node, directory: str) -> Iterator[Bundle]:
    """The bundles of the commands in the scripts of the manifest at `path`."""
    scripts = root.at("scripts")
    for script in () if scripts is None else scripts.properties:
        at = ValuePlace(path, Span(script.value.span.start + 1, script.value.span.end - 1))
        for command in _COMMAND.finditer(script.value.data if isinstance(script.value.data, str) else ""):
            words = _words(command[2])
            if not any(_is_entry(word) for word in words):
                continue  # without an entry, nothing is built
            if command[1] == "esbuild":
                yield _of_esbuild(path, directory, words, at)
            elif not any(word.partition("=")[0] in _OTHER_CONFIGURATION for word in words):
                yield _of_tsup(path, directory, words, at)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # an open quote
        return text.split()


def _of_tsup(path: str, directory: str, words: list[str], at: ValuePlace) -> Bundle:
    external = [NamePattern(Way.PREFIX, each, at) for each in _given(words, "--external")]
    kept = [NamePattern(Way.PREFIX, each, at) for each in _given(words, "--no-external", "--noExternal")]
    steps = [
        BundleStep(False, "noExternal", tuple(kept)),
        BundleStep(True, "dependencies", sections=PRODUCTION),
        BundleStep(True, "external", tuple(external)),
    ]
    if "--skip-node-modules-bundle" in words:
        steps += [PATHS, BundleStep(True, "skipNodeModulesBundle", bare=True)]
    joins = not {"--no-bundle", "--bundle=false"}.intersection(words)
    return Bundle("tsup", path, directory, _entries(words, directory, at), tuple(steps), joins)


def _of_esbuild(path: str, directory: str, words: list[str], at: ValuePlace) -> Bundle:
    external = [word.partition(":")[2] for word in words if word.startswith("--external:")]
    patterns = tuple(name_pattern(each, at, Way.PREFIX) for each in external)
    steps = [BundleStep(True, "external", patterns)]
    aliases = [word.partition(":")[2].partition("=")[0] for word in words if word.startswith("--alias:")]
    if aliases:
        steps.insert(0, BundleStep(False, "alias", tuple(NamePattern(Way.PREFIX, each, at) for each in aliases)))
    if "--packages=external" in words:
        steps += [PATHS, BundleStep(True, "packages", bare=True)]
    joins = any(word in ("--bundle", "--bundle=true") for word in words)
    return Bundle("esbuild", path, directory, _entries(words, directory, at), tuple(steps), joins)


def _given(words: list[str], *options: str) -> Iterator[str]:
    """The values of an option, which may be given several times."""
    for number, word in enumerate(words):
        name, sign, value = word.partition("=")
        if name in options:
            given = value if sign else next(iter(words[number + 1 : number + 2]), "")
            yield from filter(None, given.split(","))


def _entries(words: list[str], directory: str, at: ValuePlace) -> tuple[BuildPath, ...] | None:
    """The files that a command names; None if a word may be a pattern of several."""
    found = list[BuildPath]()
    for word in filter(_is_entry, words):
        place = join(directory, word)
        if place is None or "*" in word:
            return None
        found.append(BuildPath(TextValue(word, at), at, place))
    return tuple(found)


def _is_entry(word: str) -> bool:
    return word.endswith(SOURCE_EXTENSIONS) and not word.startswith("-")
