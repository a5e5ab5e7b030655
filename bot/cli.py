"""The `chidan` command: parse and print only."""


def main() -> None:
    """Run the command line."""
