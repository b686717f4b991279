"""The workshop, row 9, line by line: the slides' own numbers, then onwards from where the slides stop."""

from math import log

import numpy as np
import pytest

import isas
from glassnet import Dense, Network, ledger, trace
from glassnet.pieces.optimizers import GradientDescent

NAMES = ["difficulty of material", "number of assignments due", "days until midterm"]

# The first unit, y^ = 0.45, y = 1 and the loss are the slides'; the other weights are ours.
FORWARD_AND_COST = """\
One training step of the network 3-4-1, loss binary_cross_entropy: row 1, one example

1. Forward propagation
   A[0] = X = (1, 3): 0.4, 2, 17
      x1 = 0.4  (difficulty of material)
      x2 = 2  (number of assignments due)
      x3 = 17  (days until midterm)
   Z[1] = A[0] W[1]^T + b[1] = (1, 3) (3, 4) + (4) = (1, 4): 0.6986, -0.01, 0.74, -1.87
      z1[1] = w11[1] x1 + w12[1] x2 + w13[1] x3 + b1[1] = 0.5*0.4 + 0.1*2 + 0.0058*17 + 0.2 = 0.6986
      z2[1] = w21[1] x1 + w22[1] x2 + w23[1] x3 + b2[1] = 0.3*0.4 - 0.2*2 + 0.01*17 + 0.1 = -0.01
      z3[1] = w31[1] x1 + w32[1] x2 + w33[1] x3 + b3[1] = -1*0.4 + 0.4*2 + 0.02*17 + 0 = 0.74
      z4[1] = w41[1] x1 + w42[1] x2 + w43[1] x3 + b4[1] = 0.2*0.4 - 0.6*2 - 0.05*17 + 0.1 = -1.87
   A[1] = relu(Z[1]) = (1, 4): 0.6986, 0, 0.74, 0  (relu(z) = max(0, z))
      a1[1] = relu(z1[1]) = relu(0.6986) = 0.6986
      a2[1] = relu(z2[1]) = relu(-0.01) = 0
      a3[1] = relu(z3[1]) = relu(0.74) = 0.74
      a4[1] = relu(z4[1]) = relu(-1.87) = 0
   Z[2] = A[1] W[2]^T + b[2] = (1, 4) (4, 1) + (1) = (1, 1): -0.200671
      z1[2] = w11[2] a1[1] + w12[2] a2[1] + w13[2] a3[1] + w14[2] a4[1] + b1[2] \
= 0.8*0.6986 - 0.5*0 - 0.3*0.74 + 0.9*0 - 0.537551 = -0.200671
   y^ = A[2] = sigmoid(Z[2]) = (1, 1): 0.45  (sigmoid(z) = 1 / (1 + e^-z))
      y^1 = a1[2] = sigmoid(z1[2]) = sigmoid(-0.200671) = 0.45

2. The cost
   Y = (1, 1): 1
      y1 = 1
   L = -y ln y^ - (1 - y) ln(1 - y^) = -1*ln(0.45) - (1 - 1)*ln(1 - 0.45) = 0.798508
   J = 1/m sum_i L_i = 0.798508/1 = 0.798508
"""

