// What the plain C interface calls: a table of functions for each instruction set, filled by kernels.cpp, and one for
// the type of a session's numbers, which every session carries at its beginning.
#pragma once
#include "interface.h"

namespace glassnet {
struct Methods {
  int (*load)(void* session, const gn_vectors*);
  int (*borrow)(void* session, const gn_vectors*);
  int (*save)(void* session, const gn_vectors*);
  int (*train)(void* session, const gn_rows*, gn_steps*);
  int (*train_epochs)(void* session, const gn_rows*, gn_steps*, gn_epochs*);
  int (*judge)(void* session, gn_judged*);
  int (*gradient)(void* session, const gn_rows*, uint64_t seed, int64_t step, int64_t threads, void* out, int64_t size,
                  double* cost);
  int (*predict)(const void* session, const void* X, int64_t inputs, int64_t rows, void* out, int64_t size, int link);
  int (*recorded)(const void* session, int64_t l, int64_t what, int64_t rows, void* out, int64_t size);
};

struct Base {
  const Methods* methods;
  int64_t bytes;  // of the session, this record included
};

struct Table {
  int64_t (*bytes)(const gn_plan*);                                // what a session takes; -1: no plan
  void (*make)(const gn_plan*, void* memory);                      // in zeroed memory of so many bytes
  const gn_rule* (*rule)(const char* list, int64_t i);             // nullptr behind the last
  double (*peak)(int64_t bytes, int64_t threads, double seconds);  // floating-point operations a second
};
}  // namespace glassnet
