"""Fuzzes every parser of what others have written, guided by coverage.

    python bench/fuzz.py [--seconds 60] [--parser NAME ...]

Needs atheris, which is no dependency of the project (`pip install atheris`; it has no wheels for every system). Each
parser runs in a process of its own from the samples that its tests have; what is found is printed and the run ends with
1. A crash is anything but the one declared error, a hang is ten seconds for one input, and a find is also whatever is
taken and does not format back to the same bytes. Nothing is kept. Prints one JSON object.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

HANG_SECONDS = 10
LONGEST = 4096


def fuzz_one(name: str, seconds: int, folder: str) -> None:
    """Runs one parser in this process until its time is over; ends the process."""
    import atheris  # only this process may be instrumented

    with atheris.instrument_imports(include=["ledger", "governance"]):
        from tests.ledger.parsers import judge, parsers

    for number, sample in enumerate(parsers()[name].samples):
        (Path(folder) / f"{number}").write_bytes(sample)
    limits = [f"-max_total_time={seconds}", f"-timeout={HANG_SECONDS}", f"-max_len={LONGEST}"]
    atheris.Setup(
        [sys.argv[0], folder, *limits, "-rss_limit_mb=1024", "-print_final_stats=1", f"-artifact_prefix={folder}/"],
        lambda data: judge(name, data),
    )
    atheris.Fuzz()


def run_one(name: str, seconds: int) -> dict[str, object]:
    """Runs one parser in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--inside", name, folder, "--seconds", str(seconds)]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    runs = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    told: dict[str, object] = {"runs": int(runs[1]) if runs else 0, "found": done.returncode != 0}
    if done.returncode:
        told["what"] = done.stderr[-3000:]
    return told


def main() -> None:
    """Fuzzes and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="for each parser")
    parser.add_argument("--parser", action="append", help="only this one; may be repeated")
    parser.add_argument("--inside", nargs=2, metavar=("NAME", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if find_spec("atheris") is None:
        sys.exit("atheris is not installed, so nothing was fuzzed: pip install atheris, then repeat this.")
    if asked.inside:
        fuzz_one(asked.inside[0], asked.seconds, asked.inside[1])
        return
    from tests.ledger.parsers import parsers

    figures = {}
    for name in asked.parser or sorted(parsers()):
        figures[name] = run_one(name, asked.seconds)
        print(name, figures[name], file=sys.stderr)
    print(json.dumps({"seconds_each": asked.seconds, "parsers": figures}, indent=1))
    sys.exit(1 if any(figure["found"] for figure in figures.values()) else 0)


if __name__ == "__main__":
    main()
