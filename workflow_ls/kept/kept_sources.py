"""Parsed sources that know what earlier runs found out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from workflow_ls.kept.facts_file import open_facts
from workflow_ls.project.kept_facts import KeptFacts
from workflow_ls.project.parsed_sources import KEPT_BYTES_OF_A_RUN, ParsedSources


@contextmanager
def kept_sources(root: str, *, is_cached: bool = True) -> Iterator[ParsedSources]:
    """The sources of a run in the workspace at `root`, with the facts that were kept; at the end, it keeps new ones.

    Without `is_cached` no earlier run counts.
    """
    parsed, keep = open_sources(root, is_cached=is_cached)
    yield parsed
    keep()


def open_sources(root: str, *, is_cached: bool = True) -> tuple[ParsedSources, Callable[[], None]]:
    """The same sources, and what keeps the new facts."""
    facts = open_facts(root) if is_cached else None
    if facts is None:
        return ParsedSources(KEPT_BYTES_OF_A_RUN), _nothing
    return ParsedSources(KEPT_BYTES_OF_A_RUN, KeptFacts(facts)), facts.save


def _nothing() -> None:
    """Nothing is to be kept."""
