// A member's rows of the weights: their gradient, summed over the whole batch, then penalties, clipping and the update.

#ifndef GLASSNET_WEIGHTS_H
#define GLASSNET_WEIGHTS_H

#include "batch.h"
#include "rows.h"

namespace glassnet {
namespace GN_ISA {

// Sums over a row of parameters, for the cost of penalties and the length of the gradient.
template <class T> static double squares(const T* x, long n, double unit) {
  Lanes<double> lanes;
  double group[kLanes];
  for (long i = 0; i < n; i += kLanes) {
    for (int j = 0; j < kLanes; j++) group[j] = double(x[i + j]) * unit;
    lanes.add_square(group);
  }
  return lanes.sum();
}

template <class T> struct Weights {
  Session<T>& s;
  const Batch<T>& batch;
  const AnyRates rates;
  const bool clips;  // a gradient that is only asked for stays as it is
  bool sound = true;
  Vec<T> odd = {};  // 0 as long as all numbers are finite

  bool is_sound() const { return sound && finite(odd); }

  // l1 |w f| + l2 / 2 (w f)^2 of one row, and its slope added to the gradient.
  double penalise(long at, long n, T* gradient) {
    typedef Vec<T> V;
    const double scale = s.per_example ? 1 / (batch.total ? batch.total : 1) : 1;
    const V l1 = all<V>(T(s.l1 * scale)), l2 = all<V>(T(s.l2 * scale));
    Lanes<T> square, size;
    for (long i = at; i < at + n; i += kLanes) {
      T group[kLanes];
      for (int p = 0; p < kLanes; p += N<T>) {
        const V f = s.factored ? load<T>(s.factors + i + p) : all<V>(1), w = load<T>(s.theta + i + p);
        const V weighed = w * f;
        T* g = gradient + (i - at) + p;
        store<T>(g, load<T>(g) + (l2 * weighed + l1 * sign(w)) * f);
        store<T>(group + p, weighed);
      }
      square.add_square(group);
      if (s.l1 > 0) {
        for (int j = 0; j < kLanes; j++) group[j] = group[j] < 0 ? -group[j] : group[j];
        size.add(group);
      }
    }
    return scale * (0.5 * s.l2 * double(square.sum()) + s.l1 * double(size.sum()));
  }

  void clip_values(T* gradient, long n) {
    typedef Vec<T> V;
    const V high = all<V>(T(s.clip_value)), low = -high;
    for (long i = 0; i < n; i += N<T>) store<T>(gradient + i, max(low, min(high, load<T>(gradient + i))));
  }

  // Everything between gradient and update for `rows` rows of n numbers; the gradient's length needs all of them first.
  void prepare(const Block& block, long first, long rows, long n, T* gradient) {
    for (long r = first; r < first + rows; r++, gradient += n) {
      const long at = block.at + r * n, sum = block.sums + r;
      if (s.penalised && at < s.weights) {
        s.penalty[sum] = penalise(at, n, gradient);
        sound = sound && __builtin_isfinite(s.penalty[sum]);
      }
      if (!clips) continue;
      for (long i = 0; i < n; i += N<T>) odd = fma(load<T>(gradient + i), Vec<T>{}, odd);
      if (s.clip_value > 0) clip_values(gradient, n);
      if (s.clip_norm > 0) {
        s.square[sum] = squares(gradient, n, 1);
        s.small_square[sum] = squares(gradient, n, 0x1p-550);
      }
    }
  }

  void change(long at, long n, const T* gradient) {
    odd = s.optimizer->update(s.theta, gradient, s.slots, at, n, rates, at < s.weights, odd);
  }
};

// Give a member its part of every block: rows of the weights; groups of 16 of the vectors (biases, gammas, betas).
template <class T> static void share_out(const Session<T>& s, int member, int size) {
  const double weights = double(s.weights), vectors = double(s.size - s.weights);
  for (int i = 0; i < s.blocks; i++) {
    const Block& b = s.block[i];
    s.shares[member * s.blocks + i] =
        b.at < s.weights ? part(double(b.at), double(b.ld), b.rows, weights, member, size)
                         : part(double(b.at - s.weights), kLanes, b.ld / kLanes, vectors, member, size);
  }
}

// Visit this member's part, the weights in stretches.
template <class T, class OnWeights, class OnVectors>
static void visit(const Session<T>& s, int member, OnWeights on_weights, OnVectors on_vectors) {
  for (int i = 0; i < s.blocks; i++) {
    const Block& b = s.block[i];
    const Range mine = s.shares[member * s.blocks + i];
    if (b.at >= s.weights && mine.from < mine.to) on_vectors(b, mine.from, mine.to);
    for (long from = mine.from; b.at < s.weights && from < mine.to; from += kStretch)
      on_weights(b, from, mine.to - from < kStretch ? mine.to : from + kStretch);
  }
}

// What a product leaves of the rows' padding, in memory that other layers have used.
template <class T> static void clear_padding(T* gradient, long rows, long columns, long ld) {
  if (columns == ld) return;
  for (long r = 0; r < rows; r++)
    for (long j = columns; j < ld; j++) gradient[r * ld + j] = 0;
}

// The gradient of rows [from, to) of W by some rows of the batch, `depth` of them in one go.
template <class T>
static void weights_gradient(const Session<T>& s, const Batch<T>& batch, const Block& W, Range rows, long depth, long from,
                             long to, T* gradient) {
  const Layer<T>& layer = s.layers[W.layer];
  const long columns = whole<T>(W.columns), K = rows.to - rows.from, ldd = layer.ld_out;
  long lda;
  const T *A = input_of(s, batch, W.layer, lda), *d = layer.d + rows.from * ldd + W.column;
  A += rows.from * lda;
  if (layer.narrow) product<T, true>(to - from, columns, K, d + from, ldd, A, lda, gradient, W.ld, nullptr, depth);
  else product<T, true>(to - from, columns, K, A + from, lda, d, ldd, gradient, W.ld, nullptr, depth);
  // What is behind a row was another layer's; of a narrow one, the padding of A need not be 0.
  clear_padding(gradient, to - from, layer.narrow ? W.columns : columns, W.ld);
}

// `ready`: the gradient is there already.
template <class T>
static bool weights_part(Session<T>& s, const Batch<T>& batch, Barrier& barrier, int member, bool ready = false) {
  const bool clips = batch.learns && (s.clip_norm > 0 || s.clip_value > 0);
  Weights<T> w = {s, batch, s.optimizer->rates(s.optimizer_settings, batch.alpha, batch.step + 1), clips};
  const bool later = batch.learns && s.clip_norm > 0;  // the update waits for the length of the whole gradient
  const bool now = batch.learns && !later;
  const auto renew = [&](const Block& W, long from, long to, const T* gradient) {
    w.change(W.at + from * W.ld, (to - from) * W.ld, gradient);
    transpose(s, W, from, to);
  };
  visit(
      s, member,
      [&](const Block& W, long from, long to) {
        // A gradient that is used at once need not travel through memory.
        T* gradient = now && !ready ? s.stretch + member * s.stretch_size : s.gradient + W.at + from * W.ld;
        if (!ready) weights_gradient(s, batch, W, {0, batch.m}, s.depth(batch.m), from, to, gradient);
        if (s.penalised || clips) w.prepare(W, from, to - from, W.ld, gradient);
        if (now) renew(W, from, to, gradient);
      },
      [&](const Block& b, long from, long to) {
        T* gradient = s.gradient + b.at + from * kLanes;
        if (!ready && s.layers[b.layer].kind != kBatchNorm)  // whose are made on the way back
          vector_gradient(s, b, {0, batch.m}, s.depth(batch.m), from * kLanes, to * kLanes, gradient);
        if (clips) w.prepare(b, from, to - from, kLanes, gradient);
        if (now) w.change(b.at + from * kLanes, (to - from) * kLanes, gradient);
      });
  if (!later) return w.is_sound();
  meet(barrier);
  double square = 0, small = 0;
  for (long i = 0; i < s.sums; i++) square += s.square[i], small += s.small_square[i];
  const double length = square < 0x1p1000 ? __builtin_sqrt(square) : __builtin_sqrt(small) * 0x1p550;
  const bool long_one = length > s.clip_norm && __builtin_isfinite(length);
  const Vec<T> shorter = all<Vec<T>>(long_one ? T(s.clip_norm / length) : T(1));
  const auto shortened = [&](long at, long n) {
    T* gradient = s.gradient + at;
    for (long i = 0; long_one && i < n; i += N<T>) store<T>(gradient + i, load<T>(gradient + i) * shorter);
    return gradient;
  };
  visit(
      s, member,
      [&](const Block& W, long from, long to) { renew(W, from, to, shortened(W.at + from * W.ld, (to - from) * W.ld)); },
      [&](const Block& b, long from, long to) {
        const long at = b.at + from * kLanes, n = (to - from) * kLanes;
        w.change(at, n, shortened(at, n));
      });
  return w.is_sound();
}

}  // namespace GN_ISA
}  // namespace glassnet

#endif
