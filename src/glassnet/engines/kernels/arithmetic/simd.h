// Vectors as wide as the processor has them, by the compilers' vector extensions. Included once for each instruction
// set, inside a namespace of that name: the same source becomes different machine code, with the same results.
//
// Same results: every operation here is exact to the last bit on every instruction set that has fused multiply-add.
// Contraction is off (-ffp-contract=off), so a * b + c rounds twice, and fma(a, b, c) once, where it is written.
// Sums over elements go through `Lanes` below, whose order does not depend on the width.
#pragma once
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#ifndef GN_ISA
#define GN_ISA baseline
#endif

#define GN_INLINE static inline __attribute__((always_inline))
#define GN_RESTRICT __restrict__

namespace glassnet::GN_ISA {
#if defined(__AVX512F__)
constexpr int kBytes = 64;
#elif defined(__AVX2__)
constexpr int kBytes = 32;
#else
constexpr int kBytes = 16;
#endif

typedef float VF __attribute__((vector_size(kBytes)));
typedef double VD __attribute__((vector_size(kBytes)));
typedef int32_t VI __attribute__((vector_size(kBytes)));
typedef int64_t VL __attribute__((vector_size(kBytes)));
typedef uint32_t VU __attribute__((vector_size(kBytes)));

// clang-format off
// For a scalar type: its vector, the integers of the same width (also what comparisons give), how many fit.
template <class T> struct Simd;
template <> struct Simd<float> { typedef VF V; typedef VI I; typedef int32_t Int; };
template <> struct Simd<double> { typedef VD V; typedef VL I; typedef int64_t Int; };
template <class T> using Vec = typename Simd<T>::V;
template <class T> constexpr int N = kBytes / sizeof(T);

// Scalar of a vector type, for functions that are given only the vector.
template <class V> struct Of;
template <> struct Of<VF> { typedef float T; typedef VI I; };
template <> struct Of<VD> { typedef double T; typedef VL I; };

template <class T> GN_INLINE Vec<T> load(const T* p) { Vec<T> v; memcpy(&v, p, sizeof v); return v; }
// clang-format on
template <class T> GN_INLINE void store(T* p, Vec<T> v) { memcpy(p, &v, sizeof v); }
template <class V> GN_INLINE V all(typename Of<V>::T x) { return x - V{}; }  // x in every lane: x - 0 is x, also for -0

GN_INLINE VF fma(VF a, VF b, VF c) {
#if defined(__AVX512F__)
  return (VF)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__FMA__)
  return (VF)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(__aarch64__)
  return (VF)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
  return a * b + c;
#endif
}
GN_INLINE VD fma(VD a, VD b, VD c) {
#if defined(__AVX512F__)
  return (VD)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(__FMA__)
  return (VD)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#elif defined(__aarch64__)
  return (VD)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#else
  return a * b + c;
#endif
}
GN_INLINE VF root(VF a) {
#if defined(__AVX512F__)
  return (VF)_mm512_mask_sqrt_ps((__m512)a, 0xFFFF, (__m512)a);
#elif defined(__AVX2__)
  return (VF)_mm256_sqrt_ps((__m256)a);
#elif defined(__x86_64__)
  return (VF)_mm_sqrt_ps((__m128)a);
#elif defined(__aarch64__)
  return (VF)vsqrtq_f32((float32x4_t)a);
#else
  for (int i = 0; i < N<float>; i++) a[i] = __builtin_sqrtf(a[i]);
  return a;
#endif
}
GN_INLINE VD root(VD a) {
#if defined(__AVX512F__)
  return (VD)_mm512_mask_sqrt_pd((__m512d)a, 0xFF, (__m512d)a);
#elif defined(__AVX2__)
  return (VD)_mm256_sqrt_pd((__m256d)a);
#elif defined(__x86_64__)
  return (VD)_mm_sqrt_pd((__m128d)a);
#elif defined(__aarch64__)
  return (VD)vsqrtq_f64((float64x2_t)a);
#else
  for (int i = 0; i < N<double>; i++) a[i] = __builtin_sqrt(a[i]);
  return a;
#endif
}

