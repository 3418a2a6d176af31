"""Kinds of dataclasses and named tuples: which families are loaded to find out whether a value is a container."""

from __future__ import annotations

from typing import Any


def test_a_family_that_a_value_needs_is_loaded_for_it(site: Any) -> None:
    site.module(
        "spans",
        """
        from dataclasses import dataclass
        from typing import NamedTuple

        @dataclass
        class Span:
            low: float

            def __mul__(self, other):
                return Span(self.low * other.low) if isinstance(other, Span) else NotImplemented

            def __add__(self, other):
                return Span(self.low + other.low) if isinstance(other, Span) else NotImplemented

        class Twin(NamedTuple):
            low: float
        """,
    )
    site.module(
        "kinds",
        """
        import pullback as pb
        from spans import Span

        class SpanKind(pb.ValueKind):
            name, types, variable, eager = "span", (Span,), pb.ScalarVariable, True

            def zero(self, value):
                return Span(0.0)

            def one(self, value):
                return Span(1.0)

            def size(self, value):
                return 1

        @pb.hookimpl
        def pullback_register_value_kinds():
            return [SpanKind()]
        """,
    )
    code = """
        import sys
        from dataclasses import dataclass
        from pullback import grad
        from spans import Span, Twin

        @dataclass
        class Line:
            slope: float

        line = grad(lambda line: line.slope * 2.0)(Line(1.0)).slope, grad(lambda twin: twin.low * 3.0)(Twin(1.0)).low
        before = "kinds" in sys.modules
        answer = grad(lambda x: x * x)(Span(3.0)).low, *line, before, "numpy" in sys.modules
    """
    path = site.distribution("acme-spans", families={"spans": "kinds"}, index="spans.Span = spans\n")
    assert site.ask(code) == ([6.0, 2.0, 3.0, False, False], [])
    (path / "entry_points.txt").write_text("[pullback.families]\nspans = kinds\n", encoding="utf-8")
    assert site.ask(code) == ([6.0, 2.0, 3.0, True, False], [])
