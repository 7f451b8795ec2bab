"""A demonstration square as `make run` starts it: both commands in processes of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from tests.served.processes import free_port
from tests.web.client import Program

ROOT: Final = Path(__file__).resolve().parents[2]
RESULTS: Final = ROOT / "test-results"
HEAD: Final = "The people of this demonstration: handle, password, and what one can try as them."


class Demonstration:
    """A demonstration that is served: its address, and everybody's password by handle."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home.parent / "serve.log"
        made = self.command("demo")
        assert made.returncode == 0, made.stderr
        self.passwords = read_people(home / "demo.txt")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve", "--port", str(port)],
                cwd=ROOT,
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait(30)

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run `isegoria` with these words, on this square's home."""
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *words],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=self._environment(),
            check=False,
        )

    @contextmanager
    def program(self, handle: str) -> Iterator[Program]:
        """A client that speaks JSON, signed in as one of the cast."""
        made = Program(self.url)
        try:
            answer = made.post("/sign-in", {"handle": handle, "password": self.passwords[handle]})
            assert answer.is_success, answer.text
            yield made
        finally:
            made.close()

    def close(self) -> None:
        """Stop serving as a signal stops it; nothing may have failed, and the square is closed in order."""
        self._process.send_signal(signal.SIGTERM)
        assert self._process.wait(30) == 0, self.log.read_text()
        assert self.log.read_text() == ""

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ISEGORIA_")}
        # One machine signs in as everybody within a minute.
        own = {"ISEGORIA_HOME": str(self.home), "ISEGORIA_RATE_LIMITS": "off", "ISEGORIA_LOG_LEVEL": "warning"}
        return {**inherited, **own}

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert self._process.poll() is None, self.log.read_text()
            try:
                if httpx.get(f"{self.url}/health/ready").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"the square was not ready after {seconds} s: {self.log.read_text()}")


def read_people(file: Path) -> dict[str, str]:
    """Passwords by handle, as a visitor of the demonstration reads them; nobody else on the machine can."""
    assert file.stat().st_mode & 0o777 == 0o600
    head, empty, *lines = file.read_text(encoding="utf-8").splitlines()
    assert (head, empty) == (HEAD, "")
    rows = [line.split(maxsplit=2) for line in lines]
    assert all(len(row) == 3 for row in rows), "everybody has a handle, a password and a part"
    return {handle: password for handle, password, _ in rows}
