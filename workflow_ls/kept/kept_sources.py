"""Parsed sources that know what earlier runs found out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from workflow_ls.kept.facts_file import open_facts
from workflow_ls.project.kept_facts import KeptFacts
from workflow_ls.project.parsed_sources import KEPT_BYTES, ParsedSources


@contextmanager
def kept_sources(root: str, kept_bytes: int = KEPT_BYTES, *, is_cached: bool = True) -> Iterator[ParsedSources]:
    """The sources of the workspace at `root`, with the facts that were kept; at the end, new ones are kept as well.

    `kept_bytes` bounds the texts of cached syntax trees; without `is_cached` no earlier run counts.
    """
    facts = open_facts(root) if is_cached else None
    yield ParsedSources(kept_bytes, None if facts is None else KeptFacts(facts))
    if facts is not None:
        facts.save()
