"""Subjects: a fitted model and rows of its table, seen in the user's own columns. Explanations and displays ask it.

Two kinds: a model of a whole table, whose columns become one or more inputs of its network; and an estimator (in a
pipeline, perhaps) or a bare network, whose columns are the inputs. Neither is imported: what they have is asked for by
name.
"""

from glassnet.glass.subjects.cells import Rows, cell, commonest, drawn
from glassnet.glass.subjects.judging import judged, typical
from glassnet.glass.subjects.making import subject_of
from glassnet.glass.subjects.subject import Subject
from glassnet.glass.subjects.tables import TableSubject

__all__ = ["Rows", "Subject", "TableSubject", "cell", "commonest", "drawn", "judged", "subject_of", "typical"]
