// A batch: which rows a step is about, how its work is shared out to the team, and the rows themselves, gathered.

#ifndef GLASSNET_BATCH_H
#define GLASSNET_BATCH_H

#include "session.h"

namespace glassnet {
namespace GN_ISA {

// What a step is about; the same for all members.
template <class T> struct Batch {
  const gn_rows* rows;
  const int64_t* chosen;  // nullptr: all rows in order
  long m;
  long left;  // entries of `chosen`, the next batches' among them
  double total;  // of the weights
  uint64_t seed;
  int64_t step;
  bool learns;  // updates parameters and running statistics
  double alpha;
  T* X;       // (m, ld_inputs): the rows, gathered
  T* losses;  // (m,): the part of each row in the cost
};

// The part of [0, n) that falls to a member when everything, of which these n units weigh `each` and begin at `before`,
// is cut into stretches of equal weight.
static Range part(double before, double each, long n, double all_of_it, int member, int size) {
  Range range;
  for (int side = 0; side < 2; side++) {
    const double cut = all_of_it * (member + side) / size;
    double at = (cut - before) / each + 0.5;
    if (member + side == size || at > double(n)) at = double(n);
    (side ? range.to : range.from) = at < 0 ? 0 : long(at);
  }
  if (member == 0) range.from = 0;
  return range;
}

static Range part(long n, int member, int size) { return {n * member / size, n * (member + 1) / size}; }

template <class T> static long row_of(const Batch<T>& batch, long r) { return batch.chosen ? batch.chosen[r] : r; }

// n numbers; the last vector may overlap the one before it.
template <class T> GN_INLINE void copy_row(const T* from, T* to, long n) {
  long j = 0;
  for (; j + N<T> <= n; j += N<T>) store<T>(to + j, load<T>(from + j));
  if (j == n) return;
  if (n >= N<T>) return store<T>(to + n - N<T>, load<T>(from + n - N<T>));
  for (; j < n; j++) to[j] = from[j];
}

constexpr long kFar = 1 << 18;    // bytes of examples that no cache near the processor holds: rows are sent for ahead
constexpr long kShortRow = 256;   // bytes of a row that is sent for a whole batch ahead
constexpr long kFewRows = 4;      // others are sent for as many rows ahead

// Send for what row r of the batch will need.
template <class T> GN_INLINE void send_for(const Session<T>& s, const Batch<T>& batch, long r) {
  const gn_rows& rows = *batch.rows;
  const long row = row_of(batch, r), line = 64 / long(sizeof(T)), k = s.outputs;
  const T *x = static_cast<const T*>(rows.X) + row * rows.ld, *y = static_cast<const T*>(rows.Y) + row * k;
  for (long j = 0; j < s.inputs && j < 1024; j += line) __builtin_prefetch(x + j, 0, 2);
  if (rows.labels) return __builtin_prefetch(rows.labels + row);
  for (long j = 0; j < k && j < 1024; j += line) __builtin_prefetch(y + j);
}

template <class T> static void gather(const Session<T>& s, const Batch<T>& batch, long from, long to) {
  const T* X = static_cast<const T*>(batch.rows->X);
  const long ld = batch.rows->ld, n = s.inputs, bytes = n * long(sizeof(T));
  const long ahead = batch.rows->count * bytes < kFar ? batch.left : bytes > kShortRow ? kFewRows : batch.m;
  const long last = bytes > kShortRow ? to : batch.left;
  for (long r = from; r < to; r++) {
    if (r + ahead < last) send_for(s, batch, r + ahead);
    copy_row(X + row_of(batch, r) * ld, batch.X + r * s.ld_inputs, n);
  }
}

template <class T> static const T* input_of(const Session<T>& s, const Batch<T>& batch, int l, long& ld) {
  ld = l ? s.layers[l].ld_in : s.ld_inputs;
  return l ? s.layers[l - 1].A : batch.X;
}

}  // namespace GN_ISA
}  // namespace glassnet

#endif
