"""The client's capabilities as named booleans."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types
from pygls.capabilities import get_capability


@dataclass(frozen=True, slots=True)
class Client:
    """The capabilities that the server's messages depend on."""

    pulls: bool = False  # textDocument/diagnostic
    refreshes: bool = False  # workspace/diagnostic/refresh
    tags: bool = False
    code_descriptions: bool = False
    diagnostic_data: bool = False
    related: bool = False
    versions: bool = False  # publishDiagnostics.versionSupport
    document_changes: bool = False
    annotations: bool = False
    literal_actions: bool = False
    disabled_actions: bool = False
    preferred_actions: bool = False
    resolves_edits: bool = False  # codeAction/resolve, for the edit of an action
    progress: bool = False
    configuration: bool = False
    watches: bool = False
    registers_settings: bool = False  # didChangeConfiguration must be registered
    markdown_hover: bool = False
    lens_refresh: bool = False
    applies_edits: bool = False
    location_links: bool = False
    link_tooltips: bool = False
    shows_documents: bool = False
    edit_metadata: bool = False
    creates_files: bool = False
    label_details: bool = False  # of completions


def read_capabilities(capabilities: types.ClientCapabilities) -> Client:
    """The capabilities in what a client sent with `initialize`."""

    def can(name: str) -> bool:
        return bool(get_capability(capabilities, name, default=False))

    def has(name: str) -> bool:
        return get_capability(capabilities, name, default=None) is not None

    diagnostics = "text_document.publish_diagnostics"
    tags = get_capability(capabilities, f"{diagnostics}.tag_support.value_set", default=()) or ()
    formats = get_capability(capabilities, "text_document.hover.content_format", default=()) or ()
    operations = get_capability(capabilities, "workspace.workspace_edit.resource_operations", default=()) or ()
    resolved = get_capability(capabilities, "text_document.code_action.resolve_support.properties", default=()) or ()
    return Client(
        pulls=has("text_document.diagnostic"),
        refreshes=can("workspace.diagnostics.refresh_support"),
        tags=types.DiagnosticTag.Deprecated in tags,
        code_descriptions=can(f"{diagnostics}.code_description_support"),
        diagnostic_data=can(f"{diagnostics}.data_support"),
        related=can(f"{diagnostics}.related_information"),
        versions=can(f"{diagnostics}.version_support"),
        document_changes=can("workspace.workspace_edit.document_changes"),
        annotations=has("workspace.workspace_edit.change_annotation_support"),
        literal_actions=has("text_document.code_action.code_action_literal_support"),
        disabled_actions=can("text_document.code_action.disabled_support"),
        resolves_edits=can("text_document.code_action.data_support") and "edit" in resolved,
        preferred_actions=can("text_document.code_action.is_preferred_support"),
        progress=can("window.work_done_progress"),
        configuration=can("workspace.configuration"),
        watches=can("workspace.did_change_watched_files.dynamic_registration"),
        registers_settings=can("workspace.did_change_configuration.dynamic_registration"),
        markdown_hover=types.MarkupKind.Markdown in formats,
        lens_refresh=can("workspace.code_lens.refresh_support"),
        applies_edits=can("workspace.apply_edit"),
        location_links=can("text_document.definition.link_support"),
        link_tooltips=can("text_document.document_link.tooltip_support"),
        creates_files=types.ResourceOperationKind.Create in operations,
        label_details=can("text_document.completion.completion_item.label_details_support"),
        edit_metadata=can("workspace.workspace_edit.metadata_support"),
        shows_documents=can("window.show_document.support"),
    )
