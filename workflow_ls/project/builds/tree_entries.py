"""The configurations of builds in a package that holds the legacy tree, and the paths in them that lead there."""

from __future__ import annotations

from workflow_ls.project.builds.build_files import BuildFiles
from workflow_ls.project.builds.build_paths import BuildList, BuildPath, build_lists
from workflow_ls.project.builds.evaluation import Configurations
from workflow_ls.project.builds.kinds.configuration_names import tool_of
from workflow_ls.project.candidate_search import mention_queries
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.vfs.files import is_source, is_within, parents


class TreeEntries(Component):
    """The entries, globs and other paths by which builds reach the tree without its whole name."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.builds = database.component(BuildFiles)
        self.configurations = database.component(Configurations)

    @query
    def paths(self) -> tuple[str, ...]:
        """The configurations that have such paths, sorted."""
        tree, found = self.table.tree, set[str]()
        for queries in mention_queries(self.table):
            for path in self.files.search(queries):
                if not is_source(path) or not tool_of(path) or is_within(path, tree):
                    continue
                if not self.context.is_exempt(path) and self.of_file(path):
                    found.add(path)
        return tuple(sorted(found))

    @query
    def of_file(self, path: str) -> tuple[tuple[BuildList, tuple[BuildPath, ...]], ...]:
        """The lists of a configuration that have such paths, with these paths."""
        if not self._may_name_tree(path) or not self.builds.is_configuration(path):
            return ()
        home = self.builds.directory_of(path)
        if not home or not is_within(self.table.tree, home):
            return ()
        value = self.configurations.value(path)
        lists = () if value is None else build_lists(path, value)
        found = ((each, tuple(item for item in each.paths if self._is_there(item.path))) for each in lists)
        return tuple((each, items) for each, items in found if items)

    def _may_name_tree(self, path: str) -> bool:
        """Whether the text of a file has the path of the tree from a directory above both."""
        tree, text = self.table.tree, self.files.read(path) or b""
        above = (directory for directory in parents(tree) if directory and is_within(path, directory))
        return any(tree[len(directory) + 1 :].encode() in text for directory in above)

    def _is_there(self, path: str) -> bool:
        if not is_within(path, self.table.tree):
            return False
        module = self.table.module_at(path)
        is_module = module is not None and module_file(self.files, self.table.tree, module) is not None
        return is_module or self.files.kind(path) is not None
