"""Text that nobody wrote"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.checks import open_project
from tests.server.places import uri, write
from tests.server.processes import spawn
from tests.server.raw import PULL, PUSH, RawClient, framed
from tests.strategies import NIGHTLY, Values, examples, nested
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import load_config
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.tree import Node
from workflow_ls.project.configuration.manifest import read_package
from workflow_ls.project.resolution.exports_field import resolve_exports
from workflow_ls.proof.joined_fixes import FixOptions, joined_fixes
from workflow_ls.rules import CODES
from workflow_ls.server.protocol.convert import to_path
from workflow_ls.syntax.exports.export_finder import find_exports
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.vfs.searching.gitignore import parse as parse_patterns
from workflow_ls.vfs.searching.globs import Globs

pytestmark = pytest.mark.generative
ROUNDS = 30 if NIGHTLY else 1
BASE = builtin_table()

JSON = [
    b'{"name": "a", "exports": {".": {"types": "./a.d.ts", "default": "./a.js"}, "./*": ["./x/*", null]}}',
    b'{ // a comment\n  "compilerOptions": { "paths": { "@/*": ["./*"], }, /* b */ "baseUrl": "." } }',
    b'["\\u00e9\\ud83d\\ude00", -0.5e-3, 1E400, true, false, null, "", {}, []]',
    '{"ключ": "значение\\n", "a": [[[[{"b": {}}]]]], "a": 1}'.encode(),
]
CONFIG = [
    b'{"modules": [{"from": "@shared/workflow/a/*", "to": ["@alga-psa/workflows/b/*"], "note": "n"}]}',
    b'{"rules": {"deprecated-import": "error"}, "ignore": ["**/x/**", "!y*"], "callees": ["a.b"], "maxFileSize": 9}',
    b'{"canonical": {"name": "@x/y", "directory": "packages/y"}, "tsconfigs": [["a.json", "b.json"]], "core": ["c"]}',
    b'{"names": [{"module": "@shared/workflow/a", "name": "default", "as": "B"}], "replaceModules": true}',
]
SOURCES = [
    b"import a, { type b as c } from '@shared/workflow/a';\nexport * from \"@shared/workflow/b\";\n",
    b"vi.mock(import('@shared/workflow/a'), () => ({ x: `@shared/workflow` }));\nrequire('../shared/workflow/x.js');\n",
    b"/** @import { A } from '@shared/workflow/a' */\ntype T = typeof import('@shared/workflow/b').T<string>;\n",
    b"// workflow-ls-ignore deprecated-import: why\nimport x = require('@shared/workflow/c');\ndeclare module 'd';\n",
    "const é = <div title='@shared/workflow'>{/* ` */}</div>; export { é as x } from '@shared/workflow/😀';\n".encode(),
]
PIECES = [
    *(
        b"'",
        b'"',
        b"`",
        b"${",
        b"}",
        b"{",
        b"[",
        b"]",
        b"(",
        b")",
        b"<",
        b">",
        b"/*",
        b"*/",
        b"//",
        b"\\",
        b"\\u",
        b"\\x4",
    ),
    *(
        b"\n",
        b"\r",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\xe2\x80\xa8",
        b"import ",
        b" from ",
        b"export ",
    ),
    *(
        b",",
        b":",
        b";",
        b"=>",
        b"null",
        b"1e999",
        b"..",
        b"@shared/workflow",
        b"*",
        b"**/",
        b"!",
        b"#",
        b"\xf0\x9f\x98\x80",
    ),
]

edits = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 12), st.sampled_from(PIECES)), max_size=8)


def edited(text: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for place, length, piece in changes:
        start = int(place * (len(text) + 1))
        text = text[:start] + piece + text[start + length :]
    return text


def mutants(seeds: list[bytes], number: int, seed: int = 20) -> Iterator[bytes]:
    """Seeds with bytes put in, taken out and copied about; the same ones in every run."""
    randomness = random.Random(seed)
    for _ in range(number):
        text = bytearray(randomness.choice(seeds))
        for _ in range(randomness.randrange(1, 10)):
            at, end = sorted(randomness.randrange(len(text) + 1) for _ in range(2))
            match randomness.randrange(4):
                case 0:
                    text[at:at] = randomness.choice(PIECES)
                case 1:
                    del text[at : min(end, at + 20)]
                case 2:
                    text[at:at] = text[at : min(end, at + 200)]
                case _ if at < len(text):
                    text[at] = randomness.randrange(256)
        yield bytes(text)


def check_json(text: bytes) -> None:
    try:
        expected: Any = (json.loads(text.decode("utf-8-sig"), parse_constant=refuse),)
    except (ValueError, RecursionError):
        expected = None
    document = parse_json(text)
    if expected is not None:
        assert document.problems == ()
        assert same(document.value, expected[0])
        assert document.root is not None
        assert same(document.root.data, expected[0])
    else:
        assert document.problems
    for comments in (False, True):
        document = parse_json(text, comments=comments)
        assert all(0 <= p.span.start <= p.span.end <= len(text) for p in document.problems)
        if document.root is not None:
            check_nesting(document.root, 0, len(text))
        read_package(text, "a")


def refuse(name: str) -> None:
    raise ValueError(name)


def same(one: object, other: object) -> bool:
    """Equal, also where a number is too large for either reader."""
    return one == other or repr(one) == repr(other)


def check_nesting(value: Node, start: int, end: int) -> None:
    assert start <= value.span.start <= value.span.end <= end
    for member in value.properties:
        assert value.span.start <= member.key_span.start <= member.key_span.end <= member.value.span.end
        check_nesting(member.value, value.span.start, value.span.end)
    for item in value.items:
        check_nesting(item, value.span.start, value.span.end)


def check_config(text: bytes) -> None:
    config = load_config(text, base=BASE, rules=CODES)
    for problem in config.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
        assert problem.line == text[: problem.span.start].count(b"\n") + text[: problem.span.start].count(
            b"\r"
        ) + 1 or (b"\r" in text)
        assert problem.message
    if config.problems:
        assert config.table is BASE
    config.settings.ignores("a/x/y.ts")
    config.table.is_doc("a/docs/b.md")


def check_source(text: bytes) -> None:
    for path in ("a.ts", "a.tsx", "a.mjs"):
        source = parse(text, path)
        for reference in find_references(source):
            assert 0 <= reference.span.start <= reference.span.end <= len(text)
        find_exports(source)


def check_fix(text: bytes) -> None:
    """What a fix makes of a source: it raises nothing, and touches no more than specifiers and what imports are of."""
    _, workspace = open_project("//- /packages/a/package.json\n{}\n")
    path = "packages/a/a.tsx"
    analysis = Analysis(workspace).over({path: text})
    findings = analysis.check_file(path)
    assert all(0 <= finding.span.start <= finding.span.end <= len(text) for finding in findings)
    for change in joined_fixes(findings, FixOptions(unsafe=True)):
        if change.path == path:
            assert all(0 <= edit.span.start <= edit.span.end <= len(text) for edit in change.edits)
            again = analysis.over({path: change.after})
            again.check_file(path)


CASES: dict[str, tuple[Callable[[bytes], None], list[bytes], int]] = {
    "json": (check_json, JSON, 3_000),
    "config": (check_config, CONFIG, 2_000),
    "source": (check_source, SOURCES, 1_500),
    "fix": (check_fix, SOURCES, 300),
}


@pytest.mark.parametrize("name", CASES)
def test_mutants(name: str) -> None:
    """JSON, settings and sources with bytes changed at random -> no reader raises, every place lies in the text."""
    check, seeds, number = CASES[name]
    for text in mutants(seeds, number * ROUNDS):
        attempt(check, text)


def attempt(check: Callable[[bytes], None], text: bytes) -> None:
    try:
        check(text)
    except Exception as error:
        raise AssertionError(repr(text)) from error


@given(st.sampled_from(JSON), edits)
def test_json(seed: bytes, changes: list[tuple[float, int, bytes]]) -> None:
    """JSON that is broken somehow -> read as Python's reader does, or reported as broken at a place in it."""
    check_json(edited(seed, changes))


