// Losses (pieces/losses.py): the loss of an example and its derivative by the scores. A lane is a row: what a rule is
// given is the k scores and targets of as many rows as fit a vector, so that softmax, too, is arithmetic from lane to
// lane.
#pragma once
#include "arithmetic/mathematics.h"
#include "rules/rule.h"

namespace glassnet::GN_ISA {
// Links (pieces/links.py): predictions from scores, in place, on the same lanes.
struct IdentityLink {
  static constexpr const char* name = "identity";
  template <class V> static void predict(V*, long) {}
};

struct ExponentialLink {
  static constexpr const char* name = "exp";
  template <class V> static void predict(V* S, long k) {
    for (long j = 0; j < k; j++) S[j] = exp(S[j]);
  }
};

struct SigmoidLink {
  static constexpr const char* name = "sigmoid";
  template <class V> static void predict(V* S, long k) {
    for (long j = 0; j < k; j++) S[j] = sigmoid(S[j]);
  }
};

struct SoftmaxLink {
  static constexpr const char* name = "softmax";
  template <class V> static void predict(V* S, long k) {
    V top = S[0], sum = V{};
    for (long j = 1; j < k; j++) top = max(top, S[j]);
    for (long j = 0; j < k; j++) sum += S[j] = exp(S[j] - top);
    for (long j = 0; j < k; j++) S[j] = S[j] / sum;
  }
};

template <class L> struct Linked : Rule {
  typedef L Link;
  static constexpr const char* link = L::name;
};

// A loss that is a sum over the outputs: `Loss` gives one term and its derivative by the score.
template <class Loss, class L = IdentityLink> struct Sum : Linked<L> {
  // S, Y (k): writes the slopes into D (k), which may be S, and returns the losses.
  template <class V> static V row(const V* S, const V* Y, V* D, long k, const typename Of<V>::T* settings) {
    V given[words(Loss::settings) + 1] = {}, total = V{};
    for (int i = 0; i < words(Loss::settings); i++) given[i] = all<V>(settings[i]);
    for (long j = 0; j < k; j++) {
      V derivative;
      total += Loss::term(S[j], Y[j], given, derivative);
      D[j] = derivative;
    }
    return total;
  }
};

struct SquaredError : Sum<SquaredError> {
  static constexpr const char* name = "squared_error";
  template <class V> static V term(V s, V y, const V*, V& derivative) {
    derivative = s - y;
    return all<V>(0.5) * derivative * derivative;
  }
};

struct AbsoluteError : Sum<AbsoluteError> {
  static constexpr const char* name = "absolute_error";
  template <class V> static V term(V s, V y, const V*, V& derivative) {
    V e = s - y;
    derivative = sign(e);
    return abs(e);
  }
};

struct Huber : Sum<Huber> {
  static constexpr const char *name = "huber", *settings = "delta";
  template <class V> static V term(V s, V y, const V* given, V& derivative) {
    V delta = given[0], e = s - y, size = abs(e), near = min(delta, size);
    derivative = max(-delta, min(delta, e));
    return near * (size - all<V>(0.5) * near);
  }
};

struct Quantile : Sum<Quantile> {
  static constexpr const char *name = "quantile", *settings = "level";
  template <class V> static V term(V s, V y, const V* given, V& derivative) {
    V level = given[0], e = y - s, rest = level - all<V>(1);
    derivative = sign(s - y) * ((s - y) < V{} ? level : all<V>(1) - level);
    return max(level * e, rest * e);
  }
};

struct Poisson : Sum<Poisson, ExponentialLink> {
  static constexpr const char* name = "poisson";
  template <class V> static V term(V s, V y, const V*, V& derivative) {
    V one = all<V>(1), some = y > V{} ? y : one, d = s - log(some), rate = exp(s);
    derivative = rate - y;
    return (y > V{} ? some * expm1(d) : rate) - y * d;
  }
};

struct BinaryCrossEntropy : Sum<BinaryCrossEntropy, SigmoidLink> {
  static constexpr const char *name = "binary_cross_entropy", *settings = "label_smoothing";
  template <class V> static V term(V s, V y, const V* given, V& derivative) {
    V smoothing = given[0], half = all<V>(0.5), label = y * (all<V>(1) - smoothing) + half * smoothing;
    derivative = sigmoid(s) - label;
    return max(V{}, s) - s * label + log1p(exp(-abs(s)));
  }
};

// The first of the largest scores is left out of the sum of the others, as its 1 would swallow them, and with them a
// small loss.
struct CrossEntropy : Linked<SoftmaxLink> {
  static constexpr const char *name = "cross_entropy", *settings = "label_smoothing";
  template <class V> static V row(const V* S, const V* Y, V* D, long k, const typename Of<V>::T* settings) {
    typedef typename Of<V>::I I;
    typedef typename Of<V>::T T;
    const T smoothing = settings[0];
    V top = S[0], one = all<V>(1), others = V{}, agreed = V{};
    for (long j = 1; j < k; j++) top = max(top, S[j]);
    const V share = all<V>(1 - smoothing), given = all<V>(smoothing / T(k));
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
};

template <class V> struct LossRule {
  V (*row)(const V* S, const V* Y, V* D, long k, const typename Of<V>::T* settings);
  void (*predict)(V* S, long k);
  bool plain;  // predictions are the scores
  int settings;
};

template <class V, class... L> static const LossRule<V>* loss_rule(List<L...>, int64_t i) {
  static constexpr LossRule<V> rules[] = {
      {L::template row<V>, L::Link::template predict<V>, L::Link::name == IdentityLink::name, words(L::settings)}...};
  return i >= 0 && i < int64_t(sizeof...(L)) ? rules + i : nullptr;
}

using Losses = List<SquaredError, AbsoluteError, Huber, Quantile, Poisson, BinaryCrossEntropy, CrossEntropy>;

// The i-th rule of the list, or nullptr.
template <class V> static const LossRule<V>* loss_rule(int64_t i) { return loss_rule<V>(Losses(), i); }
}  // namespace glassnet::GN_ISA
