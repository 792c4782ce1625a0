"""The list of the rules, in report order.

The module of a rule has its code as name.  It is imported when rules run: the command line names the rules without
loading the parser.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflow_ls.rules.shared.rule import Rule

CODES: tuple[str, ...] = (
    "deprecated-import",
    "deprecated-relative-import",
    "deprecated-reference",
    "legacy-proxy",
    "mock-mismatch",
    "undeclared-dependency",
    "unexported-subpath",
    "missing-name",
    "deprecated-alias",
    "missing-alias",
    "deprecated-export",
    "unused-dependency",
    "core-imports-ee",
    "unused-suppression",
)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in report order."""
    return tuple(import_module(f"{__name__}.{code.replace('-', '_')}").RULE for code in CODES)
