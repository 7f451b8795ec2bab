"""Run the suites of others against a square of ours, and hold docs/clients.md to what came of it.

`python -m tests.clients.run FOLDER`, where FOLDER has their source distributions; `--write` brings the figures of the
page up to date and leaves its words. Nothing of theirs is kept: they are unpacked to a folder that is deleted after.
The network is closed to them but for this machine.
"""

import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen
from xml.etree import ElementTree

import rich_click as click
from msgspec import Struct

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "clients.md"
# Mastodon.py looks for its server there and nowhere else.
PORT: Final = 3000
URL: Final = f"http://localhost:{PORT}"
ROW: Final = re.compile(
    r"^\| (?P<suite>[\w.]+) \| `(?P<file>[\w.]+)` \| \d+ \| (?P<failed>\d+) \| \d+ \| (?P<why>.*) \|$", re.MULTILINE
)
HEAD: Final = "| --- | --- | --- | --- | --- | --- |\n"
START: Final = 60


class Suite(Struct, frozen=True):
    """Somebody's tests: how their distribution is called, the folder of the tests, and how they are run."""

    name: str
    archive: str
    tests: str
    options: tuple[str, ...]


class Result(Struct, frozen=True):
    """What came of one file."""

    passed: int
    failed: int
    skipped: int


SUITES: Final = (
    Suite("toot", "toot-0.52.1", "tests/integration", ()),
    # Its tests of entities ask servers of other people, which nothing here does.
    Suite(
        "Mastodon.py",
        "mastodon_py-2.3.3",
        "tests",
        ("--disable-recording", "-o", "addopts=", "--ignore=tests/test_entities.py"),
    ),
)
Results = Mapping[tuple[str, str], Result]


@contextmanager
def served(home: Path) -> Iterator[None]:
    """A square with what the suites look for, without limits, until the block ends."""
    env = {**os.environ, "ISEGORIA_HOME": str(home), "ISEGORIA_RATE_LIMITS": "off", "ISEGORIA_LOG_LEVEL": "warning"}
    env["ISEGORIA_PUBLIC_URL"] = URL
    subprocess.run([sys.executable, "-m", "tests.clients.seed"], cwd=ROOT, env=env, check=True)
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(PORT)]
    with subprocess.Popen(command, cwd=ROOT, env=env) as process:
        try:
            _wait(process)
            yield
        finally:
            process.terminate()


def _wait(process: "subprocess.Popen[bytes]") -> None:
    for _ in range(START * 5):
        assert process.poll() is None, f"the square has ended: is something else on port {PORT}?"
        try:
            with urlopen(f"{URL}/health", timeout=5):
                return
        except URLError:
            time.sleep(0.2)
    raise AssertionError(f"the square does not answer within {START} s")


def run(suite: Suite, python: Path, sources: Path, folder: Path) -> dict[tuple[str, str], Result]:
    """What came of each file of a suite; its own report is written to test-results."""
    with tarfile.open(sources / f"{suite.archive}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    # What was recorded elsewhere: without it the tests take the time that it is, and open streams here.
    for kind in ("*.pkl", "*.ws.yaml"):
        for recorded in (folder / suite.archive).rglob(kind):
            recorded.unlink()
    report = ROOT / "test-results" / f"clients-{suite.name.lower()}.xml"
    report.parent.mkdir(exist_ok=True)
    command = [str(python), "-m", "pytest", suite.tests, "-q", "--tb=short", "-W", "ignore", "-p", "no:cacheprovider"]
    command += ["--timeout=60", "--block-network", "--allowed-hosts=localhost,127.0.0.1,::1", f"--junitxml={report}"]
    env = {**os.environ, "TOOT_TEST_BASE_URL": URL}
    subprocess.run([*command, *suite.options], cwd=folder / suite.archive, env=env, check=False)
    return read_report(suite.name, report)


def read_report(suite: str, report: Path) -> dict[tuple[str, str], Result]:
    """The figures of each file in pytest's report."""
    counts: dict[tuple[str, str], list[int]] = {}
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        name = f"{case.get('classname', '').rpartition('.')[2]}.py"
        count = counts.setdefault((suite, name), [0, 0, 0])
        kinds = {child.tag for child in case}
        count[1 if kinds & {"failure", "error"} else 2 if "skipped" in kinds else 0] += 1
    return {key: Result(*count) for key, count in counts.items()}


def written(page: str, results: Results) -> str:
    """The page with these figures in its table; the reasons that stand there stay."""
    whys = {(row["suite"], row["file"]): row["why"] for row in ROW.finditer(page)}
    rows = [
        f"| {suite} | `{file}` | {one.passed} | {one.failed} | {one.skipped} | {whys.get((suite, file), '')} |"
        for (suite, file), one in sorted(results.items())
    ]
    before, _, rest = page.partition(HEAD)
    after = re.sub(r"\A(?:\|.*\n)*", "", rest)
    return f"{before}{HEAD}{''.join(f'{row}{chr(10)}' for row in rows)}{after}"


def main() -> int:
    """0 where the page says what came of it, and each failure has its reason."""
    sources, python = Path(sys.argv[1]).resolve(), Path(sys.argv[1]).resolve().parent / "bin" / "python"
    results: dict[tuple[str, str], Result] = {}
    with tempfile.TemporaryDirectory(prefix="isegoria-clients-") as name:
        folder = Path(name)
        with served(folder / "home"):
            for suite in SUITES:
                results |= run(suite, python, sources, folder)
    told = PAGE.read_text(encoding="utf-8")
    new = written(told, results)
    if "--write" in sys.argv:
        PAGE.write_text(new, encoding="utf-8")
    elif new != told:
        click.echo("docs/clients.md tells other figures; `make test-clients WRITE=--write` writes these:")
        click.echo(new)
        return 1
    untold = [row["file"] for row in ROW.finditer(new) if row["failed"] != "0" and not row["why"]]
    for file in untold:
        click.echo(f"docs/clients.md does not say why tests of {file} fail")
    return 1 if untold else 0


if __name__ == "__main__":
    sys.exit(main())
