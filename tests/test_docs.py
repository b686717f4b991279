"""Pages written from the tables say what the tables say."""

import importlib.util
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def test_the_page_of_pieces_is_up_to_date():
    spec = importlib.util.spec_from_file_location("pieces_page", DOCS / "pieces.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.PAGE.read_text(encoding="utf-8") == script.page(), "run: python docs/pieces.py"
