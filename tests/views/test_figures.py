"""The table of figures: what is added is drawn, listed, documented and shown; every figure has a text twin."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from glassnet import FIGURES, LogisticRegression, Recipe, TableModel, draw, explain, ledger
from glassnet.errors import InvalidInput, UnknownName
from glassnet.glass.scenes.matrices.product import matrix
from glassnet.glass.scenes.presentation import without_styles
from glassnet.glass.sheet import sheet
from glassnet.pieces.settings import Range
from glassnet.views.figures import Figure
from glassnet.views.options import Option
from warm import Warm

FORBIDDEN = re.compile(r"<style|\sstyle\s*=", re.IGNORECASE)


@pytest.fixture(scope="module")
def models() -> dict[str, Any]:
    line = LogisticRegression().fit([[0.0, 1.0], [1.0, 0.0], [3.0, 5.0]], [0, 0, 1])
    return {"line": line} | {name: TableModel(Recipe(hidden=(4,), epochs=3)).fit(name) for name in ("iris", "diabetes")}


def of_model(name: str, models: dict[str, Any]) -> Any:
    if name == "collapse":  # of layers without an activation
        return draw(name, models["line"])
    data = "diabetes" if name in ("predictions", "residuals", "curve") else "iris"
    rows = () if FIGURES[name].rows == "none" else (data,)
    return draw(name, models[data], *rows, **({"shape": (2, 2)} if name == "weights" else {}))


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_of_a_model_has_a_text_twin_and_shows_itself(name: str, models: dict[str, Any]) -> None:
    picture = of_model(name, models)
    text = picture.text()
    assert str(picture) == text and text.startswith(picture.title)
    assert picture.tables and all(str(table) in text and table.rows for table in picture.tables)
    assert re.search(r"\d", str(picture.tables[0]))
    bundle = picture._repr_mimebundle_()
    assert bundle["text/plain"] == text and bundle["image/svg+xml"].startswith("<svg")
    assert bundle["image/svg+xml"] in bundle["text/html"] and "<details>" in bundle["text/html"]
    assert "<script" not in bundle["text/html"]
    assert bundle["text/html"] == f"<style>{sheet()}</style>{(markup := unstyled(bundle['text/html']))}"
    assert not FORBIDDEN.search(markup) and not FORBIDDEN.search(bundle["image/svg+xml"])


def test_ledgers_reports_and_pages_have_no_style_but_the_sheet(models: dict[str, Any]) -> None:
    """A page may forbid what is not its own: Content-Security-Policy: style-src 'self'."""
    step = models["iris"].trace("iris", rows=[3])
    written, shown = ledger(step), step._repr_mimebundle_()["text/html"]
    assert not FORBIDDEN.search(written.markup()) and "<math>" in written.markup()
    assert written.to_html() == f"<style>{sheet()}</style>{written.markup()}"
    assert not FORBIDDEN.search(unstyled(shown)) and written.to_page().count("<style>") == 1
    assert not FORBIDDEN.search(unstyled(written.to_page()))
    body = written.markup().replace("h3>", "h1>").replace("h4>", "h2>")  # a page's own headings begin at the top
    assert body in written.to_page()
    assert not FORBIDDEN.search(explain(models["iris"], "iris", row=1).html())


@pytest.mark.parametrize(
    ("css", "attributes"),
    [
        ("", ""),
        ("fill: none;", ' fill="none"'),
        ("font: 12px 'DejaVu Sans', Arial", ' font-size="12px" font-family="\'DejaVu Sans\', Arial"'),
        (
            "font: italic 700 8.5px serif",
            ' font-style="italic" font-weight="700" font-size="8.5px" font-family="serif"',
        ),
        ("image-rendering:crisp-edges;image-rendering:pixelated", ' image-rendering="pixelated"'),
    ],
)
def test_a_declaration_is_an_attribute(css: str, attributes: str) -> None:
    assert without_styles(f'<g style="{css}"/>') == f"<g{attributes}/>"


def unstyled(html: str) -> str:
    """Without the sheet, which stands once in a notebook's output and in a page's head."""
    return html.replace(f"<style>{sheet()}</style>", "", 1)


@pytest.mark.parametrize("name", ["history", "confusion"])
@pytest.mark.parametrize("ending", [".svg", ".png", ".pdf"])
def test_every_file(name: str, ending: str, models: dict[str, Any], tmp_path: Path) -> None:
    starts = {".svg": b"<", ".png": b"\x89PNG", ".pdf": b"%PDF"}
    of_model(name, models).save(tmp_path / f"seen{ending}")
    assert (tmp_path / f"seen{ending}").read_bytes().startswith(starts[ending])


def test_a_models_network_through_a_lens(models: dict[str, Any]) -> None:
    """As ``glassnet plot network MODEL DATA --row 3 --lens gradients --select w12[1]``."""
    plain, seen = (
        draw("network", models["iris"], "iris", row=3, **further)
        for further in ({}, {"lens": "gradients", "select": "w12[1]"})
    )
    assert "on the edges stands dJ/dw" in seen.sentence and "by 3 paths, whose products add up to" in seen.sentence
    assert [table.title for table in seen.tables] == ["Units", "Edges", "Paths"] and len(plain.tables) == 2
    with pytest.raises(InvalidInput, match="which is not known here; draw a step of gradient descent: rows"):
        draw("network", models["iris"], lens="gradients")


def test_the_confusion_table_is_the_matrix(models: dict[str, Any]) -> None:
    picture = of_model("confusion", models)
    assert [list(row[1:]) for row in picture.tables[0].rows] == picture.matrix.tolist()


def test_a_plotted_display_is_shown_by_matplotlib_alone(models: dict[str, Any]) -> None:
    pytest.importorskip("matplotlib").use("Agg")
    from matplotlib import pyplot as plt

    picture = of_model("confusion", models).plot()
    plt.close("all")
    assert picture._repr_mimebundle_() == {"text/plain": picture.title}


def test_an_estimator_on_arrays_is_drawn_by_the_same_names() -> None:
    X, y = [[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [3.0, 5.0]], ["no", "no", "yes", "yes"]
    model = LogisticRegression().fit(X, y)
    assert "row 2" in draw("network", model, X, y, row=2).sentence
    assert draw("confusion", model, X, y).labels.tolist() == ["no", "yes"]
    assert draw("product", model, X, row=2).tables[0].rows[0][1:] == (1.0, 0.0)
    with pytest.raises(InvalidInput, match=r"there is no row 5 \(seen: 4 rows\); choose one from 1 to 4"):
        draw("network", model, X, y, row=5)


@pytest.fixture
def added() -> Iterator[Figure]:
    """Your own figure: one record in the table."""

    def biases(model: Any, X: Any = None, y: Any = None, *, depth: int = 1) -> Any:
        return matrix(model.fitted.parameters.b[depth], name=f"b[{depth}]")

    depth = Option("depth", "how deep the layer lies, from 1", number=Range(1), default="1")
    yield FIGURES.add(Figure("biases", "the biases of a layer as a grid of numbers", biases, options=(depth,)))
    FIGURES.remove("biases")


def test_an_added_figure_is_drawn_listed_and_documented(
    added: Figure, models: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from glassnet.cli.commands.plot import command
    from glassnet.files import save

    assert "b[1]" in draw("biases", models["iris"]).title
    assert "image/svg+xml" in draw("biases", models["iris"])._repr_mimebundle_()
    monkeypatch.chdir(tmp_path)
    save(models["iris"], "iris.safetensors")
    # The program's own names: click keeps the option of help that a command is first asked with.
    run, names = CliRunner(), ["-h", "--help"]
    shown = run.invoke(command, ["--help"], help_option_names=names).output
    assert re.search(rf"biases +{added.help}", shown) and re.search(r"--depth .*Of biases: how deep", shown)
    done = run.invoke(command, ["biases", "iris.safetensors", "--depth", "2"], help_option_names=names)
    assert done.exit_code == 0 and done.output == "Matrix b[2]: written to biases.svg\n"
    with pytest.raises(InvalidInput, match="--depth has no meaning for 'compact'"):
        run.invoke(
            command, ["compact", "iris.safetensors", "--depth", "2"], catch_exceptions=False, help_option_names=names
        )
    spec = importlib.util.spec_from_file_location("figures_page", Path(__file__).parents[2] / "docs" / "figures.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert "| `biases` | the biases of a layer as a grid of numbers |" in script.page()


def test_a_figure_that_is_not_there() -> None:
    with pytest.raises(UnknownName, match="no picture 'biases'"):
        draw("biases")


def test_the_table_loads_no_matplotlib() -> None:
    code = "import sys; from glassnet import FIGURES; assert len(FIGURES) == 30 and 'matplotlib' not in sys.modules"
    assert Warm("-c", code).wait(timeout=60) == 0
