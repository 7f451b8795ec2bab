"""The settings, their defaults, and what is said of wrong ones."""

import re
from ipaddress import ip_network
from pathlib import Path

import pytest

from app.config import BadSetting, Config, Smtp, read_config, setting_of

DOCS = Path(__file__).parents[1] / "docs" / "configuration.md"


def documented() -> dict[str, str]:
    """The table of docs/configuration.md: each variable and its default as written there."""
    return dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", DOCS.read_text(), re.MULTILINE))


def test_docs_and_code_agree() -> None:
    """Every setting is documented, and nothing else is."""
    assert {setting_of(field) for field in Config.__struct_fields__} == documented().keys()


def test_documented_defaults_are_the_defaults() -> None:
    """Setting every variable to its documented default changes nothing."""
    home = Path("var").absolute()
    written = {
        name: value.strip("`").replace("HOME", str(home))
        for name, value in documented().items()
        if value != "none" and "PORT" not in value
    }
    assert read_config({}) == read_config(written)
    unset = {
        "ISEGORIA_SMTP",
        "ISEGORIA_COUNTRY_HEADER",
        "ISEGORIA_REDIS",
        "ISEGORIA_TRUSTED_PROXIES",
        "ISEGORIA_WITNESS_POLICY",
        "ISEGORIA_WITNESS_LOGS",
    }
    assert unset == {name for name, value in documented().items() if value == "none"}


def test_every_setting_is_read(tmp_path: Path) -> None:
    """Each variable ends in its field."""
    env = {
        "ISEGORIA_HOME": str(tmp_path),
        "ISEGORIA_DATABASE": "postgresql://ann:secret@db:5433/square",
        "ISEGORIA_GATE": "email",
        "ISEGORIA_PUBLIC_URL": "https://square.example/",
        "ISEGORIA_SMTP": "smtps://ann:p%40ss@mail.example",
        "ISEGORIA_MAIL_FROM": "square@square.example",
        "ISEGORIA_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
        "ISEGORIA_LOG_LEVEL": "debug",
        "ISEGORIA_RATE_LIMITS": "off",
        "ISEGORIA_REDIS": "redis://:secret@cache:6379",
        "ISEGORIA_WITNESS_POLICY": "/etc/square/policy",
        "ISEGORIA_WITNESS_MODE": "closed",
        "ISEGORIA_WITNESS_LOGS": "/etc/square/logs",
        "ISEGORIA_SHARED_DATA": "/elsewhere",
        "PATH": "/bin",
    }
    expected = Config(
        home=tmp_path,
        database="postgresql://ann:secret@db:5433/square",
        gate="email",
        public_url="https://square.example",
        smtp=Smtp(host="mail.example", port=465, user="ann", password="p@ss", tls=True),
        mail_from="square@square.example",
        trusted_proxies=(ip_network("10.0.0.0/8"), ip_network("::1")),
        log_level="debug",
        rate_limits=False,
        redis="redis://:secret@cache:6379",
        witness_policy=Path("/etc/square/policy"),
        witness_mode="closed",
        witness_logs=Path("/etc/square/logs"),
    )
    assert expected == read_config(env)
    assert read_config(env).is_secure
    assert f"Config({tmp_path})" == repr(read_config(env))
    assert "Smtp(mail.example:465)" == repr(expected.smtp)
    assert read_config(env).sqlite_file is None


def test_an_empty_variable_is_not_set(tmp_path: Path) -> None:
    """`ISEGORIA_GATE=` in a file of settings means the default."""
    config = read_config({"ISEGORIA_GATE": "", "ISEGORIA_HOME": str(tmp_path)})
    assert ("open", tmp_path / "isegoria.db", False) == (config.gate, config.sqlite_file, config.is_secure)


def test_paths_do_not_depend_on_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path is one of the folder that the command was started in, and stays so."""
    monkeypatch.chdir(tmp_path)
    config = read_config({"ISEGORIA_HOME": "here", "ISEGORIA_DATABASE": "sqlite:///there/a.db"})
    assert (tmp_path / "here", tmp_path / "there" / "a.db") == (config.home, config.sqlite_file)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ISEGORIA_GATE", "closed", "write one of open, invitation, email, not 'closed'"),
        ("ISEGORIA_LOG_LEVEL", "loud", "write one of debug, info, warning, error"),
        ("ISEGORIA_RATE_LIMITS", "yes", "write one of on, off"),
        ("ISEGORIA_DATABASE", "mysql://secret@db", "write sqlite:///FILE or postgresql://"),
        ("ISEGORIA_DATABASE", "sqlite:///", "write sqlite:///FILE"),
        ("ISEGORIA_PUBLIC_URL", "square.example", "such as https://square.example"),
        ("ISEGORIA_PUBLIC_URL", "https://square.example/forum", "without a path"),
        ("ISEGORIA_SMTP", "mail.example:25", "write smtp://USER"),
        ("ISEGORIA_SMTP", "smtp://secret@mail.example:99999", "Port out of range"),
        ("ISEGORIA_MAIL_FROM", "square", "write an address"),
        ("ISEGORIA_MAIL_FROM", "a@b\nBcc: c@d", "write an address"),
        ("ISEGORIA_TRUSTED_PROXIES", "10.0.0.1/8", "write networks separated by commas"),
        ("ISEGORIA_REDIS", "localhost:6379", "write redis://USER"),
        ("ISEGORIA_REDIS", "http://:secret@cache", "write redis://USER"),
        ("ISEGORIA_GATES", "open", "did you mean ISEGORIA_GATE?"),
        ("ISEGORIA_X", "1", "the settings are ISEGORIA_HOME, ISEGORIA_DATABASE"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, says: str) -> None:
    """A value that cannot be used, or an unknown name, is refused with what to write instead, and no password."""
    with pytest.raises(BadSetting, match=f"^{name}: .*{re.escape(says)}") as caught:
        read_config({name: value})
    assert name == caught.value.name
    assert "secret" not in str(caught.value)
