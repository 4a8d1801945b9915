"""Processes: the long-running programs, each in its own interpreter. Wired by hand, here."""

import signal
import sys
import threading
from collections.abc import Callable

import structlog

from callcenter.accepted import AcceptedPolicy
from callcenter.asterisk.gateway import Gateway
from callcenter.asterisk.ivr import Ivr
from callcenter.router.live_view import LiveView
from callcenter.router.metrics import RouterMetrics
from callcenter.router.router import Router
from callcenter.settings import Settings
from callcenter.site import load_site
from callcenter.store import connect
from callcenter.telemetry import configure_logging, serve_metrics
from callcenter.worker.reconciler import Reconciler
from callcenter.worker.worker import work

log = structlog.get_logger()


# Between an answer's arrival and its reader no other thread may hold the interpreter for long;
# the default is 5 ms, a third of what a hand-over may take.
_SWITCH_S = 0.0005
# Bytes of a thread's stack in the IVR, which has one for each caller.
_IVR_STACK = 256 << 10


def _on_stop(handler: Callable[[], object]) -> None:
    """Call `handler` once on SIGTERM or SIGINT, from the main thread."""

    def stop(_number: int, _frame: object) -> None:
        handler()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def router(settings: Settings, name: str = "router") -> None:
    """A router: leads, or stands by.

    Raises:
        UnknownEvent: The journal holds events of a newer version.
    """
    configure_logging(name)
    policy = AcceptedPolicy(settings.site)
    serve_metrics(settings.metrics_port(name))
    process = Router(settings, policy, RouterMetrics())
    _on_stop(process.stop)
    process.run()
    log.info("stopped")


def gateway(settings: Settings) -> None:
    """The gateway of this node's Asterisk."""
    configure_logging("gateway")
    sys.setswitchinterval(_SWITCH_S)
    site = load_site(settings.site)
    serve_metrics(settings.metrics_port("gateway"))
    process = Gateway(settings, site)
    _on_stop(process.stop)
    process.run()
    log.info("stopped")


def ivr(settings: Settings) -> None:
    """The FastAGI server of this node."""
    configure_logging("ivr")
    sys.setswitchinterval(_SWITCH_S)
    threading.stack_size(_IVR_STACK)
    site = load_site(settings.site)
    serve_metrics(settings.metrics_port("ivr"))
    view = LiveView.of(connect(settings), settings.shard)
    process = Ivr(settings, site, view)
    view.start()
    # `stop` waits for dialogues; the signal's thread must not. Ctrl-C is two signals: its own,
    # and supervisord's.
    _on_stop(lambda: threading.Thread(target=process.server.stop, daemon=True).start())
    process.server.serve_forever()
    log.info("stopped")


def worker(settings: Settings) -> None:
    """Runs RQ's jobs, each in a process of its own."""
    configure_logging("worker")
    serve_metrics(settings.metrics_port("worker"))
    work(settings)
    log.info("stopped")


def reconciler(settings: Settings) -> None:
    """Sees that RQ has a job for all that is owed."""
    configure_logging("reconciler")
    serve_metrics(settings.metrics_port("reconciler"))
    process = Reconciler(settings)
    _on_stop(process.stop)
    process.run()
    log.info("stopped")
