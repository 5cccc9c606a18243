"""Runs tests of scripts without pytest: an `assert` that does not hold says its line, and both sides of a comparison."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Any, Final

LEFT: Final = "_left_"
RIGHT: Final = "_right_"
LONGEST: Final = 2000


class Differs(AssertionError):
    """A comparison that does not hold."""

    def __init__(self, left: object, right: object) -> None:
        super().__init__()
        self.lines = [f"left:  {shown(left)}", f"right: {shown(right)}"]


class Sides(ast.NodeTransformer):
    """Keeps both sides of `assert left == right`, each worked out once."""

    def visit_Assert(self, node: ast.Assert) -> ast.AST | list[ast.stmt]:
        match node.test:
            case ast.Compare(left=left, ops=[operator], comparators=[right]) if node.msg is None:
                kept = [ast.Assign([ast.Name(name, ast.Store())], value) for name, value in ((LEFT, left), (RIGHT, right))]
                names = [ast.Name(LEFT, ast.Load()), ast.Name(RIGHT, ast.Load())]
                holds = ast.Compare(names[0], [operator], [names[1]])
                differs = ast.Call(ast.Name(Differs.__name__, ast.Load()), list[ast.expr](names), [])
                told = ast.If(ast.UnaryOp(ast.Not(), holds), [ast.Raise(differs, None)], [])
                return [ast.fix_missing_locations(ast.copy_location(each, node)) for each in (*kept, told)]
            case _:
                return node


def load(path: Path) -> dict[str, Callable[..., Any]]:
    """The tests of a file by name, in their order. Raises what it raises."""
    module = ModuleType(path.stem)
    module.__file__ = str(path)
    module.__dict__[Differs.__name__] = Differs
    tree = Sides().visit(ast.parse(path.read_bytes(), str(path)))
    exec(compile(tree, str(path), "exec"), module.__dict__)  # noqa: S102  The operator's own code, at the operator's command.
    return {name: found for name, found in module.__dict__.items() if name.startswith("test_") and callable(found)}


def why(error: BaseException, path: Path) -> Iterator[str]:
    """What to tell of a test that failed: the line of the test, and what was wrong there."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        yield f"{path.name}:{error.lineno}: {error.msg}"
        return
    lines = [frame for frame in extract_tb(error.__traceback__) if frame.filename == str(path)]
    if lines:
        yield f"{path.name}:{lines[-1].lineno}: {lines[-1].line}"
    match error:
        case Differs():
            yield from (f"  {line}" for line in error.lines)
        case AssertionError() if not error.args:
            return
        case _:
            yield f"  {type(error).__name__}: {shown(error, str)}"


def shown(value: object, how: Callable[[object], str] = repr) -> str:
    try:
        text = how(value)
    except Exception as error:
        return f"(cannot be shown: {type(error).__name__})"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}... ({len(text)} characters)"
