// Dense layers: Z = A_prev W + b, A = g(Z), and back. The products themselves are in arithmetic/.
#pragma once
#include "arithmetic/narrow_products.h"
#include "session/session.h"

namespace glassnet::GN_ISA {
// The columns of Z (rows, ld_out) that panel p of W makes of A (rows, n_in).
template <class T>
static void panel_forward(const Session<T>& s, const Layer<T>& layer, int p, const T* A, long lda, T* Z, long rows) {
  const Block& W = s.block[layer.W + p];
  product<T, false>(rows, whole<T>(W.columns), layer.n_in, A, lda, layer.weights[p], layer.ld_weights[p], Z + W.column,
                    layer.ld_out, s.theta + s.block[layer.b].at + W.column);
}

// Z and A (rows, ld_out) from A_prev (rows, n_in). Of a narrow layer, nothing at `end` or behind it is read; nullptr:
// every row of A_prev is padded.
template <class T>
static void dense_forward(const Session<T>& s, const Layer<T>& layer, const T* A_prev, long lda, const T* end, T* Z,
                          T* A, long rows) {
  if (layer.narrow) {
    const T* b = s.theta + s.block[layer.b].at;
    narrow_product(rows, layer.n_in, layer.n_out, A_prev, lda, layer.weights[0], layer.ld_weights[0], Z, layer.ld_out,
                   b, end);
  } else {
    for (int p = 0; p < layer.panels; p++) panel_forward(s, layer, p, A_prev, lda, Z, rows);
  }
  if (layer.g) layer.g->value(Z, A, rows * layer.ld_out);
}

// dA_prev (rows, ld_in) from dZ (rows, ld_out).
template <class T> static void dense_backward(const Layer<T>& layer, const T* dZ, T* dA_prev, long rows) {
  product<T, false>(rows, whole<T>(layer.n_in), layer.n_out, dZ, layer.ld_out, layer.WT, layer.ld_in, dA_prev,
                    layer.ld_in, nullptr);
}
}  // namespace glassnet::GN_ISA
