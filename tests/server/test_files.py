"""Files of the legacy tree that are moved in an editor: what the client is told, and what it is asked to edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.moves.cuts import BASE, SOURCES, TREE
from tests.server.client import apply_edits
from tests.server.places import write
from tests.server.raw import Message, RawClient
from tests.server.test_workspace import RENAMES, rename

TEXT = f"""
//- /{TREE}runtime/index.ts
export * from './a';
//- /{TREE}runtime/a.ts
export const a = 1;
//- /{TREE}runtime/query.sql
select 1;
//- /{SOURCES}runtime/index.ts
export * from '../../../../../{TREE}runtime';
export const own = 1;
//- /packages/a/a.ts
import {{ a }} from '@shared/workflow/runtime/a';
readFile('shared/workflow/runtime/query.sql');
"""


def edited(root: Path, edit: Message | None) -> dict[str, str]:
    changes: list[dict[str, Any]] = [] if edit is None else edit["documentChanges"]
    paths = {Path(change["textDocument"]["uri"].removeprefix("file://")): change["edits"] for change in changes}
    return {path.relative_to(root).as_posix(): apply_edits(path.read_text(), edits) for path, edits in paths.items()}


def messages(client: RawClient) -> list[str]:
    return [m["params"]["message"] for m in client.seen if m.get("method") == "window/showMessage"]


def test_a_file_of_any_kind(tmp_path: Path) -> None:
    root = write(tmp_path, TEXT, base=BASE)
    with RawClient() as client:
        client.initialize(RENAMES, root)
        move = (f"{TREE}runtime/query.sql", f"{SOURCES}runtime/query.sql")
        assert edited(root, rename(client, root, move)) == {
            "packages/a/a.ts": (root / "packages/a/a.ts").read_text().replace(f"'{TREE}", f"'{SOURCES}")
        }
        assert messages(client) == []


def test_several_files_at_once(tmp_path: Path) -> None:
    """As editors send them for a selection, or for what lies in a folder that is there already."""
    root = write(tmp_path, TEXT, base=BASE)
    moves = [(f"{TREE}runtime/{name}", f"{SOURCES}runtime/{name}") for name in ("a.ts", "index.ts", "query.sql")]
    with RawClient() as client:
        client.initialize(RENAMES, root)
        made = edited(root, rename(client, root, *moves))
        assert messages(client) == []
    assert made == {
        f"{TREE}runtime/index.ts": "export * from './a';\nexport const own = 1;\n",
        "packages/a/a.ts": "import { a } from '@alga-psa/workflows/runtime/a';\nreadFile('"
        f"{SOURCES}runtime/query.sql');\n",
    }


def test_what_a_move_overwrites_is_told(tmp_path: Path) -> None:
    root = write(tmp_path, f"{TEXT}\n//- /{SOURCES}runtime/a.ts\nexport const mine = 1;", base=BASE)
    with RawClient() as client:
        client.initialize(RENAMES, root)
        rename(client, root, (f"{TREE}runtime/a.ts", f"{SOURCES}runtime/a.ts"))
        assert messages(client) == [
            f"The move replaces {SOURCES}runtime/a.ts, which is another file and exports `mine`"
        ]


def test_a_folder_where_a_folder_is(tmp_path: Path) -> None:
    root = write(tmp_path, TEXT, base=BASE)
    with RawClient() as client:
        client.initialize(RENAMES, root)
        assert rename(client, root, (f"{TREE}runtime", f"{SOURCES}runtime")) is not None
        [message] = messages(client)
        assert message == (
            f"The folder {SOURCES}runtime exists, and the editor may replace it as a whole. "
            f"Move the files of {TREE}runtime instead."
        )
