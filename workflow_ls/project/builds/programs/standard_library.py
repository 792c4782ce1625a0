"""What functions of Node and of the language make of known values: paths, URLs, objects, arrays."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from typing import Protocol

from workflow_ls.project.builds.programs.heap import Closure, HeapArray, HeapObject, HeapValue, merged
from workflow_ls.project.builds.programs.ts_jest import module_name_mapper
from workflow_ls.project.builds.values import (
    PatternValue,
    PlainValue,
    TextValue,
    UnknownValue,
    ValuePlace,
    absolute,
    file_url,
    not_known,
    url_path,
)
from workflow_ls.syntax.values.expression_model import MemberExpression, NameExpression, ReturnStatement

MODULES = {"path": "path", "path/posix": "path", "url": "url", "module": "module", "fs": "fs", "process": "process"}
GLOBALS = {
    "Object",
    "URL",
    "Array",
    "process",
    "require",
    "import",
    "Boolean",
    "String",
    "JSON",
    "console",
    "RegExp",
    "Proxy",
}


class Interpreter(Protocol):
    """Applies the functions of a program."""

    def apply(self, closure: Closure, arguments: Sequence[HeapValue], at: ValuePlace) -> HeapValue:
        """What a function returns."""
        ...


def call_standard(
    machine: Interpreter, name: str, arguments: Sequence[HeapValue], path: str, at: ValuePlace
) -> HeapValue | None:
    """What a function of Node or of the language returns, called in a file; None if nothing is known of it."""
    last = name.removeprefix("path.posix.").removeprefix("path.").removeprefix("url.").removeprefix("path.default.")
    if name.startswith("path.") and last in _PATHS and arguments:
        return of_texts(arguments, at, lambda texts: _PATHS[last](absolute(posixpath.dirname(path)), texts))
    if last in ("fileURLToPath", "pathToFileURL"):
        change = url_path if last == "fileURLToPath" else file_url
        return of_texts(arguments[:1], at, lambda texts: change(texts[0]) if texts else None)
    if name in ("URL", "url.URL"):
        return of_texts(arguments, at, _url)
    if name == "require.resolve":
        return of_texts(arguments[:1], at, lambda texts: _required(absolute(posixpath.dirname(path)), texts))
    if name == "RegExp":
        return _pattern(arguments, at)
    if name == "process.cwd":
        return TextValue(absolute(posixpath.dirname(path)), at)
    if name in ("String", "Boolean"):
        return arguments[0] if arguments else PlainValue(None, at)
    if name in _MAPPERS:
        return module_name_mapper(arguments, at)
    known = _OBJECTS.get(name)
    return None if known is None else known(machine, arguments, at)


def of_texts(arguments: Sequence[HeapValue], at: ValuePlace, change: Callable[[list[str]], str | None]) -> HeapValue:
    """The text that a function makes of texts; unknown if one of them is."""
    texts, pieces = list[str](), list[ValuePlace]()
    for argument in arguments:
        if not isinstance(argument, TextValue):
            return argument if isinstance(argument, UnknownValue) else not_known(at)
        texts.append(argument.value)
        pieces += argument.pieces
    made = change(texts)
    return not_known(at) if made is None else TextValue(made, at, tuple(pieces))


def _resolve(current: str, texts: Sequence[str]) -> str:
    return posixpath.normpath(posixpath.join(current, *texts))


def _required(current: str, texts: Sequence[str]) -> str | None:
    """The path of a file that is named by a path, which may lack its ending."""
    if not texts:
        return None
    return _resolve(current, texts) if texts[0].startswith((".", "/")) else absolute(f"node_modules/{texts[0]}")


def _pattern(arguments: Sequence[HeapValue], at: ValuePlace) -> HeapValue | None:
    """`new RegExp(source, flags)`."""
    first, second = [*arguments, None, None][:2]
    flags = second.value if isinstance(second, TextValue) else ""
    if isinstance(first, PatternValue):
        return first
    return PatternValue(first.value, flags, at) if isinstance(first, TextValue) else None


def _join(_: str, texts: Sequence[str]) -> str:
    # Unlike `posixpath.join`, an absolute path after the first does not start anew.
    parts = [text if index == 0 else text.lstrip("/") for index, text in enumerate(texts)]
    return posixpath.normpath(posixpath.join(*parts)) if parts else "."


def _basename(_: str, texts: Sequence[str]) -> str:
    return posixpath.basename(texts[0]).removesuffix(texts[1] if len(texts) > 1 else "")


def _relative(current: str, texts: Sequence[str]) -> str | None:
    if len(texts) != 2:
        return None
    start, end = (_resolve(current, [text]) for text in texts)
    return posixpath.relpath(end, start)


_PATHS: dict[str, Callable[[str, list[str]], str | None]] = {
    "resolve": _resolve,
    "join": _join,
    "dirname": lambda _, texts: posixpath.dirname(texts[0]),
    "basename": _basename,
    "normalize": lambda _, texts: posixpath.normpath(texts[0]),
    "extname": lambda _, texts: posixpath.splitext(texts[0])[1],
    "relative": _relative,
}


def _url(texts: Sequence[str]) -> str | None:
    if len(texts) != 2 or not texts[1].startswith("file://"):
        return texts[0] if len(texts) == 1 else None
    base = url_path(texts[1])
    directory = base if base.endswith("/") else posixpath.dirname(base)
    slash = "/" if texts[0].rpartition("/")[2] in ("", ".", "..") else ""  # of a directory
    return file_url(posixpath.normpath(posixpath.join(directory, texts[0])) + slash)


def _assign(_: Interpreter, arguments: Sequence[HeapValue], at: ValuePlace) -> HeapValue:
    if not arguments or not isinstance(arguments[0], HeapObject):
        return merged(arguments, at)
    for argument in arguments[1:]:
        if isinstance(argument, HeapObject):
            arguments[0].update(argument)
    return arguments[0]


def _entries(_: Interpreter, arguments: Sequence[HeapValue], at: ValuePlace) -> HeapValue | None:
    owner = arguments[0] if arguments else None
    if not isinstance(owner, HeapObject):
        return None
    pairs = [HeapArray(place, [_key(key, key_at), value]) for key, (value, key_at, place) in owner.members.items()]
    return HeapArray(at, list[HeapValue](pairs))


def _from_entries(_: Interpreter, arguments: Sequence[HeapValue], at: ValuePlace) -> HeapValue | None:
    pairs = arguments[0] if arguments else None
    if not isinstance(pairs, HeapArray):
        return None
    made = HeapObject(at)
    for pair in pairs.values:
        if isinstance(pair, HeapArray) and len(pair.values) == 2 and isinstance(key := pair.values[0], TextValue):
            made.set(key.value, pair.values[1], key.at, pair.at)
        else:
            made.unknown.append(UnknownValue("the name of this key is computed", at))
    return made


def _keys(_: Interpreter, arguments: Sequence[HeapValue], at: ValuePlace) -> HeapValue | None:
    """The keys of an object; of one of several, as in `Object.keys(pkg.dependencies || {})`, those of all."""
    owner = arguments[0] if arguments else None
    possible = owner.values if isinstance(owner, HeapArray) and owner.possible else [owner]
    found = list[HeapValue]()
    for each in possible:
        if not isinstance(each, HeapObject):
            return None
        found += [_key(key, key_at) for key, (_value, key_at, _place) in each.members.items()]
    return HeapArray(at, found)


def _values(_: Interpreter, arguments: Sequence[HeapValue], at: ValuePlace) -> HeapValue | None:
    owner = arguments[0] if arguments else None
    if not isinstance(owner, HeapObject):
        return None
    return HeapArray(at, [value for value, _key_at, _place in owner.members.values()])


def _same(_: Interpreter, arguments: Sequence[HeapValue], at: ValuePlace) -> HeapValue | None:
    return arguments[0] if arguments else PlainValue(None, at)


def _proxied(_: Interpreter, arguments: Sequence[HeapValue], at: ValuePlace) -> HeapValue | None:
    """An object behind a handler, which has other keys unless it only looks them up."""
    first, handler = [*arguments, None, None][:2]
    get = handler.get("get") if isinstance(handler, HeapObject) else None
    if not isinstance(first, HeapObject) or get is None or (isinstance(get, Closure) and _looks_up(get)):
        return first
    made = HeapObject(first.at)
    made.update(first)
    made.unknown.append(UnknownValue("the handler of a proxy makes further ones", at))
    return made


def _looks_up(closure: Closure) -> bool:
    """Whether a function does nothing but look a key up in its first argument."""
    function = closure.function
    returned = function.body[0] if len(function.body) == 1 else None
    value = returned.value if isinstance(returned, ReturnStatement) else None
    return isinstance(value, MemberExpression) and isinstance(value.key, NameExpression)


def _key(key: str, at: ValuePlace) -> TextValue:
    return TextValue(key, at, (at,))


_MAPPERS = ("package ts-jest.pathsToModuleNameMapper", "package ts-jest/utils.pathsToModuleNameMapper")
_OBJECTS: dict[str, Callable[[Interpreter, Sequence[HeapValue], ValuePlace], HeapValue | None]] = {
    "Object.assign": _assign,
    "Object.entries": _entries,
    "Object.fromEntries": _from_entries,
    "Object.keys": _keys,
    "Object.values": _values,
    "Object.freeze": _same,
    "Proxy": _proxied,
    "Array.from": _same,
}
