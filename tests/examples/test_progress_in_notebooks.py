"""In a notebook the progress of a training is one output that changes, with text for pages without HTML."""

from __future__ import annotations

import nbclient
import nbformat
import pytest

TRAINING = """
from glassnet import Progress, Recipe, TableModel
TableModel(Recipe(hidden=(4,), epochs=30)).fit("iris", callbacks=[Progress()]);
"""
BROKEN = """
from glassnet import Callback
class Faulty(Callback):
    def on_epoch_end(self, run):
        if run.state.epoch == 3: raise ZeroDivisionError
try: TableModel(Recipe(hidden=(4,), epochs=30)).fit("iris", callbacks=[Progress(), Faulty()])
except ZeroDivisionError: pass
"""


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """The outputs of both cells, and every message that showed or changed one."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in (TRAINING, BROKEN)])
    folder = str(tmp_path_factory.mktemp("notebook"))
    client = nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": folder}})
    sent = []
    process = client.process_message
    client.process_message = lambda message, *rest: (sent.append(message), process(message, *rest))[1]
    return [cell.outputs for cell in client.execute().cells], sent


def test_one_output_with_the_last_epoch(cells):
    ((shown,), _), _ = cells
    assert shown.output_type == "display_data"
    assert shown.data["text/plain"].startswith("epoch 30/30  cost ")
    assert shown.data["text/html"].startswith('<progress value="30" max="30"')
    assert "cost " in shown.data["text/html"] and "<script" not in shown.data["text/html"]


def test_it_begins_empty_and_changes_in_place(cells):
    _, sent = cells
    kinds = [message["msg_type"] for message in sent if "display" in message["msg_type"]]
    first = next(message for message in sent if message["msg_type"] == "display_data")
    assert first["content"]["data"]["text/plain"] == "epoch 0/30"
    assert kinds.count("display_data") == 2 and kinds.count("update_display_data") >= 2


def test_an_error_leaves_the_epoch_it_came_in(cells):
    (_, (shown,)), _ = cells
    assert shown.data["text/plain"].startswith("epoch 3/")
