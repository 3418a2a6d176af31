"""Counts the Python versions that the tests ran on: ``ran FOLDER`` notes this one, ``count FOLDER N`` asks for N of them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path


def main(action: str, folder: str, wanted: str = "0") -> int:
    notes = Path(folder)
    if action == "ran":
        notes.mkdir(parents=True, exist_ok=True)
        free_threaded = "t" if "free-threading build" in sys.version else ""
        (notes / "{}.{}{}".format(*sys.version_info[:2], free_threaded)).touch()
        return 0
    ran = sorted(note.name for note in notes.glob("3.*"))
    # A free-threaded one is of the same version as the other.
    versions = {name.removesuffix("t") for name in ran}
    # The next run counts anew.
    shutil.rmtree(notes, ignore_errors=True)
    print(f"the tests ran on {len(versions)} versions of Python: {', '.join(ran) or 'none'}")
    if len(versions) < int(wanted):
        print(f"error: at least {wanted} are needed on the PATH; .ci/run puts those of pyenv there")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
