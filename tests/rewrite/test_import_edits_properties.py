"""Random declarations, randomly split: nothing is lost, nothing is made up, and nothing else changes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.rewrite.surgeries import only_reference, rewritten
from tests.strategies import examples
from workflow_ls.rewrite.target import ImportPart
from workflow_ls.rewrite.text_edits.import_edits import rewrite
from workflow_ls.syntax.model import Name
from workflow_ls.syntax.parser import parse
from workflow_ls.text import apply_edits

# Not "type" and "as": as names, the grammar takes some of their valid places for errors.
NAMES = ["a", "b", "größe", "日本", "$", "_1", "from", "of", "default"]
LOCALS = ["x", "y", "größe", "日本", "$x", "from", "a", "b"]
COMMENT_TEXTS = ["", "1", "😀", "{ a, b } from 'old'", "}", ",", "it's", '"', "`", "import", "\\"]
SPECIFIERS = ["one", "@scope/two", "./three/😀"]
BEFORE = ["", "\ufeff", "const z = 1;\n", "f();", "// c\n", "    ", "\ufeff\t", "function f() {}\n\n  "]
AFTER = ["", "\n", " // c\n", "\n/* c */ f();\n", "\n\n(1)\n"]


@dataclass
class Declared:
    """A text with one declaration, and the names it asks for, as `Name.name` and `Name.local`."""

    text: str
    asked: list[tuple[str, str, bool]]


@st.composite
def gaps(draw: st.DrawFn, *, needed: bool, broken: bool) -> str:
    """What may stand between two tokens: blanks and comments, line breaks if `broken`, something if `needed`."""
    parts = []
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2, 3]))):
        text = draw(st.sampled_from(COMMENT_TEXTS))
        inline = [" ", "  ", "\t", f"/*{text}*/"]
        parts.append(
            draw(st.sampled_from([*inline, "\n", "\n\n\t", f"/** {text}\n */", f"//{text}\n"] if broken else inline))
        )
    return "".join(parts) or (" " if needed or draw(st.booleans()) else "")


@st.composite
def declarations(draw: st.DrawFn) -> Declared:
    keyword = draw(st.sampled_from(["import", "export"]))
    type_only = draw(st.booleans())
    locals_ = iter(draw(st.permutations(LOCALS)))
    found, tokens = list[tuple[str, str, bool]](), [keyword]
    if type_only:
        tokens.append("type")
    has_default = keyword == "import" and draw(st.booleans())
    if has_default:
        local = next(locals_)
        assume(not (type_only and local == "from"))
        found.append(("default", local, type_only))
        tokens.append(local)
    listed = draw(st.integers(0 if has_default else 1, 4)) if not (type_only and has_default) else 0
    if listed or not has_default:
        tokens += [",", "{"] if has_default else ["{"]
        for index in range(listed):
            name, local = draw(st.sampled_from([*NAMES, "'a-b'", '"c d"'])), next(locals_)
            marked = not type_only and draw(st.booleans())
            quoted = name[0] in "'\""
            plain = not quoted and (keyword == "export" or name not in {"default"}) and draw(st.booleans())
            if keyword == "import" and plain:
                assume(name not in {other for _, other, _ in found})
            tokens += ["type"] if marked else []
            tokens += [name] if plain else [name, "as", local]
            tokens += [","] if index + 1 < listed or draw(st.booleans()) else []
            found.append((name.strip("'\""), name if plain else local, type_only or marked))
        tokens.append("}")
    quote = draw(st.sampled_from("'\""))
    tokens += ["from", f"{quote}old{quote}"]
    # In the grammar, only imports have attributes.
    tokens += ["with", "{", "type", ":", "'a//b'", "}"] if keyword == "import" and draw(st.booleans()) else []
    line_break = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    # The grammar needs semicolons in a file with lone carriage returns.
    tokens += [";"] if line_break == "\r" or draw(st.booleans()) else []
    text = tokens[0]
    for index, (left, right) in enumerate(pairwise(tokens)):
        # In an export clause the grammar takes line breaks inside of the braces only, and around `with` nowhere.
        in_braces = "{" in tokens[: index + 1] and "}" not in tokens[: index + 1]
        broken = in_braces or (keyword == "import" and "from" not in tokens[:index])
        text += draw(gaps(needed=_is_word(left[-1]) and _is_word(right[0]), broken=broken)) + right
    text = draw(st.sampled_from(BEFORE)) + text + draw(st.sampled_from(AFTER))
    return Declared(text.replace("\n", line_break), found)


def _is_word(character: str) -> bool:
    return character.isalnum() or character in "_$"


@st.composite
def plans(draw: st.DrawFn, names: tuple[Name, ...]) -> tuple[ImportPart, ...]:
    pieces: dict[str, list[tuple[Name, str]]] = {}
    for name in draw(st.permutations(names)) if draw(st.booleans()) else names:
        new_name = draw(st.sampled_from([name.name, name.name, name.local or "", *NAMES, "a-b"]))
        pieces.setdefault(draw(st.sampled_from(SPECIFIERS)), []).append((name, new_name))
    return tuple(ImportPart(specifier, tuple(names)) for specifier, names in pieces.items())


@given(declarations(), st.data())
@settings(max_examples=examples(400))
def test_a_rewrite_loses_nothing(declared: Declared, data: st.DataObject) -> None:
    text = declared.text
    assume(not parse(text.encode(), "a.ts").tree.root_node.has_error)
    # The grammar fails on `type//}` where no other name comes before it.
    assume("type//}" not in text)
    reference = only_reference(text)
    assert [(name.name, name.local, name.type_only) for name in reference.names] == declared.asked
    after = rewritten(text, reference, data.draw(plans(reference.names)))
    assert reference.statement is not None
    start, end = reference.statement
    assert after.encode().startswith(text.encode()[:start])
    assert after.encode().endswith(text.encode()[end:])


@given(declarations(), st.sampled_from(SPECIFIERS))
@settings(max_examples=examples(100))
def test_one_specifier_for_all_names_changes_the_specifier_alone(declared: Declared, specifier: str) -> None:
    text = declared.text.encode()
    assume(not parse(text, "a.ts").tree.root_node.has_error)
    reference = only_reference(declared.text)
    for names in ((), tuple((name, name.name) for name in reference.names)):
        after = apply_edits(text, rewrite(text, reference=reference, parts=[ImportPart(specifier, names)]))
        start, end = reference.span
        assert after == text[:start] + specifier.encode() + text[end:]
