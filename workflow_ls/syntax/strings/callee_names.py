"""What the names of functions, properties and variables say about the strings that they get."""

from __future__ import annotations

import re

from workflow_ls.regular_expressions import compile_on_use

_PATH_CALLS = frozenset(
    [
        "import",
        "require",
        "importactual",
        "importmodule",
        "readfile",
        "stat",
        "lstat",
        "exists",
        "access",
        "readdir",
        "opendir",
        "mkdir",
        "rmdir",
        "rm",
        "unlink",
        "realpath",
        "watch",
        "watchfile",
        "open",
        "openasblob",
        "createreadstream",
        "createwritestream",
        "truncate",
        "readjson",
        "readjsonfile",
        "outputfile",
        "glob",
        "globby",
        "globstream",
        "globstringstream",
        "fastglob",
        "fg",
        "tinyglobby",
        "globiterate",
        "pathtofileurl",
        "fork",
        "spawn",
        "exec",
        "execfile",
        "execa",
        "execacommand",
        "worker",
        "isabsolute",
    ]
)
"""Functions whose first argument is a path, in lower case, without `Sync`."""
_TWO_PATHS = frozenset(
    [
        "cp",
        "copy",
        "copyfile",
        "rename",
        "move",
        "link",
        "symlink",
        "spawn",
        "execfile",
        "execa",
        "fork",
        "execacommand",
    ]
)
"""Functions whose second argument is a path, too, or holds some."""
_WRITING = frozenset(["writefile", "appendfile", "outputfile", "outputjson", "writejson"])
"""Functions whose first argument is a path, and the second a text."""
_JOINING = frozenset(
    ["join", "resolve", "joinpath", "relative", "normalize", "normalizepath", "dirname", "basename", "extname", "parse"]
)
_PATH_MODULE = compile_on_use(r"(?:^|\.)(?:\w*[pP]ath|posix|win32)(?:\.(?:posix|win32))?$")
_HELPER = compile_on_use(
    r"(?:^|_)(?:read|load|open|exists?|glob|source|src|repo|root|file|abs|fixture)(?:_?\w*)?"
    r"(?:file|path|source|text|code|content|module|director(?:y|ie)|dir|folder|fixture|root|repo)s?(?:_?sync|_?async)?$"
    r"|^(?:read|readutf8|readtext|readsrc|src|source|fromroot|abs)$",
    re.IGNORECASE,
)
_NO_HELPER = compile_on_use(r"permission|route|url|href|i18n|translat|locale|message|key|namespace", re.IGNORECASE)

_BANNED = compile_on_use(
    r"restricted|forbid|\bban|banned|disallow|denied|deny|blocklist|prohibit|unwanted|notallowed", re.I
)
_PATH_KEYS = frozenset(
    [
        "alias",
        "aliases",
        "replacement",
        "find",
        "modulenamemapper",
        "files",
        "include",
        "exclude",
        "excludedfiles",
        "ignore",
        "ignores",
        "ignorepatterns",
        "entry",
        "entries",
        "entrypoints",
        "input",
        "project",
        "projects",
        "roots",
        "rootdir",
        "modulepaths",
        "moduledirectories",
        "setupfiles",
        "setupfilesafterenv",
        "globalsetup",
        "testmatch",
        "testpathignorepatterns",
        "collectcoveragefrom",
        "coveragepathignorepatterns",
        "transformignorepatterns",
        "transpilepackages",
        "optimizepackageimports",
        "serverexternalpackages",
        "external",
        "externals",
        "servercomponentsexternalpackages",
        "noexternal",
        "inline",
        "dedupe",
        "ignored",
        "lintfilepatterns",
        "stories",
        "tsconfig",
        "cwd",
        "sourcedir",
        "srcdir",
        "sources",
        "watchpathignorepatterns",
        "modulepathignorepatterns",
        "optimizedeps",
        "root",
        "content",
        "testdir",
        "snapshotdir",
        "outdir",
        "globalteardown",
        "outputfiletracingincludes",
        "outputfiletracingexcludes",
        "outputfiletracingroot",
        "staticdirs",
        "workspace",
        "specs",
        "specpattern",
        "supportfile",
        "watch",
        "assetsinclude",
        "publicdir",
        "loadpaths",
        "includepaths",
    ]
)
_ALIAS_KEYS = frozenset(
    ["alias", "aliases", "modulenamemapper", "entrypoints", "transpilepackages", "setupfiles", "cwd"]
)
_CONFIGURING = compile_on_use(r"^(?:define\w*|with[A-Z]\w*|build|context|config|tseslint\.config|mergeConfig)$")
_DIRECTORY = compile_on_use(
    r"(?:root|dir|dirname|cwd|cwd\(\)|repo|workspace|folder|__dirname|home|path|prefix)\W*$", re.I
)


def is_path_argument(callee: str, index: int) -> bool:
    """Whether a known function takes a path as its argument number `index` (from 0); `callee` is written in full."""
    owner, _, name = callee.rpartition(".")
    plain = name.removesuffix("Sync").lower()
    if plain in _WRITING:
        return index == 0
    if is_joining(callee):
        return True
    if plain == "sync":
        return owner.rpartition(".")[2].lower() in _PATH_CALLS
    known = plain in _PATH_CALLS or plain in _TWO_PATHS
    return known and (index == 0 or plain in _TWO_PATHS or plain.startswith("glob"))


def is_joining(callee: str) -> bool:
    """Whether a function makes a path of paths, rather than something of an array or a promise."""
    owner, _, name = callee.rpartition(".")
    return name.lower() in _JOINING and (not owner or _PATH_MODULE.search(owner) is not None)


def is_path_helper(callee: str) -> bool:
    """Whether the name of a function of the project says that it takes a path."""
    name = callee.rpartition(".")[2]
    return _HELPER.search(name) is not None and _NO_HELPER.search(name) is None


def is_ban(name: str) -> bool:
    """Whether a property or a variable lists what must not be used."""
    return _BANNED.search(name.replace("_", "")) is not None


def is_path_key(name: str, *, in_configuration: bool) -> bool:
    """Whether a property holds paths or specifiers; most names say so in a configuration only."""
    return name.lower() in (_PATH_KEYS if in_configuration else _ALIAS_KEYS)


def is_configuring(callee: str) -> bool:
    """Whether a function takes a configuration, such as `defineConfig`."""
    return _CONFIGURING.search(callee) is not None or _CONFIGURING.search(callee.rpartition(".")[2]) is not None


def is_directory(expression: str) -> bool:
    """Whether an expression that a path is appended to is named like a directory."""
    return _DIRECTORY.search(expression) is not None
