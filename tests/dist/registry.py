"""A registry of npm packages on this machine, which has the packages of dist/npm and what npm asks about them."""

from __future__ import annotations

import base64
import hashlib
import json
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

Manifest = dict[str, Any]


def manifest_of(tarball: Path) -> Manifest:
    """The package.json in a packed package."""
    with tarfile.open(tarball) as archive:
        file = archive.extractfile("package/package.json")
        assert file is not None
        manifest: Manifest = json.loads(file.read())
        return manifest


class Registry:
    """Packages by name; `asked` has the paths that were asked for."""

    def __init__(self, tarballs: list[Path], others: list[Manifest]) -> None:
        """Serve packed packages, and manifests of packages that nobody here can install."""
        self.tarballs = {tarball.name: tarball for tarball in tarballs}
        self.manifests = {manifest["name"]: (manifest, "") for manifest in others}
        self.manifests |= {(found := manifest_of(tarball))["name"]: (found, tarball.name) for tarball in tarballs}
        self.asked: list[str] = []
        self.url = ""

    def answer(self, path: str) -> bytes | None:
        """The body for a path; None if there is nothing."""
        self.asked.append(path)
        name = unquote(path).lstrip("/")
        if name.startswith("files/"):
            tarball = self.tarballs.get(name.removeprefix("files/"))
            return None if tarball is None else tarball.read_bytes()
        if name not in self.manifests:
            return None
        manifest, file = self.manifests[name]
        version = manifest["version"]
        dist = {"tarball": f"{self.url}files/{file or 'none'}", **(_sums(self.tarballs[file]) if file else {})}
        document = {"name": name, "dist-tags": {"latest": version}, "versions": {version: {**manifest, "dist": dist}}}
        return json.dumps(document).encode()


def _sums(tarball: Path) -> Mapping[str, str]:
    data = tarball.read_bytes()
    integrity = f"sha512-{base64.b64encode(hashlib.sha512(data).digest()).decode()}"
    return {"integrity": integrity, "shasum": hashlib.sha1(data).hexdigest()}


@contextmanager
def serving(registry: Registry) -> Iterator[Registry]:
    """Serve a registry on a free port of this machine, as long as the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = registry.answer(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    registry.url = f"http://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
