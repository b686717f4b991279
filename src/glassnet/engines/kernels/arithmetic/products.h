// Matrix products: one register tile, three uses. All operands are rows with a leading dimension; the right factor B is
// always read along its rows, k after k, whole vectors at a time.
//
//   forward  Z  = A W + b     A (m, n_in) rows            B = W   (n_in, n_out)
//   back     dA = dZ W^T      dZ (m, n_out) rows          B = W^T (n_out, n_in), the transposed copy
//   gradient dW = A^T dZ      A (m, n_in) read down       B = dZ  (m, n_out)
//
// Every output is a sum over k in order with fused multiply-add, in blocks (of kDepth) whose sums are added in order:
// where a tile begins, and who computes it, does not show in the result.
#pragma once
#include "arithmetic/simd.h"

namespace glassnet::GN_ISA {
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int kRows = kBytes == 64 ? 12 : 6;  // with two vectors across: 24 of 32 registers hold sums
#else
constexpr int kRows = 6;  // 12 of 16
#endif
constexpr int kAcross = 2;
constexpr int kAcrossOne = 8;  // of a single row: sums enough that none waits for itself, and longer runs of memory
constexpr int kAhead = 8;      // rows of B that a single row prefetches
constexpr long kPage = 4096;   // bytes: rows of B so far apart share few places in the caches,
constexpr int kAlong = 4;      // so that a single row reads them along, as many side by side
constexpr long kDepth = 1024;  // long sums in one register would lose digits in float32

// Where a product's sums begin.
enum Start { kZero, kBias, kOnTop };

// R rows and C vectors of the product, for k in [0, K). `kDown`: element (i, k) of A is at k * lda + i, else i * lda +
// k.
template <class T, int R, int C, bool kDown>
static void tile(const T* GN_RESTRICT A, long lda, const T* GN_RESTRICT B, long ldb, T* GN_RESTRICT out, long ldc,
                 long K, const T* GN_RESTRICT bias, Start start) {
  typedef Vec<T> V;
  V sum[R][C];  // in registers, because every loop over it is unrolled
#pragma GCC unroll 16
  for (int i = 0; i < R; i++)
#pragma GCC unroll 8
    for (int c = 0; c < C; c++) sum[i][c] = start == kBias ? load<T>(bias + c * N<T>) : V{};
#pragma GCC unroll 2
  for (long k = 0; k < K; k++) {
    V b[C];
    for (int c = 0; C == kAcrossOne && c < C; c += 64 / kBytes) __builtin_prefetch(B + kAhead * ldb + c * N<T>);
#pragma GCC unroll 8
    for (int c = 0; c < C; c++) b[c] = load<T>(B + c * N<T>);
#pragma GCC unroll 16
    for (int i = 0; i < R; i++) {
      V a = all<V>(kDown ? A[i] : A[i * lda]);
#pragma GCC unroll 8
      for (int c = 0; c < C; c++) sum[i][c] = fma(a, b[c], sum[i][c]);
    }
    A += kDown ? lda : 1;
    B += ldb;
  }
#pragma GCC unroll 16
  for (int i = 0; i < R; i++)
#pragma GCC unroll 8
    for (int c = 0; c < C; c++) {
      T* to = out + i * ldc + c * N<T>;
      store<T>(to, start == kOnTop ? load<T>(to) + sum[i][c] : sum[i][c]);
    }
}

template <class T, bool kDown> using Tile = void (*)(const T*, long, const T*, long, T*, long, long, const T*, Start);

template <class T, int C, bool kDown> static Tile<T, kDown> tile_of(long rows) {
  static constexpr Tile<T, kDown> tiles[] = {
      tile<T, 1, C, kDown>,  tile<T, 2, C, kDown>,  tile<T, 3, C, kDown>,
      tile<T, 4, C, kDown>,  tile<T, 5, C, kDown>,  tile<T, 6, C, kDown>,
#if defined(__AVX512F__)
      tile<T, 7, C, kDown>,  tile<T, 8, C, kDown>,  tile<T, 9, C, kDown>,
      tile<T, 10, C, kDown>, tile<T, 11, C, kDown>, tile<T, 12, C, kDown>,
#endif
  };
  return tiles[rows - 1];
}

// One row of the product along the rows of B, kAlong of them side by side, its sums in C.
template <class T>
static void row_product(long columns, long K, const T* GN_RESTRICT A, const T* GN_RESTRICT B, long ldb,
                        T* GN_RESTRICT C, const T* bias) {
  memcpy(C, bias, columns * sizeof(T));
  for (long k = 0, R; k < K; k += R, B += R * ldb) {
    R = K - k < kAlong ? 1 : kAlong;
    for (long j = 0; j < columns; j += N<T>) {
      Vec<T> sum = fma(all<Vec<T>>(A[k]), load<T>(B + j), load<T>(C + j));
#pragma GCC unroll 4
      for (int r = 1; R == kAlong && r < kAlong; r++) sum = fma(all<Vec<T>>(A[k + r]), load<T>(B + r * ldb + j), sum);
      store<T>(C + j, sum);
    }
  }
}

// C (M, columns) from K terms. `columns` is a multiple of a vector; C may be written that far.
template <class T, bool kDown>
static void product(long M, long columns, long K, const T* A, long lda, const T* B, long ldb, T* C, long ldc,
                    const T* bias, long block = kDepth) {
  if (!kDown && M == 1 && bias && K <= block && ldb * long(sizeof(T)) % kPage == 0)
    return row_product(columns, K, A, B, ldb, C, bias);
  const long tiles = (M + kRows - 1) / kRows;
  for (long k = 0; k == 0 || k < K; k += block) {
    const long depth = K - k < block ? K - k : block;
    const Start start = k ? kOnTop : (bias ? kBias : kZero);
    long j = 0;
    for (; !kDown && M == 1 && columns - j >= kAcrossOne * N<T>; j += kAcrossOne * N<T>)
      tile<T, 1, kAcrossOne, false>(A + k, lda, B + k * ldb + j, ldb, C + j, ldc, depth, bias ? bias + j : nullptr,
                                    start);
    while (j < columns) {
      const bool wide = columns - j >= kAcross * N<T>;
      for (long t = 0, i = 0; t < tiles; t++) {
        const long end = M * (t + 1) / tiles, rows = end - i;  // tiles of nearly equal height
        const Tile<T, kDown> run = wide ? tile_of<T, kAcross, kDown>(rows) : tile_of<T, 1, kDown>(rows);
        run(kDown ? A + k * lda + i : A + i * lda + k, lda, B + k * ldb + j, ldb, C + i * ldc + j, ldc, depth,
            bias ? bias + j : nullptr, start);
        i = end;
      }
      j += (wide ? kAcross : 1) * N<T>;
    }
  }
}
}  // namespace glassnet::GN_ISA
