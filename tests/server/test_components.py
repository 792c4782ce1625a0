"""Documents of Vue, Svelte and Astro in a spawned server: findings, fixes and hovers at their places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checks import SOUND
from tests.server.client import apply_edits
from tests.server.places import uri, write
from tests.server.raw import PULL, RawClient

SPECIFIER = "@shared/workflow/runtime/client"
CAPABLE = {
    **PULL,
    "textDocument": {
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}}},
        "diagnostic": {},
    },
    "workspace": {"applyEdit": True},
}
HOSTS = {
    "Trip.vue": ("vue", "<template>é😀</template>\n<script setup lang='ts'>\n{}\n</script>\n"),
    "Trip.svelte": ("svelte", "<script context='module'>let a;</script>\n<script>\n{}\n</script>\n"),
    "trip.astro": ("astro", "---\n// é\n{}\n---\n<p/>\n"),
}
MANIFEST = '//- /packages/a/package.json\n{ "name": "a", "dependencies": { "@alga-psa/workflows": "*" } }\n'


@pytest.mark.parametrize("name", HOSTS)
def test_a_component(name: str, tmp_path: Path) -> None:
    language, host = HOSTS[name]
    text = host.format(f"import {{ client }} from '{SPECIFIER}';")
    root = write(tmp_path / "trips", f"{MANIFEST}//- /packages/a/src/{name}\n{text}", base=SOUND)
    with RawClient() as client:
        client.initialize(CAPABLE, root)
        document = uri(root, f"packages/a/src/{name}")
        item = {"uri": document, "languageId": language, "version": 1, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": item})
        [finding] = client.pull(document)
        place: Any = finding["range"]
        line = text.split("\n")[place["start"]["line"]]
        assert line[place["start"]["character"] : place["end"]["character"]] == SPECIFIER
        request = {"textDocument": {"uri": document}, "range": place, "context": {"diagnostics": [finding]}}
        actions: Any = client.request("textDocument/codeAction", request)["result"]
        fix = next(action for action in actions if action["title"].startswith("Replace"))
        edit = fix.get("edit") or client.request("codeAction/resolve", fix)["result"]["edit"]
        edits = edit.get("changes", {}).get(document) or edit["documentChanges"][0]["edits"]
        assert apply_edits(text, edits) == text.replace(SPECIFIER, "@alga-psa/workflows/runtime/client")
        hover: Any = client.request(
            "textDocument/hover", {"textDocument": {"uri": document}, "position": place["start"]}
        )
        assert "@alga-psa/workflows/runtime/client" in str(hover["result"])
        client.replace(document, host.format("import '@alga-psa/workflows/runtime/client';"), 2)
        assert client.pull(document) == []
