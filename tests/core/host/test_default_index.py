"""The host of the process and the indexes of others: wrong, broken or not there. Each test asks a fresh interpreter."""

from __future__ import annotations

from typing import Any

import pytest

GOOD = """
    from pullback import elementwise, hookimpl

    cube = elementwise(lambda x: x * x * x, derivative=lambda x, out: 3.0 * x * x, name="cube")

    @hookimpl
    def pullback_register_primitives():
        return [cube]
"""
STATUS = (
    "{row['family']: row['status'] for row in __import__('pullback.host.default').host.default.default_host().rows()}"
)
OVERRIDE = """
    from pullback import elementwise, hookimpl

    sine = elementwise("math:cos", derivative=lambda x, out: 1.0, name="sine", overloads=["math:sin"], override=True)

    @hookimpl
    def pullback_register_primitives():
        return [sine]
"""
INDEXES = {
    "none": None,
    "good": "sine = late\nmath.sin = late\n",
    "stale": "sine = gone\nmath.erf = late\nacme_nowhere.f = late\nerf = late\n",
    "broken": "sine = late\nmath.sin: late\n",
}


@pytest.mark.parametrize("which", INDEXES)
def test_the_index_of_somebody_else(site: Any, which: str) -> None:
    """Whatever it says, everything is found in the end; a good one finds it without a look at anything else."""
    site.module("acme_first", GOOD)
    site.distribution("acme-first", families={"first": "acme_first"})
    site.module("acme_late", OVERRIDE)
    site.distribution("acme-late", families={"late": "acme_late"}, index=INDEXES[which])
    answer, warned = site.ask(
        f"""
        import sys, pullback as pb
        slope = pb.grad(lambda x: pb.math.sin(x))(0.5)
        answer = [slope == 1.0, [name for name in sys.modules if name.startswith("acme_")]]
        answer += [pb.grad(pb.tables.names.find("sine"))(0.5), "acme_first" in sys.modules]
        pb.load_plugins()
        answer += [pb.grad(lambda x: pb.math.sin(x))(0.5), set({STATUS}.values()) == {{"active"}}]
        """
    )
    overridden, imported, slope, first, loaded, active = answer
    assert (overridden, imported) == ((True, ["acme_late"]) if which == "good" else (False, []))
    assert first is (which != "good")  # a miss has loaded all
    assert (slope, loaded, active) == (1.0, 1.0, True)
    if which == "broken":
        (text,) = warned
        assert text == (
            "acme-late 1.2 (index 'acme_late:acme_late_index.txt') was left out: line 2, 'math.sin: late', is not 'key = family'"
        )
    else:
        assert warned == []


def test_a_broken_index_is_not_raised_where_strict(site: Any) -> None:
    site.module("acme_late", OVERRIDE)
    site.distribution("acme-late", families={"late": "acme_late"}, index="?")
    code = "import pullback as pb; answer = pb.grad(lambda x: x * x)(3.0)"
    answer, warned = site.ask(code, PULLBACK_STRICT="1")
    assert (answer, len(warned)) == (6.0, 1)


def test_a_broken_index_of_what_is_disabled_is_not_warned_of(site: Any) -> None:
    site.module("acme_late", OVERRIDE)
    site.distribution("acme-late", families={"late": "acme_late"}, index="?")
    code = "import pullback as pb; answer = pb.grad(lambda x: x * x)(3.0)"
    for setting in ("-late", "", "trig"):
        assert site.ask(code, PULLBACK_PLUGINS=setting) == (6.0, [])


def test_entry_points_that_are_no_files_are_one_warning(site: Any) -> None:
    """As the first families had them, one an overload."""
    site.module("acme_good", GOOD)
    folder = site.distribution("acme-good", families={"good": "acme_good"})
    with (folder / "entry_points.txt").open("a", encoding="utf-8") as points:
        points.write("[pullback.index]\ncube = acme_good:cube\nmath.cbrt = acme_good:cube2\nodd = acme_good\n")
    answer, warned = site.ask("import pullback as pb; answer = pb.grad(pb.tables.names.find('cube'))(2.0)")
    assert answer == 12.0
    (text,) = warned
    assert text.startswith("acme-good 1.2 (index 'acme_good:")
    assert "was left out: there is no file" in text


def test_reading_an_index_imports_neither_its_package_nor_pydantic(site: Any) -> None:
    site.module("acme_package.__init__", "raise ImportError('imported')")
    site.module("acme_package.family", GOOD)
    site.distribution("acme-package", families={"package": "acme_package.family"}, index="cube = package\n")
    (site.folder / "acme_package" / "index.txt").write_text("cube = package\n", encoding="utf-8")
    points = next(site.folder.glob("*.dist-info")) / "entry_points.txt"
    points.write_text(
        "[pullback.families]\npackage = acme_package.family\n[pullback.index]\nindex = acme_package:index.txt\n"
    )
    answer, warned = site.ask(
        """
        import sys, pullback as pb
        slope = pb.grad(lambda x: pb.math.sin(x) * x)(0.0)
        from pullback.host.default import default_host
        rows = {row["family"]: row["primitives"] for row in default_host().rows()}
        heavy = {name.partition(".")[0] for name in sys.modules} & {"acme_package", "pydantic", "optree", "numpy", "email.parser"}
        answer = [slope, rows["package"], sorted(heavy)]
        """
    )
    assert (answer, warned) == ([0.0, ["cube"], []], [])
