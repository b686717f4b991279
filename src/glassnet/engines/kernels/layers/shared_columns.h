// Few rows through a wide layer: threads share its columns, where they save more than calling them costs.
#pragma once
#include "layers/dense.h"

namespace glassnet::GN_ISA {
constexpr double kTeamProducts = 2e6;  // multiply-adds from which a team saves more than waking it costs, some 20 us
constexpr long kSharedProducts = 1 << 18;  // from which threads that are awake do
constexpr long kSharedColumns = 128;       // taken at a time

template <class T> struct SharedColumns {
  const Session<T>* s;
  const Layer<T>* layer;
  const T* A;
  long lda;
  T* Z;
  long rows, next;
};

template <class T> static bool shares_columns(const Session<T>& s, const Layer<T>& layer, long rows) {
  return s.threads > 1 && !layer.narrow && rows * layer.n_in * layer.ld_out >= kSharedProducts;
}

template <class T> static void shared_columns_job(void* context, int, int) {
  SharedColumns<T>& c = *static_cast<SharedColumns<T>*>(context);
  const Layer<T>& layer = *c.layer;
  const long parts = layer.ld_out / kSharedColumns + 1;  // at least those of a panel
  for (;;) {
    const long i = __atomic_fetch_add(&c.next, 1, __ATOMIC_RELAXED), p = i / parts, from = i % parts * kSharedColumns;
    if (p >= layer.panels) return;
    const Block& W = c.s->block[layer.W + p];
    const long left = whole<T>(W.columns) - from, columns = left < kSharedColumns ? left : kSharedColumns;
    if (columns <= 0) continue;
    const long at = W.column + from;
    product<T, false>(c.rows, columns, layer.n_in, c.A, c.lda, layer.weights[p] + from, layer.ld_weights[p], c.Z + at,
                      layer.ld_out, c.s->theta + c.s->block[layer.b].at + at);
    for (long r = 0; layer.g && r < c.rows; r++)
      layer.g->value(c.Z + r * layer.ld_out + at, c.Z + r * layer.ld_out + at, columns);
  }
}

// A (rows, ld_out) from A_prev (rows, n_in).
template <class T>
static void shared_dense_forward(const Session<T>& s, const Layer<T>& layer, const T* A_prev, long lda, T* A,
                                 long rows) {
  SharedColumns<T> columns = {&s, &layer, A_prev, lda, A, rows, 0};
  run_shared(s.threads, shared_columns_job<T>, &columns, double(rows) * layer.n_in * layer.ld_out < kTeamProducts);
}
}  // namespace glassnet::GN_ISA
