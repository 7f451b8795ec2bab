"""Serves squares out of a process that has loaded the program already, so that a start is a fork and no imports.

It reads orders from its standard input, a JSON list each: `["start", port, log, env]` or `["poll", pid]`, and answers
with a line: the new process, or its exit code, `-` while it runs. Whoever gives the orders sends the signals.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import MappingProxyType

LOOKS = 0.005
"""Seconds between two looks whether a process has ended."""

PACKAGES = ("app.web", "app.store", "app.store.migrations")
MODULES = (
    "app.cli.serve",
    "litestar.middleware._internal.exceptions.middleware",
    "litestar.plugins.pydantic",
    "piccolo.apps.migrations.auto.migration_manager",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.auto",
)
"""What a server loads by the time that it is ready."""

ROOT = Path(__file__).resolve().parents[2]


class Launcher:
    """Forks servers; what is not said at the start of one, it has from the environment that all share."""

    def __init__(self, env: Mapping[str, str]) -> None:
        words = [sys.executable, "-m", __name__]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(words, cwd=ROOT, env=env, stdin=pipe, stdout=pipe, text=True)
        self._turn = threading.Lock()

    def start(self, port: int, log: Path, env: Mapping[str, str] = MappingProxyType({})) -> "Forked":
        """Fork an `isegoria serve`, with these variables set besides."""
        return Forked(self, int(self.ask("start", port, str(log), dict(env))))

    def ask(self, *order: object) -> str:
        """Give an order and return the answer."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        with self._turn:
            stdin.write(f"{json.dumps(order)}\n")
            stdin.flush()
            return stdout.readline().strip()

    def close(self) -> None:
        """End it; the servers end on their own."""
        self._process.communicate()


class Forked:
    """A process that the launcher has forked, with what is used of `subprocess.Popen`."""

    def __init__(self, launcher: Launcher, pid: int) -> None:
        self.pid = pid
        self._launcher = launcher
        self._code: int | None = None

    def poll(self) -> int | None:
        """The exit code, the negative signal if one has ended it, None while it runs."""
        if self._code is None:
            answer = self._launcher.ask("poll", self.pid)
            self._code = None if answer == "-" else int(answer)
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return its exit code."""
        until = time.monotonic() + (timeout or float("inf"))
        while (code := self.poll()) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired(f"isegoria serve, process {self.pid}", timeout or 0)
            time.sleep(LOOKS)
        return code

    def send_signal(self, sig: int) -> None:
        """Send a signal, if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)


def _load() -> None:
    for package in PACKAGES:
        folder = import_module(package).__path__
        for module in iter_modules(folder, f"{package}."):
            import_module(module.name)
    for name in MODULES:
        import_module(name)


def _take_orders() -> None:
    _load()
    for line in sys.stdin:
        order, *words = json.loads(line)
        if order == "start":
            pid = os.fork()
            if pid == 0:
                _serve(*words)
            sys.stdout.write(f"{pid}\n")
        else:
            ended, status = os.waitpid(words[0], os.WNOHANG)
            sys.stdout.write(f"{os.waitstatus_to_exitcode(status) if ended else '-'}\n")
        sys.stdout.flush()


def _serve(port: int, log: str, env: dict[str, str]) -> None:
    """Become `isegoria serve`, and end with it."""
    from app.cli import main

    os.environ.update(env)
    nothing, said = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for descriptor, place in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(descriptor, place)
    main(["serve", "--port", str(port)], prog_name="isegoria")


if __name__ == "__main__":
    _take_orders()
