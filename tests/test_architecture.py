"""The house stands: no two modules need each other, and packages say what they are for."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import grimp
import pytest

PACKAGES = sorted(
    path.parent
    for root in ("bot", "retrieval", "prompts")
    for path in Path(root).rglob("__init__.py")
)


def cycles(imports: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """Yield the groups of modules that reach each other (strongly connected, by Tarjan)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: list[str] = []

    def visit(module: str) -> Iterator[list[str]]:
        order[module] = low[module] = len(order)
        open_.append(module)
        for other in sorted(imports[module]):
            if other not in order:
                yield from visit(other)
                low[module] = min(low[module], low[other])
            elif other in open_:
                low[module] = min(low[module], order[other])
        if low[module] == order[module]:
            at = open_.index(module)
            group = open_[at:]
            del open_[at:]
            if len(group) > 1:
                yield group

    for module in sorted(imports):
        if module not in order:
            yield from visit(module)


def test_a_cycle_is_found():
    assert list(cycles({"a": {"b"}, "b": {"c"}, "c": {"b"}})) == [["b", "c"]]


def test_no_modules_import_each_other():
    graph = grimp.build_graph(
        "bot", "retrieval", "prompts", cache_dir=None, exclude_type_checking_imports=True
    )
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}

    assert list(cycles(imports)) == []


def public_names() -> Iterator[tuple[str, str]]:
    """Yield the name of each public class and function, and where it is defined."""
    for root in ("bot", "retrieval", "prompts"):
        for path in sorted(Path(root).rglob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                named = isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
                if named and not node.name.startswith("_"):
                    yield node.name, f"{path}:{node.lineno}"


def test_a_public_name_means_one_thing():
    places = defaultdict(list)
    for name, place in public_names():
        places[name].append(place)

    assert {name: found for name, found in places.items() if len(found) > 1} == {}


@pytest.mark.parametrize("package", PACKAGES, ids=str)
def test_a_package_says_what_it_owns(package):
    docstring = (package / "__init__.py").read_text(encoding="utf-8").partition('"""')[2]

    assert len(docstring.splitlines()) >= 2 or package.name in {"bot", "retrieval", "prompts"}
