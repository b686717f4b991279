// Losses (pieces/losses.py): the loss of an example and its slope by the scores. A lane is a row: what a rule is given
// is the k scores and targets of as many rows as fit a vector, so that softmax, too, is arithmetic from lane to lane.

#ifndef GLASSNET_LOSSES_H
#define GLASSNET_LOSSES_H

#include "mathematics.h"

namespace glassnet {
namespace GN_ISA {

// (S, Y, D, k, setting): writes the slopes into D, k vectors, and returns the losses. D may be S.
template <class V> using LossRule = V (*)(const V* S, const V* Y, V* D, long k, typename Of<V>::T setting);

// Losses that are a sum over the outputs: `Rule` gives one term and its slope.
template <class V, class Rule>
static V summed(const V* S, const V* Y, V* D, long k, typename Of<V>::T setting) {
  V total = V{};
  for (long j = 0; j < k; j++) {
    V slope;
    total += Rule::term(S[j], Y[j], all<V>(setting), slope);
    D[j] = slope;
  }
  return total;
}

struct SquaredError {
  template <class V> static V term(V s, V y, V, V& slope) {
    slope = s - y;
    return all<V>(0.5) * slope * slope;
  }
};

struct AbsoluteError {
  template <class V> static V term(V s, V y, V, V& slope) {
    V e = s - y;
    slope = sign(e);
    return abs(e);
  }
};

struct Huber {  // setting: delta
  template <class V> static V term(V s, V y, V delta, V& slope) {
    V e = s - y, size = abs(e), near = min(delta, size);
    slope = max(-delta, min(delta, e));
    return near * (size - all<V>(0.5) * near);
  }
};

struct Quantile {  // setting: level
  template <class V> static V term(V s, V y, V level, V& slope) {
    V e = y - s, rest = level - all<V>(1);
    slope = sign(s - y) * ((s - y) < V{} ? level : all<V>(1) - level);
    return max(level * e, rest * e);
  }
};

struct Poisson {
  template <class V> static V term(V s, V y, V, V& slope) {
    V one = all<V>(1), some = y > V{} ? y : one, d = s - log(some), rate = exp(s);
    slope = rate - y;
    return (y > V{} ? some * expm1(d) : rate) - y * d;
  }
};

struct BinaryCrossEntropy {  // setting: label smoothing
  template <class V> static V term(V s, V y, V smoothing, V& slope) {
    V half = all<V>(0.5), label = y * (all<V>(1) - smoothing) + half * smoothing;
    slope = sigmoid(s) - label;
    return max(V{}, s) - s * label + log1p(exp(-abs(s)));
  }
};

// Setting: label smoothing. The first of the largest scores is left out of the sum of the others, as its 1 would swallow
// them, and with them a small loss.
template <class V>
static V cross_entropy(const V* S, const V* Y, V* D, long k, typename Of<V>::T smoothing) {
  typedef typename Of<V>::I I;
  V top = S[0], one = all<V>(1), others = V{}, agreed = V{};
  for (long j = 1; j < k; j++) top = max(top, S[j]);
  const V share = all<V>(1 - smoothing), given = all<V>(smoothing / typename Of<V>::T(k));
  I found = I{};
  for (long j = 0; j < k; j++) {
    V below = S[j] - top, e = exp(below);
    agreed += (Y[j] * share + given) * below;
    I first = (below == V{}) & ~found;
    found |= first;
    others += first ? V{} : e;
    D[j] = e;
  }
  const V sum = one + others;
  for (long j = 0; j < k; j++) D[j] = D[j] / sum - (Y[j] * share + given);
  return log1p(others) - agreed;
}

template <class V> static LossRule<V> loss_rule(int64_t code) {
  switch (code) {
    case 1: return summed<V, SquaredError>;
    case 2: return summed<V, AbsoluteError>;
    case 3: return summed<V, Huber>;
    case 4: return summed<V, Quantile>;
    case 5: return summed<V, Poisson>;
    case 6: return summed<V, BinaryCrossEntropy>;
    case 7: return cross_entropy<V>;
  }
  return nullptr;
}

// Links (pieces/links.py) of the losses, on the same lanes: predictions from scores, in place.
template <class V> static void link(int64_t loss, V* S, long k) {
  if (loss == 5) {
    for (long j = 0; j < k; j++) S[j] = exp(S[j]);
  } else if (loss == 6) {
    for (long j = 0; j < k; j++) S[j] = sigmoid(S[j]);
  } else if (loss == 7) {
    V top = S[0], sum = V{};
    for (long j = 1; j < k; j++) top = max(top, S[j]);
    for (long j = 0; j < k; j++) sum += S[j] = exp(S[j] - top);
    for (long j = 0; j < k; j++) S[j] = S[j] / sum;
  }
}

}  // namespace GN_ISA
}  // namespace glassnet

#endif
