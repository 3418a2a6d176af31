"""Real distributions, good and broken: built, installed beside our own wheel, listed, used and uninstalled."""

from __future__ import annotations

import json
import math
import shutil
import tomllib
import zipfile
from configparser import ConfigParser
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .house import ROOT, House, build_ours, build_wheels, make_environment, run

pytestmark = pytest.mark.distributions

DISTRIBUTIONS = ROOT / "tests" / "packaging" / "distributions"
BESSEL = ROOT / "examples" / "pullback-bessel"
SYMBOLS = ROOT / "examples" / "pullback-symbols"


@dataclass(frozen=True)
class Broken:
    """A distribution that fails, the error behind it, and what the one warning must say; `{ours}` is our version."""

    distribution: str
    family: str
    error: str
    causes: tuple[str, ...]

    @property
    def label(self) -> str:
        return f"{self.distribution} 1.2 (entry point {self.family!r})"


BROKEN = [
    Broken(
        "acme-raises",
        "raises",
        "PluginError",
        ("importing acme_raises", "RuntimeError: the licence of acme has expired"),
    ),
    Broken(
        "acme-badspec",
        "badspec",
        "PluginError",
        ("PluginValidationError", "pullback_register_primitives", "'registry'"),
    ),
    Broken("acme-unknownhook", "unknownhook", "PluginError", ("unknown hook 'pullback_register_primitve'",)),
    Broken("acme-newapi", "newapi", "PluginError", ("version 99 of the plugin API", "has 1", "fix: upgrade pullback")),
    Broken(
        "acme-malformed",
        "malformed",
        "RuleError",
        (
            "acme-malformed 1.2 (entry point 'malformed'): primitives[1].backward: does not take the 3 arguments of "
            "backward(*inputs, output, grad), for 1 inputs; fix: write it as backward(*inputs, output, grad)",
        ),
    ),
    Broken(
        "acme-conflict",
        "conflict",
        "ConflictError",
        (
            "acme-conflict 1.2 (entry point 'conflict') and pullback {ours} (entry point 'trig') both answer for the overload math.sin",
            "override=True",
        ),
    ),
    Broken(
        "acme-ordinary",
        "ordinary",
        "RuleError",
        (
            "acme-ordinary 1.2 (entry point 'ordinary'): primitives[0].overloads[0]: statistics.fmean is an ordinary function",
            "fix: leave the overload out and export the primitive itself",
        ),
    ),
    Broken("acme-nohooks", "nohooks", "PluginError", ("implements no hook", "fix: write @hookimpl")),
    Broken(
        "acme-taken",
        "trig",
        "ConflictError",
        ("the family name 'trig' is taken by pullback {ours} (entry point 'trig')", "fix: give it another name"),
    ),
]
each_broken = pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.distribution)

