"""The settings of a square, read once from the environment; docs/configuration.md tells each."""

import difflib
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import unquote, urlsplit

import msgspec

T = TypeVar("T")
Gate = Literal["open", "invitation", "email"]
LogLevel = Literal["debug", "info", "warning", "error"]
WitnessMode = Literal["open", "closed"]
Network = IPv4Network | IPv6Network

GATES: tuple[Gate, ...] = ("open", "invitation", "email")
LOG_LEVELS: tuple[LogLevel, ...] = ("debug", "info", "warning", "error")
WITNESS_MODES: tuple[WitnessMode, ...] = ("open", "closed")
PREFIX = "ISEGORIA_"
FOR_TESTS = ("ISEGORIA_SHARED_DATA", "ISEGORIA_TEST_")


class BadSetting(ValueError):
    """A setting has a value that cannot be used; the text says which, why, and what to write instead."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name
        self.why = why


class Smtp(msgspec.Struct, frozen=True, kw_only=True):
    """Where mail is handed over; `user` and `password` are empty for a server that asks for none."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False

    def __repr__(self) -> str:
        return f"Smtp({self.host}:{self.port})"  # a log holds no password


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting of a square; one environment variable a field.

    `public_url` is None until `serve` knows its port, and has no slash at its end.
    """

    home: Path
    database: str
    gate: Gate = "open"
    public_url: str | None = None
    smtp: Smtp | None = None
    mail_from: str = "isegoria@localhost"
    trusted_proxies: tuple[Network, ...] = ()
    country_header: str = ""
    log_level: LogLevel = "info"
    rate_limits: bool = True
    redis: str = ""
    witness_policy: Path | None = None
    witness_mode: WitnessMode = "open"
    witness_logs: Path | None = None

    def __repr__(self) -> str:
        return f"Config({self.home})"  # a log holds no password

    @property
    def is_secure(self) -> bool:
        """Whether the square is reached over https, so that cookies can be bound to it."""
        return self.public_url is not None and self.public_url.startswith("https://")

    @property
    def sqlite_file(self) -> Path | None:
        """The file of an embedded square, None on PostgreSQL."""
        return Path(self.database.removeprefix("sqlite:///")) if self.database.startswith("sqlite:///") else None


def setting_of(field: str) -> str:
    """The environment variable of a field of Config."""
    return PREFIX + field.upper()


def read_config(env: Mapping[str, str]) -> Config:
    """The configuration that the environment holds; an empty variable counts as absent.

    Raises BadSetting for the first value, or name, that cannot be used.
    """
    _refuse_unknown_names(env)
    home = _read(env, "home", _path, Path("var").absolute())
    return Config(
        home=home,
        database=_read(env, "database", _database, f"sqlite:///{home / 'isegoria.db'}"),
        gate=_read(env, "gate", _one_of(GATES), "open"),
        public_url=_read(env, "public_url", _public_url, None),
        smtp=_read(env, "smtp", _smtp, None),
        mail_from=_read(env, "mail_from", _address, "isegoria@localhost"),
        trusted_proxies=_read(env, "trusted_proxies", _networks, ()),
        country_header=_read(env, "country_header", _header, ""),
        log_level=_read(env, "log_level", _one_of(LOG_LEVELS), "info"),
        rate_limits=_read(env, "rate_limits", _switch, True),
        redis=_read(env, "redis", _redis, ""),
        witness_policy=_read(env, "witness_policy", _path, None),
        witness_mode=_read(env, "witness_mode", _one_of(WITNESS_MODES), "open"),
        witness_logs=_read(env, "witness_logs", _path, None),
    )


def _refuse_unknown_names(env: Mapping[str, str]) -> None:
    known = [setting_of(field) for field in Config.__struct_fields__]
    for name in sorted(env):
        if name.startswith(PREFIX) and name not in known and not name.startswith(FOR_TESTS):
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
            hint = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(known)}"
            raise BadSetting(name, f"no setting has this name; {hint}")


def _read(env: Mapping[str, str], field: str, parse: Callable[[str], T], default: T) -> T:
    text = env.get(setting_of(field), "").strip()
    if not text:
        return default
    try:
        return parse(text)
    except ValueError as error:
        raise BadSetting(setting_of(field), f"{error}, not {_shown(field, text)}") from None


def _shown(field: str, text: str) -> str:
    """The value as it may stand in a log: never a password."""
    return "the value given (it may hold a password)" if field in ("database", "redis", "smtp") else repr(text)


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _database(text: str) -> str:
    if text.startswith("sqlite:///") and len(text) > len("sqlite:///"):
        return f"sqlite:///{_path(text.removeprefix('sqlite:///'))}"
    if text.startswith(("postgresql://", "postgres://")):
        return text
    raise ValueError("write sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME")


def _redis(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme == "unix" and parts.path.startswith("/"):
        return text
    if parts.scheme in ("redis", "rediss") and parts.hostname:
        return text
    raise ValueError("write redis://USER:PASSWORD@HOST:PORT, rediss:// for TLS, or unix:///SOCKET")


def _one_of(choices: tuple[T, ...]) -> Callable[[str], T]:
    def parse(text: str) -> T:
        for choice in choices:
            if choice == text:
                return choice
        raise ValueError(f"write one of {', '.join(str(choice) for choice in choices)}")

    return parse


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("write the address that people type, such as https://square.example")
    if parts.path not in ("", "/"):
        raise ValueError("a square has a host name of its own; write the address without a path")
    return text.rstrip("/")


def _smtp(text: str) -> Smtp:
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("write smtp://USER:PASSWORD@HOST:PORT, or smtps:// for TLS from the first byte")
    tls = parts.scheme == "smtps"
    return Smtp(
        host=parts.hostname,
        port=parts.port or (465 if tls else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
    )


def _address(text: str) -> str:
    if "@" not in text or any(character.isspace() or not character.isprintable() for character in text):
        raise ValueError("write an address, such as square@square.example")
    return text


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise ValueError(f"write networks separated by commas, such as 10.0.0.0/8,::1 ({error})") from None


def _header(text: str) -> str:
    if not all(character.isascii() and (character.isalnum() or character == "-") for character in text):
        raise ValueError("write the name of a header, such as CF-IPCountry")
    return text


def _switch(text: str) -> bool:
    return _one_of(("on", "off"))(text) == "on"
