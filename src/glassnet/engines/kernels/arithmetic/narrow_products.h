// Layers of few units, such as the last one: a tile of the products would be mostly padding. Their W is stored
// transposed, a row of n_in numbers for each unit, and a score is a sum over the lanes of that row. The other two
// products are the usual ones: dA = dZ W as it lies, and the transposed dW = dZ^T A.
#pragma once
#include "arithmetic/simd.h"

namespace glassnet::GN_ISA {
// Where sums over lanes, some six vectors' worth of adding up included, take less than the columns of a tile.
static bool is_narrow(int64_t n_in, int64_t n_out) { return n_out * (n_in + 6 * kLanes) < n_in * kLanes; }

// The numbers of a row behind its last whole group of lanes.
template <class T> struct Tail {
  long at, n;
  typename Simd<T>::I mask[Lanes<T>::P];

  explicit Tail(long K) : at(K / kLanes * kLanes), n(K % kLanes) {
    typename Simd<T>::Int lane[kLanes];
    for (int j = 0; j < kLanes; j++) lane[j] = j < n ? -1 : 0;
    memcpy(mask, lane, sizeof mask);
  }

  // Vector p of it; what is behind is read, and left out.
  inline __attribute__((always_inline)) Vec<T> part(const T* row, int p) const {
    return (Vec<T>)((typename Simd<T>::I)load<T>(row + at + p * N<T>) & mask[p]);
  }
};

// The dot product of a row with w, of which the padding is 0. Nothing behind the row is read.
template <class T> static T dot(const T* row, const T* w, const Tail<T>& tail) {
  Lanes<T> lanes;
  for (long k = 0; k < tail.at; k += kLanes)
    for (int p = 0; p < lanes.P; p++)
      lanes.part[p] = fma(load<T>(row + k + p * N<T>), load<T>(w + k + p * N<T>), lanes.part[p]);
  if (tail.n) {
    T rest[kLanes] = {};
    memcpy(rest, row + tail.at, tail.n * sizeof(T));
    for (int p = 0; p < lanes.P; p++)
      lanes.part[p] = fma(load<T>(rest + p * N<T>), load<T>(w + tail.at + p * N<T>), lanes.part[p]);
  }
  return lanes.sum();
}

// The dot products of N rows: the same sums, the last of them side by side.
template <class T> static Vec<T> dots(const T* rows, long ld, const T* w, const Tail<T>& tail) {
  constexpr int n = N<T>, P = Lanes<T>::P;
  Vec<T> sum[P][n] = {};
  for (long k = 0; k < tail.at; k += kLanes)
    for (int p = 0; p < P; p++) {
      const Vec<T> v = load<T>(w + k + p * n);
#pragma GCC unroll 16
      for (int i = 0; i < n; i++) sum[p][i] = fma(load<T>(rows + i * ld + k + p * n), v, sum[p][i]);
    }
  for (int p = 0; tail.n && p < P; p++) {
    const Vec<T> v = load<T>(w + tail.at + p * n);
#pragma GCC unroll 16
    for (int i = 0; i < n; i++) sum[p][i] = fma(tail.part(rows + i * ld, p), v, sum[p][i]);
  }
  for (int half = P / 2; half; half /= 2)
    for (int p = 0; p < half; p++)
#pragma GCC unroll 16
      for (int i = 0; i < n; i++) sum[p][i] += sum[p + half][i];
  transpose_rows<T>(sum[0]);
#pragma GCC unroll 4
  for (int half = n / 2; half; half /= 2)
#pragma GCC unroll 8
    for (int j = 0; j < half; j++) sum[0][j] += sum[0][j + half];
  return sum[0][0];
}

// Z = A W^T + b for `outputs` units; nothing at `end` or behind it is read (nullptr: all rows are padded).
template <class T>
static void narrow_product(long rows, long K, long outputs, const T* A, long lda, const T* W, long ldw, T* Z, long ldz,
                           const T* bias, const T* end) {
  const Tail<T> tail(K);
  long r = 0;
  for (; r + N<T> <= rows && (!end || A + (r + N<T> - 1) * lda + tail.at + kLanes <= end); r += N<T>)
    for (long o = 0; o < outputs; o++) {
      T sum[N<T>];
      store<T>(sum, dots(A + r * lda, lda, W + o * ldw, tail) + all<Vec<T>>(bias[o]));
      for (int i = 0; i < N<T>; i++) Z[(r + i) * ldz + o] = sum[i];
    }
  for (; r < rows; r++)
    for (long o = 0; o < outputs; o++) Z[r * ldz + o] = dot(A + r * lda, W + o * ldw, tail) + bias[o];
}
}  // namespace glassnet::GN_ISA
