"""The command as a whole: version, help, what is missing, how it fails."""

from __future__ import annotations

import textwrap

import pytest

import pullback


def test_the_version_says_what_the_core_is(run) -> None:
    result = run("--version")
    assert result.exit_code == 0
    assert result.stdout == f"pullback {pullback.__version__}, core: {pullback.core()}\n"


@pytest.mark.parametrize("words", [[], ["--help"], ["plugins"], ["grad", "--help"], ["plugins", "doctor", "--help"]])
def test_help_is_given(run, words: list[str]) -> None:
    result = run(*words)
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")
    assert result.stderr == ""


@pytest.mark.parametrize("words", [["grade"], ["plugins", "lst"], ["--vers"], ["plugins", "list", "--jsn"]])
def test_unknown_commands_and_options_give_one_line(fails, words: list[str]) -> None:
    assert words[-1] in fails(*words)


@pytest.mark.parametrize("missing", ["click", "rich"])
def test_without_its_extra_it_says_what_to_install(shell, missing: str) -> None:
    code = textwrap.dedent(f"""
        import sys
        class Absent:
            @staticmethod
            def find_spec(name, path=None, target=None):
                if name.partition(".")[0] == {missing!r}:
                    raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
        sys.meta_path.insert(0, Absent)
        from pullback.cli import main
        main()
    """)
    done = shell("grad", "x", "x=1", code=code)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert missing in line
    assert 'pip install "pullback[cli]"' in line


def test_a_reader_that_leaves_early_is_no_error(shell) -> None:
    code = textwrap.dedent("""
        import subprocess, sys
        first = subprocess.Popen([sys.executable, "-m", "pullback.cli", "plugins", "list"], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE)
        first.stdout.close()
        error = first.stderr.read().decode()
        first.wait()
        assert "Traceback" not in error, error
    """)
    done = shell(code=code)
    assert done.returncode == 0, done.stderr


def test_the_module_is_imported_by_nobody(shell) -> None:
    done = shell(code="import pullback, sys; pullback.load_plugins(); assert 'pullback.cli' not in sys.modules")
    assert done.returncode == 0, done.stderr


def test_warnings_of_python_are_left_as_they_were(run) -> None:
    import warnings

    before = warnings.showwarning
    run("plugins", "list")
    assert warnings.showwarning is before
