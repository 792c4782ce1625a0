"""Writes REPORT.md: the comparisons with TypeScript and Node, over many packages and thousands of generated cases.

    python -m tests.conformance.report

Needs Node, npm, and the disk space for the packages that `package.json` lists.  The seeds are fixed, and the packages
have their versions, so the same code writes the same report.  `test_report.py` fails where it is out of date.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.conformance import exports, fields, node, resolution
from tests.conformance.comparison import Comparison
from tests.conformance.graphs import generate as graph
from tests.conformance.references import compare as compare_references
from tests.conformance.trees import generate as tree
from workflow_ls.vfs.files import SOURCE_EXTENSIONS

TARGET = node.PROJECT / "REPORT.md"
# Test runs take the seeds below these.
SEEDS = range(10_000, 12_000)
GRAPHS = range(10_000, 11_500)
BATCH = 250
REASONS = (*exports.REASONS, *resolution.REASONS, *fields.REASONS)
LARGEST = 2_000_000  # bytes: beyond, it is a bundle


def main() -> int:
    """Write the report; returns 1 if anything differs without a known reason."""
    node.install()
    parts = [introduction(), *references(), *modules(), *resolver()]
    TARGET.write_text("".join(parts), encoding="utf-8", newline="\n")
    return int(any("**differs" in part for part in parts))


def introduction() -> str:
    versions = json.loads((node.PROJECT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    return f"""# Conformance

What TypeScript {versions["typescript"]} and Node answer, compared with workflow-ls. Written by `make conformance`, over
the packages of `package.json` at their versions, and generated cases with fixed seeds.

`equal` counts equal answers. `known` counts answers that differ for a reason listed below the table; any other answer
that differs is listed in full. `make test` runs smaller samples of the same comparisons, and those of mocks (Vitest),
of a whole cutover and of moves by hand (the compiler), and of generated monorepos (`test_monorepos.py`).
"""


def references() -> Iterator[str]:
    """Module references: place, form, specifier, names and statement of each, in every source of every package."""
    total, forms, rows = Comparison(), Counter[str](), list[str]()
    for package, root in corpus():
        files = [file for file in sources(root) if file.stat().st_size <= LARGEST]
        alike, differences = compare_references(files)
        forms.update(alike)
        told = [f"{each.path.relative_to(root).as_posix()}: {each.told}: {each.seen}" for each in differences]
        found = Comparison(len(files), sum(alike.values()), differences=[f"{package}/{line}" for line in told])
        total += found
        rows.append(row(package, found))
    yield section("Module references", "The parser of the TypeScript compiler: `references.mjs`.", "files", rows, total)
    yield table("\n| form | equal |\n|---|---:|\n", [f"| {form} | {forms[form]:,} |\n" for form in sorted(forms)])


def modules() -> Iterator[str]:
    """What modules export: names, what each is, and where it is declared."""
    total, rows = Comparison(), list[str]()
    for package, root in corpus():
        found = exports.compare_directory(root, exports.modules_below(root))
        total += named(found, package)
        rows.append(row(package, found))
    generated = Comparison()
    for _, found in exports.compare_texts(graph(random.Random(seed)) for seed in GRAPHS):
        generated += found
    rows.append(row(f"{len(GRAPHS):,} generated graphs of modules", generated))
    total += generated
    reference = "The checker of the compiler, `getExportsOfModule` and an import of each name: `exports.mjs`."
    yield section("Exports of modules", reference, "modules", rows, total, exports.REASONS)


def resolver() -> Iterator[str]:
    """Where specifiers lead, what configurations say, and what `exports` and `imports` fields mean."""
    found = [
        ("Modules in generated workspaces", resolved(SEEDS)),
        ("Configurations, with all that they extend", configured(SEEDS)),
        ("`exports` fields", fields.compare_fields([fields.exports_case(random.Random(seed)) for seed in SEEDS])[0]),
        ("`imports` fields", fields.compare_fields([fields.imports_case(random.Random(seed)) for seed in SEEDS])[0]),
    ]
    total, rows = Comparison(), list[str]()
    for name, comparison in found:
        total += comparison
        rows.append(row(name, comparison))
    reference = (
        "`resolveModuleName` and the configurations of the compiler: `resolve.mjs`; fields: Node, `exports_map.mjs`."
    )
    yield section("Resolution", reference, "cases", rows, total, (*resolution.REASONS, *fields.REASONS))


def resolved(seeds: range) -> Comparison:
    return added(resolution.compare_modules([tree(random.Random(seed)) for seed in part]) for part in batches(seeds))


def configured(seeds: range) -> Comparison:
    return added(
        resolution.compare_configurations([tree(random.Random(seed)) for seed in part]) for part in batches(seeds)
    )


def batches(seeds: range) -> Iterator[range]:
    return (seeds[start : start + BATCH] for start in range(0, len(seeds), BATCH))


def added(comparisons: Iterable[Comparison]) -> Comparison:
    total = Comparison()
    for comparison in comparisons:
        total += comparison
    return total


def named(found: Comparison, package: str) -> Comparison:
    found.differences = [f"{package}/{line}" for line in found.differences]
    return found


def corpus() -> Iterator[tuple[str, Path]]:
    lists = ("corpus", "nightly", "report")
    root = node.corpus(*lists)
    for package in node.packages(*lists):
        print(package, file=sys.stderr)
        yield package, root / package


def sources(root: Path) -> list[Path]:
    return sorted(file for file in root.rglob("*") if file.name.endswith(SOURCE_EXTENSIONS) and file.is_file())


def row(name: str, found: Comparison) -> str:
    return f"| {name} | {found.compared:,} | {found.equal:,} | {found.known.total():,} | {len(found.differences):,} |\n"


def table(head: str, rows: Iterable[str]) -> str:
    return head + "".join(rows)


def section(
    title: str, reference: str, unit: str, rows: list[str], total: Comparison, reasons: Iterable[str] = ()
) -> str:
    head = f"\n## {title}\n\n{reference}\n\n| | {unit} | equal | known | others |\n|---|---:|---:|---:|---:|\n"
    parts = [table(head, [*rows, row("**all**", total)])]
    known = [f"- {total.known[reason]:,}: {reason}\n" for reason in reasons if total.known[reason]]
    if known:
        parts += ["\nKnown differences:\n\n", *known]
    parts += [f"\n**differs:** `{line}`\n" for line in total.differences]
    return "".join(parts)


if __name__ == "__main__":
    sys.exit(main())
