"""Regular expressions that are compiled when they are first used.

The program has hundreds of expressions, of which a command uses a part; to compile all of them takes a short command a
sixth of its processor time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, AnyStr

if TYPE_CHECKING:

    def compile_on_use(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
        """What `re.compile` returns, for an expression at the top of a module.

        Raises `re.error` at its first use where the expression is wrong.
        """

else:

    class _Used:
        """Has the attributes of the `re.Pattern` on itself, where Python looks them up as fast as on that."""

        def __init__(self, pattern: AnyStr, flags: int = 0) -> None:
            self.pattern = pattern
            self._flags = flags

        def __repr__(self) -> str:
            return f"compile_on_use({self.pattern!r})"

    class _Expression(_Used):
        """Compiles the expression when the first attribute of a `re.Pattern` is read."""

        def __getattr__(self, name: str) -> Any:
            if name not in _ATTRIBUTES:
                raise AttributeError(f"re.Pattern has no attribute {name!r}")
            compiled = re.compile(self.pattern, self._flags)
            for each in _ATTRIBUTES:
                setattr(self, each, getattr(compiled, each))
            self.__class__ = _Used
            return getattr(compiled, name)

    _ATTRIBUTES = frozenset(each for each in dir(re.Pattern) if not each.startswith("_")) - {"pattern"}
    compile_on_use = _Expression
