"""What an editor does, in as few words as a test needs: it opens files, types, and looks at what the server tells.

Positions are counted here on their own, from the text as the editor has it; nothing of the server's is used.
"""

from __future__ import annotations

import asyncio
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

from lsprotocol import types
from pygls.io_ import run_async
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, forward_stderr, register_lsp_features

from tests.server.processes import ThreadedServer

PATIENCE = 20.0
Sent = types.DidOpenTextDocumentParams | types.DidChangeTextDocumentParams | types.DidCloseTextDocumentParams
LANGUAGES = {".tsx": "typescriptreact", ".jsx": "javascriptreact", ".js": "javascript", ".json": "json"}
_converter = cache(default_converter)  # shared by all clients: it compiles code for each type that it first meets
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


class Client(LanguageClient):
    """pytest-lsp's client, with the requests that it does not answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answer = types.InitializeResult(types.ServerCapabilities())
        self.registrations: list[types.Registration] = []
        self.applied: list[types.ApplyWorkspaceEditParams] = []
        self.lens_refreshes = 0
        self.parts: dict[int | str, list[Any]] = {}

    async def start_in_process(self) -> None:
        """Start a server in this process and communicate with it over pipes, as `start_io` does with a spawned one."""
        self._server = server = _AsyncServer()  # type: ignore[assignment]  # has what is used of a process
        reader, self._writer = await server.connect()
        self.protocol.set_writer(self._writer)
        serve = run_async(self._stop_event, reader, self.protocol, error_handler=self.report_server_error)
        self._async_tasks += [asyncio.create_task(serve), asyncio.create_task(self._server_exit())]  # type: ignore[no-untyped-call]  # of pygls
        self._stderr_forwarder = asyncio.create_task(forward_stderr(server))  # type: ignore[arg-type]  # as above

    @property
    def exit_code(self) -> int | None:
        """What the server ended with; None while it runs."""
        return None if self._server is None else self._server.returncode


class _AsyncServer:
    """A server in this process, behind the part of `asyncio.subprocess.Process` that pygls and pytest-lsp use."""

    pid = None

    def __init__(self) -> None:
        self._server = ThreadedServer()
        self._transports: list[asyncio.BaseTransport] = []
        self.stderr: asyncio.StreamReader | None = None

    @property
    def returncode(self) -> int | None:
        return self._server.returncode

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The streams from and to the server."""
        loop = asyncio.get_running_loop()
        transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, self._server.stdin)
        self._transports.append(transport)
        self.stderr = await self._reader(self._server.stderr)
        return await self._reader(self._server.stdout), asyncio.StreamWriter(transport, protocol, None, loop)

    async def _reader(self, pipe: IO[bytes] | None) -> asyncio.StreamReader:
        reader = asyncio.StreamReader(limit=1 << 24)
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, pipe)
        self._transports.append(transport)
        return reader

    async def wait(self) -> int:
        code = await asyncio.to_thread(self._server.wait)
        for transport in self._transports:
            transport.close()
        return code

    def terminate(self) -> None:
        self._transports[0].close()


def _register(ls: Client, params: types.RegistrationParams) -> None:
    ls.registrations.extend(params.registrations)


