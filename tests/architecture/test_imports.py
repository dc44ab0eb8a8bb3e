"""The architecture's invariants, as they are written down: what imports what, what the server's process never loads, docstrings."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READING = tuple(f"derender.{name}" for name in ("pipeline", "inference", "perception", "photo", "tracing", "labels", "interpretation"))
"""What reads photographs: the worker's and the commands' that ask for it."""
MODULES = sorted([*ROOT.glob("core/derender/**/*.py"), *ROOT.glob("lsp_server/derender_lsp/**/*.py")])


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def test_imports_point_down_the_data_flow() -> None:
    pytest.importorskip("importlinter", reason="import-linter is a development dependency")
    done = python("import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("derender_lsp.server", ("torch", "cv2", "PIL", "cairo", "numpy", *READING)),
        ("derender.cli", ("torch", "cv2", "PIL", "pygls", "cairo", "numpy", *READING)),
        ("derender.language.text", ("torch", "numpy", "PIL", "cairo")),
        ("derender.synthesis", ("torch", "cv2", "PIL", "cairo")),
        ("derender.pipeline", ("pygls", "lsprotocol", "typer", "rich")),
    ],
)
def test_heavy_modules_are_loaded_only_where_they_are_needed(module: str, never: tuple[str, ...]) -> None:
    done = python("import importlib, sys; importlib.import_module(sys.argv[1]); print(*sys.modules, sep='\\n')", module)
    assert done.returncode == 0, done.stderr
    assert not set(never) & set(done.stdout.split())


def test_the_packages_say_that_they_are_typed() -> None:
    assert (ROOT / "core/derender/py.typed").exists()
    assert (ROOT / "lsp_server/derender_lsp/py.typed").exists()


def public(tree: ast.Module) -> Iterator[tuple[str, ast.AsyncFunctionDef | ast.FunctionDef | ast.ClassDef]]:
    """Public functions and classes of a module."""
    for node in tree.body:
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, node


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_what_they_offer_are_described(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if tree.body:
        assert ast.get_docstring(tree), "the module opens with a paragraph that teaches"
    assert [name for name, node in public(tree) if not ast.get_docstring(node)] == []


def test_nothing_is_named_for_what_it_is_not() -> None:
    """Domain nouns only: no module is called utils, misc, helpers or common."""
    assert [str(path) for path in MODULES if path.stem in ("utils", "util", "misc", "helpers", "common")] == []
