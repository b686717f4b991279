"""The evaluation on held-out rows in the file, where there is one."""

from __future__ import annotations

import numpy as np

from glassnet.archive import Arrays, Facts
from glassnet.arrays import Array
from glassnet.estimators.table.evaluation import Evaluation, Score
from glassnet.files.parts import Parts, taken


def put_evaluation(parts: Parts, evaluation: Evaluation | None) -> None:
    """Add an evaluation, or that there is none."""
    if evaluation is None:
        parts.facts["evaluation"] = None
        return
    # Scores are arrays: some are infinite, or NaN where a metric says nothing.
    arrays = {"scores": np.array([[score.value, score.baseline] for score in evaluation.scores], np.float64)}
    if evaluation.confusion is not None:
        arrays["confusion"] = evaluation.confusion.astype(np.int64)
    words = [{"name": s.name, "words": s.words, "higher_is_better": s.higher_is_better} for s in evaluation.scores]
    facts = {"rows": evaluation.rows, "baseline": evaluation.baseline, "scores": words}
    parts.put("evaluation", arrays, facts)


def restored_evaluation(arrays: Arrays, facts: Facts, classes: Array | None) -> Evaluation | None:
    """The evaluation.

    Args:
        arrays, facts: of the whole file.
        classes: of the model's target, (k,).

    Raises:
        BrokenFile: its parts do not fit each other or the classes.
    """
    if facts["evaluation"] is None:
        return None
    numbers, said = taken(arrays, "evaluation"), facts.section("evaluation")
    words = said.sections("scores")
    values = numbers.expect("scores", "f", (len(words), 2)).tolist()
    scores = tuple(
        Score(one.text("name"), value, baseline, one.text("words"), one.flag("higher_is_better"))
        for one, (value, baseline) in zip(words, values, strict=True)
    )
    confusion = None
    if classes is not None:
        confusion = numbers.expect("confusion", "i", (len(classes), len(classes)))
    elif "confusion" in numbers:
        raise facts.broken("has a confusion table and no classes")
    return Evaluation(said.integer("rows", low=1), said.text("baseline"), scores, classes, confusion)
