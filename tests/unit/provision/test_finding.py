from rich.console import Console

from callcenter.provision.finding import Finding, render


def test_only_what_is_missing_keeps_the_service_from_running() -> None:
    assert Finding(part="sox").ok
    assert Finding(part="prompts so", level="warning").ok
    assert not Finding(part="sox", level="missing").ok


def test_the_table_shows_every_part_and_takes_brackets_as_they_are() -> None:
    console = Console(width=160)
    with console.capture() as capture:
        findings = [
            Finding(part="site", where="/srv/[bold]site.yaml", level="missing", mend="set it"),
            Finding(part="sox", version="14.7.1"),
        ]
        console.print(render(findings))
    text = capture.get()

    assert "/srv/[bold]site.yaml" in text
    assert "set it" in text
    assert "14.7.1" in text
