// Predictions: rows in blocks small enough that activations stay in the first caches, blocks shared out to the team.
#pragma once
#include <stdlib.h>

#include "layers/dense.h"
#include "layers/mix.h"
#include "layers/norms.h"
#include "layers/periodic.h"
#include "layers/scale.h"
#include "layers/shared_columns.h"
#include "step/chunks.h"

namespace glassnet::GN_ISA {
constexpr long kMostRows = 96;       // taken through all layers together
constexpr long kBlockBytes = 65536;  // of their activations: what stays in the first caches
constexpr long kStackBytes = 32768;  // of scratch that comes from the stack

// Rows taken through all layers together, fewer where layers are wide.
template <class T> static long predicted_block(long widest, long m) {
  long block = kBlockBytes / (widest * long(sizeof(T)));
  block = block < kRows ? kRows : block > kMostRows ? kMostRows : block / kRows * kRows;
  return m < block ? m : block;
}

template <class T> static long widest_of(const Session<T>& s) {
  long widest = s.ld_inputs;
  for (int l = 0; l < s.count; l++) widest = s.layers[l].ld_out > widest ? s.layers[l].ld_out : widest;
  return widest;
}

// Rows of a norm's Z (rows, ld_out) from A (rows, lda).
template <class T>
static void norm_forward(const Session<T>& s, const Layer<T>& layer, const T* A, long lda, T* Z, long rows) {
  for (long r = 0; r < rows; r++) {
    T* normal = Z + r * layer.ld_out;
    if (layer.kind == kLayerNorm) layer_norm_row(layer, A + r * lda, normal);
    else batch_norm_row(layer, A + r * lda, normal, layer.n_out);
    scale_and_shift(s, layer, normal, normal);
  }
  if (layer.g) layer.g->value(Z, Z, rows * layer.ld_out);
}

// Rows of A (rows, ld_out) of a layer that is neither dense nor dropout from A_prev (rows, lda), of which nothing
// behind the rows is read; where it reads whole vectors they are of a copy, in `room`.
template <class T>
static void predict_layer(const Session<T>& s, const Layer<T>& layer, const T* A_prev, long lda, T* A, T* room,
                          long rows) {
  if (is_norm(layer.kind)) return norm_forward(s, layer, A_prev, lda, A, rows);
  if (layer.kind == kPeriodic) return periodic_forward(s, layer, A_prev, lda, A, rows);
  if (lda != layer.ld_out) {
    for (long r = 0; r < rows; r++) copy_row(A_prev + r * lda, room + r * layer.ld_out, layer.n_out);
    A_prev = room;
  }
  if (layer.kind == kScale) scale_rows(s, layer, A_prev, A, rows);
  else mix_forward(s, layer, A_prev, A, A, rows);
}

// Scores (rows, ld) of rows of X (rows, ldx), which ends at `end`; they are left in one of the two buffers.
template <class T>
static const T* scores_of(const Session<T>& s, const T* X, long ldx, const T* end, long rows, bool shared, T* buffer[2],
                          long& ld) {
  const T* A = X;
  ld = ldx;
  for (int l = 0; l < s.count; l++) {
    const Layer<T>& layer = s.layers[l];
    if (layer.kind == kDropout) continue;
    T *out = buffer[l % 2] == A ? buffer[(l + 1) % 2] : buffer[l % 2], *other = buffer[out == buffer[0]];
    if (shared && layer.kind == kDense && shares_columns(s, layer, rows))
      shared_dense_forward(s, layer, A, ld, out, rows);
    else if (layer.kind == kDense) dense_forward(s, layer, A, ld, A == X ? end : nullptr, out, out, rows);
    else predict_layer(s, layer, A, ld, out, other, rows);
    A = out;
    ld = layer.ld_out;
  }
  return A;
}

// Predictions (rows, k) from scores (rows, ld) by the link, rows in lanes as for the losses.
template <class T> static void predictions_of(const Session<T>& s, const T* S, long ld, long rows, T* out, T* lanes) {
  typedef Vec<T> V;
  const long k = s.outputs;
  for (long r = 0; r < rows; r += N<T>) {
    const long n = rows - r < N<T> ? rows - r : N<T>;
    if (s.loss->plain) {
      for (long i = 0; i < n; i++) memcpy(out + (r + i) * k, S + (r + i) * ld, k * sizeof(T));
      continue;
    }
    for (long j = 0; j < k; j++)
      for (long i = 0; i < N<T>; i++) lanes[j * N<T> + i] = S[(r + (i < n ? i : 0)) * ld + j];
    s.loss->predict(reinterpret_cast<V*>(lanes), k);
    for (long i = 0; i < n; i++)
      for (long j = 0; j < k; j++) out[(r + i) * k + j] = lanes[j * N<T> + i];
  }
}

template <class T> struct Prediction;
template <class T> static void judge_rows(Prediction<T>&, const T* S, long ld, long from, long rows, T* lanes);

template <class T> struct Prediction {
  const Session<T>* s;
  const T* X;
  long ld, rows, widest, block;
  bool shared;  // rather the columns of layers than the rows, which are few
  T* out;
  int link;
  const gn_judged* judged;  // instead of `out`: what the predictions are compared with
  int failed;
  Barrier barrier;
};

template <class T> static void predict_rows(Prediction<T>& p, long from, long to, char* memory) {
  const Session<T>& s = *p.s;
  memory = reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(memory) + 63) / 64 * 64);
  T* buffer[2] = {reinterpret_cast<T*>(memory), reinterpret_cast<T*>(memory) + p.block * p.widest};
  T* lanes = buffer[1] + p.block * p.widest;
  for (long r = from; r < to; r += p.block) {
    const long n = to - r < p.block ? to - r : p.block;
    long ld;
    const T* scores = scores_of(s, p.X + r * p.ld, p.ld, p.X + (p.rows - 1) * p.ld + s.inputs, n, p.shared, buffer, ld);
    T* out = p.out + r * s.outputs;
    if (p.judged) {
      judge_rows(p, scores, ld, r, n, lanes);
    } else if (p.link) {
      predictions_of(s, scores, ld, n, out, lanes);
    } else {
      for (long i = 0; i < n; i++) memcpy(out + i * s.outputs, scores + i * ld, s.outputs * sizeof(T));
    }
    T nonfinite = 0;
    for (long i = 0; !p.judged && i < n * s.outputs; i++) nonfinite += out[i] * T(0);
    if (nonfinite != 0) p.failed = gn_diverged;
  }
}

