// The diagonal layer: A = s A_prev, dA_prev = s dA.
#pragma once
#include "session/session.h"

namespace glassnet::GN_ISA {
// Rows (rows, ld_out) times s; `to` may be `from`.
template <class T> static void scale_rows(const Session<T>& s, const Layer<T>& layer, const T* from, T* to, long rows) {
  const T* factor = s.theta + s.block[layer.W].at;
  for (long r = 0; r < rows; r++, from += layer.ld_out, to += layer.ld_out)
    for (long j = 0; j < layer.ld_out; j += N<T>) store<T>(to + j, load<T>(factor + j) * load<T>(from + j));
}
}  // namespace glassnet::GN_ISA
