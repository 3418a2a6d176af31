"""Rewrite the tables of docs/array_api.md from what `measure.py` finds: ``python tests/plugins/array_api/document.py``."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "array_api.md"
SECTION = {
    library: re.compile(rf"(<!-- {library}: .*?-->\n)(.*?)(<!-- end -->\n)", re.S) for library in ("scipy", "sklearn")
}


def rows(table: str) -> list[tuple[str, str]]:
    """Return (name, "yes", "yes, in reverse mode" or "no") of every row of a table."""
    found = []
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 2 and cells[0].startswith("`"):
            found.append((cells[0].replace("`", ""), cells[1].partition(":")[0]))
    return found


def table(library: str) -> str:
    """Measure, and return the table."""
    sys.path.insert(0, str(HERE))
    from catalogue import REFUSED

    done = subprocess.run(
        [sys.executable, str(HERE / "measure.py"), library], capture_output=True, text=True, check=True
    )
    lines = ["| function | differentiates |", "|---|---|"]
    for row in map(json.loads, done.stdout.splitlines()):
        name, kind = row["name"], ""
        if " (" in name:
            name, _, kind = name.partition(" (")
            kind = f" ({kind}"
        if "off" in row and row["off"] < 1e-8:
            lines.append(
                f"| `{name}`{kind} | {'yes' if row['forward'] == row['forward'] else 'yes, in reverse mode'} |"
            )
        elif row["name"] in REFUSED:
            lines.append(f"| `{name}`{kind} | no: {REFUSED[row['name']]} |")
        else:
            raise SystemExit(f"{row['name']} neither works nor is it said why it does not: {row}")
    return "\n".join(lines) + "\n"


def main() -> None:
    text = PAGE.read_text("utf-8")
    for library, section in SECTION.items():
        made = table(library)
        text = section.sub(lambda match, made=made: match[1] + made + match[3], text)  # type: ignore[misc]
    PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
