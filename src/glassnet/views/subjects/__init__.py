"""Subjects: a fitted model and rows of its table, seen in the user's own columns. Explanations and displays ask it."""

from glassnet.learning.columns import Cells as Rows
from glassnet.views.subjects.cells import cell, commonest
from glassnet.views.subjects.judging import judged, typical
from glassnet.views.subjects.subject import Subject, subject_of

__all__ = ["Rows", "Subject", "cell", "commonest", "judged", "subject_of", "typical"]
