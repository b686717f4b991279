"""The estimators that are compared: one record each, with default settings. A new one is one record.

Defaults stay defaults; what is set in addition is only what a library needs to run at all (which columns are words),
the seed, the number of threads, and silence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from comparison.preparation import Preparation, as_categories, as_words, imputed, scaled


@dataclass(frozen=True)
class Setup:
    """What a method gets.

    Args:
        classifies: whether the target is a class.
        seed: of everything random in it.
        threads: that it may use.
        words: the columns of words.
    """

    classifies: bool
    seed: int
    threads: int
    words: list[str]


@dataclass(frozen=True)
class Method:
    """One estimator.

    Args:
        name: in the table.
        package: that has it, as pip calls it.
        make: the estimator, with ``fit`` and ``predict``.
        prepare: its form of the table.
        quick: whether ``--quick`` includes it.
        fits: of the estimator, keyword arguments of its ``fit``.
    """

    name: str
    package: str
    make: Callable[[Setup], Any]
    prepare: Preparation
    quick: bool = True
    fits: Callable[[Setup], dict[str, Any]] = lambda setup: {}


@dataclass(frozen=True)
class Published:
    """A figure that was not measured here.

    Args:
        name: of the model.
        says: the figure, in words.
        source: who says so.
    """

    name: str
    says: str
    source: str


def _table_model(preset: str) -> Callable[[Setup], Any]:
    def make(setup: Setup) -> Any:
        from glassnet.estimators.table.model import TableModel
        from glassnet.estimators.table.recipe import Recipe

        task = "classification" if setup.classifies else "regression"
        return TableModel(Recipe(seed=setup.seed, threads=setup.threads), task=task, preset=preset)

    return make


def _mlp(setup: Setup) -> Any:
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.preprocessing import StandardScaler

    if setup.classifies:
        return MLPClassifier(random_state=setup.seed)
    return TransformedTargetRegressor(MLPRegressor(random_state=setup.seed), transformer=StandardScaler())


def _hist_boosting(setup: Setup) -> Any:
    from sklearn import ensemble

    kind = ensemble.HistGradientBoostingClassifier if setup.classifies else ensemble.HistGradientBoostingRegressor
    return kind(categorical_features="from_dtype", random_state=setup.seed)


def _lightgbm(setup: Setup) -> Any:
    import lightgbm

    kind = lightgbm.LGBMClassifier if setup.classifies else lightgbm.LGBMRegressor
    return kind(random_state=setup.seed, n_jobs=setup.threads, verbose=-1)


def _xgboost(setup: Setup) -> Any:
    import xgboost

    kind = xgboost.XGBClassifier if setup.classifies else xgboost.XGBRegressor
    return kind(random_state=setup.seed, n_jobs=setup.threads, enable_categorical=True, verbosity=0)


def _catboost(setup: Setup) -> Any:
    import catboost

    kind = catboost.CatBoostClassifier if setup.classifies else catboost.CatBoostRegressor
    return kind(random_seed=setup.seed, thread_count=setup.threads, verbose=False, allow_writing_files=False)


def _ebm(setup: Setup) -> Any:
    from interpret import glassbox

    kind = glassbox.ExplainableBoostingClassifier if setup.classifies else glassbox.ExplainableBoostingRegressor
    return kind(random_state=setup.seed, n_jobs=setup.threads)


def _realmlp(setup: Setup) -> Any:
    import pytabkit

    kind = pytabkit.RealMLP_TD_Classifier if setup.classifies else pytabkit.RealMLP_TD_Regressor
    return kind(random_state=setup.seed, n_threads=setup.threads, device="cpu", verbosity=0)


METHODS = {
    method.name: method
    for method in (
        Method("glassnet", "glassnet", _table_model("balanced"), as_categories),
        Method("glassnet best", "glassnet", _table_model("best"), as_categories, quick=False),
        Method("glassnet fast", "glassnet", _table_model("fast"), as_categories),
        Method("glassnet plain", "glassnet", _table_model("plain"), as_categories),
        Method("HistGradientBoosting", "scikit-learn", _hist_boosting, as_categories),
        Method("LightGBM", "lightgbm", _lightgbm, as_categories),
        Method("XGBoost", "xgboost", _xgboost, as_categories),
        Method("scikit-learn MLP", "scikit-learn", _mlp, scaled),
        Method("CatBoost", "catboost", _catboost, as_words, fits=lambda setup: {"cat_features": setup.words}),
        Method("EBM", "interpret-core", _ebm, as_words, quick=False),
        Method("RealMLP", "pytabkit", _realmlp, imputed, fits=lambda setup: {"cat_col_names": setup.words}),
    )
}
PUBLISHED = (
    Published(
        "TabICLv2 (pre-trained)",
        "Elo 1572 where CatBoost's default has 1378, on the small and middle tables of TabArena, on a GPU",
        "TabArena, autogluon/tabarena#576 and #593",
    ),
)
OTHER_BUILDS = {"xgboost": "xgboost-cpu", "interpret-core": "interpret"}  # the same package under another name


def installed(package: str) -> str | None:
    """Its version, or None."""
    if package == "glassnet":  # it may run from its source
        from glassnet.version import __version__

        return __version__
    for name in (package, OTHER_BUILDS.get(package, package)):
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return None
