// A member's rows of the weights: their gradient, summed over the whole batch, then penalties, clipping and the update.
#pragma once
#include "layers/gradients.h"
#include "step/chunks.h"
#include "step/penalties.h"

namespace glassnet::GN_ISA {
template <class T> struct Update {
  Session<T>& s;
  const Batch<T>& batch;
  const int member;
  const T* const* halves;  // the two that the gradient is the sum of; nullptr: it is to be computed
  // A gradient that is only asked for stays as it is.
  const bool clips = batch.learns && (s.plan.clip_norm > 0 || s.plan.clip_value > 0);
  const bool waits = batch.learns && s.plan.clip_norm > 0;  // for the norm of the whole gradient
  const bool now = batch.learns && !waits;                  // update as soon as the gradient is there
  double rate = 1;                                          // the factor of `rates`
  AnyRates rates = rates_at(rate);
  bool finite_penalties = true;
  Vec<T> nonfinite = {};  // 0 as long as all numbers are finite

  AnyRates rates_at(double factor) const {
    return s.optimizer->rates(s.optimizer_settings, batch.alpha * factor, batch.step + 1);
  }

  bool is_finite() const { return finite_penalties && finite(nonfinite); }

  // Everything between gradient and update for `rows` rows of n numbers; the gradient's norm needs all of them first.
  void prepare(const Block& block, long first, long rows, long n, T* gradient) {
    for (long r = first; r < first + rows; r++, gradient += n) {
      const long at = block.at + r * n, sum = block.sums + r;
      if (s.penalized && at < s.weights) {
        s.penalty[sum] = penalize(s, batch, at, n, gradient);
        finite_penalties = finite_penalties && __builtin_isfinite(s.penalty[sum]);
      }
      if (!clips) continue;
      for (long i = 0; i < n; i += N<T>) nonfinite = fma(load<T>(gradient + i), Vec<T>{}, nonfinite);
      if (s.plan.clip_value > 0) clip_values(s, gradient, n);
      if (s.plan.clip_norm > 0) {
        s.square[sum] = squares(gradient, n, 1);
        s.tiny_square[sum] = squares(gradient, n, kTinyScale);
      }
    }
  }

  // The gradient of units [from, to) of a block, but for batch normalization's, which the backward pass computed.
  void compute(const Block& b, long from, long to, T* gradient) {
    const long at = b.at + from * b.unit, n = (to - from) * b.unit, depth = s.depth(batch.m);
    for (long i = 0; halves && i < n; i += N<T>)
      store<T>(gradient + i, load<T>(halves[0] + at + i) + load<T>(halves[1] + at + i));
    if (halves || layer_of(s, b).kind == kBatchNorm) return;
    if (is_weights(s, b)) weights_gradient(s, batch, b, {0, batch.m}, depth, from, to, gradient);
    else vector_gradient(s, batch, b, {0, batch.m}, depth, from, to, s.gradient);
  }

  void change(const Block& b, long from, long to, const T* gradient) {
    if (b.rate != rate) rates = rates_at(rate = b.rate);
    const long at = b.at + from * b.unit, n = (to - from) * b.unit;
    nonfinite = s.optimizer->update(s.theta, gradient, s.slots, at, n, rates, b.decay, nonfinite);
    if (is_weights(s, b)) transpose(s, b, from, to);
  }

  // All of it. A gradient of weights that is used at once need not travel through memory.
  void operator()(const Block& b, long from, long to) {
    const bool passes = now && is_weights(s, b);
    T* gradient = passes ? s.buffer + member * s.buffer_size : s.gradient + b.at + from * b.unit;
    compute(b, from, to, gradient);
    if (s.penalized || clips) prepare(b, from, to - from, b.unit, gradient);
    if (now) change(b, from, to, gradient);
  }

  // The update with the gradient shortened to the norm that it may have.
  void shortened() {
    const double norm = norm_of(s);
    const bool too_long = norm > s.plan.clip_norm && __builtin_isfinite(norm);
    const Vec<T> factor = all<Vec<T>>(too_long ? T(s.plan.clip_norm / norm) : T(1));
    visit(s, member, [&](const Block& b, long from, long to) {
      T* gradient = s.gradient + b.at + from * b.unit;
      for (long i = 0; too_long && i < (to - from) * b.unit; i += N<T>)
        store<T>(gradient + i, load<T>(gradient + i) * factor);
      change(b, from, to, gradient);
    });
  }
};

// This member's chunks of all parameters. False where a number is not finite.
template <class T>
static bool update_parameters(Session<T>& s, const Batch<T>& batch, Barrier& barrier, int member,
                              const T* const* halves = nullptr) {
  Update<T> update = {s, batch, member, halves};
  visit(s, member, update);
  if (!update.waits) return update.is_finite();
  wait(barrier);
  update.shortened();
  return update.is_finite();
}
}  // namespace glassnet::GN_ISA
