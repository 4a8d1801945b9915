"""`callcenter site`: check the site's file, and take it into a running service."""

import os
import stat
import time
from pathlib import Path
from typing import Annotated, Final

import typer

from callcenter.accepted import copy_of, keep, one_at_a_time
from callcenter.journal.journal import Journal
from callcenter.router.follower import Follower, JournalLost
from callcenter.settings import Settings
from callcenter.site import Site, load_site
from callcenter.site_changes import changes, needs_restart
from callcenter.site_flows import check_flows
from callcenter.store import connect
from language_routing.yaml_lines import YamlError

_TAKEN_WITHIN_S: Final = 20.0  # a standby may have to take the lead first
_LOOK_EVERY_S: Final = 0.1


def register(app: typer.Typer) -> None:
    """Add `site check` and `site reload`."""
    sites = typer.Typer(help="The site's file: check it, reload it.", no_args_is_help=True)
    app.add_typer(sites, name="site")

    @sites.command("check")
    def _check(path: Annotated[Path | None, typer.Argument()] = None) -> None:
        """Check a site YAML, and say what of it a running service would take."""
        settings = Settings.from_environment()
        site = read(path or settings.site)
        print(
            f"{site.name}: {len(site.nurses)} nurses, {len(site.choices)} languages, "
            f"{len(site.numbers)} spellings of numbers: in order."
        )
        if not copy_of(settings).exists():
            return
        old = load_site(copy_of(settings))
        if restart := needs_restart(old, site):
            print(f"`callcenter site reload` would refuse it: {_restart(restart)}")
        elif found := changes(old, site):
            print("`callcenter site reload` would change:")
            print("\n".join(f"  {line}" for line in found))

    @sites.command("reload")
    def _reload() -> None:
        """Take the site's file into the running service; no call is touched."""
        settings = Settings.from_environment()
        if not copy_of(settings).exists():
            raise ValueError("the service has never run here: `callcenter up` reads the file")
        with one_at_a_time(settings):
            for line in reload(settings):
                print(line)


def read(path: Path) -> Site:
    """The site in `path`, with its warnings said.

    Raises:
        YamlError: It is refused; the text is `file:line: sentence`.
    """
    site = load_site(path)
    check_flows(site, path)
    for warning in getattr(site, "warnings", ()):
        print(f"WARNING: {warning}")
    return site


def reload(settings: Settings) -> list[str]:
    """Take the site's file into the running service; what has changed, a line each.

    Raises:
        YamlError: The file is refused; the old site stays.
        ValueError: It cannot be taken without a restart, or by anybody; the text says what is.
        redis.exceptions.RedisError: Redis is unreachable; the old site stays.
    """
    _only_ours(settings.site)
    site = read(settings.site)
    old = load_site(copy_of(settings))
    if restart := needs_restart(old, site):
        raise ValueError(f"{settings.site}: {_restart(restart)}")
    journal = Journal(connect(settings), settings.shard, "site")
    journal.position()  # nothing is kept that nobody could take
    found = changes(old, site)
    keep(settings, site)
    if not _taken(settings, site):
        raise ValueError(
            "the new site is kept, and no router has taken it yet: is `callcenter up` running?"
        )
    return (
        [f"Taken: {len(found)} changes.", *(f"  {line}" for line in found)]
        if found
        else ["Nothing has changed."]
    )


def _taken(settings: Settings, site: Site) -> bool:
    """Whether the routers have published the policy of `site`; waits for it."""
    client = connect(settings)
    follower = Follower(client, settings.shard, Journal(client, settings.shard, "site"))
    deadline = time.monotonic() + _TAKEN_WITHIN_S
    follower.rebuild()
    while follower.shard.board.policy != site.policy:
        if time.monotonic() >= deadline:
            return False
        time.sleep(_LOOK_EVERY_S)
        try:
            follower.catch_up()
        except JournalLost:
            follower.rebuild()
    return True


def _only_ours(path: Path) -> None:
    """Whoever can write the file decides who is served first.

    Raises:
        YamlError: Others can, or it is no file that we can read.
    """
    try:
        found = path.stat()
        with path.open("rb"):
            pass
    except OSError as error:
        raise YamlError(f"{path}:1: the file cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(found.st_mode):
        raise YamlError(f"{path}:1: this is not a file")
    if found.st_uid not in (0, os.getuid()):
        raise YamlError(f"{path}:1: the file belongs to another user; only yours is taken")
    if found.st_mode & stat.S_IWOTH:
        raise YamlError(f"{path}:1: everybody may write this file: chmod o-w it first")


def _restart(what: list[str]) -> str:
    return f"{'; '.join(what)}: this needs a restart of `callcenter up`, nothing was changed"
