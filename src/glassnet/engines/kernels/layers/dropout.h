// Dropout: a mask whose numbers follow from (seed, step, layer, row, unit) alone, as randomness.py makes them.
#pragma once
#include "session/session.h"

namespace glassnet::GN_ISA {
GN_INLINE uint32_t mix(uint32_t x, uint32_t key = 0) {
  x ^= x >> 16;
  x *= 0x7FEB352Du;
  x ^= key;
  x ^= x >> 15;
  x *= 0x846CA68Bu;
  return x ^ x >> 16;
}

// The two keys of a layer's draws in one step.
static void draw_keys(uint64_t seed, int64_t step, int64_t l, uint32_t key[2]) {
  const uint32_t words[5] = {uint32_t(seed), uint32_t(seed >> 32), uint32_t(step), uint32_t(uint64_t(step) >> 32),
                             uint32_t(l)};
  for (int chain = 0; chain < 2; chain++) {
    uint32_t x = chain ? 0x7FEB352Du : 0;
    for (uint32_t word : words) x = mix((x ^ word) + 0x9E3779B9u);
    key[chain] = x;
  }
}

static uint32_t keep_threshold(double rate) {
  const double scaled = rate * 4294967296.0;
  const double whole_part = double(uint64_t(scaled)), rest = scaled - whole_part;
  uint64_t nearest = uint64_t(whole_part);  // half to even, as Python rounds
  if (rest > 0.5 || (rest == 0.5 && nearest % 2)) nearest++;
  return nearest > 0xFFFFFFFFu ? 0xFFFFFFFFu : uint32_t(nearest);
}

// Some rows of the mask (m, ld_out): 0, or the factor 1 / (1 - rate) of a unit that stays.
template <class T> static void draw_mask(const Layer<T>& layer, int l, uint64_t seed, int64_t step, Range rows) {
  uint32_t key[2];
  draw_keys(seed, step, l + 1, key);
  const uint32_t threshold = keep_threshold(layer.rate);
  const T factor = T(1 / (1 - layer.rate));
  const uint32_t n = uint32_t(layer.n_out), key_0 = key[0], key_1 = key[1];  // nothing is read in the loop: vectors
  for (long r = rows.from; r < rows.to; r++) {
    T* GN_RESTRICT mask = layer.mask + r * layer.ld_out;
    const uint32_t first = uint32_t(r) * n;
    for (uint32_t j = 0; j < n; j++) {
      const uint32_t x = mix(((first + j) * 0x9E3779B9u) ^ key_0, key_1);
      mask[j] = x >= threshold ? factor : T(0);
    }
  }
}

// out = a b, n numbers each.
template <class T> static void multiply(const T* a, const T* b, T* out, long n) {
  for (long i = 0; i < n; i += N<T>) store<T>(out + i, load<T>(a + i) * load<T>(b + i));
}
}  // namespace glassnet::GN_ISA