def _apply(ls: Client, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
    ls.applied.append(params)
    return types.ApplyWorkspaceEditResult(applied=True)


def _refresh_lenses(ls: Client, _: None) -> None:
    ls.lens_refreshes += 1


def _progress(ls: Client, params: types.ProgressParams) -> None:
    """Keep partial results; pytest-lsp knows the progress of work only."""
    if params.token in ls.parts:
        ls.parts[params.token].append(params.value)
    else:
        DEFAULT_CLIENT_FEATURES[types.PROGRESS](ls, params)


def make_client() -> Client:
    """A client that nothing is connected to yet."""
    client = Client(converter_factory=_converter)
    register_lsp_features(client, {**DEFAULT_CLIENT_FEATURES, types.PROGRESS: _progress})
    client.feature(types.CLIENT_REGISTER_CAPABILITY)(_register)
    client.feature(types.WORKSPACE_APPLY_EDIT)(_apply)
    client.feature(types.WORKSPACE_CODE_LENS_REFRESH)(_refresh_lenses)
    return client


class Editor:
    """An editor with the workspace `root` open.  `texts` are its buffers, by path below the root."""

    def __init__(self, client: Client, root: Path) -> None:
        self.client = client
        self.root = root
        self.server = client.answer.capabilities
        self.units = str(getattr(self.server.position_encoding, "value", self.server.position_encoding))
        capabilities = client.capabilities
        self.pulls = bool(capabilities and capabilities.text_document and capabilities.text_document.diagnostic)
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.sent: list[Sent] = []

    def uri(self, path: str) -> str:
        """The URI of a path below the root."""
        return (self.root / path).as_uri()

    def path(self, uri: str) -> str:
        """The path below the root that a URI means."""
        return uri.removeprefix(f"{self.root.as_uri()}/")

    def identifier(self, path: str) -> types.TextDocumentIdentifier:
        """A document, as requests name it."""
        return types.TextDocumentIdentifier(self.uri(path))

    def text(self, path: str) -> str:
        """The text of a file: of its buffer, or as it is on disk.  A byte order mark is not shown."""
        return self.texts[path] if path in self.texts else self.text_on_disk(path)

    def text_on_disk(self, path: str) -> str:
        """The text of a file as it is on disk."""
        return (self.root / path).read_bytes().decode("utf-8-sig")

    def open(self, path: str, text: str | None = None) -> None:
        """Open a file."""
        self.texts[path] = self.text(path) if text is None else text
        self.versions[path] = 1
        language = LANGUAGES.get(Path(path).suffix, "typescript")
        item = types.TextDocumentItem(self.uri(path), language, 1, self.texts[path])
        self.sent.append(types.DidOpenTextDocumentParams(item))
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def close(self, path: str) -> None:
        """Close a file without saving it."""
        del self.texts[path]
        self.sent.append(types.DidCloseTextDocumentParams(self.identifier(path)))
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(self.identifier(path)))

    def save(self, path: str) -> None:
        """Write a buffer to disk, and tell it if the server wants to know."""
        file = self.root / path
        mark = BOM_UTF8 if file.exists() and file.read_bytes().startswith(BOM_UTF8) else b""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(mark + self.texts[path].encode())
        self.tell([path], types.FileChangeType.Changed)

    def tell(self, paths: Iterable[str], kind: types.FileChangeType) -> None:
        """Tell of changes on disk, if the server asked for them."""
        if any(item.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES for item in self.client.registrations):
            events = [types.FileEvent(self.uri(path), kind) for path in paths]
            self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))

    def type(self, path: str, *replacements: tuple[str, str]) -> None:
        """Replace the first occurrence of each old text by its new one, in one message."""
        steps = iter(replacements)

        def next_one(text: str) -> tuple[int, int, str]:
            old, new = next(steps)
            start = text.index(old)
            return start, start + len(old), new

        self.replace(path, next_one, len(replacements))

    def replace(self, path: str, choose: Callable[[str], tuple[int, int, str]], count: int = 1) -> None:
        """Make `count` changes in one message; `choose` tells, of the text so far, what to replace, and by what."""
        changes: list[types.TextDocumentContentChangeEvent] = []
        for _ in range(count):
            text = self.texts[path]
            start, end, new = choose(text)
            self.texts[path] = text[:start] + new + text[end:]
            range_ = types.Range(self.position(text, start), self.position(text, end))
            changes.append(types.TextDocumentContentChangePartial(range=range_, text=new))
        self._change(path, changes)

    def replace_all(self, path: str, text: str) -> None:
        """Replace the whole text, as an editor does after a change on disk."""
        self.texts[path] = text
        self._change(path, [types.TextDocumentContentChangeWholeDocument(text)])

    def _change(self, path: str, changes: list[types.TextDocumentContentChangeEvent]) -> None:
        self.versions[path] += 1
        document = types.VersionedTextDocumentIdentifier(self.versions[path], self.uri(path))
        self.sent.append(types.DidChangeTextDocumentParams(document, changes))
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, changes))

    def position(self, text: str, offset: int) -> types.Position:
        """The position of an offset (in characters) of a text."""
        before = text[:offset]
        start = max(before.rfind("\n"), before.rfind("\r")) + 1
        line = len(re.findall(r"\r\n|\r|\n", before))
        return types.Position(line, self._width(before[start:]))

    def at(self, path: str, found: str) -> types.Position:
        """The position in the middle of the first occurrence of `found`."""
        text = self.text(path)
        return self.position(text, text.index(found) + len(found) // 2)

    def slice(self, path: str, range_: types.Range) -> str:
        """The text of a range; "?" where it does not fit the text, as a range of an older version may not."""
        text = self.text(path)
        start, end = self._offset(text, range_.start), self._offset(text, range_.end)
        return "?" if start is None or end is None else text[start:end]

    def _width(self, text: str) -> int:
        return {"utf-8": len(text.encode()), "utf-16": len(text.encode("utf-16-le")) // 2}.get(self.units, len(text))

    def _offset(self, text: str, position: types.Position) -> int | None:
        lines = [match.span() for match in _LINE.finditer(text)]
        start, end = lines[position.line] if position.line < len(lines) else (0, -1)
        columns = (offset for offset in range(start, end + 1) if self._width(text[start:offset]) == position.character)
        return next(columns, None)

    def rows(self, path: str, found: Sequence[types.Diagnostic]) -> list[str]:
        """Findings as `line code text`, where the line counts from 1 and the text is what they underline."""
        return [f"{item.range.start.line + 1} {item.code} {self.slice(path, item.range)}" for item in found]

    async def diagnostics(self, path: str) -> Sequence[types.Diagnostic]:
        """The findings of a file that the editor would show now."""
        if not self.pulls:
            return self.client.diagnostics.get(self.uri(path), ())
        params = types.DocumentDiagnosticParams(self.identifier(path))
        report = await self.client.text_document_diagnostic_async(params)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        return report.items

    async def wait(self, path: str, wanted: Callable[[Sequence[types.Diagnostic]], bool]) -> Sequence[types.Diagnostic]:
        """Wait until the findings of a file are as wanted, and return those that there are in the end.

        A client that pulls has them with its first answer.
        """

        async def come() -> None:
            while not self.pulls and not wanted(await self.diagnostics(path)):
                await self.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)

        await within(come())
        return await self.diagnostics(path)

    async def expect(self, path: str, rows: Sequence[str]) -> Sequence[types.Diagnostic]:
        """Wait until the findings of a file are these (see `rows`)."""
        found = await self.wait(path, lambda found: self.rows(path, found) == list(rows))
        assert self.rows(path, found) == list(rows)
        return found

    async def published(self, wanted: Callable[[Mapping[str, Sequence[types.Diagnostic]]], bool]) -> None:
        """Wait until what was published is as wanted."""

        async def come() -> None:
            while not wanted(self.client.diagnostics):
                await self.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)

        await within(come())

    async def workspace_report(
        self, known: Mapping[str, str] | None = None, token: str | None = None
    ) -> dict[str, types.WorkspaceDocumentDiagnosticReport]:
        """The answer of workspace/diagnostic, by path; `known` are result ids by path."""
        previous = [types.PreviousResultId(self.uri(path), value) for path, value in (known or {}).items()]
        params = types.WorkspaceDiagnosticParams(previous, partial_result_token=token)
        report = await self.client.workspace_diagnostic_async(params)
        return {self.path(item.uri): item for item in report.items}

    def apply(self, edit: types.WorkspaceEdit) -> dict[str, str]:
        """The texts of the files that an edit changes, after it.  Versions must be those of the buffers."""
        return {path: self._edited(path, edits) for path, edits in self._edits_of(edit)}

    def _edits_of(self, edit: types.WorkspaceEdit) -> Iterator[tuple[str, Sequence[Any]]]:
        for uri, edits in (edit.changes or {}).items():
            yield self.path(uri), edits
        for change in edit.document_changes or ():
            assert isinstance(change, types.TextDocumentEdit)
            path = self.path(change.text_document.uri)
            assert change.text_document.version == (self.versions[path] if path in self.texts else None)
            yield path, change.edits

    def _edited(self, path: str, edits: Sequence[types.TextEdit]) -> str:
        text = self.text(path)
        spans = [(self._offset(text, edit.range.start), self._offset(text, edit.range.end)) for edit in edits]
        made = text
        for (start, end), edit in sorted(zip(spans, edits), key=lambda pair: pair[0], reverse=True):
            assert start is not None, "an edit outside the text"
            assert end is not None, "an edit outside the text"
            made = made[:start] + edit.new_text + made[end:]
        return made


async def within(work: Any) -> None:
    """Wait for work until patience ends; what is missing then shows in the assertion that follows."""
    try:
        await asyncio.wait_for(work, PATIENCE)
    except asyncio.TimeoutError:
        return