template <class T> static void predict_job(void* context, int member, int size) {
  Prediction<T>& p = *static_cast<Prediction<T>*>(context);
  const Range mine = chunk_of((p.rows + p.block - 1) / p.block, member, size);
  const long to = mine.to * p.block < p.rows ? mine.to * p.block : p.rows;
  const long bytes = (2 * p.block * p.widest + 3 * whole<T>(p.s->outputs) * N<T>)*long(sizeof(T)) + 64;
  if (bytes <= kStackBytes) {
    char near[kStackBytes];
    return predict_rows(p, mine.from * p.block, to, near);
  }
  char* far = static_cast<char*>(malloc(bytes));
  if (!far) {
    p.failed = gn_not_there;
    return;
  }
  predict_rows(p, mine.from * p.block, to, far);
  free(far);
}

// How `rows` of X are predicted: to `out`, or where they are judged to `judged`.
template <class T>
static int predict(const Session<T>& s, const void* X, int64_t rows, void* out, int link, const gn_judged* judged) {
  const long widest = widest_of(s), block = predicted_block<T>(widest, rows), ld = s.inputs;
  const bool shared = rows <= block + block / 2;  // by rows, one of two threads would have little to do
  Prediction<T> p = {&s,     static_cast<const T*>(X), ld,   rows,   widest, block,
                     shared, static_cast<T*>(out),     link, judged, 0,      {}};
  if (rows <= 0) return gn_done;
  const double products = double(rows) * double(s.weights);
  run_team(!shared && products > kTeamProducts ? s.threads : 1, predict_job<T>, &p, p.barrier);
  return p.failed;
}

template <class T>
static int predict_session(const void* session, const void* X, int64_t inputs, int64_t rows, void* out, int64_t size,
                           int link) {
  const Session<T>& s = *static_cast<const Session<T>*>(session);
  return inputs == s.inputs && size == rows * s.outputs ? predict(s, X, rows, out, link, nullptr) : int(gn_bad_size);
}
}  // namespace glassnet::GN_ISA
