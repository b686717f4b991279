// Predictions: rows in blocks small enough that activations stay in the first caches, blocks shared out to the team.

#ifndef GLASSNET_PREDICT_H
#define GLASSNET_PREDICT_H

#include <stdlib.h>

#include "train.h"

namespace glassnet {
namespace GN_ISA {

constexpr long kMostTogether = 96;  // rows
constexpr long kNear = 32768;  // bytes of scratch that come from the stack

// Rows taken through all layers together, fewer where layers are wide.
template <class T> static long predicted_block(long widest, long m) {
  long block = 65536 / (widest * long(sizeof(T)));
  block = block < kRows ? kRows : block > kMostTogether ? kMostTogether : block / kRows * kRows;
  return m < block ? m : block;
}

template <class T> static long widest_of(const Session<T>& s) {
  long widest = s.ld_inputs;
  for (int l = 0; l < s.count; l++) widest = s.layers[l].ld_out > widest ? s.layers[l].ld_out : widest;
  return widest;
}

// Scores of `rows` rows of the examples, which end at `end`, left in one of the two buffers, with leading dimension ld.
template <class T>
static const T* scores_of(const Session<T>& s, const T* X, long ldx, const T* end, long rows, T* buffer[2], long& ld) {
  const T* A = X;
  ld = ldx;
  for (int l = 0; l < s.count; l++) {
    const Layer<T>& layer = s.layers[l];
    if (layer.kind == kDropout) continue;
    T* out = buffer[l % 2] == A ? buffer[(l + 1) % 2] : buffer[l % 2];
    if (layer.kind == kDense) {
      dense_forward(s, layer, A, ld, A == X ? end : nullptr, out, out, rows);
    } else {
      for (long r = 0; r < rows; r++) {
        T* normal = out + r * layer.ld_out;
        if (layer.kind == kLayerNorm) layer_norm_row(layer, A + r * ld, normal);
        else for (long j = 0; j < layer.n_out; j++) normal[j] = (A[r * ld + j] - layer.mean[j]) * layer.scale[j];
        shift(s, layer, normal, normal);
      }
      if (layer.g) layer.g->value(out, out, rows * layer.ld_out);
    }
    A = out, ld = layer.ld_out;
  }
  return A;
}

// Scores to predictions by the link, rows in lanes as for the losses.
template <class T> static void linked(const Session<T>& s, const T* scores, long ld, long rows, T* out, T* lanes) {
  typedef Vec<T> V;
  const long k = s.outputs;
  for (long r = 0; r < rows; r += N<T>) {
    const long n = rows - r < N<T> ? rows - r : N<T>;
    if (s.loss->plain) {
      for (long i = 0; i < n; i++) memcpy(out + (r + i) * k, scores + (r + i) * ld, k * sizeof(T));
      continue;
    }
    for (long j = 0; j < k; j++)
      for (long i = 0; i < N<T>; i++) lanes[j * N<T> + i] = scores[(r + (i < n ? i : 0)) * ld + j];
    s.loss->predict(reinterpret_cast<V*>(lanes), k);
    for (long i = 0; i < n; i++)
      for (long j = 0; j < k; j++) out[(r + i) * k + j] = lanes[j * N<T> + i];
  }
}

template <class T> struct Prediction {
  const Session<T>* s;
  const T* X;
  long ld, rows, widest, block;
  T* out;
  int link;
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
    const T* scores = scores_of(s, p.X + r * p.ld, p.ld, p.X + (p.rows - 1) * p.ld + s.inputs, n, buffer, ld);
    T* out = p.out + r * s.outputs;
    if (p.link) {
      linked(s, scores, ld, n, out, lanes);
    } else {
      for (long i = 0; i < n; i++) memcpy(out + i * s.outputs, scores + i * ld, s.outputs * sizeof(T));
    }
  }
}

template <class T> static void predict_job(void* context, int member, int size) {
  Prediction<T>& p = *static_cast<Prediction<T>*>(context);
  const Range mine = part((p.rows + p.block - 1) / p.block, member, size);
  const long to = mine.to * p.block < p.rows ? mine.to * p.block : p.rows;
  const long bytes = (2 * p.block * p.widest + p.s->outputs * N<T>) * long(sizeof(T)) + 64;
  if (bytes <= kNear) {
    char near[kNear];
    return predict_rows(p, mine.from * p.block, to, near);
  }
  char* far = static_cast<char*>(malloc(bytes));
  if (!far) {
    p.failed = 1;
    return;
  }
  predict_rows(p, mine.from * p.block, to, far);
  free(far);
}

template <class T>
static int predict_session(const void* session, const void* X, int64_t ld, int64_t rows, void* out, int link) {
  const Session<T>& s = *static_cast<const Session<T>*>(session);
  const long widest = widest_of(s);
  Prediction<T> p = {&s, static_cast<const T*>(X), ld, rows, widest, predicted_block<T>(widest, rows),
                     static_cast<T*>(out), link, 0, Barrier()};
  if (rows <= 0) return 0;
  // A team is called together where it spares more than the call costs, some 20 microseconds.
  const double work = double(rows) * double(s.weights);
  together(work > 2e6 ? s.threads : 1, predict_job<T>, &p, p.barrier);
  return p.failed;
}

}  // namespace GN_ISA
}  // namespace glassnet

#endif
