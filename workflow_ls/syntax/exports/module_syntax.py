"""What the text of a module says of its exports."""

from __future__ import annotations

from workflow_ls.records import record, replace
from workflow_ls.syntax.exports.entity_names import ImportedMember
from workflow_ls.text import Span


@record
class Export:
    """One exported name.

    `value` and `type` are the meanings of the name.  For a re-export, `specifier` names the other module, `source` is
    the name in it (None for its namespace object), and `value` and `type` are the meanings that are passed on at most.
    For a declaration of this module, `source` is its local name.  `member` is set for one that only names what another
    module declares inside a namespace; `value` and `type` are then the meanings that it has at most.
    """

    name: str
    value: bool
    type: bool
    span: Span
    specifier: str | None = None
    source: str | None = None
    member: ImportedMember | None = None


@record
class ExportStar:
    """An `export * from`; `type_only` for `export type * from`."""

    specifier: str
    type_only: bool
    span: Span


@record
class ModuleSyntax:
    """The exports of one file.

    `exports` may hold a name twice (overloads, merged declarations).  `opaque` is None, or the reason why the text does
    not show the names.  `proxy`: the module consists of `export … from`.  `only_re_exports`: the same, where it may
    also import names in order to export them.  `script`: it is no module, and what it declares is global.
    `undeclared` are the exports of lists whose names have no declaration in the file, by `source`.  Where no other file
    has one in a `declare global`, the compiler reports them, and no star brings them either.  `passed_on` are the
    specifiers of the modules that it passes on as CommonJS does.
    """

    exports: tuple[Export, ...] = ()
    stars: tuple[ExportStar, ...] = ()
    opaque: str | None = None
    proxy: bool = False
    only_re_exports: bool = False
    script: bool = False
    undeclared: tuple[Export, ...] = ()
    passed_on: frozenset[str] = frozenset()

    def without_places(self) -> ModuleSyntax:
        """A copy with empty spans, which is equal for two texts with the same exports."""
        exports = tuple(
            Export(e.name, e.value, e.type, _NOWHERE, e.specifier, e.source, e.member) for e in self.exports
        )
        stars = tuple(ExportStar(star.specifier, star.type_only, _NOWHERE) for star in self.stars)
        undeclared = tuple(Export(e.name, e.value, e.type, _NOWHERE, None, e.source) for e in self.undeclared)
        return replace(self, exports=exports, stars=stars, undeclared=undeclared)

    @property
    def specifiers(self) -> frozenset[str]:
        """The specifiers of the modules that this one re-exports from."""
        named = (export.specifier for export in self.exports if export.specifier is not None)
        return frozenset((*named, *(star.specifier for star in self.stars), *self.passed_on))


_NOWHERE = Span(0, 0)
