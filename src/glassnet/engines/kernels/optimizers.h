// Optimizers (pieces/optimizers.py): the update of a stretch of the flat vectors. Which stretch, and whose, does not
// matter to them.

#ifndef GLASSNET_OPTIMIZERS_H
#define GLASSNET_OPTIMIZERS_H

#include "simd.h"

namespace glassnet {
namespace GN_ISA {

// What a step's rules need to know, computed once a step in double: 1 - beta_2 in float32 would be off by 1e-5.
template <class T> struct Rates {
  T alpha;
  T decay;  // the share of each weight that decoupled decay takes away
  T kept, fresh;  // beta_1, 1 - beta_1 or momentum
  T kept_2, fresh_2;
  T epsilon;
};

static double power(double base, int64_t n) {  // by squaring: the same bits everywhere, which libm does not promise
  double result = 1;
  for (; n > 0; n >>= 1, base *= base)
    if (n & 1) result *= base;
  return result;
}

// A rule: `rates` from its settings, the step's alpha and number; `change` of a parameter from its slope g and slots.
struct Rule {
  static constexpr int slots = 0;
  static constexpr bool decays = false;
};

struct GradientDescent : Rule {
  template <class T> static Rates<T> rates(const double*, double alpha, int64_t) { return {T(alpha), 0, 0, 0, 0, 0, 0}; }
  template <class V, class T> static V change(const Rates<T>& r, V g, V&, V&) { return -(all<V>(r.alpha) * g); }
};

struct Momentum : Rule {  // momentum
  static constexpr int slots = 1;
  template <class T> static Rates<T> rates(const double* s, double alpha, int64_t) {
    return {T(alpha), 0, T(s[0]), 0, 0, 0, 0};
  }
  template <class V, class T> static V change(const Rates<T>& r, V g, V& v, V&) {
    return v = all<V>(r.kept) * v - all<V>(r.alpha) * g;
  }
};

struct Nesterov : Momentum {
  template <class V, class T> static V change(const Rates<T>& r, V g, V& v, V&) {
    const V step = all<V>(r.alpha) * g;
    v = all<V>(r.kept) * v - step;
    return all<V>(r.kept) * v - step;
  }
};

struct RMSprop : Rule {  // decay, epsilon
  static constexpr int slots = 1;
  template <class T> static Rates<T> rates(const double* s, double alpha, int64_t) {
    return {T(alpha), 0, T(s[0]), T(1 - s[0]), 0, 0, T(s[1])};
  }
  template <class V, class T> static V change(const Rates<T>& r, V g, V& v, V&) {
    v = fma(all<V>(r.fresh), g * g, all<V>(r.kept) * v);
    return -(all<V>(r.alpha) * (g / (root(v) + all<V>(r.epsilon))));
  }
};

struct Adam : Rule {  // beta_1, beta_2, epsilon
  static constexpr int slots = 2;
  template <class T> static Rates<T> rates(const double* s, double alpha, int64_t number) {
    const double corrected = alpha * __builtin_sqrt(1 - power(s[1], number)) / (1 - power(s[0], number));
    return {T(corrected), 0, T(s[0]), T(1 - s[0]), T(s[1]), T(1 - s[1]), T(s[2])};
  }
  template <class V, class T> static V change(const Rates<T>& r, V g, V& m, V& v) {
    m = fma(all<V>(r.fresh), g, all<V>(r.kept) * m);
    v = fma(all<V>(r.fresh_2), g * g, all<V>(r.kept_2) * v);
    return -(all<V>(r.alpha) * (m / (root(v) + all<V>(r.epsilon))));
  }
};

struct AdamW : Adam {  // beta_1, beta_2, epsilon, weight_decay
  static constexpr bool decays = true;
  template <class T> static Rates<T> rates(const double* s, double alpha, int64_t number) {
    Rates<T> r = Adam::rates<T>(s, alpha, number);
    r.decay = T(alpha * s[3]);
    return r;
  }
};

// One stretch of n parameters; `weights`: they are what decay applies to. `odd` stays 0 where all of them stay finite.
template <class T, class O>
static Vec<T> update(T* theta, const T* g, T* slot, T* slot_2, long n, const Rates<T>& r, bool weights, Vec<T> odd) {
  typedef Vec<T> V;
  const V decay = all<V>(weights ? r.decay : T(0));
  for (long i = 0; i < n; i += N<T>) {
    V t = load<T>(theta + i), s = V{}, s_2 = V{};
    if (O::slots > 0) s = load<T>(slot + i);
    if (O::slots > 1) s_2 = load<T>(slot_2 + i);
    V change = O::change(r, load<T>(g + i), s, s_2);
    if (O::decays) change = change - decay * t;
    t += change;
    odd = fma(t, V{}, odd);  // 0 times what is not finite is not a number
    store<T>(theta + i, t);
    if (O::slots > 0) store<T>(slot + i, s);
    if (O::slots > 1) store<T>(slot_2 + i, s_2);
  }
  return odd;
}

template <class T> struct OptimizerRule {
  int slots;
  Rates<T> (*rates)(const double* settings, double alpha, int64_t number);
  Vec<T> (*update)(T* theta, const T* g, T* slot, T* slot_2, long n, const Rates<T>&, bool weights, Vec<T> odd);
};

template <class T, class O> static OptimizerRule<T> rule_of() { return {O::slots, O::template rates<T>, update<T, O>}; }

template <class T> static OptimizerRule<T> optimizer_rule(int64_t code) {
  switch (code) {
    case 1: return rule_of<T, GradientDescent>();
    case 2: return rule_of<T, Momentum>();
    case 3: return rule_of<T, Nesterov>();
    case 4: return rule_of<T, RMSprop>();
    case 5: return rule_of<T, Adam>();
    case 6: return rule_of<T, AdamW>();
  }
  return {0, nullptr, nullptr};
}

}  // namespace GN_ISA
}  // namespace glassnet

#endif
