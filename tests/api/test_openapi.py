"""Whatever a program can think of to send, by our own description of the API, is answered, and never by a mistake."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.api.client import Client
from tests.web.serving import ON_SQLITE, Site

SECONDS: Final = int(os.environ.get("ISEGORIA_TEST_OPENAPI_SECONDS", "30"))
"""How long it tries; ten minutes by hand."""

PATHS: Final = r"^/(api/(?!v1/streaming)|oauth/(token|revoke|userinfo)|nodeinfo|\.well-known|health)"


@ON_SQLITE
@pytest.mark.timeout(SECONDS + 200)
def test_nothing_that_is_sent_breaks_it(site: Site, client: Callable[..., Client], tmp_path: Path) -> None:
    """Schemathesis calls every route with what fits its description and with what does not; no answer is a 500."""
    ann = client("ann")
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{site.url}/schema/openapi.json"]
    command += ["--include-path-regex", PATHS, "--checks", "not_a_server_error", "--phases", "coverage,fuzzing"]
    command += ["--header", f"Authorization: {ann.http.headers['authorization']}", "--continue-on-failure"]
    command += ["--max-time", str(SECONDS), "--max-examples", "10000", "--request-timeout", "20", "--no-color"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS + 180, check=False)
    assert 0 == done.returncode, done.stdout[-8_000:]
    assert "operations" in done.stdout.lower()
