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
  const bool ready;  // the gradient is there already
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

  void change(const Block& block, long at, long n, const T* gradient) {
    if (block.rate != rate) rates = rates_at(rate = block.rate);
    nonfinite = s.optimizer->update(s.theta, gradient, s.slots, at, n, rates, block.decay, nonfinite);
  }

  void change_weights(const Block& W, long from, long to, const T* gradient) {
    change(W, W.at + from * W.ld, (to - from) * W.ld, gradient);
    transpose(s, W, from, to);
  }

  // Rows [from, to) of W (rows, ld). A gradient that is used at once need not travel through memory.
  void weights(const Block& W, long from, long to) {
    T* gradient = now && !ready ? s.buffer + member * s.buffer_size : s.gradient + W.at + from * W.ld;
    if (!ready) weights_gradient(s, batch, W, {0, batch.m}, s.depth(batch.m), from, to, gradient);
    if (s.penalized || clips) prepare(W, from, to - from, W.ld, gradient);
    if (now) change_weights(W, from, to, gradient);
  }

  // Units [from, to) of what is not weights; those of batch normalization were computed in the backward pass.
  void vectors(const Block& b, long from, long to) {
    T* gradient = s.gradient + b.at + from * b.unit;
    if (!ready && layer_of(s, b).kind != kBatchNorm)
      vector_gradient(s, batch, b, {0, batch.m}, s.depth(batch.m), from, to, s.gradient);
    if (clips) prepare(b, from, to - from, b.unit, gradient);
    if (now) change(b, b.at + from * b.unit, (to - from) * b.unit, gradient);
  }

  // The update with the gradient shortened to the norm that it may have.
  void shortened() {
    const double norm = norm_of(s);
    const bool too_long = norm > s.plan.clip_norm && __builtin_isfinite(norm);
    const Vec<T> factor = all<Vec<T>>(too_long ? T(s.plan.clip_norm / norm) : T(1));
    const auto clipped = [&](long at, long n) {
      T* gradient = s.gradient + at;
      if (!too_long) return gradient;
      for (long i = 0; i < n; i += N<T>) store<T>(gradient + i, load<T>(gradient + i) * factor);
      return gradient;
    };
    visit(
        s, member,
        [&](const Block& W, long from, long to) {
          change_weights(W, from, to, clipped(W.at + from * W.ld, (to - from) * W.ld));
        },
        [&](const Block& b, long from, long to) {
          const long at = b.at + from * b.unit, n = (to - from) * b.unit;
          change(b, at, n, clipped(at, n));
        });
  }
};

// This member's chunks of all parameters. `ready`: the gradient is there already. False where a number is not finite.
template <class T>
static bool update_parameters(Session<T>& s, const Batch<T>& batch, Barrier& barrier, int member, bool ready = false) {
  Update<T> update = {s, batch, member, ready};
  visit(
      s, member, [&](const Block& W, long from, long to) { update.weights(W, from, to); },
      [&](const Block& b, long from, long to) { update.vectors(b, from, to); });
  if (!update.waits) return update.is_finite();
  wait(barrier);
  update.shortened();
  return update.is_finite();
}
}  // namespace glassnet::GN_ISA