// The larger, the smaller; where one is not a number the result is b: max(bound, x) lets a NaN through. (Spelt out for
// the processors whose instruction does just that: compilers make two of the comparison.)
#if defined(__AVX512F__)
#define GN_PICK(f)                                                                                        \
  GN_INLINE VF f(VF a, VF b) { return (VF)_mm512_maskz_##f##_ps((__mmask16) - 1, (__m512)a, (__m512)b); } \
  GN_INLINE VD f(VD a, VD b) { return (VD)_mm512_maskz_##f##_pd((__mmask8) - 1, (__m512d)a, (__m512d)b); }
GN_PICK(max)
GN_PICK(min)
#elif defined(__AVX2__)
#define GN_PICK(f)                                                                 \
  GN_INLINE VF f(VF a, VF b) { return (VF)_mm256_##f##_ps((__m256)a, (__m256)b); } \
  GN_INLINE VD f(VD a, VD b) { return (VD)_mm256_##f##_pd((__m256d)a, (__m256d)b); }
GN_PICK(max)
GN_PICK(min)
#elif defined(__x86_64__)
#define GN_PICK(f)                                                              \
  GN_INLINE VF f(VF a, VF b) { return (VF)_mm_##f##_ps((__m128)a, (__m128)b); } \
  GN_INLINE VD f(VD a, VD b) { return (VD)_mm_##f##_pd((__m128d)a, (__m128d)b); }
GN_PICK(max)
GN_PICK(min)
#else
template <class V> GN_INLINE V max(V a, V b) { return a > b ? a : b; }
template <class V> GN_INLINE V min(V a, V b) { return a < b ? a : b; }
#endif
template <class V> GN_INLINE V abs(V a) {
  return (V)((typename Of<V>::I)a & ~(typename Of<V>::I)all<V>(typename Of<V>::T(-0.0)));
}
template <class V> GN_INLINE V sign(V a) {  // -1, 0, 1; NaN stays
  V one = all<V>(1);
  return a > V{} ? one : (a < V{} ? -one : a);
}

// (a0, b0, a1, b1, ...) of the lower and of the upper halves.
#if defined(__AVX512F__)
#define GN_LOW_F 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define GN_HIGH_F 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define GN_LOW_D 0, 8, 1, 9, 2, 10, 3, 11
#define GN_HIGH_D 4, 12, 5, 13, 6, 14, 7, 15
#elif defined(__AVX2__)
#define GN_LOW_F 0, 8, 1, 9, 2, 10, 3, 11
#define GN_HIGH_F 4, 12, 5, 13, 6, 14, 7, 15
#define GN_LOW_D 0, 4, 1, 5
#define GN_HIGH_D 2, 6, 3, 7
#else
#define GN_LOW_F 0, 4, 1, 5
#define GN_HIGH_F 2, 6, 3, 7
#define GN_LOW_D 0, 2
#define GN_HIGH_D 1, 3
#endif
#if defined(__clang__) || __GNUC__ >= 12
#define GN_SHUFFLE(I, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define GN_SHUFFLE(I, a, b, ...) __builtin_shuffle(a, b, I{__VA_ARGS__})
#endif
GN_INLINE VF low_halves(VF a, VF b) { return GN_SHUFFLE(VI, a, b, GN_LOW_F); }
GN_INLINE VF high_halves(VF a, VF b) { return GN_SHUFFLE(VI, a, b, GN_HIGH_F); }
GN_INLINE VD low_halves(VD a, VD b) { return GN_SHUFFLE(VL, a, b, GN_LOW_D); }
GN_INLINE VD high_halves(VD a, VD b) { return GN_SHUFFLE(VL, a, b, GN_HIGH_D); }

// A square of N rows, transposed: each round is a perfect shuffle of the rows, and after log2 N of them every number
// has changed places with its mirror image.
template <class T> GN_INLINE void transpose_rows(Vec<T>* row) {
  constexpr int n = N<T>;
  Vec<T> next[n];
#pragma GCC unroll 4
  for (int round = 1; round < n; round *= 2) {
#pragma GCC unroll 16
    for (int i = 0; i < n / 2; i++) {
      next[2 * i] = low_halves(row[i], row[i + n / 2]);
      next[2 * i + 1] = high_halves(row[i], row[i + n / 2]);
    }
#pragma GCC unroll 16
    for (int i = 0; i < n; i++) row[i] = next[i];
  }
}

template <class T> GN_INLINE void transpose_square(const T* from, long ld_from, T* to, long ld_to) {
  constexpr int n = N<T>;
  Vec<T> row[n];
#pragma GCC unroll 16
  for (int i = 0; i < n; i++) row[i] = load<T>(from + i * ld_from);
  transpose_rows<T>(row);
#pragma GCC unroll 16
  for (int i = 0; i < n; i++) store<T>(to + i * ld_to, row[i]);
}

template <class V> GN_INLINE bool finite(V a) {  // every lane
  const V zero = a * V{};
  typename Of<V>::I odd = zero != zero;
  typename Of<V>::T any = 0;
  for (int i = 0; i < int(sizeof a / sizeof any); i++) any += odd[i] ? 1 : 0;
  return any == 0;
}

// 16 sums side by side, lane j of elements j, j + 16, ...; then halves are added to halves. The width of a register
// decides how many registers hold the lanes, not what is added to what.
constexpr int kLanes = 16;
template <class T> struct Lanes {
  static constexpr int P = kLanes / N<T>;
  Vec<T> part[P] = {};
  inline __attribute__((always_inline)) void add(const T* x) {
    for (int p = 0; p < P; p++) part[p] += load<T>(x + p * N<T>);
  }
  inline __attribute__((always_inline)) void add_square(const T* x) {
    for (int p = 0; p < P; p++) {
      Vec<T> v = load<T>(x + p * N<T>);
      part[p] = fma(v, v, part[p]);
    }
  }
  inline __attribute__((always_inline)) T sum() const {
    T lane[kLanes];
    memcpy(lane, part, sizeof lane);
    for (int half = kLanes / 2; half; half /= 2)
      for (int j = 0; j < half; j++) lane[j] += lane[j + half];
    return lane[0];
  }
};
}  // namespace glassnet::GN_ISA
