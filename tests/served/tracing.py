"""What a served process asks of the operating system, as strace writes it down: writes, syncs, renames, sends."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from tests.served.processes import PATIENCE
from tests.servers import skip

CALL = re.compile(r"(\w+)\((?:\d+<([^>]*)>)?")
CALLS = "write,pwrite64,writev,fsync,fdatasync,rename,renameat,renameat2,sendto,sendmsg,openat"


class Call(Struct, frozen=True):
    """A call that succeeded: its file or socket, the line, and the places in the trace where it began and had ended."""

    name: str
    what: str
    text: str
    began: int
    ended: int


def tracer() -> str:
    """The program strace; skips where there is none, or none may be used."""
    found = shutil.which("strace")
    if found is None:
        skip("strace is not on PATH (Debian: apt install strace)")
        raise AssertionError("skip raises")
    done = subprocess.run([found, "-f", "-e", "trace=fsync", "true"], capture_output=True, check=False)
    if done.returncode != 0:
        skip(f"strace may not be used here: {done.stderr.decode().strip()}")
    return found


@contextmanager
def traced(pid: int, to: Path) -> Iterator[None]:
    """While this lasts, a process with all its threads is traced into a file."""
    words = [tracer(), "-f", "-y", "-s", "120", "-e", f"trace={CALLS}", "-o", str(to), "-p", str(pid)]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        attached = process.stderr.readline()
        assert "attached" in attached, attached
        yield
        process.terminate()
        process.communicate(timeout=PATIENCE)


def calls_in(trace: Path) -> list[Call]:
    """The calls in the order in which they began; one that was interrupted by another thread's is put together."""
    begun: dict[str, tuple[str, int]] = {}
    found: list[Call] = []
    for place, line in enumerate(trace.read_text(errors="replace").splitlines()):
        thread, _, text = line.partition(" ")
        text, began = text.strip(), place
        if text.endswith("<unfinished ...>"):
            begun[thread] = text.removesuffix("<unfinished ...>").strip(), place
            continue
        if text.startswith("<... "):
            before, began = begun.pop(thread, ("", place))
            text = before + text.partition("resumed>")[2]
        match = CALL.match(text)
        if match is not None and " = -1 " not in text:
            found.append(Call(match[1], match[2] or "", text, began, place))
    return sorted(found, key=lambda call: call.began)
