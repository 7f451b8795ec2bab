"""The OpenAPI document of everything that answers as JSON."""

from importlib.metadata import PackageNotFoundError, version
from typing import Final

from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

DESCRIPTION: Final = (
    "Every page of the square is JSON at the same address for who prefers it: `Accept: application/json`. "
    "What writes takes JSON or a form, needs the header `X-CSRF-Token` with the token that `GET /session` tells, "
    "and answers 201. Errors are problem+json (RFC 9457); where the law refuses, `clause` names the clause."
)


def release() -> str:
    """The version that is installed; "0" where the sources run uninstalled."""
    try:
        return version("isegoria")
    except PackageNotFoundError:
        return "0"


CONFIG: Final = OpenAPIConfig(
    title="Isegoria",
    version=release(),
    description=DESCRIPTION,
    path="/schema",
    # The JSON alone: Litestar's pages for reading it load scripts from elsewhere.
    render_plugins=[JsonRenderPlugin(path="/openapi.json")],
    use_handler_docstrings=True,
)