@given(st.sampled_from(CONFIG), edits)
def test_settings(seed: bytes, changes: list[tuple[float, int, bytes]]) -> None:
    """A workflow-ls.json that is broken somehow -> a mistake at its place, and the table that was in force."""
    check_config(edited(seed, changes))


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["./x/*", "..", "*", "./"])
)
KEYS = st.text(max_size=4) | st.sampled_from([".", "./*", "./a/*", "default", "types", "import", "0", "types@>=5"])


def holding(inner: Values) -> Values:
    return st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4)


anything = nested(scalars, holding, depth=3)


# How long the data takes to make depends on the machine only.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "modules",
                "names",
                "rules",
                "ignore",
                "callees",
                "maxFileSize",
                "replaceModules",
                "canonical",
                "legacy",
                "packages",
                "tsconfigs",
                "core",
                "docs",
            ]
        ),
        anything,
        max_size=5,
    )
)
def test_settings_of_any_shape(data: dict[str, Any]) -> None:
    """A workflow-ls.json of values of any kind -> a mistake at its place, and nothing raises."""
    check_config(json.dumps(data).encode())


@given(anything, st.sampled_from([".", "./a", "./a/b", "./", "./../x"]) | st.text(max_size=6))
def test_exports_of_any_shape(exports: Any, subpath: str) -> None:
    """An `exports` of values of any kind -> an answer, and no target that does not stay below the package."""
    found = resolve_exports(exports, subpath, ("types", "import"))
    if found.outcome == "found":
        assert found.target is not None
        assert found.target.startswith("./")
        assert ".." not in found.target.split("/")[1:]


