"""App: the commands of `callcenter`, and how their errors reach a person: as one sentence."""

import sys
from collections.abc import Callable
from typing import Any

import typer
from redis.exceptions import RedisError

from callcenter.cli import (
    call,
    callback,
    contact,
    demo,
    flow,
    message,
    nurse,
    owed,
    prompts,
    routing,
    service,
    setup,
    simulate,
    site,
    stats,
    surge,
    survey,
    watch,
)
from callcenter.journal.codec import UnknownEvent
from callcenter.provision.install import ProvisionError
from callcenter.provision.programs import MissingProgram
from callcenter.router.follower import JournalLost
from callcenter.speech.studio import SpeechError
from callcenter.up import NotStarted
from ivr_flows.prompts import CatalogError
from language_routing.yaml_lines import YamlError

_EXPECTED = (
    NotStarted, ProvisionError, MissingProgram, SpeechError, YamlError, ValueError,
    UnknownEvent, OSError, CatalogError,
)  # fmt: skip

_typer = typer.Typer(
    help="The call center behind 1177.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for register in (
    setup.register,
    prompts.register,
    site.register,
    routing.register,
    flow.register,
    surge.register,
    message.register,
    service.register,
    nurse.register,
    contact.register,
    owed.register,
    callback.register,
    stats.register,
    survey.register,
    simulate.register,
    watch.register,
    call.register,
    demo.register,
):
    register(_typer)


def app(arguments: list[str] | None = None) -> None:
    """Run one command; an expected error is one sentence on stderr and exit code 1."""
    run: Callable[..., Any] = _typer
    try:
        run(arguments)
    except _EXPECTED as error:
        print(f"callcenter: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except JournalLost:
        print("callcenter: the journal has just changed hands: try again", file=sys.stderr)
        raise SystemExit(1) from None
    except RedisError:
        print("callcenter: Redis cannot be reached: is `callcenter up` running?", file=sys.stderr)
        raise SystemExit(1) from None
