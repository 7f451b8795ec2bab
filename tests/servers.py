"""Starts servers of the tests' own: PostgreSQL, with databases in it, and Redis."""

import fcntl
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

# commits stay synchronous: what was committed outlives an immediate stop of the server, though not of the machine
FAST = ("fsync=off", "full_page_writes=off", "shared_buffers=64MB", "max_connections=200")
ROOM = 2**30
PATIENCE = 30.0
USERS = ("postgres", "nobody")


def skip(why: str) -> None:
    """Skip the running test, or fail it where CI=true says that none may be skipped."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"with CI=true nothing is skipped: {why}", pytrace=False)
    pytest.skip(why)


def shared_data() -> Path:
    """The folder of real data, ../shared/data beside the repository or ISEGORIA_SHARED_DATA; skips where it is not."""
    beside = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("ISEGORIA_SHARED_DATA") or beside)
    if not folder.is_dir():
        skip(f"real data is not at {folder}; ISEGORIA_SHARED_DATA names another place")
    return folder


def chromium() -> Path:
    """The browser that is installed, for Playwright's `executable_path`; skips where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        skip("Chromium is not on PATH (Debian: apt install chromium)")
        raise AssertionError("skip raises")
    return Path(found)


class PostgresServer:
    """A running server that listens on a socket in its own folder and on no port."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries = binaries
        self.folder = folder
        self._names = 0

    def url(self, name: str) -> str:
        """The URL of one of its databases, as ISEGORIA_DATABASE takes it."""
        return f"postgresql:///{name}?host={self.folder}&user=tests"

    def create(self, name: str | None = None, template: str = "template1", tablespace: str = "pg_default") -> str:
        """Make a database like `template` and return its name."""
        self._names += 1
        name = name or f"test_{self._names}"
        self.run_sql(f"create database {name} template {template} tablespace {tablespace}")
        return name

    @contextmanager
    def tablespace(self, folder: Path) -> Iterator[str]:
        """Files of databases lie in this folder for a while, those of the transaction log do not; yields its name."""
        within = folder / "postgresql"
        within.mkdir()
        user = _somebody()
        if user is not None:
            os.chown(within, user.pw_uid, user.pw_gid)
        self.run_sql(f"create tablespace small location '{within}'")
        yield "small"
        self.run_sql("drop tablespace small")

    def drop(self, name: str) -> None:
        """Remove a database, whoever uses it."""
        self.run_sql(f"drop database if exists {name} with (force)")

    def run_sql(self, sql: str, database: str = "postgres") -> str:
        """Run SQL with psql and return what it prints."""
        return self._do(
            "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-U", "tests", "-c", sql, database
        )

    def start(self) -> None:
        """Start, and return when it answers."""
        self._do("pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-w", "-s", "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop; `immediate` is what a crash looks like."""
        self._do("pg_ctl", "-D", str(self.folder / "data"), "-m", mode, "-w", "-s", "stop")

    def initialise(self) -> None:
        """Make the folder's cluster."""
        data = self.folder / "data"
        self._do("initdb", "--no-sync", "-A", "trust", "-U", "tests", "-E", "UTF8", "--no-locale", "-D", str(data))
        settings = [*FAST, "listen_addresses=''", f"unix_socket_directories='{self.folder}'"]
        with (data / "postgresql.conf").open("a") as file:
            file.write("\n" + "\n".join(settings) + "\n")

    def _do(self, program: str, *args: str) -> str:
        command = [*_as_somebody(), str(self._binaries / program), *args]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, check=False)
        assert done.returncode == 0, f"{program}: {done.stderr}"
        return done.stdout.strip()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A new server, stopped and removed at the end; skips where PostgreSQL is not installed."""
    binaries = _binaries()
    if binaries is None:
        skip("PostgreSQL's initdb is in no /usr/lib/postgresql/*/bin and not on PATH (Debian: apt install postgresql)")
        raise AssertionError("skip raises")
    folder = Path(tempfile.mkdtemp(prefix="isegoria-pg-", dir=_memory()))
    user = _somebody()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    server = PostgresServer(binaries, folder)
    try:
        server.initialise()
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class RedisServer:
    """A Redis that listens on a socket in its own folder and on no port, and keeps nothing."""

    def __init__(self, binary: str, folder: Path) -> None:
        self._binary = binary
        self._socket = folder / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{self._socket}"

    def start(self) -> None:
        """Start, and return when it answers."""
        words = [self._binary, "--port", "0", "--unixsocket", str(self._socket), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < until, "Redis does not answer"
            time.sleep(0.02)

    def kill(self) -> None:
        """End at once, as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE)
            self._process = None

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as asking:
            try:
                asking.connect(str(self._socket))
                asking.sendall(b"PING\r\n")
                return asking.recv(16) == b"+PONG\r\n"
            except OSError:
                return False


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A new Redis, stopped and removed at the end; skips where it is not installed."""
    binary = shutil.which("redis-server")
    if binary is None:
        skip("redis-server is not on PATH (Debian: apt install redis-server)")
        raise AssertionError("skip raises")
    with tempfile.TemporaryDirectory(prefix="isegoria-redis-") as folder:
        server = RedisServer(binary, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()


@contextmanager
def turn_at(lock: Path) -> Iterator[None]:
    """Wait until no other process is in here."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _binaries() -> Path | None:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: float(one.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        if all((folder / program).exists() for program in ("initdb", "pg_ctl", "psql")):
            return folder
    return None


def _memory() -> str | None:
    """A folder in memory, where a new database takes a tenth of the time; None if there is no such, or no room."""
    shm = "/dev/shm"
    return shm if os.access(shm, os.W_OK) and shutil.disk_usage(shm).free > ROOM else None


def _somebody() -> pwd.struct_passwd | None:
    """An ordinary user to run as, None if we are one: the server refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise AssertionError(f"root needs one of the users {', '.join(USERS)} to run PostgreSQL")


def _as_somebody() -> Sequence[str]:
    user = _somebody()
    if user is None:
        return ()
    return ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--")