ONWARDS = """
3. Back propagation
   dA and dZ already contain each example's share of the cost, 1/m.
   dZ[2] = (A[2] - Y)/m = (1, 1): -0.55
      dz1[2] = (y^1 - y1)/m = (0.45 - 1)/1 = -0.55
   dW[2] = dZ[2]^T A[1] = (1, 1) (1, 4) = (1, 4): -0.38423, 0, -0.407, 0
      dw1k[2] = dz1[2] A[1] = (4): -0.38423, 0, -0.407, 0
   db[2] = sum over the examples of dZ[2] = (1): -0.55
      db1[2] = dz1[2] = -0.55
   dA[1] = dZ[2] W[2] = (1, 1) (1, 4) = (1, 4): -0.44, 0.275, 0.165, -0.495
      da1[1] = dz1[2] w11[2] = -0.55*0.8 = -0.44
      da2[1] = dz1[2] w12[2] = -0.55*(-0.5) = 0.275
      da3[1] = dz1[2] w13[2] = -0.55*(-0.3) = 0.165
      da4[1] = dz1[2] w14[2] = -0.55*0.9 = -0.495
   dZ[1] = dA[1] * relu'(Z[1]) = (1, 4) * (1, 4) = (1, 4): -0.44, 0, 0.165, 0  (relu'(z) = 1 if z > 0 else 0)
      dz1[1] = da1[1] relu'(z1[1]) = -0.44*1 = -0.44
      dz2[1] = da2[1] relu'(z2[1]) = 0.275*0 = 0
      dz3[1] = da3[1] relu'(z3[1]) = 0.165*1 = 0.165
      dz4[1] = da4[1] relu'(z4[1]) = -0.495*0 = 0
   dW[1] = dZ[1]^T A[0] = (4, 1) (1, 3) = (4, 3): -0.176, -0.88, -7.48; 0, 0, 0; 0.066, 0.33, 2.805; 0, 0, 0
      dw1k[1] = dz1[1] A[0] = (3): -0.176, -0.88, -7.48
      dw2k[1] = dz2[1] A[0] = (3): 0, 0, 0
      dw3k[1] = dz3[1] A[0] = (3): 0.066, 0.33, 2.805
      dw4k[1] = dz4[1] A[0] = (3): 0, 0, 0
   db[1] = sum over the examples of dZ[1] = (4): -0.44, 0, 0.165, 0
      db1[1] = dz1[1] = -0.44
      db2[1] = dz2[1] = 0
      db3[1] = dz3[1] = 0.165
      db4[1] = dz4[1] = 0
   dA[0] = dZ[1] W[1] = (1, 4) (4, 3) = (1, 3): -0.385, 0.022, 0.000748  (the derivative with respect to each input)
      dx1 = dz1[1] w11[1] + dz2[1] w21[1] + dz3[1] w31[1] + dz4[1] w41[1] \
= -0.44*0.5 + 0*0.3 + 0.165*(-1) + 0*0.2 = -0.385  (difficulty of material)
      dx2 = dz1[1] w12[1] + dz2[1] w22[1] + dz3[1] w32[1] + dz4[1] w42[1] \
= -0.44*0.1 + 0*(-0.2) + 0.165*0.4 + 0*(-0.6) = 0.022  (number of assignments due)
      dx3 = dz1[1] w13[1] + dz2[1] w23[1] + dz3[1] w33[1] + dz4[1] w43[1] \
= -0.44*0.0058 + 0*0.01 + 0.165*0.02 + 0*(-0.05) = 0.000748  (days until midterm)

4. The update
   alpha = 0.01  (the learning rate of step 1; theta := theta - alpha g)
   W[1] := W[1] - alpha dW[1] \
= (4, 3): 0.50176, 0.1088, 0.0806; 0.3, -0.2, 0.01; -1.00066, 0.3967, -0.00805; 0.2, -0.6, -0.05
      w1k[1] := w1k[1] - alpha dw1k[1] = (3): 0.50176, 0.1088, 0.0806
      w2k[1] := w2k[1] - alpha dw2k[1] = (3): 0.3, -0.2, 0.01
      w3k[1] := w3k[1] - alpha dw3k[1] = (3): -1.00066, 0.3967, -0.00805
      w4k[1] := w4k[1] - alpha dw4k[1] = (3): 0.2, -0.6, -0.05
   b[1] := b[1] - alpha db[1] = (4): 0.2044, 0.1, -0.00165, 0.1
      b1[1] := b1[1] - alpha db1[1] = 0.2 - 0.01*(-0.44) = 0.2044
      b2[1] := b2[1] - alpha db2[1] = 0.1 - 0.01*0 = 0.1
      b3[1] := b3[1] - alpha db3[1] = 0 - 0.01*0.165 = -0.00165
      b4[1] := b4[1] - alpha db4[1] = 0.1 - 0.01*0 = 0.1
   W[2] := W[2] - alpha dW[2] = (1, 4): 0.803842, -0.5, -0.29593, 0.9
      w1k[2] := w1k[2] - alpha dw1k[2] = (4): 0.803842, -0.5, -0.29593, 0.9
   b[2] := b[2] - alpha db[2] = (1): -0.532051
      b1[2] := b1[2] - alpha db1[2] = -0.537551 - 0.01*(-0.55) = -0.532051
   J(after) = 0.314723  (of the same rows after the update: 0.483784 less than before)

Numbers are shown to 6 significant digits; (rounded): these do not give the value shown.
Computed by the ENGINE engine."""


@pytest.fixture(params=[name for name in isas.RUNNING if name != "loops"])
def step(request):
    network = Network(3, [Dense(4, "relu"), Dense(1, "sigmoid")], loss="binary_cross_entropy")
    p = network.initialize(seed=0)
    p.W[1] = [[0.5, 0.1, 0.0058], [0.3, -0.2, 0.01], [-1.0, 0.4, 0.02], [0.2, -0.6, -0.05]]
    p.b[1] = [0.2, 0.1, 0.0, 0.1]
    p.W[2], p.b[2] = [[0.8, -0.5, -0.3, 0.9]], [0.0]
    X = np.array([[0.4, 2, 17]])
    p.b[2] = [log(0.45 / 0.55) - network.forward(X, p).Z[2].item()]
    return trace(network, X, [1], parameters=p, optimizer=GradientDescent(0.01), columns=NAMES, engine=request.param)


def test_as_on_the_slides_then_onwards(step):
    """Rows 8, 9, 13, 14, 16, 19, 20: the whole step by one call, to the last digit of the slides: 0.798508."""
    assert str(ledger(step, depth=2)) == (FORWARD_AND_COST + ONWARDS).replace("ENGINE", step.engine)


def test_next_time_the_error_is_lower(step):
    assert step.cost == pytest.approx(-log(0.45), rel=1e-14) and step.cost_after < step.cost


def test_every_edge_of_the_first_unit(step):
    """Row 7: where are the weights? On the edges."""
    edges = [str(line) for line in ledger(step)["z1[1]"].inside]
    assert edges == [
        "w11[1] x1 = 0.5*0.4 = 0.2  (difficulty of material)",
        "w12[1] x2 = 0.1*2 = 0.2  (number of assignments due)",
        "w13[1] x3 = 0.0058*17 = 0.0986  (days until midterm)",
        "+ b1[1] = 0.2  (bias)",
    ]


def test_the_slides_round_without_saying_so(step):
    """0.6986 is 0.7 on the slide, as its sum stands there; to two digits the ledger says that it is rounded."""
    line = ledger(step, digits=1)["z1[1]"]
    assert line.shown == "0.7"
    z2 = ledger(step, digits=2)["z1[2]"]
    assert str(z2).endswith("= 0.8*0.7 - 0.5*0 - 0.3*0.74 + 0.9*0 - 0.54 = -0.2")
    assert not ledger(step)["z1[1]"].rounded, "0.6986 is exact"


def test_parameters_and_hyperparameters_are_listed_separately(step):
    """Row 15: learned are W and b, whose values before and after are in the trace; alpha is set, and in the plan."""
    assert sorted(step.before.W) == sorted(step.after.W) == [1, 2]
    assert step.alpha == step.plan.optimizer.settings()["learning_rate"] == 0.01
    assert ledger(step)["alpha"].note.startswith("the learning rate")
