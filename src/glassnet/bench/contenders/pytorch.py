"""PyTorch, eager, with each of its implementations of Adam."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from glassnet.arrays import Array
from glassnet.bench.contenders.adapter import Adapter, Predict, Trainee
from glassnet.bench.task import Task

ADAMS = {"fused Adam": {"fused": True}, "foreach Adam": {"foreach": True}, "Adam": {"foreach": False}}


class PyTorch(Adapter):
    """``Sequential`` and a training loop as in its tutorials."""

    def train(self, task: Task) -> Mapping[str, Trainee]:
        import torch

        torch.set_num_threads(task.threads)
        return {name: self._trainee(task, settings) for name, settings in ADAMS.items()}

    def _trainee(self, task: Task, settings: dict[str, bool]) -> Trainee:
        import torch
        from torch.nn.functional import cross_entropy, mse_loss

        torch.manual_seed(0)
        model = self._network(task)
        adam = torch.optim.Adam(model.parameters(), lr=1e-3, **settings)
        X, Y = torch.from_numpy(task.X), torch.from_numpy(task.Y)
        loss = cross_entropy if task.classification else mse_loss

        def epoch() -> None:
            for chosen in torch.randperm(task.rows).split(task.batch):
                adam.zero_grad(set_to_none=True)
                loss(model(X[chosen]), Y[chosen]).backward()
                adam.step()

        return Trainee(epoch, self._predict(model, task))

    def predict(self, task: Task) -> Predict:
        import torch

        torch.set_num_threads(task.threads)
        model = self._network(task)
        layers = [layer for layer in model if isinstance(layer, torch.nn.Linear)]
        with torch.no_grad():
            for layer, (W, b) in zip(layers, task.parameters, strict=True):
                layer.weight.copy_(torch.from_numpy(W.T))
                layer.bias.copy_(torch.from_numpy(b))
        return self._predict(model, task)

    @staticmethod
    def _network(task: Task) -> Any:
        import torch

        layers: list[Any] = []
        for n_in, n_out in pairwise(task.widths):
            layers += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
        return torch.nn.Sequential(*layers[:-1])

    @staticmethod
    def _predict(model: Any, task: Task) -> Predict:
        import torch

        def predict(X: Array) -> Array:
            with torch.inference_mode():
                S = model(torch.from_numpy(X))
                return (S.softmax(dim=1) if task.classification else S).numpy()

        return predict
