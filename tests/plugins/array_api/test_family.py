"""The namespace is a family: it is found through the table of overloads, and can be disabled like any other."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

import pullback as pb
from pullback.variable import answer_for
from pullback_plugins import array_api
from pullback_plugins.array_api.family import VERSIONS, array_namespace
from pullback_plugins.numpy.array.overloads import ArrayNamespace


def test_the_family_answers_for_the_namespace() -> None:
    pb.Variable(np.ones(2)).__array_namespace__()
    assert answer_for(ArrayNamespace) is array_namespace


@pytest.mark.parametrize("version", [None, *VERSIONS])
def test_the_namespace_conforms_to_several_versions(version: str | None) -> None:
    assert array_namespace(version) is array_api


@pytest.mark.parametrize("version", ["1999.12", "2099.12", ""])
def test_other_versions_are_refused(version: str) -> None:
    with pytest.raises(ValueError, match=f"up to version {VERSIONS[-1]}, not {version!r}"):
        array_namespace(version)


def test_a_disabled_namespace_is_not_imported() -> None:
    code = (
        "import sys, numpy as np, pullback as pb\n"
        "pb.load_plugins()\n"
        "try:\n"
        "    pb.Variable(np.ones(2)).__array_namespace__()\n"
        "except pb.UnknownPrimitiveError as error:\n"
        "    print(error)\n"
        "print('pullback_plugins.array_api' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "PULLBACK_PLUGINS": "-array-api"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    error, imported = done.stdout.splitlines()
    assert "the family 'array-api' of pullback, which would answer, is disabled: PULLBACK_PLUGINS" in error
    assert imported == "False"
