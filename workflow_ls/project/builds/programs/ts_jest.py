"""What `pathsToModuleNameMapper` of ts-jest makes of the `paths` of TypeScript: a `moduleNameMapper` of Jest."""

from __future__ import annotations

from collections.abc import Sequence

from workflow_ls.project.builds.programs.heap import HeapArray, HeapObject, HeapValue
from workflow_ls.project.builds.values import TextValue, UnknownValue, ValuePlace
from workflow_ls.regular_expressions import compile_on_use

_SPECIAL = compile_on_use(r"[-\\^$*+?.()|\[\]{}]")


def module_name_mapper(arguments: Sequence[HeapValue], at: ValuePlace) -> HeapValue:
    """The mapper for `paths`; its `prefix` leads to what the targets are relative to."""
    paths, options = [*arguments, None, None][:2]
    prefix = options.get("prefix") if isinstance(options, HeapObject) else None
    if not isinstance(paths, HeapObject):
        return UnknownValue("the `paths` that it is made of can't be read", at)
    made = HeapObject(at)
    made.unknown += paths.unknown
    for key, (value, key_at, place) in paths.members.items():
        targets = value.values if isinstance(value, HeapArray) else []
        texts = [each for each in targets if isinstance(each, TextValue)]
        if not isinstance(prefix, TextValue) or len(texts) != len(targets) or key.count("*") > 1:
            made.unknown.append(UnknownValue(f"where `{key}` leads is decided by other options of Jest", at))
            continue
        start = prefix.value.rstrip("/")
        written = [f"{start}/{text.value.removeprefix('./').replace('*', '$1')}" for text in texts]
        pattern = f"^{'(.*)'.join(_SPECIAL.sub(lambda found: chr(92) + found[0], part) for part in key.split('*'))}$"
        made.set(pattern, HeapArray(at, [TextValue(text, at) for text in written]), key_at, place)
    return made
