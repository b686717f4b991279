// The activations of pieces/activations.py: a = g(z), and dZ = dA g'(z). A struct each, its name in the list below.
#pragma once
#include "arithmetic/mathematics.h"
#include "rules/rule.h"

namespace glassnet::GN_ISA {
// `value` writes a, which may be z; `pull` does d *= g'(z), given a = g(z). n is a multiple of kLanes; no alignment.
template <class T> struct ActivationRule {
  void (*value)(const T* z, T* a, long n);
  void (*pull)(const T* z, const T* a, T* d, long n);
  bool needs_z;  // false: the derivative follows from a alone, and a may be stored in the place of z
  bool is_identity;
};

struct DerivativeByZ : Rule { static constexpr bool needs_z = true, is_identity = false; };
struct DerivativeByA : DerivativeByZ {  // also where only the sign of z counts: it is that of a
  static constexpr bool needs_z = false;
};

struct Identity : DerivativeByA {
  static constexpr const char* name = "identity";
  static constexpr bool is_identity = true;
  template <class V> GN_INLINE V value(V z) { return z; }
  template <class V> GN_INLINE V derivative(V, V) { return all<V>(1); }
};

struct Sigmoid : DerivativeByA {
  static constexpr const char* name = "sigmoid";
  template <class V> GN_INLINE V value(V z) { return sigmoid(z); }
  template <class V> GN_INLINE V derivative(V, V a) { return (all<V>(1) - a) * a; }
};

struct Tanh : DerivativeByA {
  static constexpr const char* name = "tanh";
  template <class V> GN_INLINE V value(V z) { return tanh(z); }
  template <class V> GN_INLINE V derivative(V, V a) { return fma(-a, a, all<V>(1)); }
};

struct Relu : DerivativeByA {
  static constexpr const char* name = "relu";
  template <class V> GN_INLINE V value(V z) { return max(V{}, z); }
  template <class V> GN_INLINE V derivative(V z, V) { return z > V{} ? all<V>(1) : V{}; }
};

struct LeakyRelu : DerivativeByA {
  static constexpr const char* name = "leaky_relu";
  static constexpr double kLeak = 0.01;
  template <class V> GN_INLINE V value(V z) { return max(z * all<V>(kLeak), z); }
  template <class V> GN_INLINE V derivative(V z, V) { return z > V{} ? all<V>(1) : all<V>(kLeak); }
};

struct Elu : DerivativeByA {
  static constexpr const char* name = "elu";
  template <class V> GN_INLINE V value(V z) { return z > V{} ? z : expm1(min(V{}, z)); }
  template <class V> GN_INLINE V derivative(V, V a) { return min(V{}, a) + all<V>(1); }
};

struct Selu : DerivativeByA {
  static constexpr const char* name = "selu";
  static constexpr double kScale = 1.0507009873554805, kFloor = kScale * 1.6732632423543772;
  template <class V> GN_INLINE V value(V z) {
    return z > V{} ? z * all<V>(kScale) : expm1(min(V{}, z)) * all<V>(kFloor);
  }
  template <class V> GN_INLINE V derivative(V z, V a) { return z > V{} ? all<V>(kScale) : a + all<V>(kFloor); }
};

struct Gelu : DerivativeByZ {
  static constexpr const char* name = "gelu";
  static constexpr double kPeak = 0.39894228040143268;  // 1 / sqrt(2 pi)
  template <class V> GN_INLINE V value(V z) { return z * ndtr(z); }
  template <class V> GN_INLINE V derivative(V z, V) {
    Normal<V> at = normal(z);
    return fma(z * all<V>(kPeak), at.bell, at.below);
  }
};

struct Silu : DerivativeByZ {
  static constexpr const char* name = "silu";
  template <class V> GN_INLINE V value(V z) { return z * sigmoid(z); }
  template <class V> GN_INLINE V derivative(V z, V) {
    V s = sigmoid(z);
    return s * fma(z, all<V>(1) - s, all<V>(1));
  }
};

// tanh(log(1 + w)) = n / (n + 2), n = w (w + 2), w = e^z: one exponential and one division, nothing cancels.
struct Mish : DerivativeByZ {
  static constexpr const char* name = "mish";
  template <class V> GN_INLINE V power(V z) { return exp(min(all<V>(40), z)); }  // from 40 on tanh is 1
  template <class V> GN_INLINE V value(V z) {
    V w = power(z), n = w * (w + all<V>(2));
    return z * (n / (n + all<V>(2)));
  }
  template <class V> GN_INLINE V derivative(V z, V) {  // sigma (1 - t^2) = 4 w (1 + w) / (n + 2)^2
    V w = power(z), n = w * (w + all<V>(2)), d = all<V>(1) / (n + all<V>(2));
    V bend = all<V>(4) * (w * d) * ((w + all<V>(1)) * d);
    return fma(z, bend, n * d);
  }
};

struct Softplus : DerivativeByA {
  static constexpr const char* name = "softplus";
  template <class V> GN_INLINE V value(V z) { return softplus(z); }
  template <class V> GN_INLINE V derivative(V, V a) { return -expm1(-a); }  // sigma(z) = 1 - e^-a
};

template <class G, class T> static void activate(const T* z, T* a, long n) {
  for (long i = 0; i < n; i += N<T>) store(a + i, G::value(load(z + i)));
}
template <class G, class T> static void pull_back(const T* z, const T* a, T* d, long n) {
  for (long i = 0; i < n; i += N<T>) store(d + i, load(d + i) * G::derivative(load(z + i), load(a + i)));
}

template <class T, class... G> static const ActivationRule<T>* activation(List<G...>, int64_t i) {
  static constexpr ActivationRule<T> rules[] = {{activate<G, T>, pull_back<G, T>, G::needs_z, G::is_identity}...};
  return i >= 0 && i < int64_t(sizeof...(G)) ? rules + i : nullptr;
}

using Activations = List<Identity, Sigmoid, Tanh, Relu, LeakyRelu, Elu, Selu, Gelu, Silu, Mish, Softplus>;

// The i-th rule of the list, or nullptr.
template <class T> static const ActivationRule<T>* activation(int64_t i) { return activation<T>(Activations(), i); }
}  // namespace glassnet::GN_ISA
