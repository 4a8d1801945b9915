"""Commands that run: up, and the processes that it keeps."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from callcenter import processes
from callcenter.provision.install import provision
from callcenter.settings import Settings
from callcenter.site import Site, load_site
from callcenter.up import Service, only_one


def register(app: typer.Typer) -> None:
    """Add these commands."""

    @app.command("up")
    def _up(
        keep_calls: Annotated[
            bool, typer.Option(help="At Ctrl-C, let the present calls end by themselves.")
        ] = False,
    ) -> None:
        """Run the whole service until Ctrl-C."""
        settings = Settings.from_environment()
        site = load_site(settings.site)
        with running(settings, site, keep_calls=keep_calls) as service:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, lambda _number, _frame: service.ask_to_stop())
            service.wait()

    @app.command("run", hidden=True)
    def _run(process: str) -> None:
        """Run one process of the service (supervisord does)."""
        settings = Settings.from_environment()
        match process:
            case "router" | "standby":
                processes.router(settings, process)
            case "gateway":
                processes.gateway(settings)
            case "ivr":
                processes.ivr(settings)
            case "worker":
                processes.worker(settings)
            case "reconciler":
                processes.reconciler(settings)
            case _:
                raise ValueError("run: router, standby, gateway, ivr, worker or reconciler")


@contextmanager
def running(settings: Settings, site: Site, *, keep_calls: bool) -> Iterator[Service]:
    """The service, from provisioning to its last process.

    Raises:
        NotStarted, ProvisionError, MissingProgram, SpeechError: It could not start.
    """
    with only_one(settings):
        service = Service(settings, site, _say, keep_calls=keep_calls)
        try:
            provision(settings, say=_say)
            service.start()
            service.wait_until_ready()
            _say(_welcome(settings, site))
            yield service
        finally:
            _say("Stopping.")
            service.stop()


def _say(text: str) -> None:
    print(text, flush=True)


def _welcome(settings: Settings, site: Site) -> str:
    metrics = settings.metrics_port("router")
    return f"""
The call center of site "{site.name}" takes calls.

  Place a call      make call            (CALL_LANG=ar, FROM=+46701234567)
  Watch it          .venv/bin/callcenter watch
  A nurse           .venv/bin/callcenter nurse phone {site.nurses[0].id}   (her SIP account)
                    .venv/bin/callcenter nurse ready {site.nurses[0].id}   (or dial *51 from it)
  SIP               {settings.host}:{settings.sip_port} (UDP and TCP)
  Metrics           http://127.0.0.1:{metrics}/metrics (router); +1 gateway, +2 IVR, +3 standby,
                    +4 worker, +5 reconciler
  Logs              {settings.run / "log"}

Ctrl-C stops all of it."""
