"""Which Python versions the tests ran on: ``ran FOLDER`` notes this one, ``demand FOLDER VERSION ...`` fails unless all of those did."""

from __future__ import annotations

import sys
from pathlib import Path


def main(action: str, folder: str, *wanted: str) -> int:
    notes = Path(folder)
    if action == "ran":
        notes.mkdir(parents=True, exist_ok=True)
        free_threaded = "t" if "free-threading build" in sys.version else ""
        (notes / "{}.{}{}".format(*sys.version_info[:2], free_threaded)).touch()
        return 0
    ran = sorted(note.name for note in notes.glob("3.*"))
    print(f"the tests ran on Python {', '.join(ran) or '(none)'}")
    missing = [version for version in wanted if version not in ran]
    if missing:
        print(f"error: they did not run on Python {', '.join(missing)}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