@given(
    st.lists(
        st.sampled_from(["*", "**", "/", "?", "[", "]", "!", "-", "a", "b", "\\", "[[:alpha:]]", ".", " "]), max_size=12
    ).map("".join),
    st.lists(st.sampled_from("ab/.-"), min_size=1, max_size=30).map("".join),
)
def test_patterns(pattern: str, path: str) -> None:
    """gitignore patterns of any shape -> matched, or refused; nothing else raises."""
    parse_patterns(pattern.encode())
    try:
        globs = Globs([pattern])
    except ValueError:
        return
    assert globs.match(path) in (True, False)


@given(st.sampled_from(SOURCES), edits)
def test_sources(seed: bytes, changes: list[tuple[float, int, bytes]]) -> None:
    """TypeScript that is broken somehow -> the references that can be seen, each in its place."""
    check_source(edited(seed, changes))


@settings(max_examples=5_000 if NIGHTLY else examples(60))
@given(st.sampled_from(SOURCES), edits)
def test_fixes(seed: bytes, changes: list[tuple[float, int, bytes]]) -> None:
    """A fix of TypeScript that is broken somehow -> edits that lie in it, and a text that can be checked again."""
    check_fix(edited(seed, changes))


def messages(document: str) -> list[bytes]:
    place = {"textDocument": {"uri": document}, "position": {"line": 0, "character": 30}}
    change = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 3}}, "text": "x"}
    calls: list[tuple[str, Any]] = [
        ("textDocument/hover", place),
        ("textDocument/definition", place),
        ("textDocument/completion", {**place, "context": {"triggerKind": 1}}),
        ("textDocument/diagnostic", {"textDocument": {"uri": document}, "previousResultId": "x"}),
        (
            "textDocument/codeAction",
            {"textDocument": {"uri": document}, "range": change["range"], "context": {"diagnostics": []}},
        ),
        ("textDocument/codeLens", {"textDocument": {"uri": document}}),
        ("textDocument/documentLink", {"textDocument": {"uri": document}}),
        ("workspace/diagnostic", {"previousResultIds": [{"uri": document, "value": "x"}]}),
        ("workspace/executeCommand", {"command": "workflow-ls.debugInformation", "arguments": []}),
        ("workspace/willRenameFiles", {"files": [{"oldUri": document, "newUri": document + "x"}]}),
    ]
    sent: list[tuple[str, Any]] = [
        (
            "textDocument/didOpen",
            {
                "textDocument": {
                    "uri": document,
                    "languageId": "typescript",
                    "version": 1,
                    "text": "import '@shared/workflow';",
                }
            },
        ),
        ("textDocument/didChange", {"textDocument": {"uri": document, "version": 3}, "contentChanges": [change]}),
        ("textDocument/didClose", {"textDocument": {"uri": document}}),
        ("workspace/didChangeWatchedFiles", {"changes": [{"uri": document, "type": 2}]}),
        ("workspace/didChangeConfiguration", {"settings": {"workflow-ls": {"rules": {"deprecated-import": "off"}}}}),
        ("workspace/didChangeWorkspaceFolders", {"event": {"added": [{"uri": document, "name": "x"}], "removed": []}}),
        ("$/cancelRequest", {"id": 7}),
    ]
    asked = [
        {"jsonrpc": "2.0", "id": f"m{number}", "method": method, "params": params}
        for number, (method, params) in enumerate(calls)
    ]
    notified = [{"jsonrpc": "2.0", "method": method, "params": params} for method, params in sent]
    return [json.dumps(message).encode() for message in (*asked, *notified)]


