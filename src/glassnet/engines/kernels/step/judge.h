// What predictions are worth: their losses, and how far they are from the targets. Every row's terms are written down
// and then added in the order of the rows, so that threads show in no bit.
#pragma once
#include "predict.h"
#include "step/loss.h"

namespace glassnet::GN_ISA {
// The class of highest probability of a row's k, the first of several; `P`: its lane.
template <class T> static long decision_of(const T* P, long k) {
  long best = 0;
  for (long j = 1; j < k; j++)
    if (P[j * N<T>] > P[best * N<T>]) best = j;
  return best;
}

template <class T> static bool is_right(const gn_rows& rows, long row, const T* P, const T* Y, long k) {
  if (rows.labels) return decision_of(P, k) == rows.labels[row];
  for (long j = 0; j < k; j++)
    if ((P[j * N<T>] > T(0.5)) != (Y[j * N<T>] > T(0.5))) return false;
  return true;
}

// The terms of rows [from, from + rows) with scores S (rows, ld); `lanes`: room for three times k vectors.
template <class T> static void judge_rows(Prediction<T>& p, const T* S, long ld, long from, long rows, T* lanes) {
  typedef Vec<T> V;
  const Session<T>& s = *p.s;
  const gn_rows& given = *p.judged->rows;
  const long k = s.outputs, room = whole<T>(k) * N<T>, count = given.count;
  const Batch<T> batch = {&given, nullptr, count, count, 0, 0, 0, false, 0, nullptr, nullptr};
  T *P = lanes, *Y = lanes + room, *D = Y + room, losses[N<T>];
  for (long r = 0; r < rows; r += N<T>) {
    const long n = rows - r < N<T> ? rows - r : N<T>;
    if (n < N<T>) memset(P, 0, 2 * room * sizeof(T));
    into_lanes(S + r * ld, ld, n, k, P);
    if (!targets_of(batch, from + r, n, k, Y)) {
      p.failed = gn_bad_class;
      return;
    }
    V* scores = reinterpret_cast<V*>(P);
    store<T>(losses, s.loss->row(scores, reinterpret_cast<V*>(Y), reinterpret_cast<V*>(D), k, s.loss_settings));
    if (!s.loss->plain) s.loss->predict(scores, k);
    for (long i = 0; i < n; i++) {
      const long row = from + r + i;
      const double weight = given.weights ? given.weights[row] : 1, off = double(P[i]) - double(Y[i]);
      double* each = p.judged->each + row;
      each[0] = weight * double(losses[i]);
      each[count] = weight * is_right(given, row, P + i, Y + i, k);
      each[2 * count] = weight * off * off;
      each[3 * count] = weight * (off < 0 ? -off : off);
    }
  }
}

// A gn_status; the sums are written into the record.
template <class T> static int judge_session(void* session, gn_judged* judged) {
  Session<T>& s = *static_cast<Session<T>*>(session);
  const gn_rows& rows = *judged->rows;
  if (!fit(rows, s)) return gn_bad_size;
  if (s.rows) use_running(s);
  if (const int failed = predict(s, rows.X, rows.count, nullptr, 0, judged)) return failed;
  double sums[4] = {};
  for (int i = 0; i < 4; i++)
    for (long r = 0; r < rows.count; r++) sums[i] += judged->each[i * rows.count + r];
  judged->losses = sums[0], judged->right = sums[1], judged->squares = sums[2], judged->distances = sums[3];
  return gn_done;
}
}  // namespace glassnet::GN_ISA
