"""``benchmarks/gpu.py`` tried out on the CPU, where its numbers mean nothing."""

import sys
from pathlib import Path

import pytest
import torch

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

import gpu


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["gpu.py"])
    assert gpu.main() == 1
    said = capsys.readouterr().out
    assert said.startswith("Nothing is measured: PyTorch ") and "finds no CUDA GPU" in said


def test_one_table(monkeypatch, capsys):
    """Ours and eager PyTorch are measured; what cannot be is named."""
    monkeypatch.setattr(gpu, "NETWORKS", ((4, 8, 2), (4, 8, 8, 3)))

    def broken(task, device, compiled):
        if compiled:
            raise RuntimeError("no compiler")
        return eager(task, device, compiled)

    eager = gpu.pytorch
    monkeypatch.setattr(gpu, "pytorch", broken)
    arguments = ["--device", "cpu", "--rows", "64", "--batch", "32", "--epochs", "1", "--members", "2"]
    monkeypatch.setattr(sys, "argv", ["gpu.py", *arguments])
    assert gpu.main() == 0
    said = capsys.readouterr().out
    rows = {line.split("|")[1].strip(): line.split("|")[2:-1] for line in said.splitlines() if line.startswith("| ")}
    for name in ("glassnet, engine torch", "glassnet, 2 networks at once", "PyTorch, eager"):
        assert all(float(cell) > 0 for cell in rows[name]), name
    assert "the CPU: a trial, no measurement" in said
    assert "PyTorch, torch.compile: RuntimeError: no compiler" in said.splitlines()
