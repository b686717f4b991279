"""Users' plain functions as activation and loss: the derivative is the graph's, training as with one by hand."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from sklearn.base import clone

import glassnet
from glassnet import Dense, LayerNorm, MLPClassifier, MLPRegressor, Network, own_activation, own_loss
from glassnet.errors import GlassnetError, InvalidInput, InvalidType, UnknownName, Unsupported
from glassnet.pieces.activation import as_activation
from glassnet.pieces.activations import ACTIVATIONS
from glassnet.pieces.losses import LOSSES, Loss
from glassnet.pieces.own_loss import as_loss

rng = np.random.default_rng(4)
X, Y = rng.normal(size=(20, 3)), rng.normal(size=(20, 1))
Z = rng.normal(size=(5, 4)) * 3


def mish(z):
    return z * np.tanh(np.log1p(np.exp(z)))


def leaky(z):
    return np.where(z > 0, z, 0.1 * z)


# --- activations ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_derivative_is_the_table_s(dtype):
    g, table = own_activation("mish", mish), ACTIVATIONS["mish"]
    z = Z.astype(dtype)
    assert g.prime(z).dtype == g(z).dtype == dtype
    np.testing.assert_allclose(g.prime(z), table.prime(z), rtol=0, atol=40 * np.finfo(dtype).eps)


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (), (1,), (2, 3, 4)], ids=str)
def test_any_shape(shape):
    assert own_activation("leaky", leaky).prime(np.ones(shape)).tolist() == np.ones(shape).tolist()


def costs(activation, loss="squared_error", steps=30):
    network = Network(3, [Dense(6, activation), LayerNorm(activation), Dense(1)], loss=loss)
    parameters = network.initialize(seed=3)
    return [network.step(parameters, X, Y, alpha=0.05) for _ in range(steps)]


def test_a_plain_function_trains_as_the_table_s_record():
    by_graph, by_hand = costs(np.tanh), costs(own_activation("tanh2", np.tanh, lambda z, a: 1 - a * a))
    np.testing.assert_allclose(by_graph, by_hand, rtol=1e-12)
    assert by_graph[-1] < 0.8 * by_graph[0]
    assert Network.mlp(3, [4, 4], 1, activation=leaky).layers[0].activation.name == "own_leaky"


def test_names_of_functions():
    assert as_activation(lambda z: z).name == "own" and as_activation(np.sin).name == "own_sin"
    assert as_activation("relu") == "relu" and as_activation(None) is None
    assert as_activation(ACTIVATIONS["relu"]) is ACTIVATIONS["relu"]
    with pytest.raises(UnknownName, match="no activation 'own_leaky'"):
        Network(3, [Dense(2, leaky), Dense(1)]).describe()


def test_far_out_no_warning_leaks_from_the_derivative():
    g = own_activation("softsign", lambda z: z / (1 + np.abs(z)))
    assert g.prime([-1e4, 1e4]).tolist() == pytest.approx([1 / 10001**2] * 2, rel=1e-12)
    swish = own_activation("swish", lambda z: np.where(z < -700, 0, z / (1 + np.exp(-z))))
    out = np.empty(2)
    swish.derivative(np.array([-1e4, 1.0]), np.array([0.0, 0.0]), out)  # exp(1e4) overflows in the branch not chosen
    assert out.tolist() == [0, pytest.approx(float(ACTIVATIONS["silu"].prime(1.0)), rel=1e-14)]


@pytest.mark.parametrize(
    ("value", "kind", "part"),
    [
        (np.sum, InvalidInput, "must return an array of its input's shape (seen: () for an input of shape (2, 3))"),
        (lambda z: z[:1], InvalidInput, "(seen: (1, 3) for an input of shape (2, 3))"),
        (lambda z: None, InvalidInput, "(seen: () for an input of shape (2, 3))"),
        (lambda z: z - z.mean(), InvalidInput, "must work element by element"),
        (glassnet.graph.softmax, InvalidInput, "what mixes units is a layer"),
        (math.exp, InvalidType, "must be a function of arrays (seen: TypeError: only"),
        (lambda z: z if z > 0 else 0.0, InvalidType, "np.where for if"),
        (lambda: 1, InvalidType, "must be a function of arrays"),
        (np.sinc, GlassnetError, "cannot be differentiated: "),
        (np.nan_to_num, Unsupported, "cannot be differentiated: np.nan_to_num has no derivative rule"),
        (np.vectorize(math.exp), InvalidType, "a node cannot be converted to a plain number"),
        (lambda z: np.array([list(row) for row in z]), InvalidType, "a node cannot be converted to a plain number"),
    ],
)  # fmt: skip
def test_functions_that_do_not_do_are_refused_when_the_layer_is_made(value, kind, part):
    for make in (lambda: own_activation("odd", value), lambda: Dense(3, value)):
        with pytest.raises(kind) as caught:
            make()
        sentence = str(caught.value)
        assert (
            sentence.startswith("activation 'o") and part in sentence and "\n" not in sentence and sentence[-1] == "."
        )
        assert "differentiated" not in sentence or sentence.endswith("or give its derivative yourself.")


def test_with_a_derivative_of_its_own_nothing_is_asked_of_the_function():
    calls = []
    own_activation("lazy", calls.append, lambda z, a: z)
    assert calls == []


def test_an_error_without_words():
    def silent(z):
        raise ValueError

    with pytest.raises(
        InvalidType, match=r"activation 'own_silent' must be a function of arrays \(seen: ValueError: \)"
    ):
        Dense(3, silent)


def test_in_place_work_is_refused():
    def clipped(z):
        z = z.copy()
        z[z < 0] = 0
        return z

    with pytest.raises(InvalidType, match=r"activation 'own_clipped' cannot be differentiated: .* changed in place"):
        Dense(3, clipped)


# --- losses -----------------------------------------------------------------------------------------------------------


def log_cosh(S, Y):
    E = np.abs(S - Y)
    return (E + np.log1p(np.exp(-2 * E)) - np.log(2)).sum(axis=1)


def half_square(S, Y):
    return 0.5 * np.sum((S - Y) ** 2, axis=1)


def test_a_plain_function_as_loss_trains_as_the_table_s():
    np.testing.assert_allclose(costs("tanh", half_square), costs("tanh"), rtol=1e-12)
    assert Network(3, [Dense(1)], log_cosh).loss.name == "own_log_cosh"


def test_its_slope_by_hand_or_by_graph():
    by_graph, by_hand = own_loss("log_cosh", log_cosh), own_loss("log_cosh", log_cosh, lambda S, Y: np.tanh(S - Y))
    dS, right = np.empty((20, 1)), np.empty((20, 1))
    by_graph.gradient(X[:, :1], Y, dS)
    by_hand.gradient(X[:, :1], Y, right)
    np.testing.assert_allclose(dS, right, rtol=1e-12, atol=1e-15)
    with pytest.raises(InvalidInput, match=r"gradient of loss 'odd' must have the shape of the scores \(seen: \(20,\)"):
        own_loss("odd", log_cosh, lambda S, Y: (S - Y).sum(axis=1)).gradient(X[:, :1], Y, dS)


def test_a_loss_class_may_leave_its_gradient_out():
    @dataclass(frozen=True)
    class Fourth(Loss):
        name = "fourth"

        def value(self, S, Y):
            return ((S - Y) ** 4).sum(axis=1)

    dS = np.empty((20, 1), np.float32)
    Fourth().gradient(X[:, :1].astype(np.float32), Y.astype(np.float32), dS)
    np.testing.assert_allclose(dS, 4 * (X[:, :1] - Y) ** 3, rtol=1e-4, atol=1e-5)


def test_links_and_targets():
    loss = own_loss(
        "brier", lambda S, Y: ((glassnet.graph.sigmoid(S) - Y) ** 2).sum(axis=1), link="logistic", targets="zero_one"
    )
    assert (loss.link, loss.targets) == ("sigmoid", "zero_one")
    network = Network(3, [Dense(1)], loss)
    parameters = network.initialize()
    answers = (Y > 0).astype(float)
    steps = [network.step(parameters, X, answers, alpha=0.5) for _ in range(20)]
    assert steps[-1] < steps[0]
    assert 0 < network.forward(X, parameters).predictions.min() < network.forward(X, parameters).predictions.max() < 1
    with pytest.raises(UnknownName, match="there is no link 'logit'"):
        own_loss("odd", log_cosh, link="logit")
    with pytest.raises(InvalidInput, match=r"no such targets \(seen: 'labels'\); choose from numbers, counts"):
        own_loss("odd", log_cosh, targets="labels")


def test_in_other_units_it_is_the_same_loss():
    loss = own_loss("asymmetric", lambda S, Y: np.where(S > Y + 2, 10 * (S - Y), np.abs(S - Y)).sum(axis=1))
    S, scaled = 3 * X[:, :1], loss.in_units(3.0)
    np.testing.assert_allclose(scaled.value(S / 3, Y / 3), loss.value(S, Y), rtol=1e-14)
    dS, right = np.empty((20, 1)), np.empty((20, 1))
    scaled.gradient(S / 3, Y / 3, dS)
    loss.gradient(S, Y, right)
    np.testing.assert_allclose(dS, 3 * right, rtol=1e-13)


@pytest.mark.parametrize(
    ("value", "kind", "part"),
    [
        (lambda S, Y: np.mean((S - Y) ** 2), InvalidInput, "must return one number for each example (seen: shape ()"),
        (lambda S, Y: (S - Y) ** 2, InvalidInput, "sum over the outputs: .sum(axis=1)"),
        (lambda S, Y: None, InvalidInput, "must return one number for each example"),
        (lambda S: S, InvalidType, "must be a function of arrays"),
        (lambda S, Y: np.nan_to_num(S - Y).sum(axis=1), Unsupported, "np.nan_to_num has no derivative rule"),
        (lambda S, Y: [math.exp(s[0]) for s in S], InvalidType, "a node cannot be converted to a plain number"),
    ],
)
def test_losses_that_do_not_do(value, kind, part):
    network = Network(3, [Dense(1)], value)
    with pytest.raises(kind) as caught:
        network.step(network.initialize(), X, Y, alpha=0.1)
    sentence = str(caught.value)
    assert sentence.startswith("loss 'own' ") and part in sentence and "\n" not in sentence


def test_as_loss():
    assert as_loss("mse") == LOSSES.make("squared_error") == as_loss({"name": "squared_error"})
    assert as_loss(LOSSES.make("huber", delta=2.0)).delta == 2
    with pytest.raises(UnknownName, match="the loss table does not know the class OwnLoss"):
        Network(3, [Dense(1)], log_cosh).describe()


# --- estimators -------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Maximum iterations")  # what is compared is the way, not its end
def test_estimators_take_plain_functions():
    settings = {"max_iter": 40, "random_state": 0, "tol": 0, "n_iter_no_change": 99}
    model = MLPRegressor(hidden_layer_sizes=(5,), activation=mish, loss=half_square, **settings).fit(X, Y[:, 0])
    table = MLPRegressor(hidden_layer_sizes=(5,), activation="mish", **settings).fit(X, Y[:, 0])
    np.testing.assert_allclose(model.loss_curve_, table.loss_curve_, rtol=1e-10)
    np.testing.assert_allclose(model.predict(X), table.predict(X), rtol=1e-8)
    assert clone(model).get_params()["activation"] is mish

    mixed = MLPRegressor(hidden_layer_sizes=(5, 4), activation=[np.tanh, "relu"], loss=log_cosh, **settings).fit(
        X, Y[:, 0]
    )
    assert mixed.loss_curve_[-1] < mixed.loss_curve_[0]


def brier(S, Y):
    return ((glassnet.graph.sigmoid(S) - Y) ** 2).sum(axis=1)


@pytest.mark.filterwarnings("ignore:Maximum iterations")  # what is compared is the way, not its end
def test_a_classifier_s_loss_keeps_the_link_of_its_labels():
    answers = np.where(X[:, 0] > 0, "yes", "no")
    model = MLPClassifier((4,), loss=brier, max_iter=200, learning_rate_init=0.05, random_state=0).fit(X, answers)
    assert model.score(X, answers) >= 0.9
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1, rtol=1e-12)


@pytest.mark.parametrize(
    ("settings", "part"),
    [
        ({"activation": math.exp}, "activation 'own_exp' must be a function of arrays"),
        ({"activation": np.cumprod}, "activation 'own_cumprod' must return an array of its input's shape"),
        ({"loss": lambda S, Y: (S - Y) ** 2}, "loss 'own' must return one number for each example"),
    ],
)
def test_estimators_refuse_functions_that_do_not_do(settings, part):
    with pytest.raises(GlassnetError) as caught:
        MLPRegressor(hidden_layer_sizes=(3,), max_iter=2, **settings).fit(X, Y[:, 0])
    assert str(caught.value).startswith(part)
