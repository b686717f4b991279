"""Subjects: a fitted model and rows of its table, seen in the user's own columns. Explanations and displays ask it.

Two kinds: a model of a whole table, whose columns become one or more inputs of its network; and an estimator (in a
pipeline, perhaps) or a bare network, whose columns are the inputs. Neither is imported: what they have is asked for by
name.
"""

from glassnet.views.subjects.cells import Rows, cell, commonest, drawn
from glassnet.views.subjects.judging import judged, typical
from glassnet.views.subjects.making import subject_of
from glassnet.views.subjects.subject import Subject
from glassnet.views.subjects.tables import TableSubject

__all__ = ["Rows", "Subject", "TableSubject", "cell", "commonest", "drawn", "judged", "subject_of", "typical"]
