"""One folder by two ways: the client names it by a link, and a file by where the link leads, or the other way round."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.places import uri, write
from tests.server.processes import ThreadedServer
from tests.server.raw import PUSH, RawClient

CODE = "import { client } from '@shared/workflow/runtime/client';\n"
FILE = "packages/a/src/new.ts"


@pytest.mark.parametrize("name", ["plain", "a$1b", "50%41", "a#b?c", "[a]{b}", "a b", "cafe\u0301", "caf\xe9"])
@pytest.mark.parametrize("way", ["as it is", "a folder by a link", "a file by a link"])
def test_a_file_of_the_folder(tmp_path: Path, name: str, way: str) -> None:
    """A client names a folder by a link, and its files by where the link leads -> they are files of the folder."""
    root = write(tmp_path / name / "repo", f"//- /{FILE}\n{CODE}")
    link = tmp_path / "link"
    link.symlink_to(root, target_is_directory=True)
    folder, file = {"as it is": (root, root), "a folder by a link": (link, root), "a file by a link": (root, link)}[way]
    with RawClient(ThreadedServer()) as client:
        client.initialize(PUSH, folder)
        document = uri(file, FILE)
        client.open(document, CODE)
        assert [item["code"] for item in client.published(document, 1)] == ["deprecated-import"]
        figures = client.request("workspace/executeCommand", {"command": "workflow-ls.debugInformation"})["result"]
        assert [each["root"] for each in figures["roots"]] == [folder.as_uri()]
