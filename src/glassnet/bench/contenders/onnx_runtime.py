"""onnxruntime on a model built with ``onnx.helper``: prediction only."""

from __future__ import annotations

from typing import Any

from glassnet.bench.contenders.adapter import Adapter, Predict
from glassnet.bench.task import Task

OPSET, IR_VERSION = 17, 8  # old enough for every onnxruntime of today


class OnnxRuntime(Adapter):
    """One session, on the CPU."""

    def predict(self, task: Task) -> Predict:
        import onnxruntime

        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = task.threads
        model = _model(task).SerializeToString()
        session = onnxruntime.InferenceSession(model, settings, providers=["CPUExecutionProvider"])
        return lambda X: session.run(None, {"X": X})[0]


def _model(task: Task) -> Any:
    """Gemm and Relu in turn, Softmax at the end of a classifier."""
    from onnx import TensorProto, helper, numpy_helper

    nodes, arrays, A = [], [], "X"
    for l, (W, b) in enumerate(task.parameters, start=1):
        arrays += [numpy_helper.from_array(W, f"W{l}"), numpy_helper.from_array(b, f"b{l}")]
        nodes.append(helper.make_node("Gemm", [A, f"W{l}", f"b{l}"], [A := f"Z{l}"]))
        if l < len(task.parameters):
            nodes.append(helper.make_node("Relu", [A], [A := f"A{l}"]))
    nodes.append(helper.make_node("Softmax" if task.classification else "Identity", [A], ["answers"]))
    places = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["m", n])
        for name, n in (("X", task.widths[0]), ("answers", task.widths[-1]))
    ]
    graph = helper.make_graph(nodes, "network", places[:1], places[1:], arrays)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
