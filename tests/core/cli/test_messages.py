"""Messages of one line: without line breaks, without the middle of a long text, and with what was probably meant."""

from __future__ import annotations

import pytest

from pullback.cli.messages import cause, did_you_mean, excerpt, one_line


def test_line_breaks_and_runs_of_blanks_become_one_blank() -> None:
    assert one_line(" a\n\tb  c\r\n") == "a b c"
    assert one_line(ValueError("a\nb")) == "a b"


@pytest.mark.parametrize("length", [79, 80, 81, 1000])
def test_a_long_text_loses_its_middle_and_never_grows(length: int) -> None:
    text = "".join(str(k % 10) for k in range(length))
    shown = excerpt(text)
    if length <= 80:
        assert shown == text
    else:
        assert len(shown) <= 80
        assert text.startswith(shown.partition(" ... ")[0])
        assert text.endswith(shown.partition(" ... ")[2])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("bad"), "bad"),
        (OverflowError(34, "Numerical result out of range"), "Numerical result out of range"),
        (ZeroDivisionError(), "ZeroDivisionError"),
        (KeyError("a\nb"), "a b"),
    ],
)
def test_an_error_says_its_text_without_its_number(error: Exception, said: str) -> None:
    assert cause(error) == said


def test_the_closest_word_is_meant_or_none() -> None:
    assert did_you_mean("sine", ["sin", "cos"]) == "; did you mean 'sin'?"
    assert did_you_mean("sine", iter(["since", "sines", "sines"])) == "; did you mean 'sines'?"
    assert did_you_mean("sine", ["xyz"]) == did_you_mean("sine", []) == ""
