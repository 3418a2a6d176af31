"""The examples run as a reader runs them, and their gradients agree with 50-digit arithmetic."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import mpmath
import pytest

pytest.importorskip("scipy")
pytest.importorskip("matplotlib")

EXAMPLES = Path(__file__).parents[2] / "examples"
NIST_SETS = ["Misra1a", "MGH17", "Thurber", "Rat43", "Eckerle4"]


def load(name):
    spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def nist():
    return load("nist_strd")


@pytest.fixture(scope="module")
def lynx_hare():
    return load("lynx_hare")


def run(script, *args):
    return subprocess.run(
        [sys.executable, str(EXAMPLES / script), *args], capture_output=True, text=True, timeout=120, check=False
    )


def run_without(module, script):
    """Run a script in an interpreter that cannot find `module`."""
    code = f"""
import runpy, sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
runpy.run_path({str(EXAMPLES / script)!r}, run_name="__main__")
"""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def nist_table():
    """What the script prints, as {(data set, start): numbers of the row}."""
    done = run("nist_strd.py")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    rows = re.findall(r"^(\w+) +(?:lower|average|higher) +([12])((?: +[\d.]+){6}) +(\S+) \((\S+)\)$", done.stdout, re.M)
    table = {(name, int(start)): [*map(float, numbers.split()), ssr, sure] for name, start, numbers, ssr, sure in rows}
    assert "falls short" not in done.stdout
    return table


@pytest.fixture(scope="module")
def lynx_run(tmp_path_factory):
    picture = tmp_path_factory.mktemp("lynx") / "new folder" / "fit.png"
    done = run("lynx_hare.py", "--output", str(picture))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout, picture


# --- NIST ---


@pytest.mark.parametrize("start", [1, 2])
@pytest.mark.parametrize("name", NIST_SETS)
def test_nist_fit_reaches_six_certified_digits(nist_table, name, start):
    exact, two_point, exact_calls, two_point_calls, _, _, ssr, certified_ssr = nist_table[name, start]
    assert 6 <= exact <= 11
    assert 0 <= two_point <= 11
    assert exact_calls < two_point_calls
    assert float(ssr) == pytest.approx(float(certified_ssr), rel=1e-8)


def test_nist_table_holds_each_set_from_both_starts(nist_table):
    assert sorted(nist_table) == sorted((name, start) for name in NIST_SETS for start in (1, 2))


@pytest.mark.parametrize("name", NIST_SETS)
def test_certified_parameters_give_the_certified_sum_of_squares(nist, name):
    """The data, the certified values and the formula were read right: they agree with each other."""
    problem = nist.read_problem(nist.DATA / f"{name}.dat")
    sum_of_squares = sum(r * r for r in nist.residuals(problem.certified, problem))
    assert sum_of_squares == pytest.approx(problem.certified_ssr, rel=1e-8)


# The formulas once more, in mpmath.
ORACLES = {
    "Misra1a": lambda x, b1, b2: b1 * (1 - mpmath.exp(-b2 * x)),
    "MGH17": lambda x, b1, b2, b3, b4, b5: b1 + b2 * mpmath.exp(-x * b4) + b3 * mpmath.exp(-x * b5),
    "Thurber": lambda x, b1, b2, b3, b4, b5, b6, b7: (
        (b1 + b2 * x + b3 * x**2 + b4 * x**3) / (1 + b5 * x + b6 * x**2 + b7 * x**3)
    ),
    "Rat43": lambda x, b1, b2, b3, b4: b1 / (1 + mpmath.exp(b2 - b3 * x)) ** (1 / b4),
    "Eckerle4": lambda x, b1, b2, b3: b1 / b2 * mpmath.exp(-(((x - b3) / b2) ** 2) / 2),
}


def oracle_gradient(function, point, digits=50):
    """The partial derivatives of a function of mpmath numbers, by differences in so many digits."""
    with mpmath.workdps(digits):
        orders = [tuple(int(i == j) for i in range(len(point))) for j in range(len(point))]
        return [mpmath.diff(function, tuple(map(mpmath.mpf, point)), order) for order in orders]


def assert_agrees(found, true):
    for ours, theirs in zip(found, true, strict=True):
        assert abs(ours - theirs) <= 1e-12 * abs(theirs), (ours, theirs)


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("name", NIST_SETS)
def test_gradient_of_the_sum_of_squares_at_the_start(nist, name, start):
    from pullback import grad

    problem = nist.read_problem(nist.DATA / f"{name}.dat")
    observations = [(mpmath.mpf(x), mpmath.mpf(y)) for x, y in zip(problem.x, problem.y, strict=True)]

    def true_sum_of_squares(*b):
        return sum((ORACLES[name](x, *b) - y) ** 2 for x, y in observations)

    found = grad(lambda b: sum(r * r for r in nist.residuals(b, problem)))(problem.starts[start])
    assert_agrees(found, oracle_gradient(true_sum_of_squares, problem.starts[start]))


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("name", NIST_SETS)
def test_jacobian_of_the_residuals_at_the_start(nist, name, start):
    problem = nist.read_problem(nist.DATA / f"{name}.dat")
    b = problem.starts[start]
    found = nist.exact_jacobian(b, problem)
    # Every fourth row, without Eckerle4's at x = 490: a derivative is zero there, and floats leave the rounding of its terms.
    for row, x in list(zip(found, problem.x, strict=True))[1::4]:
        # A derivative can be 1e-140 where the model is 50: differences need that many digits to see it.
        true = oracle_gradient(lambda *b, x=mpmath.mpf(x): ORACLES[name](x, *b), b, digits=400)
        assert_agrees(row, true)


def test_digits(nist):
    assert nist.digits(1.0, 1.0) == 11
    assert nist.digits(1.0 + 1e-15, 1.0) == 11
    assert nist.digits(1.001, 1.0) == pytest.approx(3)
    assert nist.digits(-50.0, 1.0) == 0


def test_unknown_data_set_is_one_line_and_code_2():
    done = run("nist_strd.py", "Misra1b")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith(
        "error: no data set 'Misra1b'; there are Misra1a, MGH17, Thurber, Rat43, Eckerle4"
    )


# --- lynx and hare ---


def test_lynx_hare_finds_the_published_parameters(lynx_run):
    output, _ = lynx_run
    assert re.search(r"^converged after \d+ iterations", output, re.M)
    rows = re.findall(r"^(\w+) +([\d.]+) +([\d.]+) to ([\d.]+) +([\d.]+) ", output, re.M)
    assert [row[0] for row in rows] == ["alpha", "beta", "gamma", "delta", "hares", "lynx"]
    # The published values are posterior means, under weak priors: near the best fit, but not the same.
    published = {"alpha": 0.55, "beta": 0.028, "gamma": 0.80, "delta": 0.024, "hares": 33.9, "lynx": 5.9}
    for name, value, low, high, _ in rows:
        assert float(value) == pytest.approx(published[name], rel=0.05)
        assert float(low) < float(value) < float(high)


def test_lynx_hare_prints_every_year(lynx_run):
    output, _ = lynx_run
    rows = re.findall(r"^(19\d\d) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)$", output, re.M)
    assert [int(row[0]) for row in rows] == list(range(1900, 1921))
    assert rows[0][1] == "30.0"
    assert rows[-1][3] == "8.6"
    for _, hares, fitted_hares, lynx, fitted_lynx in rows:
        assert 0.4 < float(hares) / float(fitted_hares) < 2.5
        assert 0.4 < float(lynx) / float(fitted_lynx) < 2.5


def test_lynx_hare_shows_progress_that_goes_down(lynx_run):
    output, _ = lynx_run
    misfits = [float(value) for value in re.findall(r"^iteration +\d+ +misfit +([\d.]+)$", output, re.M)]
    assert len(misfits) >= 3
    assert misfits == sorted(misfits, reverse=True)


def test_lynx_hare_saves_a_picture(lynx_run):
    from matplotlib.image import imread

    _, picture = lynx_run
    pixels = imread(picture)
    assert pixels.shape[0] > 500
    assert pixels.shape[1] > 1000
    assert len({tuple(pixel) for pixel in pixels[::5, ::5].reshape(-1, pixels.shape[2]).tolist()}) > 20


def test_lynx_hare_gradient_against_50_digits(lynx_hare):
    """Through all 400 Runge-Kutta steps."""
    from pullback import grad

    pelts = lynx_hare.read_pelts(EXAMPLES / "data" / "lynx_hare.csv")
    logs = [float(mpmath.log(value)) for value in lynx_hare.first_guess(pelts)]

    def true_misfit(*logs):
        p = lynx_hare.Parameters(*[mpmath.exp(each) for each in logs])
        yearly = lynx_hare.trajectory(p, len(pelts.years) - 1)[:: lynx_hare.STEPS_PER_YEAR]
        return sum(
            mpmath.log(hares / seen_hares) ** 2 + mpmath.log(lynx / seen_lynx) ** 2
            for (hares, lynx), seen_hares, seen_lynx in zip(yearly, pelts.hares, pelts.lynx, strict=True)
        )

    assert_agrees(grad(lynx_hare.misfit)(logs, pelts), oracle_gradient(true_misfit, logs))


def test_lynx_hare_refuses_a_format_that_it_cannot_write():
    done = run("lynx_hare.py", "--output", "fit.docx")
    assert done.returncode == 2
    assert "fit.docx must end in one of" in done.stderr.splitlines()[-1]


# --- what is missing is said in one line ---


@pytest.mark.parametrize(
    ("module", "script"),
    [
        ("scipy", "nist_strd.py"),
        ("scipy", "lynx_hare.py"),
        ("matplotlib", "lynx_hare.py"),
        ("pullback", "nist_strd.py"),
    ],
)
def test_missing_library_is_one_line(module, script):
    done = run_without(module, script)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.strip() == f'{script} needs {module}: python -m pip install ".[examples]" installs it'


def test_lynx_hare_runs_without_rich(tmp_path):
    code = (
        "import runpy, sys; sys.modules['rich'] = None; sys.stdout.isatty = lambda: True; "
        f"sys.argv = ['lynx_hare.py', '--output', {str(tmp_path / 'fit.png')!r}]; "
        f"runpy.run_path({str(EXAMPLES / 'lynx_hare.py')!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "\nconverged after" in done.stdout
    assert (tmp_path / "fit.png").exists()
