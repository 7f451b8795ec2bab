"""Puts what is not Python inside the package, in a wheel but not in an editable install, which finds it beside."""

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

RESOURCES = ("POLICY.md", "locale", "templates")


class Resources(BuildHookInterface):  # type: ignore[type-arg]
    """Runs while a wheel is built; app/resources.py finds what it puts there."""

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Add the resources to a wheel of the standard kind."""
        if version != "editable":
            build_data["force_include"] = {f"{self.root}/{name}": f"app/_data/{name}" for name in RESOURCES}
