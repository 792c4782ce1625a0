"""Names for findings that stay when a finding moves to another line."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from workflow_ls.diagnostics import Diagnostic


def occurrences(findings: Iterable[Diagnostic]) -> list[tuple[Diagnostic, int]]:
    """Each finding with its number, from 0, among those of the same file, rule and subject."""
    seen = Counter[tuple[str, str, str]]()
    numbered = []
    for finding in findings:
        key = (finding.path, finding.rule, finding.subject)
        numbered.append((finding, seen[key]))
        seen[key] += 1
    return numbered


def fingerprint(finding: Diagnostic, occurrence: int) -> str:
    """A name that no other finding of a report has, and that does not depend on its line."""
    return digest(finding.path, finding.rule, finding.subject, str(occurrence))


def digest(*parts: str) -> str:
    """The SHA-256 of the parts, in hexadecimal."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
