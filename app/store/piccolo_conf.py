"""Where Piccolo looks for its engine and its tables."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, AppRegistry

from app.store.orm import ENGINE
from app.store.tables import TABLES

DB = ENGINE
APP_CONFIG = AppConfig(
    app_name="isegoria", migrations_folder_path=Path(__file__).with_name("migrations"), table_classes=list(TABLES)
)
APP_REGISTRY = AppRegistry(apps=["app.store.piccolo_conf"])
