// An activation mixed with the identity: A = z + mix (g(z) - z), z = A_prev; back: dA_prev = dA + mix (dA g'(z) - dA).
#pragma once
#include "session/session.h"

namespace glassnet::GN_ISA {
// Rows of x + mix (y - x), all (rows, ld_out); `to` may be one of them.
template <class T>
static void mixed_rows(const Session<T>& s, const Layer<T>& layer, const T* x, const T* y, T* to, long rows) {
  const T* mix = s.theta + s.block[layer.W].at;
  const long ld = layer.ld_out;
  for (long r = 0; r < rows; r++, x += ld, y += ld, to += ld)
    for (long j = 0; j < ld; j += N<T>) {
      const Vec<T> from = load<T>(x + j);
      store<T>(to + j, fma(load<T>(mix + j), load<T>(y + j) - from, from));
    }
}

// A and g(A_prev) (rows, ld_out); they may be one array.
template <class T>
static void mix_forward(const Session<T>& s, const Layer<T>& layer, const T* A_prev, T* curved, T* A, long rows) {
  layer.curve->value(A_prev, curved, rows * layer.ld_out);
  mixed_rows(s, layer, A_prev, curved, A, rows);
}

template <class T>
static void mix_backward(const Session<T>& s, const Layer<T>& layer, const T* A_prev, const T* curved, const T* d,
                         T* dA_prev, long rows) {
  memcpy(dA_prev, d, rows * layer.ld_out * sizeof(T));
  layer.curve->pull(A_prev, curved, dA_prev, rows * layer.ld_out);
  mixed_rows(s, layer, d, dA_prev, dA_prev, rows);
}
}  // namespace glassnet::GN_ISA
