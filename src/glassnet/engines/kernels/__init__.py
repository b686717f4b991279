"""The native engine's arithmetic: C++ compiled at install for each instruction set, behind a plain C interface."""
