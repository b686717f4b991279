// A batch: which rows a step is about, and the rows themselves, gathered.
#pragma once
#include "session/session.h"

namespace glassnet::GN_ISA {
// What a step is about; the same for all members.
template <class T> struct Batch {
  const gn_rows* rows;
  const int64_t* chosen;  // nullptr: all rows in order
  long m;
  long left;     // entries of `chosen`, the next batches' among them
  double total;  // of the weights
  uint64_t seed;
  int64_t step;
  bool learns;  // updates parameters and running statistics
  double alpha;
  T* X;       // (m, ld_inputs): the rows, gathered
  T* losses;  // (m,): the part of each row in the cost
};

template <class T> static bool fit(const gn_rows& rows, const Session<T>& s) {
  return rows.inputs == s.inputs && (rows.labels || rows.outputs == s.outputs);
}

template <class T> static long row_of(const Batch<T>& batch, long r) { return batch.chosen ? batch.chosen[r] : r; }

// n numbers; the last vector may overlap the one before it.
template <class T> GN_INLINE void copy_row(const T* from, T* to, long n) {
  long j = 0;
  for (; j + N<T> <= n; j += N<T>) store<T>(to + j, load<T>(from + j));
  if (j == n) return;
  if (n >= N<T>) return store<T>(to + n - N<T>, load<T>(from + n - N<T>));
  for (; j < n; j++) to[j] = from[j];
}

constexpr long kCachedBytes = 1 << 18;  // of examples: no cache near the processor holds more, so rows are prefetched
constexpr long kShortRow = 256;         // bytes of a row that is prefetched a whole batch ahead
constexpr long kFewRows = 12;           // longer ones are prefetched as many rows ahead
constexpr long kMostPrefetched = 1024;  // numbers of a row; the processor itself follows a longer one
constexpr long kCacheLine = 64;         // bytes

// Prefetch what row r of the batch will need.
template <class T> GN_INLINE void prefetch(const Session<T>& s, const Batch<T>& batch, long r) {
  const gn_rows& rows = *batch.rows;
  const long row = row_of(batch, r), line = kCacheLine / long(sizeof(T)), k = s.outputs;
  const T *x = static_cast<const T*>(rows.X) + row * s.inputs, *y = static_cast<const T*>(rows.Y) + row * k;
  for (long j = 0; j < s.inputs && j < kMostPrefetched; j += line) __builtin_prefetch(x + j, 0, 2);
  if (rows.labels) return __builtin_prefetch(rows.labels + row);
  for (long j = 0; j < k && j < kMostPrefetched; j += line) __builtin_prefetch(y + j);
}

// Rows [from, to) of the batch into X (m, ld_inputs).
template <class T> static void gather(const Session<T>& s, const Batch<T>& batch, long from, long to) {
  const T* X = static_cast<const T*>(batch.rows->X);
  const long n = s.inputs, bytes = n * long(sizeof(T));
  const bool cached = batch.rows->count * bytes < kCachedBytes;
  const long ahead = cached ? batch.left : bytes > kShortRow ? kFewRows : batch.m;
  for (long r = from; r < to; r++) {
    if (r + ahead < batch.left) prefetch(s, batch, r + ahead);
    copy_row(X + row_of(batch, r) * n, batch.X + r * s.ld_inputs, n);
  }
}

// A_prev (m, ld) of layer l.
template <class T> static const T* input_of(const Session<T>& s, const Batch<T>& batch, int l, long& ld) {
  ld = l ? s.layers[l].ld_in : s.ld_inputs;
  return l ? s.layers[l - 1].A : batch.X;
}
}  // namespace glassnet::GN_ISA
