"""The host of the process: made at first need, from what is installed and set there. Each test asks a fresh interpreter."""

from __future__ import annotations

import math
from importlib.metadata import distribution
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
LOADED = (
    "sorted(name.removeprefix('pullback_plugins.') for name in sys.modules if name.startswith('pullback_plugins.'))"
)


@pytest.fixture
def good(site: Any) -> Any:
    site.module("acme_good", GOOD)
    site.distribution("acme-good", families={"good": "acme_good"})
    return site


def test_the_first_function_loads_its_family_alone(good: Any) -> None:
    answer, warned = good.ask(
        f"""
        import sys, pullback as pb
        answer = [{LOADED}]
        def active():
            return [name for name, status in {STATUS}.items() if status == "active"]
        pb.math.sin(1.0)
        answer.append(active())
        pb.grad(lambda x: x * pb.math.sin(x))(1.0)
        answer.append(active())
        pb.tables.names.find("tanh")
        answer.append(active())
        answer.append("acme_good" in sys.modules)
        """
    )
    assert answer == [[], ["trig"], ["arithmetic", "trig"], ["arithmetic", "hyperbolic", "trig"], False]
    assert warned == []


def test_what_nobody_answers_for_has_loaded_all_that_is_enabled(good: Any) -> None:
    answer, warned = good.ask(
        f"""
        import sys, numpy as np, pullback as pb
        strange = np.frompyfunc(lambda x: x, 1, 1)
        try:
            pb.grad(lambda x: strange(x))(1.0)
        except pb.UnknownPrimitiveError as error:
            answer = [str(error), {LOADED}, {STATUS}]
        """,
        PULLBACK_PLUGINS="-hyperbolic",
    )
    text, loaded, status = answer
    assert "no primitive answers for" in text
    assert "hyperbolic" not in loaded
    assert {"arithmetic", "exponential", "special", "trig", "user"} <= set(loaded)
    assert status.pop("hyperbolic") == "disabled"
    assert set(status.values()) == {"active"}
    assert "good" in status
    assert warned == []


def test_listing_imports_nothing(good: Any) -> None:
    answer, warned = good.ask(
        f"""
        import sys, pullback as pb
        from pullback.host.default import default_host
        rows = default_host().rows()
        answer = [rows, {LOADED}, "acme_good" in sys.modules]
        """
    )
    rows, loaded, imported = answer
    assert (loaded, imported) == ([], False)
    assert {row["status"] for row in rows} == {"lazy"}
    (trig,) = [row for row in rows if row["family"] == "trig"]
    assert {"sin", "cos", "tan"} <= set(trig["primitives"])
    assert rows[-1] == {
        "family": "good",
        "status": "lazy",
        "reason": "",
        "distribution": "acme-good",
        "version": "1.2",
        "primitives": [],
    }
    assert warned == []


def test_load_plugins_loads_all_and_finds_what_they_bring(good: Any) -> None:
    answer, warned = good.ask(
        f"""
        import pullback as pb
        pb.load_plugins()
        answer = [{STATUS}, pb.grad(pb.tables.names["cube"])(2.0), repr(pb.tables.names["cube"])]
        """
    )
    status, slope, shown = answer
    assert set(status.values()) == {"active"}
    assert slope == 12.0
    assert shown == "<primitive cube of acme-good>"
    assert warned == []


OURS = {point.name for point in distribution("pullback").entry_points if point.group == "pullback.families"}


@pytest.mark.parametrize(
    ("word", "loaded"),
    [
        ("", OURS),
        ("trig,good", {"arithmetic", "trig", "good"}),
        ("-arithmetic,-special,-user", OURS - {"special", "user"} | {"good"}),
    ],
)
def test_the_families_that_the_environment_asks_for(good: Any, word: str, loaded: set[str]) -> None:
    answer, warned = good.ask(
        f"""
        import sys, pullback as pb
        pb.load_plugins()
        answer = [{STATUS}, "acme_good" in sys.modules, pb.grad(lambda x: x * x)(3.0)]
        """,
        PULLBACK_PLUGINS=word,
    )
    status, imported, slope = answer
    assert {name for name, each in status.items() if each == "active"} == loaded
    assert {each for name, each in status.items() if name not in loaded} <= {"disabled"}
    assert imported == ("good" in loaded)
    assert slope == 6.0
    assert warned == []


