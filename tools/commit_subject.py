"""Check the message of a commit: ``python tools/commit_subject.py FILE``, as the hook `commit-msg` does.

The subject is one line of fewer than 72 characters, so that a log can be read; an empty line parts it from the body.
"""

from __future__ import annotations

import sys
from pathlib import Path

LIMIT = 72


def complaint(message: str) -> str:
    """Return what is wrong with a message, or ''. Lines that begin with ``#`` are Git's own."""
    lines = [line.rstrip() for line in message.splitlines() if not line.startswith("#")]
    while lines and not lines[0]:
        del lines[0]
    if not lines:
        return "the message is empty"
    subject = lines[0]
    if subject.startswith(("Merge ", "Revert ", "fixup! ", "squash! ")):
        return ""  # written by Git
    if len(subject) >= LIMIT:
        return (
            f"the subject has {len(subject)} characters, and should have fewer than {LIMIT}: say the rest in the body"
        )
    if len(lines) > 1 and lines[1]:
        return "the second line is not empty: it parts the subject from the body"
    return ""


def main(path: str) -> int:
    """Print what is wrong with the message in a file; return the exit status."""
    found = complaint(Path(path).read_text(encoding="utf-8"))
    if found:
        print(f"error: {found}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
