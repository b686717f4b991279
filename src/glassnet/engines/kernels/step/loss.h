// The loss of rows and its gradient with respect to the scores. A lane is a row (rules/losses.h).
#pragma once
#include "step/batch.h"

namespace glassnet::GN_ISA {
// Between n rows of k numbers, N or fewer, and their lanes: k vectors in which a lane is a row.
template <class T> static void into_lanes(const T* rows, long ld, long n, long k, T* lanes) {
  if (n == N<T> && k >= N<T> / 2) {
    for (long j = 0; j < k; j += N<T>) transpose_square(rows + j, ld, lanes + j * N<T>, N<T>);
    return;
  }
  for (long i = 0; i < n; i++)
    for (long j = 0; j < k; j++) lanes[j * N<T> + i] = rows[i * ld + j];
}
template <class T> static void out_of_lanes(const T* lanes, long n, long k, T* rows, long ld) {
  for (long i = 0; i < n; i++)
    for (long j = 0; j < k; j++) rows[i * ld + j] = lanes[j * N<T> + i];
}

template <class V> GN_INLINE void copy_lanes(V lanes, long n, typename Of<V>::T* to) {
  memcpy(to, &lanes, n * sizeof lanes[0]);
}

// The share of each row in the cost, a lane each.
template <class T> static Vec<T> shares_of(const Batch<T>& batch, long from, long lanes) {
  const double* weights = batch.rows->weights;
  if (!weights && lanes == N<T>) return all<Vec<T>>(T(1) / T(batch.m));
  T share[N<T>] = {};
  for (long i = 0; i < lanes; i++) {
    if (!weights) share[i] = T(1) / T(batch.m);
    else share[i] = batch.total ? T(weights[row_of(batch, from + i)] / batch.total) : T(0);
  }
  return load<T>(share);
}

// The targets Y of rows, k vectors; false for a class that does not exist.
template <class T> static bool targets_of(const Batch<T>& batch, long from, long lanes, long k, T* Y) {
  if (!batch.rows->labels) {
    for (long i = 0; i < lanes; i++) {
      const T* targets = static_cast<const T*>(batch.rows->Y) + row_of(batch, from + i) * k;
      for (long j = 0; j < k; j++) Y[j * N<T> + i] = targets[j];
    }
    return true;
  }
  T label[N<T>] = {};
  for (long i = 0; i < lanes; i++) {
    const int64_t given = batch.rows->labels[row_of(batch, from + i)];
    if (given < 0 || given >= k) return false;
    label[i] = T(given);
  }
  const Vec<T> given = load<T>(label);
  for (long j = 0; j < k; j++) store<T>(Y + j * N<T>, given == all<Vec<T>>(T(j)) ? all<Vec<T>>(1) : Vec<T>{});
  return true;
}

// From the scores A[L] (m, k) of rows [from, to): their losses, and the gradient with respect to the scores into d[L].
template <class T>
static int loss_and_gradient(const Session<T>& s, const Batch<T>& batch, int member, long from, long to) {
  typedef Vec<T> V;
  const Layer<T>& last = s.layers[s.count - 1];
  const LossRule<V>& loss = *s.loss;
  const long k = s.outputs, ld = last.ld_out;
  T *S = s.scratch_of(member), *Y = S + whole<T>(k) * N<T>;
  V nonfinite = V{};  // 0 as long as all costs are finite
  for (long r = from; r < to; r += N<T>) {
    const long lanes = to - r < N<T> ? to - r : N<T>;
    if (lanes < N<T>) memset(S, 0, 2 * whole<T>(k) * N<T> * sizeof(T));
    into_lanes(last.A + r * ld, ld, lanes, k, S);
    if (!targets_of(batch, r, lanes, k, Y)) return gn_bad_class;
    const V share = shares_of(batch, r, lanes);
    V* lane = reinterpret_cast<V*>(S);
    const V each = loss.row(lane, reinterpret_cast<V*>(Y), lane, k, s.loss_settings), cost = each * share;
    nonfinite = fma(cost, V{}, nonfinite);
    for (long j = 0; j < k; j++) lane[j] *= share;
    out_of_lanes(S, lanes, k, last.d + r * ld, ld);
    copy_lanes(cost, lanes, batch.losses + r);
    if (!s.plan.recording) continue;
    copy_lanes(each, lanes, s.each_loss + r);
    copy_lanes(share, lanes, s.share + r);
  }
  return finite(nonfinite) ? gn_done : gn_diverged;
}
}  // namespace glassnet::GN_ISA