@pytest.mark.parametrize("family", ["exponential", "hyperbolic", "special", "trig", "user"])
def test_a_family_of_ours_that_is_disabled_is_never_imported(site: Any, family: str) -> None:
    answer, _ = site.ask(
        f"import sys, pullback as pb\npb.load_plugins()\nanswer = {LOADED}", PULLBACK_PLUGINS=f"-{family}"
    )
    assert "arithmetic" in answer
    assert family not in answer


def test_a_family_that_is_not_there_is_warned_of_once(good: Any) -> None:
    answer, warned = good.ask(
        """
        import pullback as pb
        answer = [pb.grad(lambda x: x * x)(3.0), pb.math.sin(0.0)]
        pb.load_plugins()
        """,
        PULLBACK_PLUGINS="-goood",
    )
    assert answer == [6.0, 0.0]
    assert warned == ["the setting plugins names the family 'goood', which is not installed; did you mean 'good'?"]


def test_a_broken_distribution_harms_nobody_else(good: Any) -> None:
    good.module("acme_raises", "import no_such_dependency\n")
    good.distribution("acme-raises", "0.9", families={"raises": "acme_raises", "absent": "acme_absent:family"})
    (good.distribution("acme-bare", families={"bare": "acme_bare"}) / "METADATA").unlink()
    code = f"""
        import pullback as pb
        answer = [pb.grad(lambda x: pb.math.sin(x))(0.0)]
        pb.load_plugins()
        pb.load_plugins()
        answer += [{STATUS}, pb.grad(pb.tables.names["cube"])(2.0)]
    """
    (first, status, slope), warned = good.ask(code)
    assert (first, slope) == (1.0, 12.0)
    assert {name for name, each in status.items() if each == "failed"} == {"raises", "absent", "bare"}
    assert {each for name, each in status.items() if name not in ("raises", "absent", "bare")} == {"active"}
    assert len(warned) == 3
    for name, cause in (
        ("raises", "No module named 'no_such_dependency'"),
        ("absent", "No module named 'acme_absent'"),
    ):
        (text,) = [each for each in warned if f"(entry point {name!r})" in each]
        assert text.startswith(f"acme-raises 0.9 (entry point {name!r}) was left out: ")
        assert cause in text


def test_strict_in_the_environment_raises(good: Any) -> None:
    good.module("acme_raises", "raise RuntimeError('spam')\n")
    good.distribution("acme-raises", "0.9", families={"raises": "acme_raises"})
    done = good.run("import pullback as pb; pb.load_plugins()", PULLBACK_STRICT="1")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "pullback.errors.PluginError: acme-raises 0.9 (entry point 'raises'): importing acme_raises raised RuntimeError: spam"
    )
    done = good.run("import pullback as pb; pb.load_plugins(strict=False)", "-W", "ignore", PULLBACK_STRICT="1")
    assert done.returncode == 0, done.stderr


def test_a_bad_setting_is_told_at_the_first_need_and_not_before(good: Any) -> None:
    (good.here / "pyproject.toml").write_text('[tool.pullback]\nindeterminate = "nought"\n', encoding="utf-8")
    answer, _ = good.ask(
        """
        import pullback as pb
        answer = []
        for _ in range(2):
            try:
                pb.grad(lambda x: x * x)(3.0)
            except pb.PullbackError as error:
                answer.append(str(error))
        """
    )
    assert len(answer) == 2
    assert answer[0] == answer[1]
    assert answer[0].startswith(f"setting 'indeterminate' from {good.here / 'pyproject.toml'}: ")


INDETERMINATE = """
    import math, pullback as pb
    from pullback.math import sqrt
    answer = str(pb.grad(lambda x: sqrt(x) ** 2)(0.0))
"""


def test_indeterminate_from_outside(site: Any) -> None:
    assert site.ask(INDETERMINATE) == ("0.0", [])
    assert site.ask(INDETERMINATE, PULLBACK_INDETERMINATE="nan") == ("nan", [])
    (site.here / "pyproject.toml").write_text('[tool.pullback]\nindeterminate = "nan"\n', encoding="utf-8")
    assert site.ask(INDETERMINATE) == ("nan", [])
    assert site.ask(INDETERMINATE, PULLBACK_INDETERMINATE="zero") == ("0.0", [])
    answer, warned = site.ask(INDETERMINATE, PULLBACK_INDETERMINATE="warn")
    assert answer == "0.0"
    assert warned
    assert all("0 * inf in the chain taken as 0, at " in each for each in warned)


