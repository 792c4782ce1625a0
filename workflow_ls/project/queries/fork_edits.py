"""How the files of a fork differ from those of its base."""

from __future__ import annotations

from workflow_ls.project.queries.nodes import Input
from workflow_ls.records import field, record
from workflow_ls.vfs.files import Files, is_within, parents
from workflow_ls.vfs.overlay import EditedFiles


@record(frozen=False, eq=False)
class Edits:
    """How the files of a fork differ from those of its base.

    `texts` are the paths with another text, `directories` those with another listing, `trees` the files and
    directories that are renamed or replaced as a whole, with all below them.
    """

    base: Files
    after: EditedFiles
    texts: frozenset[str]
    directories: frozenset[str]
    trees: tuple[str, ...]
    turning: dict[str, bool] = field(default_factory=dict, init=False)

    def touch(self, node: Input) -> bool:
        """Whether an input of the base may say something else in the fork."""
        if node.kind == "search":
            return True
        known = self.texts if node.kind == "text" else self.directories
        if node.path in known or node.real in known:
            return True
        if any(is_within(path, tree) for tree in self.trees for path in (node.path, node.real)):
            return True
        return node.kind == "listing" and bool(self.trees or self.after.removed) and self._turn_a_link(node.path)

    def _turn_a_link(self, directory: str) -> bool:
        """Whether a symbolic link in a directory leads elsewhere, since what it leads to is renamed or removed."""
        found = self.turning.get(directory)
        if found is None:
            # A listing of edited files does not say what is a link.
            paths = (f"{directory}/{name}" if directory else name for name in self.base.entries(directory))
            found = self.turning[directory] = any(self.base.real(path) != self.after.real(path) for path in paths)
        return found


def edits_between(base: Files, after: EditedFiles) -> Edits:
    """How files after edits differ from the files below them."""
    paths = {*after.texts.paths, *after.removed}
    texts = frozenset(path for path in paths if after.read(path) != base.read(path))
    directories = set[str]()
    for path in paths:
        current = path
        while current and base.kind(current) != after.kind(current):
            current = current.rpartition("/")[0]
            directories.add(current)
    trees = tuple(dict.fromkeys(path for move in after.moves for path in (move.old, move.new)))
    for tree in trees:
        directories.update(parents(tree))
    return Edits(base, after, texts, frozenset(directories), trees)
