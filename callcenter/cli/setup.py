"""Commands that prepare: provision, doctor."""

import typer
from rich.console import Console

from callcenter.provision.doctor import examine, render
from callcenter.provision.install import provision
from callcenter.settings import Settings


def register(app: typer.Typer) -> None:
    """Add these commands."""

    @app.command("provision")
    def _provision() -> None:
        """Get Asterisk, Redis and the other programs into the private folder."""
        provision(Settings.from_environment(), say=print)

    @app.command("doctor")
    def _doctor() -> None:
        """List every needed part: its version, where it was found, how to mend it."""
        findings = examine(Settings.from_environment())
        Console().print(render(findings))
        if any(finding.level == "missing" for finding in findings):
            raise typer.Exit(1)
