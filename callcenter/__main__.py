"""`python -m callcenter`: the command line."""

from callcenter.cli.app import app


def main() -> None:
    """Entry point of the console script."""
    app()


if __name__ == "__main__":
    main()
