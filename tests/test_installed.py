"""Under tox the tests run on the built wheel, not on the source tree."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

import pytest

import pullback
import pullback_plugins

TREE = Path(__file__).parent.parent


@pytest.mark.skipif("TOX_ENV_NAME" not in os.environ, reason="not run by tox")
def test_the_packages_under_test_are_the_installed_ones() -> None:
    site_packages = Path(sysconfig.get_path("purelib")).resolve()
    for package in (pullback, pullback_plugins):
        assert package.__file__ is not None
        assert Path(package.__file__).resolve().is_relative_to(site_packages)


def test_every_source_file_is_importable_from_where_the_package_is() -> None:
    for folder, package in (
        (TREE / "core" / "pullback", pullback),
        (TREE / "plugins" / "pullback_plugins", pullback_plugins),
    ):
        assert package.__file__ is not None
        installed = Path(package.__file__).parent
        sources = {path.relative_to(folder) for path in folder.rglob("*.py")} | {Path("py.typed")}
        assert sources <= {path.relative_to(installed) for path in installed.rglob("*") if path.is_file()}
