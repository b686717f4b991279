// mathematics.h and activations.h through a C interface, for one instruction set. n is a multiple of 16.

#include "rules/activations.h"

namespace gn = glassnet::GN_ISA;

#define FUNCTION_OF(name, T, dtype)                                                     \
  extern "C" void name##_##dtype(const T* x, T* y, long n) {                            \
    for (long i = 0; i < n; i += gn::N<T>) gn::store(y + i, gn::name(gn::load(x + i))); \
  }
#define FUNCTION(name) FUNCTION_OF(name, float, float32) FUNCTION_OF(name, double, float64)

FUNCTION(exp)
FUNCTION(expm1)
FUNCTION(log)
FUNCTION(log1p)
FUNCTION(tanh)
FUNCTION(sigmoid)
FUNCTION(softplus)
FUNCTION(ndtr)
FUNCTION(cos_turns)
FUNCTION(sin_turns)

// The name of the i-th activation; nullptr behind the last.
extern "C" const char* activation_name(long i) {
  const gn_rule* rule = gn::described(gn::Activations(), i);
  return rule ? rule->name : nullptr;
}

#define ACTIVATIONS(T, dtype)                                                \
  extern "C" int value_##dtype(int i, const T* z, T* a, long n) {            \
    const gn::ActivationRule<T>* rule = gn::activation<T>(i);                \
    if (rule) rule->value(z, a, n);                                          \
    return rule != nullptr;                                                  \
  }                                                                          \
  extern "C" int pull_##dtype(int i, const T* z, const T* a, T* d, long n) { \
    const gn::ActivationRule<T>* rule = gn::activation<T>(i);                \
    if (rule) rule->pull(z, a, d, n);                                        \
    return rule != nullptr;                                                  \
  }

ACTIVATIONS(float, float32)
ACTIVATIONS(double, float64)