def test_keywords_of_load_plugins_win_and_may_not_come_too_late(good: Any) -> None:
    answer, warned = good.ask(
        f"""
        import pullback as pb
        pb.load_plugins(plugins="trig", strict=True)
        answer = [{STATUS}, pb.host.default.default_host().settings.strict]
        pb.load_plugins()
        pb.load_plugins(plugins="trig")
        for late in ({{"plugins": "-trig"}}, {{"strict": False}}, {{"plugins": ""}}):
            try:
                pb.load_plugins(**late)
            except pb.PluginError as error:
                answer.append(str(error))
        """,
        PULLBACK_PLUGINS="-trig",
    )
    status, strict, *late = answer
    assert {name for name, each in status.items() if each == "active"} == {"arithmetic", "trig"}
    assert strict is True
    assert [each.partition("; ")[0] for each in late] == ["families are in use already"] * 3
    assert "plugins before the first differentiation" in late[0]
    assert "strict before the first differentiation" in late[1]
    assert warned == []


def test_a_keyword_after_the_first_differentiation_is_too_late(site: Any) -> None:
    answer, _ = site.ask(
        """
        import pullback as pb
        pb.grad(lambda x: x * x)(3.0)
        try:
            pb.load_plugins(plugins="trig")
        except pb.PluginError as error:
            answer = str(error)
        """
    )
    assert answer.startswith("families are in use already; say plugins before the first differentiation")


def test_register_unregister_and_plugins(site: Any) -> None:
    answer, warned = site.ask(
        """
        import math, pickle, sys, types
        import pullback as pb
        from pullback import hookimpl

        late = pb.elementwise(lambda x: 3.0 * x, derivative=3.0, name="late", overloads=["acme_late:thing"])
        plugin = types.ModuleType("mine")
        plugin.pullback_register_primitives = hookimpl(lambda: [late])
        pb.register(plugin)

        import numpy as np
        module = types.ModuleType("acme_late")
        module.thing = np.frompyfunc(lambda x: x, 1, 1)
        sys.modules["acme_late"] = module
        answer = [pb.grad(lambda x: module.thing(x))(1.0)]
        answer.append(pickle.loads(pickle.dumps(late)) is late)
        pb.unregister(plugin)
        try:
            pb.grad(lambda x: module.thing(x))(1.0)
        except pb.UnknownPrimitiveError:
            answer.append("unknown")
        with pb.plugins(plugin):
            answer.append(pb.grad(lambda x: module.thing(x))(1.0))
        answer.append("late" in pb.tables.names)
        """
    )
    assert answer == [3.0, True, "unknown", 3.0, False]
    assert warned == []


def test_numpy_that_is_imported_later_is_answered_for(site: Any) -> None:
    answer, _ = site.ask(
        """
        import sys, pullback as pb
        first = pb.grad(lambda x: pb.math.sin(x))(0.0)
        assert "numpy" not in sys.modules
        import numpy
        answer = [first, pb.grad(lambda x: numpy.sin(x))(0.0), pb.grad(lambda x: numpy.exp(x) * numpy.multiply(x, 2.0))(0.0)]
        """
    )
    assert answer == [1.0, 1.0, 2.0]


def test_the_hot_path_calls_no_hook(site: Any) -> None:
    answer, warned = site.ask(
        """
        import pluggy
        import pullback as pb

        pb.load_plugins()

        def refuse(*args, **kwargs):
            raise AssertionError("a hook was called")

        pluggy.HookCaller.__call__ = refuse
        pluggy.PluginManager.subset_hook_caller = refuse
        pluggy.PluginManager._hookexec = refuse
        f = lambda x: pb.math.sin(x) * x + pb.math.exp(-x) / (1.0 + x ** 2) - abs(x) % 3.0
        x = pb.float_var(0.5)
        f(x).backprop()
        answer = [pb.grad(f)(0.5), pb.jvp(f, (0.5,), (1.0,))[1], x.grad, pb.grad(pb.grad(f))(0.5), pb.math.tan(0.0)]
        try:
            pb.register(pb.hookimpl)
        except Exception as error:
            answer.append(str(error))
        """
    )
    x = 0.5
    slope = math.sin(x) + x * math.cos(x) - math.exp(-x) * (1 + x * x + 2 * x) / (1 + x * x) ** 2 - 1
    assert answer[:3] == [pytest.approx(slope)] * 3
    assert answer[4] == 0.0
    assert "a hook was called" in answer[5]  # registering does
    assert warned == []
