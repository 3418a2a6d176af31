"""Run each measurement in a separate process, so that none is affected by another's garbage, recursion limit or crash.

The process runs a generator. The values that it yields are sent to the parent, and `yield` returns the messages from the parent.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from .peers import UnableError

__all__ = ["ROOT", "Process", "once"]

ROOT = Path(__file__).resolve().parents[1]


class Process:
    """A process that runs the generator ``function(*args)``. The function must be importable."""

    def __init__(
        self,
        function: Callable[..., Generator[Any, Any, None]],
        *args: Any,
        environment: Mapping[str, str] | None = None,
    ):
        ours, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.process", str(theirs.fileno())],
                cwd=ROOT,
                env={**os.environ, **(environment or {})},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._pipe = ours
        self._pipe.send((function, args))

    def receive(self, limit: float | None = None) -> Any:
        """Return the next value from the generator; raise `UnableError` with the reason if there is none within `limit` seconds."""
        try:
            if not self._pipe.poll(limit):
                self.close()
                raise UnableError(f"not done in {limit:g} s")
            succeeded, result = self._pipe.recv()
        except (EOFError, ConnectionError):
            raise UnableError(self._end()) from None
        if not succeeded:
            self.close()
            raise UnableError(result)
        return result

    def ask(self, message: Any, limit: float | None = None) -> Any:
        """Send `message` to the generator and return the value that it yields next."""
        try:
            self._pipe.send(message)
        except ConnectionError:
            raise UnableError(self._end()) from None
        return self.receive(limit)

    def finish(self, limit: float | None = None) -> None:
        """Wait until the generator and the process have ended; raise `UnableError` if they did not end successfully."""
        self._pipe.close()
        try:
            code = self._process.wait(limit)
        except subprocess.TimeoutExpired:
            self.close()
            raise UnableError(f"did not end within {limit:g} s") from None
        if code:
            raise UnableError(self._end())

    def close(self) -> None:
        """Kill the process."""
        self._pipe.close()
        self._process.kill()
        self._process.wait()

    def _end(self) -> str:
        code = self._process.wait()
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


def once(
    function: Callable[..., Generator[Any, Any, None]],
    *args: Any,
    environment: Mapping[str, str] | None = None,
    limit: float | None = None,
) -> Any:
    """Run a generator in a separate process and return the first value; raise `UnableError` if the process fails."""
    process = Process(function, *args, environment=environment)
    result = process.receive(limit)
    process.finish(limit)
    return result


def main(descriptor: int) -> None:
    """Run the generator of the parent in this process, connected by the pipe `descriptor`."""
    pipe: Any = Connection(descriptor)
    function, args = pipe.recv()
    try:
        generator = function(*args)
        message = None
        while True:
            pipe.send((True, generator.send(message)))
            message = pipe.recv()
    except (EOFError, StopIteration):
        return
    except UnableError as reason:
        pipe.send((False, str(reason)))
    except BaseException as error:
        pipe.send((False, _short(error)))


def _short(error: BaseException) -> str:
    first = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}"[:100].rstrip(": ")


if __name__ == "__main__":
    main(int(sys.argv[1]))
