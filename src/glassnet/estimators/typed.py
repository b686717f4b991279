"""scikit-learn's classes and decorators that ours are made with, and the types it ships none of.

Without them a type checker takes whatever stands on these classes for anything: ``model.predcit(X)`` would be right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self, TypeVar

from numpy.typing import ArrayLike

if TYPE_CHECKING:
    F = TypeVar("F", bound=Callable[..., Any])

    class BaseEstimator:
        """scikit-learn's."""

        def get_params(self, deep: bool = True) -> dict[str, Any]: ...
        def set_params(self, **params: Any) -> Self: ...
        def get_metadata_routing(self) -> Any: ...
        def set_fit_request(self, **asked: bool | str | None) -> Self: ...
        def set_partial_fit_request(self, **asked: bool | str | None) -> Self: ...
        def set_score_request(self, **asked: bool | str | None) -> Self: ...
        @classmethod
        def _get_param_names(cls) -> list[str]: ...
        def _validate_params(self) -> None: ...
        def _repr_mimebundle_(self, **wanted: object) -> Any: ...
        def __getstate__(self) -> dict[str, Any]: ...
        def __setstate__(self, state: dict[str, Any]) -> None: ...
        def __sklearn_tags__(self) -> Any: ...

    class ClassifierMixin:
        """scikit-learn's."""

        def score(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float: ...
        def __sklearn_tags__(self) -> Any: ...

    class RegressorMixin(ClassifierMixin):
        """scikit-learn's."""

    class CallbackSupportMixin:
        """scikit-learn's, from 1.9 on."""

        def set_callbacks(self, *callbacks: object) -> Self: ...

    def available_if(check: Callable[[Any], bool]) -> Callable[[F], F]: ...
    def fit_context(*, prefer_skip_nested_validation: bool) -> Callable[[F], F]: ...
    def with_callbacks(method: F) -> F: ...

else:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.base import _fit_context as fit_context
    from sklearn.utils.metaestimators import available_if

    try:
        from sklearn.callback import CallbackSupportMixin, with_callbacks
    except ImportError:  # an older scikit-learn, which has none

        class CallbackSupportMixin:
            """There is nothing to support."""

        def with_callbacks(method):
            """The method as it is."""
            return method


__all__ = [
    "BaseEstimator",
    "CallbackSupportMixin",
    "ClassifierMixin",
    "RegressorMixin",
    "available_if",
    "fit_context",
    "with_callbacks",
]