USE_OURS = """
from pullback.math import atanh, exp, sin
found["gradients"] = [
    grad(lambda x: x * x / 4.0 - x)(3.0), grad(sin)(1.0), grad(exp)(1.0), grad(atanh)(0.5)
]
"""
LOAD_ALL = """
pullback.load_plugins()
pullback.load_plugins()
found["rows"] = rows()
"""
GRADIENTS = [0.5, math.cos(1.0), math.e, 4.0 / 3.0]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_ours(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def house(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("house")
    projects = [path.parent for path in DISTRIBUTIONS.glob("*/pyproject.toml")]
    wheels = build_wheels([*projects, BESSEL, SYMBOLS], tmp_path_factory.mktemp("wheels"))
    python = make_environment(folder / "environment", f"{wheel}[cli]", "pytest", "mpmath", "scipy")
    return House(python, wheels, folder)


def _version(wheel: Path) -> str:
    return wheel.name.split("-")[1]


# Our own distribution.


def _sources(folder: Path) -> set[str]:
    return {
        path.relative_to(folder.parent).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_source_tree(wheel: Path) -> None:
    files = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = _sources(ROOT / "core" / "pullback") | _sources(ROOT / "plugins" / "pullback_plugins")
    # Of a source in Cython the wheel holds what was built of it, or nothing where there was no compiler.
    cython = {name for name in expected if name.endswith(".pyx")}
    built = {name for name in files if name.endswith((".so", ".pyd"))}
    assert files - built == {name for name in expected if not name.endswith((".pyx", ".pxi", ".so", ".pyd"))}
    assert {name.partition(".")[0] + ".pyx" for name in built} in (cython, set())
    assert {"pullback/py.typed", "pullback_plugins/py.typed", "pullback_plugins/index.txt"} <= files


def test_every_entry_point_of_the_wheel_is_in_it(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    files = set(archive.namelist())
    (name,) = [name for name in files if name.endswith(".dist-info/entry_points.txt")]
    points = ConfigParser(delimiters="=")
    points.read_string(archive.read(name).decode())
    assert dict(points["pullback.index"]) == {"index": "pullback_plugins:index.txt"}
    values = [value for section in points.sections() for _, value in points.items(section)]
    modules = {value.partition(":")[0].strip().replace(".", "/") for value in values}
    assert "pullback_plugins/trig" in modules
    missing = {each for each in modules if not {f"{each}.py", f"{each}/__init__.py"} & files}
    assert missing == set()


def test_the_environment_uses_the_wheel(house: House, wheel: Path) -> None:
    found = house.probe("""
        import pullback_plugins
        found["files"] = [pullback.__file__, pullback_plugins.__file__]
        found["version"] = pullback.__version__
    """)["found"]
    for file in found["files"]:
        assert "site-packages" in Path(file).parts
        assert Path(file).is_relative_to(house.python.parents[1])
    assert found["version"] == _version(wheel)


def test_alone_it_loads_without_a_warning(house: House) -> None:
    report = house.probe(USE_OURS + LOAD_ALL)
    assert report["raised"] is None
    assert report["warned"] == []
    assert report["found"]["gradients"] == pytest.approx(GRADIENTS)
    assert {row["status"] for row in report["found"]["rows"].values()} == {"active"}
    assert {row["distribution"] for row in report["found"]["rows"].values()} == {"pullback"}


def test_an_editable_install_is_complete(tmp_path: Path) -> None:
    python = make_environment(tmp_path / "environment", "--editable", f"{ROOT}[cli]")
    house = House(python, {}, tmp_path)
    report = house.probe(
        USE_OURS
        + LOAD_ALL
        + """
from importlib.resources import files
found["typed"] = [files(name).joinpath("py.typed").is_file() for name in ("pullback", "pullback_plugins")]
found["file"] = pullback.__file__
"""
    )
    assert report["raised"] is None
    assert report["warned"] == []
    assert report["found"]["gradients"] == pytest.approx(GRADIENTS)
    assert report["found"]["typed"] == [True, True]
    assert Path(report["found"]["file"]) == ROOT / "core" / "pullback" / "__init__.py"
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    assert {row["family"] for row in report["found"]["rows"].values()} == set(declared["pullback.families"])
    assert {row["status"] for row in report["found"]["rows"].values()} == {"active"}
    assert json.loads(house.command("plugins", "list", "--json").stdout)


# A good one.


def test_a_good_distribution_is_listed_used_tested_and_gone(house: House, tmp_path: Path) -> None:
    listed = 'found["rows"] = rows()'
    with house.installed("acme-good"):
        report = house.probe(listed)
        assert report["imported"] == [], "listing imports nothing"
        row = report["found"]["rows"]["acme-good:acme"]
        assert sorted(row.pop("primitives")) == ["parallel", "softplus"]
        assert row == {
            "family": "acme",
            "status": "lazy",
            "reason": "",
            "distribution": "acme-good",
            "version": "1.2",
        }

        report = house.probe("""
            from acme_good import parallel, softplus
            found["softplus"] = pullback.value_and_grad(softplus)(1.0)
            found["parallel"] = pullback.value_and_grad(parallel, argnums=(0, 1))(3.0, 6.0)
            found["second"] = grad(grad(softplus))(0.0)
            pullback.load_plugins()
            found["loaded"] = rows()["acme-good:acme"]
        """)
        found = report["found"]
        assert report["raised"] is None
        assert report["warned"] == []
        assert found["softplus"] == pytest.approx([math.log1p(math.e), 1.0 / (1.0 + math.exp(-1.0))])
        assert found["parallel"] == [2.0, pytest.approx([4.0 / 9.0, 1.0 / 9.0])]
        assert found["second"] == 0.25
        assert found["loaded"]["status"] == "active"
        assert found["loaded"]["primitives"] == ["softplus", "parallel"]

        project = shutil.copytree(DISTRIBUTIONS / "acme-good", tmp_path / "acme-good")
        done = run(house.python, "-m", "pytest", "-q", project / "tests", cwd=tmp_path)
        assert " passed" in done.stdout

    report = house.probe(listed + "\nimport acme_good")
    assert not [row for row in report["found"]["rows"] if row.startswith("acme")]
    assert report["raised"]["type"] == "ModuleNotFoundError"


def test_only_what_the_index_names_is_loaded(house: House) -> None:
    with house.installed("acme-good", "acme-raises"):
        report = house.probe("""
            from pullback.tables import names
            found["sin"] = grad(pullback.math.sin)(1.0)
            found["softplus"] = grad(names.find("softplus"))(0.0)
            found["status"] = {key: row["status"] for key, row in rows().items()}
        """)
    assert report["raised"] is None
    assert report["warned"] == []
    assert report["imported"] == ["acme_good"]
    assert report["found"]["sin"] == math.cos(1.0)
    assert report["found"]["softplus"] == 0.5
    assert report["found"]["status"]["acme-good:acme"] == "active"
    assert report["found"]["status"]["acme-raises:raises"] == "lazy"


# Broken ones.


@each_broken
def test_a_broken_distribution_warns_once_and_the_rest_works(house: House, wheel: Path, broken: Broken) -> None:
    causes = [cause.format(ours=_version(wheel)) for cause in broken.causes]
    with house.installed(broken.distribution):
        report = house.probe(USE_OURS + LOAD_ALL + "from pullback.tables import names\nnames.find('no such name')")
        assert report["raised"] is None
        (warned,) = report["warned"]
        assert warned["category"] == "PluginWarning"
        assert warned["message"].startswith(broken.label)
        assert report["found"]["gradients"] == pytest.approx(GRADIENTS)
        rows = report["found"]["rows"]
        row = rows.pop(f"{broken.distribution}:{broken.family}")
        assert row["status"] == "failed"
        assert (row["family"], row["distribution"], row["version"]) == (broken.family, broken.distribution, "1.2")
        for cause in causes:
            assert cause in warned["message"]
            assert cause in row["reason"]
        assert {other["status"] for other in rows.values()} == {"active"}

        strict = house.probe(USE_OURS + LOAD_ALL, PULLBACK_STRICT="1")
        assert strict["warned"] == []
        assert strict["raised"]["type"] == broken.error
        for cause in causes:
            assert cause in strict["raised"]["message"]
        assert broken.label in strict["raised"]["message"]


def test_an_indexed_conflict_is_met_where_the_function_is_first_needed(house: House) -> None:
    with house.installed("acme-conflict"):
        report = house.probe("""
            found["sin"] = pullback.value_and_grad(pullback.math.sin)(1.0)
            found["distribution"] = pullback.math.sin.distribution
            found["status"] = rows()["acme-conflict:conflict"]["status"]
        """)
    assert report["raised"] is None
    (warned,) = report["warned"]
    assert "both answer for the overload math.sin" in warned["message"]
    assert report["found"] == {"sin": [math.sin(1.0), math.cos(1.0)], "distribution": "pullback", "status": "failed"}


def test_all_of_them_together(house: House) -> None:
    everything = sorted(name for name in house.wheels if name.startswith("acme-"))
    with house.installed(*everything):
        report = house.probe(
            LOAD_ALL
            + """
from acme_good import softplus
found["softplus"] = grad(softplus)(0.0)
found["cube"] = grad(__import__("acme_missing").cube)(2.0)
"""
        )
    assert report["raised"] is None
    assert sorted(each["message"].partition(" was left out")[0] for each in report["warned"]) == sorted(
        [*(broken.label for broken in BROKEN), "acme-garbled 1.2 (index 'acme_garbled:index.txt')"]
    )
    assert report["found"]["softplus"] == 0.5
    assert report["found"]["cube"] == 12.0
    failed = {key for key, row in report["found"]["rows"].items() if row["status"] == "failed"}
    assert failed == {f"{broken.distribution}:{broken.family}" for broken in BROKEN}


# Indexes: good, stale and broken.


@pytest.mark.parametrize(
    "name", ["acme-good", "acme-conflict", "acme-indexed", "pullback-bessel", "pullback-symbols", "pullback"]
)
def test_the_command_finds_a_good_index_up_to_date(house: House, name: str) -> None:
    with nullcontext() if name == "pullback" else house.installed(name):
        done = house.command("plugins", "index", name, "--check", check=False)
    if name == "acme-conflict":  # its family is not loaded
        assert done.returncode == 2
        assert "both answer for" in done.stderr
    else:
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith("index.txt: up to date\n")


def test_a_broken_index_is_one_warning_and_can_be_written_anew(house: House) -> None:
    use = """
        from pullback.tables import names
        found["sin"] = grad(pullback.math.sin)(1.0)
        found["before"] = rows()["acme-garbled:garbled"]
        found["square"] = grad(names.find("garbled_square"))(3.0)
    """
    with house.installed("acme-garbled"):
        for strict in ("", "1"):
            report = house.probe(use, PULLBACK_STRICT=strict)
            assert report["raised"] is None
            (warned,) = report["warned"]
            assert warned["category"] == "PluginWarning"
            assert warned["message"] == (
                "acme-garbled 1.2 (index 'acme_garbled:index.txt') was left out: line 2, '<<<<<<< HEAD', is not 'key = family'"
            )
            before = report["found"].pop("before")
            assert (before["status"], before["primitives"]) == ("lazy", [])
            assert report["found"] == {"sin": math.cos(1.0), "square": 6.0}
        assert house.probe(use.replace("names.find", "len"), PULLBACK_PLUGINS="-garbled")["warned"] == []
        done = house.command("plugins", "doctor", check=False)
        assert done.returncode == 1
        (line,) = [line for line in done.stdout.splitlines() if "acme-garbled" in line]
        assert line.split()[:5] == ["problem", "broken", "index", "acme-garbled", "1.2"]
        assert house.command("plugins", "index", "acme-garbled").stdout.endswith("index.txt: written\n")
        report = house.probe(use)
        assert report["warned"] == []
        assert report["found"]["before"]["primitives"] == ["garbled_square"]
        assert house.command("plugins", "doctor").returncode == 0


def test_a_stale_index_breaks_nothing(house: House) -> None:
    with house.installed("acme-stale"):
        report = house.probe(
            """
            from pullback.tables import names
            found["slopes"] = [grad(pullback.math.sinh)(0.0), grad(names.find("cosh"))(0.0), grad(names.find("tanh"))(0.0)]
            found["fourth"] = grad(names.find("stale_fourth"))(1.0)
            found["third"] = names.find("stale_third") is None
            """,
            PULLBACK_STRICT="1",
        )
        assert report["raised"] is None
        assert report["warned"] == []
        assert report["found"] == {"slopes": [1.0, 0.0, 1.0], "fourth": 4.0, "third": True}
        done = house.command("plugins", "doctor", "--json", check=False)
    rows = [row for row in json.loads(done.stdout) if row["severity"] == "problem"]
    assert [(row["what"], row["distribution"], row["detail"].partition(",")[0]) for row in rows] == [
        ("stale index", "acme-stale", "cosh = stale"),
        ("stale index", "acme-stale", "math.sinh = stale"),
        ("stale index", "acme-stale", "stale_third = stale"),
        ("index leads nowhere", "acme-stale", "tanh = thirds"),
    ]
    assert done.returncode == 1


# Overrides, and targets that are missing.


def test_an_override_wins_once_it_is_loaded(house: House) -> None:
    with house.installed("acme-override"):
        report = house.probe("""
            found["before"] = pullback.value_and_grad(lambda x: pullback.math.sin(x))(1.0)
            pullback.load_plugins()
            found["after"] = pullback.value_and_grad(lambda x: pullback.math.sin(x))(60.0)
            found["status"] = sorted({row["status"] for row in rows().values()})
        """)
        assert report["raised"] is None
        assert report["warned"] == []
        degree = math.pi / 180.0
        assert report["found"]["before"] == [math.sin(1.0), math.cos(1.0)]
        assert report["found"]["after"] == pytest.approx([math.sqrt(0.75), degree * 0.5])
        assert report["found"]["status"] == ["active"]
    report = house.probe("pullback.load_plugins()\nfound['sin'] = pullback.math.sin(60.0)")
    assert report["found"]["sin"] == math.sin(60.0)


@pytest.mark.parametrize("first", ["sin", "tan"])
def test_an_indexed_override_wins_at_once_whatever_was_used_before(house: House, first: str) -> None:
    with house.installed("acme-indexed"):
        report = house.probe(f"""
            grad(pullback.math.{first})(0.5)
            found["tan"] = pullback.value_and_grad(pullback.math.tan)(45.0)
            found["status"] = rows()["acme-indexed:indexed"]["status"]
        """)
    assert report["raised"] is None
    assert report["warned"] == []
    assert report["found"]["tan"] == pytest.approx([1.0, math.pi / 90.0])
    assert report["found"]["status"] == "active"


def test_a_missing_target_is_a_row_of_the_doctor_and_no_error(house: House) -> None:
    with house.installed("acme-missing"):
        report = house.probe(
            LOAD_ALL
            + """
from acme_missing import cube
found["cube"] = pullback.value_and_grad(cube)(2.0)
""",
            PULLBACK_STRICT="1",
        )
        assert report["raised"] is None
        assert report["warned"] == []
        assert report["found"]["cube"] == [8.0, 12.0]
        assert report["found"]["rows"]["acme-missing:missing"]["status"] == "active"
        done = house.command("plugins", "doctor", check=False)
    (line,) = [line for line in done.stdout.splitlines() if "math:nosuch" in line or "math.nosuch" in line]
    assert "acme-missing" in line


# Which families are wanted.


@pytest.mark.parametrize(
    ("setting", "imported", "enabled"),
    [
        ("", [], None),
        ("trig,exponential", [], {"arithmetic", "trig", "exponential"}),
        ("acme,exponential", ["acme_good"], {"arithmetic", "acme", "exponential"}),
        ("-acme,-raises", [], None),
        ("-raises", ["acme_good"], None),
    ],
)
def test_families_are_filtered_before_import(
    house: House, setting: str, imported: list[str], enabled: set[str] | None
) -> None:
    with house.installed("acme-good", "acme-raises"):
        report = house.probe(
            LOAD_ALL + "found['square'] = grad(lambda x: x * x)(3.0)",
            PULLBACK_PLUGINS=setting,
            PULLBACK_STRICT="1",
        )
    assert report["raised"] is None
    assert report["warned"] == []
    assert report["imported"] == imported
    assert report["found"]["square"] == 6.0
    rows: dict[str, Any] = report["found"]["rows"]
    for module, key in (("acme_good", "acme-good:acme"), ("acme_raises", "acme-raises:raises")):
        assert rows[key]["status"] == ("active" if module in imported else "disabled")
        if module not in imported:
            assert repr(setting) in rows[key]["reason"]
    active = {row["family"] for row in rows.values() if row["status"] == "active"}
    if enabled is not None:
        assert active == enabled
    else:
        assert {row["status"] for row in rows.values() if row["distribution"] == "pullback"} == {"active"}


# The command line.


def test_the_command_line_knows_installed_families(house: House) -> None:
    with house.installed("acme-good", "acme-raises"):
        listed = json.loads(house.command("plugins", "list", "--json").stdout)
        (row,) = [row for row in listed if row["distribution"] == "acme-good"]
        assert {"family", "status", "reason", "distribution", "version", "primitives"} <= set(row)
        assert (row["family"], row["status"], row["version"]) == ("acme", "lazy", "1.2")
        assert sorted(row["primitives"]) == ["parallel", "softplus"]
        (row,) = [row for row in listed if row["distribution"] == "acme-raises"]
        assert row["status"] == "lazy", "listing imports nothing, so it cannot know yet"

        answer = json.loads(house.command("grad", "softplus(x)", "x=1", "--json").stdout)
        text = json.dumps(answer)
        assert str(1.0 / (1.0 + math.exp(-1.0)))[:12] in text
        assert str(math.log1p(math.e))[:12] in text

        done = house.command("plugins", "doctor", check=False)
        assert "acme-raises" in done.stdout
        assert "the licence of acme has expired" in " ".join(done.stdout.split())
    listed = json.loads(house.command("plugins", "list", "--json").stdout)
    assert {row["distribution"] for row in listed} == {"pullback"}
    gone = house.command("grad", "softplus(x)", "x=1", check=False)
    assert gone.returncode == 2
    assert "softplus" in gone.stderr


# The distribution that people are to copy.


def test_the_example_distribution_installs_and_passes_its_tests(house: House, tmp_path: Path) -> None:
    with house.installed("pullback-bessel"):
        report = house.probe("""
            import scipy.special
            found["j0"] = pullback.value_and_grad(lambda x: scipy.special.j0(x))(1.5)
            found["row"] = rows()["pullback-bessel:bessel"]
        """)
        assert report["raised"] is None
        assert report["warned"] == []
        assert report["found"]["row"]["status"] == "active"
        # DLMF 10.2.2 and its derivative by term, summed in exact fractions of 1.5.
        assert report["found"]["j0"] == pytest.approx([_bessel_series(0, 1.5), -_bessel_series(1, 1.5)], rel=1e-14)
        project = shutil.copytree(BESSEL, tmp_path / "pullback-bessel")
        done = run(house.python, "-m", "pytest", "-q", project / "tests", cwd=tmp_path)
        assert " passed" in done.stdout


def test_the_example_of_a_kind_installs_prints_the_program_of_a_gradient_and_goes(house: House, tmp_path: Path) -> None:
    use = """
        import numpy as np
        found["listed"] = rows()["pullback-symbols:symbols"]
        from pullback_symbols import trace
        found["program"] = trace(grad(lambda x: np.sum(np.sin(x) * x)), (3,))
        found["loaded"] = rows()["pullback-symbols:symbols"]["status"]
    """
    with house.installed("pullback-symbols"):
        report = house.probe(use)
        assert report["raised"] is None
        assert report["warned"] == []
        found = report["found"]
        assert (found["listed"]["status"], found["loaded"]) == ("lazy", "active")
        assert {"sin[symbol]", "exp[symbol]", "mul[symbol]", "sum_all[symbol]"} <= set(found["listed"]["primitives"])
        assert found["program"][:4] == ["v0 = input(0)", "v1 = sin(v0)", "v2 = mul(v1, v0)", "v3 = sum_all(v2)"]
        assert found["program"][-1] == "return v10"
        shown = house.command("plugins", "show", "symbols").stdout
        assert "sin[symbol]" in shown
        done = house.command("plugins", "doctor", check=False)
        assert "symbols" not in done.stdout
        project = shutil.copytree(SYMBOLS, tmp_path / "pullback-symbols")
        done = run(house.python, "-m", "pytest", "-q", project / "tests", cwd=tmp_path)
        assert " passed" in done.stdout
    report = house.probe(LOAD_ALL + "found['brought'] = len(__import__('pullback').tables.kinds.brought)")
    assert report["found"]["brought"] == 0
    assert not [row for row in report["found"]["rows"] if row.startswith("pullback-symbols")]


def _bessel_series(order: int, x: float) -> float:
    terms = (
        (-1.0) ** k * (x / 2) ** (2 * k + order) / (math.factorial(k) * math.factorial(k + order)) for k in range(30)
    )
    return math.fsum(terms)
