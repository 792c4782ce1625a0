"""Writes FAULTS.md: what goes wrong, or is hostile, what the tool does then, and the test that shows it.

    python -m tests.faults.report

A test of this directory says both in its docstring, `what goes wrong -> what happens`; ELSEWHERE lists tests of other
directories.  `test_report.py` fails where the file is not what this would write.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
TESTS = HERE.parent
TARGET = HERE / "FAULTS.md"
INTRODUCTION = """# Faults and hostile input

What goes wrong around the tool, or is hostile, what it does then, and the test that shows it. Nothing is lost, nothing
hangs, nothing outside the root is read or written, nothing of a workspace is run, and nothing is printed that a
terminal or a CI log would obey. Written by `python -m tests.faults.report`; `WORKFLOW_LS_NIGHTLY=1` makes fuzzing
thirty times as long, and gives `test_many_hands.py` ten minutes.
"""

MODULES = (
    *(
        "test_files.py",
        "test_overlooked.py",
        "test_encodings.py",
        "test_pointers.py",
        "test_last_words.py",
        "test_streams.py",
        "test_failing_rules.py",
        "test_writers.py",
        "test_kept.py",
        "test_many_hands.py",
        "test_rough.py",
        "test_submodules.py",
        "test_hidden_changes.py",
        "test_letter_case.py",
        "test_interrupted.py",
    ),
    *("test_server.py", "test_clients.py", "test_workspaces.py"),
    *("security/test_files.py", "security/test_state.py", "security/test_expressions.py"),
    *("test_outside.py", "test_fuzz.py", "test_fuzz_clients.py"),
    *("test_size.py", "test_growth.py", "test_skew.py", "test_keys.py", "test_pastes.py", "test_first_answers.py"),
    *("test_mock_growth.py", "test_answer_growth.py", "test_cutover_growth.py", "test_history_growth.py"),
)

# Each with the function or method of a test, as `path::name`.
ELSEWHERE: dict[str, tuple[tuple[str, str, str], ...]] = {
    "test_kept.py": (
        (
            "The second process of a check ends, hangs, does not start, or answers nonsense",
            "the check finds all itself, says the same, and leaves no process behind",
            "cli/beside/test_facts_beside.py::test_a_process_that_fails",
        ),
        (
            "The current directory has modules with the names of those that the second process imports",
            "none of them runs",
            "cli/beside/test_facts_beside.py::test_it_runs_nothing_of_the_current_directory",
        ),
        (
            "Two processes write what they keep at once, and are killed",
            "what is there is whole, and the next run adds to it",
            "kept/test_facts_file.py::test_processes_that_write_at_once_and_are_killed_leave_it_whole",
        ),
        (
            "Anything changes between two checks: files with their times restored, links, repositories, packages",
            "the second says what a check says that keeps nothing",
            "kept/test_random_changes.py::test_nothing_stale_is_printed",
        ),
        (
            "A pattern, a link, a file or the clock changes while a check runs",
            "its report is not taken for one of what is there now",
            "cli/test_signed_reports.py::test_what_changes_meanwhile_is_not_what_was_checked",
        ),
    ),
    "test_files.py": (
        (
            "A write is killed at any system call, a write in its middle",
            "each file is old or new, one temporary file is left at most, and the next run removes it",
            "cli/test_write.py::test_a_run_killed_anywhere_leaves_each_file_old_or_new",
        ),
        (
            "A system call of a write fails",
            "the file stays, and one line says why",
            "cli/test_write.py::test_a_call_that_fails",
        ),
        (
            "A file changes between the last look at it and the swap",
            "what can be seen is left alone; the rest of that moment goes unseen",
            "cli/test_write.py::test_at_the_last_moment",
        ),
        (
            "A cutover is killed at any system call",
            "it is finished or rolled back by the next one",
            "cli/test_journal_faults.py::test_a_run_killed_anywhere_is_finished_or_rolled_back",
        ),
        (
            "What finishes a killed cutover is killed, too",
            "the next one finishes it",
            "cli/test_journal_faults.py::test_a_recovery_killed_anywhere_is_recovered",
        ),
        (
            "The disk is full during a cutover, at any system call",
            "nothing is changed, or the next one finishes it",
            "cli/test_journal_faults.py::test_failed_call_leaves_files_unchanged_or_recoverable",
        ),
        (
            "A file is edited between a killed cutover and its end",
            "it is not written over; exit 2 names it",
            "cli/test_journal_faults.py::test_what_was_edited_meanwhile_is_not_written_over",
        ),
        (
            "A file is edited, created or replaced while a cutover replaces files",
            "it stays; exit 2 names it, and how to end the cutover",
            "cli/test_journal_faults.py::test_what_is_edited_while_files_are_replaced",
        ),
        (
            "A container mounts a file over one that a cutover moves or writes",
            "exit 2 names it, and nothing is changed",
            "cli/test_preflight.py::test_a_file_that_another_one_is_mounted_over",
        ),
        (
            "A file that a cutover moves or writes is immutable (`chattr +i`), even for the superuser",
            "exit 2 names it, and nothing is changed",
            "cli/test_preflight.py::test_an_immutable_file",
        ),
        (
            "The cache's disk is full",
            "the check goes on without it",
            "cli/test_cache.py::test_a_full_disk_does_no_harm",
        ),
    ),
    "test_server.py": (
        (
            "What is sent is no JSON, or no message",
            "it is refused, and the next message is served",
            "server/robustness/test_messages.py::test_no_json",
        ),
        (
            "A header is missing or wrong",
            "it costs its own message only",
            "server/robustness/test_messages.py::test_wrong_headers_cost_their_own_message_only",
        ),
        (
            "Requests are cancelled by the hundred",
            "each is answered exactly once",
            "server/robustness/test_lifetime.py::test_a_cancel_storm",
        ),
        (
            "The client is killed, and its pipe stays open",
            "the server ends",
            "server/robustness/test_lifetime.py::test_a_client_that_dies",
        ),
        (
            "The client refuses a request of the server, or answers something else",
            "the server does without",
            "server/robustness/test_messages.py::test_a_client_that_refuses_and_misanswers",
        ),
        (
            "A document is larger than the limit",
            "it counts like any such file",
            "server/robustness/test_documents.py::test_a_huge_message",
        ),
        (
            "Positions outside the text",
            "they mean its end",
            "server/robustness/test_documents.py::test_a_position_outside_the_text",
        ),
        (
            "Something prints to standard output",
            "it goes to the log, not between the messages",
            "server/robustness/test_messages.py::test_nothing_but_the_protocol_goes_to_standard_output",
        ),
        (
            "A closed file changes without an event, to as many bytes and with its old time",
            "the edit is for the new text",
            "server/test_present_texts.py::test_a_fix_is_for_the_text_on_disk",
        ),
        (
            "A closed file changes between the offer of a code action and its choice",
            "the edit is made for its text at the choice, where the client resolves actions",
            "server/test_present_texts.py::test_a_closed_file_is_edited_as_it_is_when_chosen",
        ),
        (
            "`git stash` writes closed files while a code action is offered",
            "the edit is made for their texts at the choice",
            "server/test_present_texts.py::test_a_stash_while_an_action_is_offered",
        ),
        (
            "A file is renamed in its letter case only",
            "the references follow",
            "server/test_present_texts.py::test_a_rename_of_letter_case_only",
        ),
        (
            "A code action is of no use any more when it is chosen",
            "nothing is edited, and a message says why",
            "server/test_present_texts.py::test_a_choice_that_is_of_no_use_by_now",
        ),
        (
            "A client resolves actions of other servers, or with data of its own",
            "they come back as they are",
            "server/test_present_texts.py::test_an_action_with_data_of_others",
        ),
        (
            "A manifest or a lock file comes or goes without an event",
            "the fix edits the manifest that counts, in its manager's way",
            "server/test_present_texts.py::test_the_manifest_is_the_one_that_counts_now",
        ),
        (
            "What a fix was proved with changes without an event",
            "it is proved anew before it is offered",
            "server/test_present_texts.py::test_the_proof_is_for_the_texts_on_disk",
        ),
        (
            "A file goes while the workspace is fixed",
            "the rest is fixed, and the file is named",
            "server/test_present_texts.py::test_a_file_that_goes_is_left_out_and_named",
        ),
        (
            "A file is written each time that it is read",
            "it is not edited, and is named",
            "server/test_present_texts.py::test_a_file_that_is_written_again_and_again",
        ),
        (
            "A checkout writes a file that is open with unsaved text",
            "the buffer's text is edited, by its version",
            "server/test_present_texts.py::test_the_buffer_counts_not_what_a_checkout_wrote",
        ),
        (
            "A file is open with unsaved text by way of a link",
            "it is not edited by the disk's text, and is named",
            "server/test_present_texts.py::test_a_buffer_counts_by_whatever_path_it_is_open",
        ),
        (
            "A file is open with unsaved text in a folder inside another",
            "the outer one does not edit it by the disk's text, and names it",
            "server/test_present_texts.py::test_a_buffer_of_an_inner_folder_counts_for_the_outer_one",
        ),
        (
            "The editor applies an edit in part, and fails",
            "what it wrote is read anew; the message names it",
            "server/test_present_texts.py::test_an_edit_that_fails_half_way",
        ),
        (
            "A command of a hover runs after its text moved",
            "it fixes the import that it named, or nothing",
            "server/test_present_texts.py::test_a_link_in_a_hover_fixes_what_it_named",
        ),
        (
            "The client watches no files",
            "the server looks at them before a document is shown, after it was saved, and once keys pause",
            "server/test_unwatched_files.py::test_the_disk_is_looked_at",
        ),
        (
            "The client refuses to watch files",
            "it counts as one that watches none",
            "server/test_unwatched_files.py::test_a_client_that_refuses_to_watch",
        ),
    ),
    "security/test_files.py": (
        (
            "An alias is a regular expression that takes exponential time, or that Python can't read",
            "it matches nothing, and is not tried",
            "project/builds/test_hostile_aliases.py::test_an_expression_that_may_never_end_matches_nothing",
        ),
        (
            "Aliases of webpack lead to each other, or to themselves in many ways",
            "the search ends after 50 look-ups, and finds nothing",
            "project/builds/test_hostile_aliases.py::test_aliases_that_lead_to_each_other_end",
        ),
        (
            "pnpm-workspace.yaml is no YAML, or has anchors, tags and blocks",
            "it lists nothing, or what a library for YAML reads",
            "project/test_pnpm_workspace.py::test_the_patterns_of_a_workspace",
        ),
        (
            "A client names a folder by a link, and its files by where the link leads",
            "they are files of the folder, whatever is in its name",
            "server/test_links.py::test_a_file_of_the_folder",
        ),
        (
            "What a hover quotes holds backquotes, HTML, links, images or addresses",
            "a reader of CommonMark sees text and code",
            "reporters/test_markdown.py::test_prose_is_text_and_code",
        ),
        (
            "A web page, or a scan, reaches the port of `serve --tcp` first",
            "its connection ends at once; the client is served after it",
            "server/test_tcp.py::test_what_is_no_client",
        ),
        (
            "A second client connects to `serve --tcp`",
            "it is turned away, and the first one is served on",
            "server/test_tcp.py::test_a_second_client_is_turned_away",
        ),
        (
            "A header of another protocol comes over TCP",
            "the connection ends, and so does the server",
            "server/test_tcp.py::test_a_header_of_another_protocol",
        ),
        (
            "Every text of a report is an attack on a terminal or a CI system",
            "every format writes it out",
            "reporters/test_hostile.py::test_no_output_acts_on_a_terminal_or_a_ci_system",
        ),
        (
            "A file becomes a link between look and read",
            "it is not read",
            "vfs/test_disk.py::test_a_file_that_became_a_link_is_not_read",
        ),
        (
            "The path to write to leads out of the root",
            "it is left alone, and named",
            "cli/test_write.py::test_out_of_the_root",
        ),
    ),
    "security/test_state.py": (
        (
            "A file of a commit is named like an option",
            "the hooks of pre-commit take it for a file",
            "cli/test_hooks.py::test_a_file_named_like_an_option_is_a_file",
        ),
        (
            "The cache's directory is open to others, or a link",
            "it is not used",
            "cli/test_cache.py::test_a_directory_that_others_can_write_to_is_not_used",
        ),
        (
            "A git filter has a name that can't be switched off",
            "exit 2: git is not asked",
            "cli/test_git.py::test_a_filter_that_cannot_be_switched_off",
        ),
    ),
    "test_fuzz.py": (
        (
            "Any bytes at all as a source",
            "read, with places that lie in it",
            "syntax/test_references.py::test_any_bytes_are_read",
        ),
        (
            "Any bytes at all as JSON",
            "read, with places that lie in it",
            "jsonc/test_parser.py::test_nothing_raises_and_every_span_lies_inside_its_parent",
        ),
    ),
}


def text() -> str:
    """The whole file."""
    parts = [INTRODUCTION]
    for name in MODULES:
        title, rows = described(HERE / name)
        known = [(fault, answer, f"../{test}") for fault, answer, test in ELSEWHERE.get(name, ())]
        parts.append(f"\n## {title}\n\n| what goes wrong | what happens | test |\n|---|---|---|\n")
        parts += [f"| {_cell(fault)} | {_cell(answer)} | `{test}` |\n" for fault, answer, test in (*rows, *known)]
    return "".join(parts)


def described(module: Path) -> tuple[str, list[tuple[str, str, str]]]:
    """The title of a module of tests, and its tests: what goes wrong, what happens, and where it is."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    rows = []
    for function in tests_in(tree):
        docstring = " ".join((ast.get_docstring(function) or "").split())
        fault, arrow, answer = docstring.partition(" -> ")
        if not arrow:
            raise ValueError(f"{module.name}: {function.name} does not say `what goes wrong -> what happens`")
        rows.append((fault, answer.rstrip("."), f"{module.relative_to(HERE).as_posix()}::{function.name}"))
    return ast.get_docstring(tree) or module.name, rows


def tests_in(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """The tests of a module, and of the classes in it, in their order."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from tests_in(node)
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8", newline="\n")
