"""The native engine: a plan lowered to plain records, sessions, and the calls of the C++ kernels."""
