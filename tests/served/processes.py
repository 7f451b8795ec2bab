"""A square that is served by processes of its own: founded, started, stopped and killed as whoever runs it does."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import httpx
import msgspec
from msgspec import Struct

from app.config import Config
from tests.served.launcher import Forked, Launcher

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
"""Seconds that a process may take to start or to end, on a machine that does other things besides."""


class Done(Struct, frozen=True):
    """What a command has said; `code` is its exit code."""

    code: int
    out: str
    err: str


class AuditRow(Struct, frozen=True):
    """A check of an audit."""

    id: str
    result: str


class Audit(Struct, frozen=True):
    """What is asked of an audit's JSON."""

    exit: int
    size: int
    checks: tuple[AuditRow, ...]


class Process:
    """One `isegoria serve`."""

    def __init__(self, port: int, log: Path, process: "subprocess.Popen[bytes] | Forked") -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._log = log
        self._process = process

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    @property
    def said(self) -> str:
        """What stands in its log."""
        return self._log.read_text()

    def wait_ready(self) -> None:
        """Return when it can serve."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert self.runs, f"the server has ended with {self._process.poll()}:\n{self.said}"
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=PATIENCE).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"the server is not ready after {PATIENCE:.0f} s:\n{self.said}")

    def kill(self) -> None:
        """End it as a power cut does."""
        self.send(signal.SIGKILL)
        self._process.wait()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def stop(self) -> int:
        """Ask it to end, wait for that, and return its exit code."""
        self.send(signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        """Wait for its end and return its exit code."""
        return self._process.wait(PATIENCE)


class Served:
    """A square and the processes that serve it; `config` says where it lives.

    `before` are the words of a command that runs each process. Processes are forked from a `launcher` of many squares,
    where there is one.
    """

    def __init__(self, config: Config, launcher: Launcher | None = None) -> None:
        self.config = config
        self.own = {
            "ISEGORIA_HOME": str(config.home),
            "ISEGORIA_DATABASE": config.database,
            "ISEGORIA_RATE_LIMITS": "off",
        }
        self.env = environment() | self.own
        self.processes: list[Process] = []
        self.before: tuple[str, ...] = ()
        self._launcher = launcher
        self._loaded: Launcher | None = None

    def load(self) -> None:
        """Load the program once for all the processes to come: they are forked from there, and up at once."""
        self._launcher = self._loaded = Launcher(self.env)

    def launch(self, port: int = 0) -> Process:
        """Start a process without waiting for it, on a free port unless one is named."""
        log = self.config.home.parent / "serve.log"
        port = port or free_port()
        process = Process(port, log, self._launched(port, log))
        self.processes.append(process)
        return process

    def _launched(self, port: int, log: Path) -> "subprocess.Popen[bytes] | Forked":
        if self._launcher is not None:
            return self._launcher.start(port, log, self.own)
        words = [*self.before, sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
        with log.open("ab") as file:
            return subprocess.Popen(words, cwd=ROOT, env=self.env, stdout=file, stderr=file)

    def start(self, port: int = 0) -> Process:
        """Start a process and return when it can serve."""
        process = self.launch(port)
        process.wait_ready()
        return process

    def begin(self, *words: str) -> "subprocess.Popen[str]":
        """Start an `isegoria` command and do not wait for it."""
        command = [sys.executable, "-m", "app.cli", *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
        )

    def run(self, *words: str, seconds: float = PATIENCE) -> Done:
        """Run an `isegoria` command to its end."""
        with self.begin(*words) as process:
            try:
                out, err = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
            return Done(process.returncode, out, err)

    def must(self, *words: str, seconds: float = PATIENCE) -> str:
        """Run an `isegoria` command that has to succeed, and return what it prints."""
        done = self.run(*words, seconds=seconds)
        assert done.code == 0, f"isegoria {' '.join(words)} ended with {done.code}:\n{done.out}{done.err}"
        return done.out

    @property
    def key(self) -> str:
        """The verifier key."""
        return self.must("key", "show").strip()

    def audit(self, process: Process, *words: str, seconds: float = 90) -> Audit:
        """An audit of what a process serves, which must hold; `words` are more options."""
        told = self.must("audit", process.url, "--key", self.key, "--json", *words, seconds=seconds)
        audit = msgspec.json.decode(told, type=Audit)
        doubtful = {row.id: row.result for row in audit.checks if row.result in ("violated", "unverified")}
        assert ({}, 0) == (doubtful, audit.exit)
        return audit

    def close(self) -> None:
        """End every process that still runs, and leave what they said for whoever reads of a failure."""
        for process in self.processes:
            if process.runs:
                process.kill()
        if self._loaded is not None:
            self._loaded.close()
        for process in self.processes[:1]:
            sys.stdout.write(process.said)

    def __enter__(self) -> "Served":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def environment() -> dict[str, str]:
    """The environment without what is said to a square."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ISEGORIA_")}


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def words_of(boxed: str) -> str:
    """The words of an error that the command line has drawn a box around, in one line."""
    return " ".join(boxed.translate(str.maketrans("╭╮╰╯│─", "      ")).split())


def all_ready(processes: Sequence[Process]) -> None:
    """Return when every one of them can serve."""
    for process in processes:
        process.wait_ready()
