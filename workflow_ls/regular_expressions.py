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

    class _Expression:
        """Has the attributes of a `re.Pattern`: the first one that is read compiles the expression."""

        def __init__(self, pattern: AnyStr, flags: int = 0) -> None:
            self.pattern = pattern
            self._flags = flags

        def __getattr__(self, name: str) -> Any:
            if name not in _ATTRIBUTES:
                raise AttributeError(f"re.Pattern has no attribute {name!r}")
            compiled = re.compile(self.pattern, self._flags)
            # Found on the instance from now on, so that a use costs what it costs with a `re.Pattern`.
            vars(self).update((each, getattr(compiled, each)) for each in _ATTRIBUTES)
            return vars(self)[name]

        def __repr__(self) -> str:
            return f"compile_on_use({self.pattern!r})"

    _ATTRIBUTES = frozenset(each for each in dir(re.Pattern) if not each.startswith("_")) - {"pattern"}
    compile_on_use = _Expression
