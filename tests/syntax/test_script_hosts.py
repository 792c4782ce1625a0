"""The scripts in components: which parts are code, each at its place in the whole file."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fixture import mark, unmark
from tests.strategies import examples
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.syntax.spelling.script_hosts import script_spans, scripts_only


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.vue", "<script>$0a$0</script>"),
        ("a.vue", "<template>x</template>\n<script setup lang='ts'>$0\nimport 'a';$0</script >\n<style>b {}</style>"),
        ("a.vue", '<script lang="ts" generic="T extends Map<string, \'a>b\'>">$0a$0</script>'),
        ("a.vue", "<SCRIPT LANG=TS>$0a$0</SCRIPT><script>$0b$0</script>"),
        ("a.vue", "<script src='./a.ts' />\n<script src=\"./b.ts\">$0$0</script>"),
        ("a.vue", "<!-- <script>a</script> --><script>$0b$0</script>"),
        ("a.vue", "<script>$0a // never closed$0"),
        ("a.vue", '<script lang="coffee">a</script><script type="application/ld+json">{}</script>'),
        ("a.vue", "<scripts>a</scripts>"),
        ("a.vue", "---\na\n---\n"),
        (
            "a.svelte",
            "<script context='module' lang=\"ts\">$0a$0</script>\n{#if a > b}<p/>{/if}\n<script>$0b$0</script>",
        ),
        ("a.astro", "---\n$0a\n$0---\n<p/><script>$0b$0</script>"),
        ("a.astro", "\ufeff\r\n---\r\n$0a\r\n$0---\r\n<p>---</p>"),
        ("a.astro", "---\n$0const a = '---';\n$0---\n"),
        ("a.astro", "<p/>\n---\na\n---"),
        ("a.astro", "---\nnever closed"),
        ("a.astro", '<script type="module">$0a$0</script><script is:inline type="application/json">b</script>'),
        ("é.vue", "é<script>$0ü$0</script>ß"),
    ],
)
def test_scripts(path: str, text: str) -> None:
    plain, spans = unmark(text)
    assert mark(plain, script_spans(plain, path)) == mark(plain, spans)


def test_a_script_file_is_code_as_a_whole() -> None:
    assert scripts_only(b"<script>a</script>", "a.ts") == b"<script>a</script>"


def test_places_are_those_of_the_whole_file() -> None:
    script = "\r\nimport a from '$0x$0'; const b = <any>a;\r\n"
    text = f"<b>é</b>\r\n<script lang='ts'>{script}</script>\n<script>\nimport('$0y$0')\n</script>"
    plain, spans = unmark(text)
    source = parse(plain, "a.vue")
    assert [reference.span for reference in find_references(source)] == spans
    assert not source.tree.root_node.has_error


def test_a_script_of_tsx() -> None:
    source = parse(b"<script lang='tsx'>const a = <b>c</b>; import('x')</script>", "a.vue")
    assert [reference.specifier for reference in find_references(source)] == ["x"]


@settings(max_examples=examples(100))
@given(
    st.lists(
        st.sampled_from(["<script", ">", "</script>", "<!--", "-->", "---\n", '"', "'", "é", "\n", "lang=ts", "a"])
    )
)
def test_any_text_keeps_its_length_and_lines(parts: list[str]) -> None:
    text = "".join(parts).encode()
    for path in ("a.vue", "a.svelte", "a.astro"):
        blank = scripts_only(text, path)
        assert len(blank) == len(text)
        assert [i for i, c in enumerate(blank) if c == 10] == [i for i, c in enumerate(text) if c == 10]
