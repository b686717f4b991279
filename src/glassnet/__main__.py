"""``python -m glassnet`` is the command ``glassnet``."""

from glassnet.cli.main import run

if __name__ == "__main__":
    run()
