"""What a specifier leads to by its path, an alias, or how its importer loads it; and that nothing stops the search."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.project.resolution.cases import check
from tests.project.workspaces import workspace_of
from tests.strategies import examples, nested
from workflow_ls.project.resolution.bare_specifiers import (
    split_package,
)
from workflow_ls.project.resolution.resolver import module_file

FILES = """
//- /app/src/main.ts
//- /app/src/a.ts
//- /app/src/b.tsx
//- /app/src/c.d.ts
//- /app/src/d.js
//- /app/src/e.jsx
//- /app/src/both.ts
//- /app/src/both.tsx
//- /app/src/both.d.ts
//- /app/src/both.js
//- /app/src/m.mts
//- /app/src/n.cts
//- /app/src/n.cjs
//- /app/src/o.mjs
//- /app/src/p.d.mts
//- /app/src/data.json
//- /app/src/style.css
//- /app/src/typed.css
//- /app/src/typed.d.css.ts
//- /app/src/LICENSE
//- /app/src/LICENSE.ts
//- /app/src/a.service.ts
//- /app/src/dir/index.ts
//- /app/src/dir/inner.ts
//- /app/src/dir.tsx
//- /app/src/only/index.d.ts
//- /app/src/empty/x.ts
//- /app/src/index.ts
//- /app/index.js
//- /shared/x.ts
//- /linked -> shared
//- /round -> round/round
//- /out -> ../outside
"""


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("./nothing", None),
        # Without an ending.
        ("./a", "app/src/a.ts"),
        ("./b", "app/src/b.tsx"),
        ("./c", "app/src/c.d.ts"),
        ("./d", "app/src/d.js"),
        ("./e", "app/src/e.jsx"),
        ("./both", "app/src/both.ts"),
        ("./a.service", "app/src/a.service.ts"),
        # No ending is added but these.
        ("./m", None),
        ("./n", None),
        ("./data", None),
        # What is emitted leads to what it is emitted from.
        ("./a.js", "app/src/a.ts"),
        ("./b.js", "app/src/b.tsx"),
        ("./b.jsx", "app/src/b.tsx"),
        ("./a.jsx", "app/src/a.ts"),
        ("./c.js", "app/src/c.d.ts"),
        ("./d.js", "app/src/d.js"),
        ("./d.jsx", "app/src/d.js"),
        ("./both.js", "app/src/both.ts"),
        ("./both.jsx", "app/src/both.tsx"),
        ("./m.mjs", "app/src/m.mts"),
        ("./o.mjs", "app/src/o.mjs"),
        ("./p.mjs", "app/src/p.d.mts"),
        ("./n.cjs", "app/src/n.cts"),
        ("./m.js", None),
        ("./a.mjs", None),
        # Written out.
        ("./a.ts", "app/src/a.ts"),
        ("./both.tsx", "app/src/both.tsx"),
        ("./both.d.ts", "app/src/both.ts"),
        ("./c.d.ts", "app/src/c.d.ts"),
        ("./m.mts", "app/src/m.mts"),
        # Other files, and what declares them.
        ("./data.json", "app/src/data.json"),
        ("./style.css", "app/src/style.css"),
        ("./typed.css", "app/src/typed.d.css.ts"),
        ("./LICENSE", "app/src/LICENSE.ts"),
        # Directories.
        ("./dir", "app/src/dir.tsx"),
        ("./dir/", "app/src/dir/index.ts"),
        ("./dir/.", "app/src/dir/index.ts"),
        ("./dir/index", "app/src/dir/index.ts"),
        ("./dir/index.js", "app/src/dir/index.ts"),
        ("./dir/inner", "app/src/dir/inner.ts"),
        ("./dir/inner/..", "app/src/dir/index.ts"),
        ("./only", "app/src/only/index.d.ts"),
        ("./empty", None),
        (".", "app/src/index.ts"),
        ("./", "app/src/index.ts"),
        ("..", "app/index.js"),
        ("../", "app/index.js"),
        ("./a/", None),
        # Paths.
        ("././a", "app/src/a.ts"),
        ("./nothing/../a", "app/src/a.ts"),
        (".//a", "app/src/a.ts"),
        ("../src/a", "app/src/a.ts"),
        ("../../shared/x", "shared/x.ts"),
        ("../../linked/x", "shared/x.ts"),
        ("../../round/x", None),
        ("../../out/x", None),
        ("../../../shared/x", None),
        ("../../../../../x", None),
        ("/app/src/a", None),
        ("", None),
        ("...", None),
        (".a", None),
        ("./a?raw", None),
        ("node:fs", None),
        ("https://example.com/a.js", None),
    ],
)
def test_paths(specifier: str, expected: str | None) -> None:
    check(FILES, specifier, expected)


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("../lib", "app/lib/source.ts"),
        ("../beside", "app/beside.ts"),
        ("../beside/", "app/beside/index.ts"),
        ("../lib/index", "app/lib/index.ts"),
        ("../typed", "app/typed/api.d.ts"),
        ("../self", "app/self/index.ts"),
        ("../gone", "app/gone/index.ts"),
    ],
)
def test_a_directory_with_a_manifest(specifier: str, expected: str) -> None:
    text = """
        //- /app/lib/package.json
        { "main": "source", "exports": "./closed.js" }
        //- /app/lib/source.ts
        //- /app/lib/index.ts
        //- /app/beside.ts
        //- /app/beside/package.json
        {}
        //- /app/beside/index.ts
        //- /app/typed/package.json
        { "types": "api.d.ts", "main": "main.js" }
        //- /app/typed/api.d.ts
        //- /app/typed/api.ts
        //- /app/typed/main.js
        //- /app/self/package.json
        { "main": "." }
        //- /app/self/index.ts
        //- /app/gone/package.json
        { "types": "gone.d.ts", "main": "main.js" }
        //- /app/gone/index.ts
        //- /app/gone/main.js
    """
    check(text, specifier, expected)


ALIASES = """
//- /tsconfig.json
{ "compilerOptions": { "paths": { "@app/*": ["./app/src/*"] } } }
//- /app/tsconfig.json
{
  "compilerOptions": {
    "baseUrl": ".",
    "paths": {
      "@x": ["src/x"],
      "@x/*": ["src/x/*", "src/more/*"],
      "@x/none/*": ["nowhere/*"],
      "@file": ["src/x/full.js"],
      "@file/*": ["src/x/*.ts"],
      "@dir": ["src/packaged"],
      "#alias": ["src/a.ts"],
      "pkg": ["src/a.ts"]
    }
  }
}
//- /app/src/a.ts
//- /app/src/x/index.ts
//- /app/src/x/one.ts
//- /app/src/x/full.js
//- /app/src/x/full.ts
//- /app/src/more/two.ts
//- /app/src/packaged/package.json
{ "types": "types.d.ts" }
//- /app/src/packaged/types.d.ts
//- /app/deep/tsconfig.json
{ "compilerOptions": {} }
//- /node_modules/pkg/index.d.ts
//- /node_modules/@x/none/one.d.ts
//- /node_modules/src/a.d.ts
"""


@pytest.mark.parametrize(
    ("specifier", "importer", "expected"),
    [
        ("@x", "app/src/a.ts", "app/src/x/index.ts"),
        ("@x/one", "app/src/a.ts", "app/src/x/one.ts"),
        ("@x/one.js", "app/src/a.ts", "app/src/x/one.ts"),
        ("@x/two", "app/src/a.ts", "app/src/more/two.ts"),
        ("@x/full", "app/src/a.ts", "app/src/x/full.ts"),
        ("@x/full.js", "app/src/a.ts", "app/src/x/full.ts"),
        ("@file", "app/src/a.ts", "app/src/x/full.js"),
        ("@file/full", "app/src/a.ts", "app/src/x/full.ts"),
        ("@dir", "app/src/a.ts", "app/src/packaged/types.d.ts"),
        ("#alias", "app/src/a.ts", "app/src/a.ts"),
        # A path comes before a package; where it leads nowhere, packages are next, and baseUrl is not asked.
        ("pkg", "app/src/a.ts", "app/src/a.ts"),
        ("@x/none/one", "app/src/a.ts", "node_modules/@x/none/one.d.ts"),
        ("@x/three", "app/src/a.ts", None),
        # baseUrl serves what no path does, before packages.
        ("src/a", "app/src/a.ts", "app/src/a.ts"),
        ("src/x", "app/src/a.ts", "app/src/x/index.ts"),
        ("src/../../../out", "app/src/a.ts", None),
        # The nearest configuration counts, whatever it says.
        ("@app/a", "lib/a.ts", "app/src/a.ts"),
        ("@app/a", "app/src/a.ts", None),
        ("@x/one", "app/deep/a.ts", None),
        ("src/a", "app/deep/a.ts", "node_modules/src/a.d.ts"),
    ],
)
def test_aliases(specifier: str, importer: str, expected: str | None) -> None:
    check(ALIASES, specifier, expected, importer)


FORMATS = """
//- /node_modules/both/package.json
{ "exports": { ".": { "import": "./a.d.mts", "require": "./a.d.cts" } } }
//- /node_modules/both/a.d.mts
//- /node_modules/both/a.d.cts
//- /node_modules/old/package.json
{ "type": "commonjs" }
//- /node_modules/old/a.d.ts
//- /node_modules/old/a.d.mts
//- /node_modules/silent/package.json
{}
//- /bundled/tsconfig.json
{ "compilerOptions": { "moduleResolution": "bundler" } }
//- /bundled/old/package.json
{ "type": "commonjs" }
//- /node/tsconfig.json
{ "compilerOptions": { "module": "nodenext" } }
//- /node/new/package.json
{ "type": "module" }
//- /classic/tsconfig.json
{ "compilerOptions": { "moduleResolution": "node" } }
//- /node10/tsconfig.json
{ "compilerOptions": { "moduleResolution": "Node10" } }
"""


@pytest.mark.parametrize(
    ("importer", "ending"),
    [
        ("a.ts", "mts"),
        ("a.mts", "mts"),
        ("a.cts", "cts"),
        ("a.d.cts", "cts"),
        ("a.cjs", "cts"),
        ("bundled/a.ts", "mts"),
        ("bundled/a.cts", "cts"),
        ("bundled/old/a.ts", "mts"),
        ("node/a.ts", "cts"),
        ("node/a.mts", "mts"),
        ("node/a.mjs", "mts"),
        ("classic/a.ts", "mts"),
        ("node10/a.ts", "mts"),
        ("node/new/a.tsx", "mts"),
        ("node/new/a.cts", "cts"),
        ("node_modules/old/a.d.ts", "cts"),
        ("node_modules/old/a.d.mts", "mts"),
        ("node_modules/silent/a.d.ts", "mts"),
    ],
)
def test_the_importer_imports_or_requires(importer: str, ending: str) -> None:
    check(FORMATS, "both", f"node_modules/both/a.d.{ending}", importer)


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("a", ("a", ".")),
        ("a/b", ("a", "./b")),
        ("a/b/c.js", ("a", "./b/c.js")),
        ("@s/a", ("@s/a", ".")),
        ("@s/a/b/c", ("@s/a", "./b/c")),
        ("a/", ("a", "./")),
        ("a.b", ("a.b", ".")),
        ("", None),
        ("@s", None),
        ("@s/", None),
        ("@/a", ("@/a", ".")),
        ("/a", None),
        ("./a", None),
        ("..", None),
        (".a", None),
        ("#a", None),
        ("a\\b", None),
        ("a%2fb", None),
        ("node:fs", None),
        ("c:/a", None),
    ],
)
def test_split_package(specifier: str, expected: tuple[str, str] | None) -> None:
    assert split_package(specifier) == expected


@pytest.mark.parametrize(
    ("module", "expected"),
    [("", "lib/index.ts"), ("a", "lib/a.ts"), ("b", "lib/b/index.ts"), ("a.js", "lib/a.ts"), ("c", None)],
)
def test_module_file(module: str, expected: str | None) -> None:
    files = workspace_of(dict.fromkeys(("lib/index.ts", "lib/a.ts", "lib/b/index.ts", "lib/b/package.json"), "")).files
    assert module_file(files, "lib", module) == expected


JSON = nested(
    st.none()
    | st.integers()
    | st.sampled_from(["./a.js", "./*", "a", "*", "./dist/a.js", "..", "#a", "", "@s/a", "\0"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from([".", "./*", "./a", "#a", "#*", "types", "default", "1"]), inner, max_size=3)
    ),
)

SPECIFIERS = st.sampled_from(["a", "a/b", "@s/a", "#a", "#b", "./a", "..", "*", "@x/a"]) | st.text(max_size=8)


@settings(max_examples=examples(300))
@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(("exports", "imports", "main", "types", "workspaces"), JSON)),
    st.dictionaries(st.sampled_from(["paths", "baseUrl", "outDir", "rootDir"]), JSON),
    JSON,
    SPECIFIERS,
)
def test_any_project_can_be_resolved_in(manifest: dict[str, Any], options: Any, extends: Any, specifier: str) -> None:
    own = {"name": "a", **manifest}
    files: dict[str, bytes | str] = {
        "package.json": json.dumps({"name": "@s/a", **manifest}),
        "tsconfig.json": json.dumps({"extends": extends, "compilerOptions": options}),
        "x/package.json": json.dumps(own),
        "node_modules/a/package.json": json.dumps(own),
        "x/a.ts": "",
        "a.ts": "",
    }
    links = {"node_modules/loop": "node_modules/loop", "node_modules/@s/a": "x", "x/x": "x"}
    workspace = workspace_of(files, links)
    for importer in ("x/b.ts", "b.ts", "node_modules/a/b.ts"):
        found = workspace.resolver.resolve(specifier, importer)
        assert found is None or workspace.files.kind(found) == "file"
