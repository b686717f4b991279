// Gradients with respect to parameters, summed over rows of the batch: dW = A_prev^T dZ, db = sum dZ.
#pragma once
#include "layers/periodic.h"

namespace glassnet::GN_ISA {
// What a gradient d is multiplied by where a parameter was: nothing, or `times - less`, which lie like d.
template <class T> struct Factor {
  const T *times, *less;  // or nullptr
  Factor at(long i) const { return {times ? times + i : nullptr, less ? less + i : nullptr}; }
};

// Sums over the m rows of C vectors of columns of d, or of d times a factor: side by side, since each sum must wait for
// itself.
template <class T, int C> static void sum_columns(const T* d, Factor<T> factor, long ld, long m, T* sums, bool on_top) {
  Vec<T> sum[C] = {};
  for (long r = 0; r < m; r++, d += ld) {
    for (int c = 0; c < C; c++) {
      const long at = r * ld + c * N<T>;
      const Vec<T> x = load<T>(d + c * N<T>);
      if (factor.less) sum[c] = fma(x, load<T>(factor.times + at) - load<T>(factor.less + at), sum[c]);
      else sum[c] = factor.times ? fma(x, load<T>(factor.times + at), sum[c]) : sum[c] + x;
    }
  }
  for (int c = 0; c < C; c++) {
    T* to = sums + c * N<T>;
    store<T>(to, on_top ? load<T>(to) + sum[c] : sum[c]);
  }
}

// The same of n columns: sums (n) of d (m, ld); `on_top`: added to what is there.
template <class T>
static void column_sums(const T* d, Factor<T> factor, long ld, long m, long n, T* sums, bool on_top) {
  constexpr long wide = 8 * N<T>;
  long j = 0;
  for (; j + wide <= n; j += wide) sum_columns<T, 8>(d + j, factor.at(j), ld, m, sums + j, on_top);
  for (; j < n; j += N<T>) sum_columns<T, 1>(d + j, factor.at(j), ld, m, sums + j, on_top);
}

// By what dZ, or dA, is multiplied in the gradient of a vector.
template <class T> static Factor<T> factor_of(const Session<T>& s, const Batch<T>& batch, const Block& block) {
  const Layer<T>& layer = layer_of(s, block);
  long ld;
  const T* A_prev = input_of(s, batch, block.layer, ld);  // rows as long as d's, where it is taken
  if (is_norm(layer.kind) && &block == &s.block[layer.W]) return {layer.N, nullptr};
  if (layer.kind == kScale) return {A_prev, nullptr};
  if (layer.kind == kMix) return {layer.curved, A_prev};
  return {nullptr, nullptr};
}

// The gradient, in `gradient` as long as theta, of units [from, to) of a block without weights by some rows, `depth`
// of them in one go.
template <class T>
static void vector_gradient(const Session<T>& s, const Batch<T>& batch, const Block& block, Range rows, long depth,
                            long from, long to, T* gradient) {
  const Layer<T>& layer = layer_of(s, block);
  if (layer.kind == kPeriodic) {
    long ld;
    const T* A_prev = input_of(s, batch, block.layer, ld);
    if (!block.joined) periodic_gradient(s, layer, A_prev, rows, depth, from, to, gradient);
    return;
  }
  const Factor<T> factor = factor_of(s, batch, block);
  for (long r = rows.from; r == rows.from || r < rows.to; r += depth) {
    const long m = rows.to - r < depth ? rows.to - r : depth, at = r * layer.ld_out + from * kLanes;
    T* sums = gradient + block.at + from * kLanes;
    column_sums(layer.d + at, factor.at(at), layer.ld_out, m, (to - from) * kLanes, sums, r > rows.from);
  }
}

// The gradient (to - from, W.ld) of rows [from, to) of W by some rows of the batch, `depth` of them in one go.
template <class T>
static void weights_gradient(const Session<T>& s, const Batch<T>& batch, const Block& W, Range rows, long depth,
                             long from, long to, T* gradient) {
  const Layer<T>& layer = layer_of(s, W);
  const long columns = whole<T>(W.columns), K = rows.to - rows.from, ldd = layer.ld_out;
  long lda;
  const T *A = input_of(s, batch, W.layer, lda), *d = layer.d + rows.from * ldd + W.column;
  A += rows.from * lda;
  if (layer.narrow) product<T, true>(to - from, columns, K, d + from, ldd, A, lda, gradient, W.ld, nullptr, depth);
  else product<T, true>(to - from, columns, K, A + from, lda, d, ldd, gradient, W.ld, nullptr, depth);
  // What is behind a row was another layer's; of a narrow one, the padding of A need not be 0.
  clear_padding(gradient, to - from, layer.narrow ? W.columns : columns, W.ld);
}
}  // namespace glassnet::GN_ISA
