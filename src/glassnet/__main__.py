"""``python -m glassnet`` is the command ``glassnet``: Ctrl-C ends it quietly also while it is being imported."""

import sys
from typing import NoReturn


def run() -> NoReturn:
    """The program ``glassnet``."""
    try:
        from glassnet.cli.main import run as run_command

        run_command()
    except KeyboardInterrupt:
        if sys.stderr is not None:
            sys.stderr.write("glassnet: stopped.\n")
            sys.stderr.flush()
        sys.exit(130)


if __name__ == "__main__":
    run()
