"""Piccolo's migration runner, told where this program keeps its migrations."""

import io
import os
from contextlib import redirect_stdout
from typing import cast

from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.conf.apps import AppConfig, MigrationModule

from app.store.schema import APP, modules


async def run() -> None:
    """Apply every migration that has not been, in the running work's transaction."""
    os.environ["PICCOLO_CONF"] = "app.store.piccolo_conf"
    with redirect_stdout(io.StringIO()):  # a command's --json has standard output to itself
        outcome = await _Runner(app_name=APP).run()
    assert outcome.success, outcome.message


class _Runner(ForwardsMigrationManager):
    """Piccolo's runner; it would import the migrations by their bare names and put their folder on sys.path."""

    def get_app_config(self, app_name: str) -> AppConfig:
        from app.store.piccolo_conf import APP_CONFIG

        return APP_CONFIG

    def get_migration_modules(self, folder_path: str) -> dict[str, MigrationModule]:
        return {name: cast(MigrationModule, module) for name, module in modules().items()}
