// Optimizers (pieces/optimizers.py): the update of some of the parameters, from their gradient and slots. Which ones
// does not matter. A struct each, its name in the list below.
#pragma once
#include "arithmetic/simd.h"
#include "rules/rule.h"

namespace glassnet::GN_ISA {
static double power(double base, int64_t n) {  // by squaring: the same bits everywhere, which libm does not promise
  double result = 1;
  for (; n > 0; n >>= 1, base *= base)
    if (n & 1) result *= base;
  return result;
}

// A rule: `Rates`, what all parameters' changes have in common, computed once a step in double from the settings, alpha
// and the step's number (1 - beta_2 in float32 would be off by 1e-5); `change` of a parameter from its derivative g and
// its slots.
struct Optimizer : Rule {
  static constexpr bool decays =
      false;  // true: `rates.decay` is the share of each weight that decoupled decay takes away
};

struct GradientDescent : Optimizer {
  static constexpr const char* name = "gradient_descent";
  template <class T> struct Rates { T alpha; };
  template <class T> static Rates<T> rates(const double*, double alpha, int64_t) { return {T(alpha)}; }
  template <class V, class T> static V change(const Rates<T>& r, V g, V*) { return -(all<V>(r.alpha) * g); }
};

struct Momentum : Optimizer {
  static constexpr const char *name = "momentum", *settings = "momentum", *slots = "velocity";
  template <class T> struct Rates { T alpha, momentum; };
  template <class T> static Rates<T> rates(const double* s, double alpha, int64_t) { return {T(alpha), T(s[0])}; }
  template <class V, class T> static V change(const Rates<T>& r, V g, V* slot) {
    return slot[0] = all<V>(r.momentum) * slot[0] - all<V>(r.alpha) * g;
  }
};

struct Nesterov : Momentum {
  static constexpr const char* name = "nesterov";
  template <class V, class T> static V change(const Rates<T>& r, V g, V* slot) {
    const V step = all<V>(r.alpha) * g;
    slot[0] = all<V>(r.momentum) * slot[0] - step;
    return all<V>(r.momentum) * slot[0] - step;
  }
};

struct RMSprop : Optimizer {
  static constexpr const char *name = "rmsprop", *settings = "decay epsilon", *slots = "mean_square";
  template <class T> struct Rates { T alpha, decay, rest, epsilon; };
  template <class T> static Rates<T> rates(const double* s, double alpha, int64_t) {
    return {T(alpha), T(s[0]), T(1 - s[0]), T(s[1])};
  }
  template <class V, class T> static V change(const Rates<T>& r, V g, V* slot) {
    V& v = slot[0];
    v = fma(all<V>(r.rest), g * g, all<V>(r.decay) * v);
    return -(all<V>(r.alpha) * (g / (root(v) + all<V>(r.epsilon))));
  }
};

struct Adam : Optimizer {
  static constexpr const char *name = "adam", *settings = "beta_1 beta_2 epsilon", *slots = "mean mean_square";
  template <class T> struct Rates { T alpha, beta_1, rest_1, beta_2, rest_2, epsilon, decay; };
  template <class T> static Rates<T> rates(const double* s, double alpha, int64_t number) {
    const double corrected = alpha * __builtin_sqrt(1 - power(s[1], number)) / (1 - power(s[0], number));
    return {T(corrected), T(s[0]), T(1 - s[0]), T(s[1]), T(1 - s[1]), T(s[2]), 0};
  }
  template <class V, class T> static V change(const Rates<T>& r, V g, V* slot) {
    V &m = slot[0], &v = slot[1];
    m = fma(all<V>(r.rest_1), g, all<V>(r.beta_1) * m);
    v = fma(all<V>(r.rest_2), g * g, all<V>(r.beta_2) * v);
    return -(all<V>(r.alpha) * (m / (root(v) + all<V>(r.epsilon))));
  }
};

struct AdamW : Adam {
  static constexpr const char *name = "adamw", *settings = "beta_1 beta_2 epsilon weight_decay";
  static constexpr bool decays = true;
  template <class T> static Rates<T> rates(const double* s, double alpha, int64_t number) {
    Rates<T> r = Adam::rates<T>(s, alpha, number);
    r.decay = T(alpha * s[3]);
    return r;
  }
};

// Room for the rates of any rule.
struct alignas(16) AnyRates { char memory[128]; };

template <class T, class O> static AnyRates rates_of(const double* settings, double alpha, int64_t number) {
  const auto rates = O::template rates<T>(settings, alpha, number);
  static_assert(sizeof rates <= sizeof(AnyRates), "raise AnyRates");
  AnyRates any = {};
  memcpy(&any, &rates, sizeof rates);
  return any;
}

// n parameters from `at` on; `decay`: a factor of decoupled decay, 0 where it does not apply. `odd` stays 0 where all
// of them stay finite.
template <class T, class O>
static Vec<T> update(T* theta, const T* g, T* const* slots, long at, long n, const AnyRates& any, double decay,
                     Vec<T> odd) {
  typedef Vec<T> V;
  constexpr int count = words(O::slots);
  typename O::template Rates<T> r;
  memcpy(&r, &any, sizeof r);
  T* slot[count + 1] = {};
  for (int k = 0; k < count; k++) slot[k] = slots[k] + at;
  theta += at;
  V share = {};
  if constexpr (O::decays) share = all<V>(T(decay * r.decay));
  for (long i = 0; i < n; i += N<T>) {
    V t = load<T>(theta + i), s[count + 1];
    for (int k = 0; k < count; k++) s[k] = load<T>(slot[k] + i);
    V change = O::change(r, load<T>(g + i), s);
    if constexpr (O::decays) change = change - share * t;
    t += change;
    odd = fma(t, V{}, odd);  // 0 times what is not finite is not a number
    store<T>(theta + i, t);
    for (int k = 0; k < count; k++) store<T>(slot[k] + i, s[k]);
  }
  return odd;
}

template <class T> struct OptimizerRule {
  int slots, settings;
  AnyRates (*rates)(const double* settings, double alpha, int64_t number);
  Vec<T> (*update)(T* theta, const T* g, T* const* slots, long at, long n, const AnyRates&, double decay, Vec<T> odd);
};

template <class T, class... O> static const OptimizerRule<T>* optimizer_rule(List<O...>, int64_t i) {
  static constexpr OptimizerRule<T> rules[] = {{words(O::slots), words(O::settings), rates_of<T, O>, update<T, O>}...};
  return i >= 0 && i < int64_t(sizeof...(O)) ? rules + i : nullptr;
}

using Optimizers = List<GradientDescent, Momentum, Nesterov, RMSprop, Adam, AdamW>;

// The i-th rule of the list, or nullptr.
template <class T> static const OptimizerRule<T>* optimizer_rule(int64_t i) {
  return optimizer_rule<T>(Optimizers(), i);
}
}  // namespace glassnet::GN_ISA
