"""Settings: where they come from, which one wins, and what a bad one is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pullback import PullbackError
from pullback.host.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("PLUGINS", "STRICT", "INDETERMINATE"):
        monkeypatch.delenv(f"PULLBACK_{name}", raising=False)
    monkeypatch.chdir(tmp_path)


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_defaults() -> None:
    assert load_settings() == Settings(plugins=None, strict=False, indeterminate="zero")


def test_a_keyword_wins_over_the_environment_that_over_pyproject_that_over_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write(tmp_path, '[tool.pullback]\nindeterminate = "nan"\n')
    assert load_settings().indeterminate == "nan"
    monkeypatch.setenv("PULLBACK_INDETERMINATE", "warn")
    assert load_settings().indeterminate == "warn"
    assert load_settings(indeterminate="zero").indeterminate == "zero"


def test_each_setting_is_taken_from_the_first_that_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write(tmp_path, '[tool.pullback]\nindeterminate = "nan"\nplugins = "trig"\nstrict = true\n')
    monkeypatch.setenv("PULLBACK_PLUGINS", "-special")
    assert load_settings(strict=False) == Settings(plugins="-special", strict=False, indeterminate="nan")


def test_a_keyword_that_is_none_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULLBACK_STRICT", "1")
    assert load_settings(strict=None, plugins=None) == Settings(strict=True)


@pytest.mark.parametrize(("text", "strict"), [("1", True), ("0", False), ("true", True), ("false", False)])
def test_strict_in_the_environment(monkeypatch: pytest.MonkeyPatch, text: str, strict: bool) -> None:
    monkeypatch.setenv("PULLBACK_STRICT", text)
    assert load_settings().strict is strict


def test_an_empty_variable_is_not_set_but_empty_plugins_means_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write(tmp_path, '[tool.pullback]\nindeterminate = "nan"\nplugins = "trig"\nstrict = true\n')
    for name in ("PLUGINS", "STRICT", "INDETERMINATE"):
        monkeypatch.setenv(f"PULLBACK_{name}", "")
    assert load_settings() == Settings(plugins="", strict=True, indeterminate="nan")


def test_the_nearest_pyproject_that_speaks_of_pullback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write(tmp_path, '[tool.pullback]\nindeterminate = "warn"\n')
    write(tmp_path / "a", '[project]\nname = "uses-pullback"\n[tool.other]\npullback = 1\n')
    write(tmp_path / "a" / "b", "[project]\nname = 'other'\n")
    (tmp_path / "a" / "b" / "c").mkdir()
    monkeypatch.chdir(tmp_path / "a" / "b" / "c")
    assert load_settings().indeterminate == "warn"
    write(tmp_path / "a", '[tool.pullback]\nindeterminate = "nan"\n')
    assert load_settings().indeterminate == "nan"


@pytest.mark.parametrize(
    "text",
    [
        '[tool.pullback]\nindeterminate = "nan"\n',
        '  [ tool . "pullback" ]  # ours\nindeterminate = "nan"\n',
        """["tool".'pullback']\nindeterminate = "nan"\n""",
        '[tool]\npullback.indeterminate = "nan"\n',
        '[ "tool" ]\npullback = { indeterminate = "nan" }\n',
        'tool.pullback.indeterminate = "nan"\n',
        '"tool" . pullback = { indeterminate = "nan" }\n',
        'tool = { pullback = { indeterminate = "nan" } }\n',
        '[tool.other]\nx = 1\n[tool.pullback]\nindeterminate = "nan"\n',
    ],
)
def test_however_the_table_is_spelt(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    assert load_settings().indeterminate == "nan"


def test_a_project_that_only_depends_on_pullback_is_not_parsed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import tomllib

    def refuse(text: str) -> Any:
        raise AssertionError("parsed")

    monkeypatch.setattr(tomllib, "loads", refuse)
    text = '[project]\ndependencies = ["pullback>=0.1"]\n[tool.ruff]\nline-length = 120\n'
    write(tmp_path, text)
    assert load_settings() == Settings()
    write(tmp_path, text + "[tool.pullback]\n")
    with pytest.raises(AssertionError, match="parsed"):
        load_settings()


@pytest.mark.parametrize("content", [b"[tool.pullback\n", b"# pullback \xff\xfe\n", b"[tool.pullback]\nplugins = \n"])
def test_a_pyproject_that_is_no_toml_breaks_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pyproject.toml").write_bytes(content)
    assert load_settings() == Settings()


def test_a_working_directory_that_is_gone_breaks_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert load_settings() == Settings()


def test_a_bad_variable_is_named_with_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULLBACK_INDETERMINATE", "nought")
    with pytest.raises(PullbackError, match=r"'indeterminate' from the environment: .*'zero'.*'nan'.*'warn'.*'nought'"):
        load_settings()
    monkeypatch.setenv("PULLBACK_INDETERMINATE", "nan")
    monkeypatch.setenv("PULLBACK_STRICT", "perhaps")
    with pytest.raises(PullbackError, match="'strict' from the environment: .*'perhaps'"):
        load_settings()


@pytest.mark.parametrize(
    ("line", "name"),
    [("indeterminate = 3", "indeterminate"), ('plugins = ["trig"]', "plugins"), ("strictt = true", "strictt")],
)
def test_a_bad_line_is_named_with_its_file(tmp_path: Path, line: str, name: str) -> None:
    path = write(tmp_path, f"[tool.pullback]\n{line}\n")
    with pytest.raises(PullbackError) as raised:
        load_settings()
    assert str(raised.value).startswith(f"setting {name!r} from {path}: ")


def test_a_bad_keyword_is_named_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULLBACK_INDETERMINATE", "nan")
    with pytest.raises(PullbackError, match="'indeterminate' from a keyword: .*'nought'"):
        load_settings(indeterminate="nought")


@pytest.mark.parametrize(
    ("plugins", "family", "distribution", "enabled"),
    [
        (None, "bessel", "acme", True),
        (None, "trig", "pullback", True),
        ("", "bessel", "acme", False),
        ("", "trig", "pullback", True),
        (" , ", "bessel", "acme", False),
        ("trig,exponential", "trig", "pullback", True),
        ("trig,exponential", "exponential", "pullback", True),
        ("trig,exponential", "special", "pullback", False),
        ("trig,exponential", "bessel", "acme", False),
        ("trig,exponential", "arithmetic", "pullback", True),
        (" bessel ", "bessel", "acme", True),
        ("-special", "special", "pullback", False),
        ("-special", "bessel", "acme", True),
        ("-special", "trig", "pullback", True),
        ("-special,-bessel", "bessel", "acme", False),
        ("- special", "special", "pullback", False),
        ("trig,bessel,-bessel", "bessel", "acme", False),
        ("trig,bessel,-bessel", "trig", "pullback", True),
        ("-arithmetic", "arithmetic", "pullback", True),
        ("-arithmetic", "arithmetic", "acme", False),
    ],
)
def test_which_families_a_word_lets_in(plugins: str | None, family: str, distribution: str, enabled: bool) -> None:
    assert Settings(plugins=plugins).enables(family, distribution) is enabled


def test_the_families_that_are_named() -> None:
    assert Settings(plugins="a, -b,,c ,- d").named == ({"a", "c"}, {"b", "d"})
    assert Settings().named == (set(), set())


def test_settings_do_not_change() -> None:
    settings: Any = Settings()
    with pytest.raises(AttributeError):
        settings.strict = True
