"""The one command, `isegoria`. Each of its commands is a module here, loaded when it is asked for.

So `isegoria audit` runs where nothing is installed but what an auditor needs. A module `app/cli/found.py` that
exports `command` is `isegoria found`; a keyword is written with an underscore behind it (`import_.py`).
"""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pkgutil import iter_modules

import rich_click as click

from app.config import BadSetting

_OURS = ("app", "governance", "ledger")


class Unable(click.ClickException):
    """The command could not do what it was asked to; the text says why and what to do instead. Exit code 2."""

    exit_code = 2


def command_modules() -> dict[str, str]:
    """The commands by name, each with the module that exports it."""
    names = (module.name for module in iter_modules(__path__) if not module.name.startswith("_"))
    return {name.removesuffix("_").replace("_", "-"): f"{__name__}.{name}" for name in sorted(names)}


def load_command(name: str) -> click.Command | None:
    """The command of this name, or one that says what is missing, or None where there is no such command."""
    module = command_modules().get(name)
    if module is None:
        return None
    try:
        command = import_module(module).command
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in _OURS:
            raise
        return _without_extra(name, error.name)
    assert isinstance(command, click.Command), f"{module} exports a command"
    return command


def _without_extra(name: str, missing: str) -> click.Command:
    """Stands where a command cannot be loaded, takes any arguments and says how to get it."""

    def say() -> None:
        raise Unable(
            f"`isegoria {name}` runs a square and needs the package {missing}, which is not installed here. "
            "Install Isegoria with its extra `server`: pip install 'isegoria[server]'"
        )

    return click.Command(
        name,
        callback=say,
        add_help_option=False,
        params=[click.Argument(["arguments"], nargs=-1, expose_value=False)],
        context_settings={"ignore_unknown_options": True},
        short_help="(needs the extra `server`)",
    )


class _Commands(click.RichGroup):
    """A group whose commands are the modules of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(command_modules())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return load_command(cmd_name)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BadSetting as error:
            raise Unable(str(error)) from error


def _version() -> str:
    try:
        return version("isegoria")
    except PackageNotFoundError:
        return "not installed, run from its sources"


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version(), prog_name="isegoria")
def main() -> None:
    """A town square whose members vote the rules, and whose ledger anyone can audit."""
