"""The state of a running server, for bug reports."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from workflow_ls import __version__
from workflow_ls.config.settings import CONFIG_FILE
from workflow_ls.config.table_json import table_to_json
from workflow_ls.server.protocol.convert import to_uri
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.snapshot import SessionSnapshot
from workflow_ls.server.session.workspace_folder import WorkspaceFolder

_PACKAGES = ("pygls", "lsprotocol", "tree-sitter", "tree-sitter-typescript")


async def debug_information(ls: WorkflowServer) -> dict[str, Any]:
    """Versions, client, settings, workspace folders and figures, as plain JSON."""
    session = ls.session
    documents = [
        {"uri": document.uri, "version": document.version, "bytes": len(document.text)}
        for document in session.documents.values()
    ]
    summary = session.timings

    def job(snapshot: SessionSnapshot) -> tuple[list[dict[str, Any]], dict[str, dict[str, float]]]:
        return [_describe(folder) for folder in snapshot.folders()], summary()

    roots, timings = await session.run(job)
    client = session.client_info
    return {
        "versions": {
            "workflow-ls": __version__,
            "python": platform.python_version(),
            **{name: _version(name) for name in _PACKAGES},
        },
        "platform": platform.platform(),
        "executable": sys.executable,
        "client": {
            "name": None if client is None else client.name,
            "version": None if client is None else client.version,
            "capabilities": {
                name: getattr(session.client, name) for name in sorted(type(session.client).__dataclass_fields__)
            },
        },
        "encoding": session.encoding,
        "options": {
            "workspaceDiagnostics": session.options.workspace_diagnostics,
            "codeLens": session.options.code_lens,
            "rules": _severities(session.options.severities or {}),
        },
        "folders": [to_uri(folder) for folder in session.client_folders],
        "documents": documents,
        "roots": roots,
        "timings": timings,
        "memory": _memory(),
    }


def _describe(folder: WorkspaceFolder) -> dict[str, Any]:
    workspace, settings = folder.workspace, folder.workspace.settings
    read = workspace.read_so_far()
    return {
        "root": to_uri(folder.directory),
        "config": CONFIG_FILE if folder.files.kind(CONFIG_FILE) == "file" else None,
        "problems": [f"{notice.path}:{notice.line}: {notice.message}" for notice in folder.notices()],
        "settings": {
            "rules": _severities(settings.severities),
            "ignore": list(settings.ignore),
            "callees": sorted(settings.callees),
            "maxFileSize": settings.max_file_size,
        },
        "manifests": list(read.manifests),
        "tsconfigs": list(read.tsconfigs),
        "counts": {
            "candidates": len(workspace.sources.candidates()),
            "facts": read.facts,
            "modules": read.modules,
            "generation": folder.diagnostics_epoch,
        },
        "table": table_to_json(workspace.table),
    }


def _severities(severities: Any) -> dict[str, str]:
    return {rule: "off" if severity is None else severity.label for rule, severity in severities.items()}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _memory() -> dict[str, int]:
    """The resident memory in bytes, current and peak, where the system reports it."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return {}
    fields = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines() if ":" in line)
    names = {"resident": "VmRSS", "peak": "VmHWM"}
    return {name: int(fields[key].split()[0]) * 1024 for name, key in names.items() if key in fields}