ODD: list[Any] = [None, True, -1, 2**40, 1.5, "", "\0", "file://%", "x" * 1_000, [], {}, [[]], {"uri": None}]


def altered(message: Any, randomness: random.Random) -> Any:
    """A message with one value somewhere in it replaced, or taken out; its method and its kind stay."""
    path: list[Any] = ["params"]
    value = message["params"]
    while isinstance(value, (dict, list)) and value and randomness.random() < 0.8:
        key = randomness.choice([*value]) if isinstance(value, dict) else randomness.randrange(len(value))
        path.append(key)
        value = value[key]
    holder = message
    for step in path[:-1]:
        holder = holder[step]
    if randomness.random() < 0.2 and isinstance(holder, dict) and path != ["params"]:
        del holder[path[-1]]
    else:
        holder[path[-1]] = randomness.choice(ODD)
    return message


def stays_below(body: bytes, root: Path) -> bool:
    """Whether a message names no file outside a directory: a client that opens `/` has all of it searched."""
    try:
        strings = re.findall(r"file:[^'\"]*", repr(json.loads(body)))
    except (ValueError, RecursionError):
        return True  # it is not even read
    paths = (to_path(string) for string in strings)
    return all(path is None or Path(os.path.normpath(path)).is_relative_to(root) for path in paths)


@pytest.mark.parametrize("capabilities", [PUSH, PULL], ids=["push", "pull"])
def test_messages(tmp_path: Path, capabilities: dict[str, Any]) -> None:
    """LSP messages with bytes or values changed at random -> the server lives, and answers the next good one."""
    root, randomness = write(tmp_path), random.Random(7)
    document = uri(root, "packages/a/src/a.ts")
    seeds = messages(document)
    with RawClient(spawn()) as client:
        client.initialize(capabilities, root)
        for number in range(400 * ROUNDS):
            seed = randomness.choice(seeds)
            match number % 8:
                case 0:
                    body = edited(seed, [(randomness.random(), 3, randomness.choice(PIECES))])
                case 4:
                    body = next(mutants([seed], 1, number))
                case _:
                    body = json.dumps(altered(json.loads(seed), randomness)).encode()
            if stays_below(body, root):
                client.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            if number % 40 == 39:
                # An answer of the analysis, so that what was sent does not only wait in a queue.
                assert "result" in client.request("textDocument/diagnostic", {"textDocument": {"uri": document}})
        client.write(
            framed({"jsonrpc": "2.0", "method": "textDocument/didClose", "params": {"textDocument": {"uri": document}}})
        )
        folders = {"added": [{"uri": root.as_uri(), "name": "w"}], "removed": []}
        client.notify("workspace/didChangeWorkspaceFolders", {"event": folders})
        client.notify("workspace/didChangeConfiguration", {"settings": {"workflow-ls": {}}})
        client.open(document, "import { client } from '@shared/workflow/runtime/client';\n", 77)
        found = client.published(document, 77) if capabilities is PUSH else client.pull(document)
        assert [item["code"] for item in found] == ["deprecated-import"]
        client.request("shutdown")
        client.notify("exit", None)
        assert client.ended() == 0
