// What each layer does with the rows [from, to) of a batch, forward and backward. Only batch normalisation looks across
// rows; what it needs of the others is computed column by column, between two barriers (train.h).

#ifndef GLASSNET_ROWS_H
#define GLASSNET_ROWS_H

#include "session.h"

namespace glassnet {
namespace GN_ISA {

// -- dense ---------------------------------------------------------------------------------------------------------------

// The columns of Z that a panel of W makes.
template <class T>
static void panel_scores(const Session<T>& s, const Layer<T>& layer, int p, const T* A, long lda, T* Z, long rows) {
  const Block& W = s.block[layer.W + p];
  product<T, false>(rows, whole<T>(W.columns), layer.n_in, A, lda, layer.weights[p], layer.ld_weights[p], Z + W.column,
                    layer.ld_out, s.theta + s.block[layer.b].at + W.column);
}

// Of a narrow layer, nothing at `end` or behind it is read; nullptr: every row of A is padded.
template <class T>
static void dense_forward(const Session<T>& s, const Layer<T>& layer, const T* A, long lda, const T* end, T* Z, T* out,
                          long rows) {
  if (layer.narrow) {
    const T* b = s.theta + s.block[layer.b].at;
    narrow_product(rows, layer.n_in, layer.n_out, A, lda, layer.weights[0], layer.ld_weights[0], Z, layer.ld_out, b, end);
  }
  for (int p = 0; !layer.narrow && p < layer.panels; p++) panel_scores(s, layer, p, A, lda, Z, rows);
  if (layer.g) layer.g->value(Z, out, rows * layer.ld_out);
}

template <class T> static void dense_backward(const Layer<T>& layer, const T* d, T* below, long rows) {
  product<T, false>(rows, whole<T>(layer.n_in), layer.n_out, d, layer.ld_out, layer.WT, layer.ld_in, below, layer.ld_in,
                    nullptr);
}

// -- dropout -------------------------------------------------------------------------------------------------------------

GN_INLINE uint32_t mix(uint32_t x) {
  x ^= x >> 16;
  x *= 0x7FEB352Du;
  x ^= x >> 15;
  x *= 0x846CA68Bu;
  return x ^ x >> 16;
}

// The two keys of a layer's draws in one step, as randomness.py makes them.
static void draw_keys(uint64_t seed, int64_t step, int64_t l, uint32_t key[2]) {
  const uint32_t words[5] = {uint32_t(seed), uint32_t(seed >> 32), uint32_t(step), uint32_t(uint64_t(step) >> 32), uint32_t(l)};
  for (int chain = 0; chain < 2; chain++) {
    uint32_t x = chain ? 0x7FEB352Du : 0;
    for (uint32_t word : words) x = mix((x ^ word) + 0x9E3779B9u);
    key[chain] = x;
  }
}

static uint32_t keep_threshold(double rate) {
  const double scaled = rate * 4294967296.0;
  const double whole_part = double(uint64_t(scaled)), rest = scaled - whole_part;
  uint64_t nearest = uint64_t(whole_part);  // half to even, as Python rounds
  if (rest > 0.5 || (rest == 0.5 && nearest % 2)) nearest++;
  return nearest > 0xFFFFFFFFu ? 0xFFFFFFFFu : uint32_t(nearest);
}

// The mask of the rows: 0, or what a kept unit grows by. Its numbers follow from (seed, step, layer, row, unit) alone.
template <class T>
static void draw(const Layer<T>& layer, int l, double rate, uint64_t seed, int64_t step, long from, long to) {
  uint32_t key[2];
  draw_keys(seed, step, l + 1, key);
  const uint32_t threshold = keep_threshold(rate);
  const T grown = T(1 / (1 - rate));
  for (long r = from; r < to; r++) {
    T* kept = layer.kept + r * layer.ld_out;
    const uint32_t first = uint32_t(r) * uint32_t(layer.n_out);
    for (long j = 0; j < layer.n_out; j++) {
      uint32_t x = ((first + uint32_t(j)) * 0x9E3779B9u) ^ key[0];
      x ^= x >> 16;
      x *= 0x7FEB352Du;
      x ^= key[1];
      x ^= x >> 15;
      x *= 0x846CA68Bu;
      x ^= x >> 16;
      kept[j] = x >= threshold ? grown : T(0);
    }
  }
}

template <class T> static void multiply(const T* a, const T* b, T* out, long n) {
  for (long i = 0; i < n; i += N<T>) store<T>(out + i, load<T>(a + i) * load<T>(b + i));
}

// -- norms ---------------------------------------------------------------------------------------------------------------

// The sum of f(x_j) over the n real numbers of a row, in the order of the lanes.
template <class T, class F> static T sum_of(long n, F f) {
  Lanes<T> lanes;
  T tail[kLanes];
  long j = 0;
  for (; j + kLanes <= n; j += kLanes) {
    for (int i = 0; i < kLanes; i++) tail[i] = f(j + i);
    lanes.add(tail);
  }
  if (j < n) {
    for (int i = 0; i < kLanes; i++) tail[i] = j + i < n ? f(j + i) : T(0);
    lanes.add(tail);
  }
  return lanes.sum();
}

// N, Z from normalised rows: out = gamma N + beta.
template <class T> static void shift(const Session<T>& s, const Layer<T>& layer, const T* normal, T* Z) {
  const T *gamma = s.theta + s.block[layer.W].at, *beta = s.theta + s.block[layer.b].at;
  for (long j = 0; j < layer.ld_out; j += N<T>)
    store<T>(Z + j, fma(load<T>(gamma + j), load<T>(normal + j), load<T>(beta + j)));
}

// One row of layer normalisation; returns 1 / sqrt(variance + epsilon).
template <class T> static T layer_norm_row(const Layer<T>& layer, const T* A, T* normal) {
  const long n = layer.n_out;
  const T mean = sum_of<T>(n, [=](long j) { return A[j]; }) / T(n);
  const T variance = sum_of<T>(n, [=](long j) { return (A[j] - mean) * (A[j] - mean); }) / T(n);
  const Vec<T> v = root(all<Vec<T>>(variance + layer.epsilon));
  const T scale = T(1) / v[0];
  for (long j = 0; j < n; j++) normal[j] = (A[j] - mean) * scale;
  return scale;
}

// A row by given means and scales, column by column.
template <class T> static void normalise(const T* A, const T* mean, const T* scale, T* normal, long n) {
  for (long j = 0; j < n; j++) normal[j] = (A[j] - mean[j]) * scale[j];
}

// The gradient by a norm's input from d = dZ, a row at a time, `shift` and `along` being the means of dN and of dN N.
template <class T>
static void layer_norm_back(const Session<T>& s, const Layer<T>& layer, const T* d, const T* normal, T scale, T* below) {
  const long n = layer.n_out;
  const T* gamma = s.theta + s.block[layer.W].at;
  const T mean = sum_of<T>(n, [=](long j) { return d[j] * gamma[j]; }) / T(n);
  const T along = sum_of<T>(n, [=](long j) { return d[j] * gamma[j] * normal[j]; }) / T(n);
  for (long j = 0; j < n; j++) below[j] = (d[j] * gamma[j] - mean - normal[j] * along) * scale;
}

// -- batch normalisation, column by column -------------------------------------------------------------------------------

// Mean and scale of the columns [from, to) over m rows, and the running statistics moved towards them.
template <class T>
static void batch_statistics(const Session<T>& s, const Layer<T>& layer, const T* A, long lda, long m, long from, long to,
                             bool learn) {
  typedef Vec<T> V;
  T *mean_at = s.running + layer.running, *variance_at = mean_at + layer.ld_out;
  const V count = all<V>(T(m)), momentum = all<V>(layer.momentum);
  for (long j = from; j < to; j += N<T>) {
    V mean = V{}, variance = V{};
    for (long r = 0; r < m; r++) mean += load<T>(A + r * lda + j);
    mean /= count;
    for (long r = 0; r < m; r++) {
      const V apart = load<T>(A + r * lda + j) - mean;
      variance = fma(apart, apart, variance);
    }
    variance /= count;
    store<T>(layer.mean + j, mean);
    store<T>(layer.scale + j, all<V>(1) / root(variance + all<V>(layer.epsilon)));
    if (!learn) continue;
    const V old_mean = load<T>(mean_at + j), old_variance = load<T>(variance_at + j);
    store<T>(mean_at + j, fma(momentum, mean - old_mean, old_mean));
    store<T>(variance_at + j, fma(momentum, variance - old_variance, old_variance));
  }
}

// Sums over m rows of C vectors of columns of d, or of d N: side by side, since each sum must wait for itself.
template <class T, int C> static void columns_at(const T* d, const T* normal, long ld, long m, T* sums, bool on_top) {
  Vec<T> sum[C] = {};
  for (long r = 0; r < m; r++, d += ld) {
    for (int c = 0; c < C; c++) {
      const Vec<T> x = load<T>(d + c * N<T>);
      sum[c] = normal ? fma(x, load<T>(normal + r * ld + c * N<T>), sum[c]) : sum[c] + x;
    }
  }
  for (int c = 0; c < C; c++) {
    T* to = sums + c * N<T>;
    store<T>(to, on_top ? load<T>(to) + sum[c] : sum[c]);
  }
}

// Sums over m rows of n columns of d, or of d N: the gradient of a bias or a beta, or of a gamma; or added to what is there.
template <class T>
static void column_sums(const T* d, const T* normal, long ld, long m, long n, T* sums, bool on_top) {
  constexpr long wide = 8 * N<T>;
  long j = 0;
  for (; j + wide <= n; j += wide) columns_at<T, 8>(d + j, normal ? normal + j : nullptr, ld, m, sums + j, on_top);
  for (; j < n; j += N<T>) columns_at<T, 1>(d + j, normal ? normal + j : nullptr, ld, m, sums + j, on_top);
}

// A row of dA_prev, from dZ and the two gradients above: their means are those of dN and of dN N.
template <class T>
static void batch_norm_back(const Session<T>& s, const Layer<T>& layer, const T* d, const T* normal, long m, T* below) {
  const T *gamma = s.theta + s.block[layer.W].at, *dgamma = s.gradient + s.block[layer.W].at;
  const T* dbeta = s.gradient + s.block[layer.b].at;
  const T count = T(m);
  for (long j = 0; j < layer.ld_out; j++)
    below[j] = (d[j] - dbeta[j] / count - normal[j] * (dgamma[j] / count)) * gamma[j] * layer.scale[j];
}

// -- gradients -----------------------------------------------------------------------------------------------------------

// Of columns [from, to) of a bias, a gamma or a beta, by some rows of its layer's d, `depth` of them in one go.
template <class T>
static void vector_gradient(const Session<T>& s, const Block& block, Range rows, long depth, long from, long to, T* gradient) {
  const Layer<T>& layer = s.layers[block.layer];
  const bool gamma = layer.kind != kDense && &block == &s.block[layer.W];
  for (long r = rows.from; r == rows.from || r < rows.to; r += depth) {
    const long m = rows.to - r < depth ? rows.to - r : depth, at = r * layer.ld_out + from;
    column_sums(layer.d + at, gamma ? layer.N + at : nullptr, layer.ld_out, m, to - from, gradient, r > rows.from);
  }
}

}  // namespace GN_ISA
}  // namespace glassnet

#endif
