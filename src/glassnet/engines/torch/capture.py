"""A step as one launch: on a GPU its kernels are captured in a CUDA graph and replayed, elsewhere it is called."""

from __future__ import annotations

from collections.abc import Callable

from glassnet.engines.torch.package import torch

WARM_UP = 3  # passes before a capture: libraries choose their algorithms in the first ones


def captured(step: Callable[[], None], device: str) -> Callable[[], None]:
    """A function that does what ``step`` does.

    Args:
        step: it reads and writes the same memory every time, asks for no number, and is harmless now: on a GPU it is
            called a few times here.
        device: "cpu" or "cuda".

    Source: Nguyen et al. 2021, *Accelerating PyTorch with CUDA Graphs*.
    """
    if device != "cuda":
        return step
    aside = torch.cuda.Stream()
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        for _ in range(WARM_UP):
            step()
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, capture_error_mode="thread_local"):  # other threads go on with trainings of theirs
        step()
    replay: Callable[[], None] = graph.replay
    return replay
