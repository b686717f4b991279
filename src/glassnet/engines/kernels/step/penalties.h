// What comes between the gradient and the update, row by row of the parameters: penalties, clipping by value, and the
// squares of which the gradient's norm is the root.
#pragma once
#include "step/batch.h"

namespace glassnet::GN_ISA {
// Squares above 2^1000 may add up to more than double holds: then the norm comes of those scaled by 2^-550.
constexpr double kHugeSquare = 0x1p1000, kTinyScale = 0x1p-550;

// The sum of (unit x)^2 over n numbers.
template <class T> static double squares(const T* x, long n, double unit) {
  Lanes<double> lanes;
  double group[kLanes];
  for (long i = 0; i < n; i += kLanes) {
    for (int j = 0; j < kLanes; j++) group[j] = double(x[i + j]) * unit;
    lanes.add_square(group);
  }
  return lanes.sum();
}

// Of one row of n weights: returns l1 |w f| + l2 / 2 (w f)^2, and adds its derivative to the gradient (n).
template <class T> static double penalize(const Session<T>& s, const Batch<T>& batch, long at, long n, T* gradient) {
  typedef Vec<T> V;
  const double scale = s.plan.per_example ? 1 / (batch.total ? batch.total : 1) : 1;
  const V l1 = all<V>(T(s.plan.l1 * scale)), l2 = all<V>(T(s.plan.l2 * scale));
  const bool weighs = s.weighs_penalties, takes_sizes = s.plan.l1 > 0;
  Lanes<T> square, size;
  for (const long end = at + n; at < end; at += kLanes)
    for (int p = 0; p < square.P; p++, gradient += N<T>) {
      const V w = load<T>(s.theta + at + p * N<T>), f = weighs ? load<T>(s.factors + at + p * N<T>) : all<V>(1);
      const V weighed = w * f, slope = takes_sizes ? l2 * weighed + l1 * sign(w) : l2 * weighed;
      store<T>(gradient, load<T>(gradient) + slope * f);
      square.part[p] = fma(weighed, weighed, square.part[p]);
      if (takes_sizes) size.part[p] += abs(weighed);
    }
  return scale * (0.5 * s.plan.l2 * double(square.sum()) + s.plan.l1 * double(size.sum()));
}

template <class T> static void clip_values(const Session<T>& s, T* gradient, long n) {
  const Vec<T> high = all<Vec<T>>(T(s.plan.clip_value)), low = -high;
  for (long i = 0; i < n; i += N<T>) store<T>(gradient + i, max(low, min(high, load<T>(gradient + i))));
}

// The sum of all penalties, as the last step left them.
template <class T> static double penalties_of(const Session<T>& s) {
  double J = 0;
  if (!s.penalized) return J;
  for (int i = 0; i < s.blocks && is_weights(s, s.block[i]); i++)
    for (long r = 0; r < s.block[i].rows; r++) J += s.penalty[s.block[i].sums + r];
  return J;
}

// The norm of the whole gradient, of the squares of all its rows.
template <class T> static double norm_of(const Session<T>& s) {
  double square = 0, tiny = 0;
  for (long i = 0; i < s.sums; i++) {
    square += s.square[i];
    tiny += s.tiny_square[i];
  }
  return square < kHugeSquare ? __builtin_sqrt(square) : __builtin_sqrt(tiny) / kTinyScale;
}
}  // namespace glassnet::GN_ISA
