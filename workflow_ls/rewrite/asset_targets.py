"""The targets of modules whose specifiers have an ending: JSON, style sheets, pictures, sources with a format."""

from __future__ import annotations

import posixpath

from workflow_ls.diagnostics import Blocked, Related
from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.vfs.files import Files, is_source

_KNOWN = frozenset(
    [
        ".json",
        ".json5",
        ".css",
        ".scss",
        ".sass",
        ".less",
        ".svg",
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".webp",
        ".avif",
        ".ico",
        ".woff",
        ".woff2",
        ".ttf",
        ".md",
        ".mdx",
        ".txt",
        ".html",
        ".sql",
        ".graphql",
        ".gql",
        ".yaml",
        ".yml",
        ".toml",
        ".csv",
        ".wasm",
        ".node",
        ".mp3",
        ".mp4",
        ".pdf",
    ]
)
"""The endings that make a deleted module an asset; that of a file that exists decides by itself."""


def asset_ending(module: str, file: str | None) -> str:
    """The ending of an asset, which its target must have; "" for source code.

    `module` is the module, `file` its file, None if that is deleted.  An asset may be typed by a file beside it:
    `a.d.css.ts` is the declaration of `a.css` (TypeScript, "allowArbitraryExtensions").
    """
    named = posixpath.splitext(module)[1]
    if file is None:
        return named if named in _KNOWN else ""
    if not is_source(file):
        return split_extension(file)[1]
    return named if named and file.endswith(f".d{named}.ts") else ""


def format_ending(file: str | None) -> str:
    """The ending that a specifier of a source file needs, since it says the module's format; "" for other files."""
    return next((emitted for emitted, endings in _FORMATS.items() if file is not None and file.endswith(endings)), "")


_FORMATS = {".mjs": (".mts", ".mjs"), ".cjs": (".cts", ".cjs")}


def asset_obstacle(files: Files, ending: str, file: str | None, specifier: str, path: str) -> Blocked | None:
    """Why the file `path` behind `specifier` can't stand for an asset with an ending and a file; None if it can."""
    if not path.endswith((ending, f".d{ending}.ts")):
        reason = f"`{specifier}` leads to {path}, which is not a `{ending}` file"
        return Blocked(reason, f"add the `{ending}` file to the package", (Related(path, None, "the module"),))
    declaration = f"{path.removesuffix(ending)}.d{ending}.ts"
    typed = file is not None and file.endswith(f".d{ending}.ts")
    if typed and not path.endswith(".ts") and files.kind(declaration) != "file":
        reason = f"{file} types the legacy file, and {path} has no such declaration"
        return Blocked(reason, f"add {declaration}", (Related(path, None, "the module"),))
    return None
