// Parameters between Python's flat vectors and a session's padded ones.

#ifndef GLASSNET_SESSION_H
#define GLASSNET_SESSION_H

#include "layout.h"

namespace glassnet {
namespace GN_ISA {

template <class T> static void spread(const Block& b, const T* flat, T* to) {
  for (long r = 0; r < b.rows; r++) {
    T* row = to + b.at + r * b.ld;
    if (b.turned)
      for (long j = 0; j < b.columns; j++) row[j] = flat[b.flat + j * b.rows + r];
    else
      memcpy(row, flat + b.flat + r * b.columns, b.columns * sizeof(T));
    memset(row + b.columns, 0, (b.ld - b.columns) * sizeof(T));
  }
}

template <class T> static void spread(const Session<T>& s, const T* flat, T* to) {
  for (int i = 0; i < s.blocks; i++) spread(s.block[i], flat, to);
}

// What a step that diverged may have left where no later step writes: behind the ends of rows of gradients.
template <class T> static void clean(const Session<T>& s) {
  for (int l = 0; l < s.count; l++)
    if (l + 1 == s.count || s.layers[l + 1].kind == gn_layer_norm)
      memset(s.layers[l].d, 0, s.rows * s.layers[l].ld_out * sizeof(T));
}

template <class T> static void make(Session<T>& s, const gn_plan& plan, Arena& arena) {
  lay_out(s, plan, arena, false);
  fill_in(s, plan);
  s.factored = plan.factors && plan.rows > 0;
  if (s.factored) spread(s, static_cast<const T*>(plan.factors), s.factors);
}

template <class T> static void make(Session<T>& s, const gn_plan& plan, char* memory) {
  Arena arena = {memory, 0};
  arena.take<Session<T>>(1);
  make(s, plan, arena);
  if (!halved(s, plan)) return;
  s.twin = arena.take<Session<T>>(1);
  make(*s.twin, plan, arena);
}

template <class T> static void collect(const Session<T>& s, const T* from, T* flat) {
  for (int i = 0; i < s.blocks; i++) {
    const Block& b = s.block[i];
    for (long r = 0; r < b.rows; r++) {
      const T* row = from + b.at + r * b.ld;
      if (b.turned)
        for (long j = 0; j < b.columns; j++) flat[b.flat + j * b.rows + r] = row[j];
      else
        memcpy(flat + b.flat + r * b.columns, row, b.columns * sizeof(T));
    }
  }
}

// Rows [from, to) of W into columns of its transposed copy, where there is one to keep. Whole squares may read and write the
// padding, which is 0.
template <class T> static void transpose(const Session<T>& s, const Layer<T>& layer, long from, long to) {
  if (!layer.pulls || layer.narrow) return;
  const Block& W = s.block[layer.W];
  const T* w = s.theta + W.at;
  for (long j = 0; j < layer.n_out; j += N<T>) {
    long i = from;
    if (j + N<T> <= layer.n_out)
      for (; i + N<T> <= to; i += N<T>)
        transpose_square(w + i * W.ld + j, W.ld, layer.WT + j * layer.ld_in + i, layer.ld_in);
    for (; i < to; i++)
      for (long c = j; c < j + N<T> && c < layer.n_out; c++) layer.WT[c * layer.ld_in + i] = w[i * W.ld + c];
  }
}

template <class T> static void turn(const Session<T>& s) {
  for (int l = 0; l < s.count; l++)
    if (s.layers[l].kind == gn_dense) transpose(s, s.layers[l], 0, s.layers[l].n_in);
}

template <class T> static void running_copy(const Session<T>& s, T* flat, bool in) {
  for (int l = 0; l < s.count; l++) {
    const Layer<T>& layer = s.layers[l];
    if (layer.kind != gn_batch_norm) continue;
    for (int half = 0; half < 2; half++, flat += layer.n_out) {
      T* here = s.running + layer.running + half * layer.ld_out;
      memcpy(in ? here : flat, in ? flat : here, layer.n_out * sizeof(T));
    }
  }
}

// For prediction, batch normalisation goes by what it has learned.
template <class T> static void predicting_norms(const Session<T>& s) {
  for (int l = 0; l < s.count; l++) {
    const Layer<T>& layer = s.layers[l];
    if (layer.kind != gn_batch_norm) continue;
    const T *mean = s.running + layer.running, *variance = mean + layer.ld_out;
    for (long j = 0; j < layer.ld_out; j += N<T>) {
      store<T>(layer.mean + j, load<T>(mean + j));
      store<T>(layer.scale + j, all<Vec<T>>(1) / root(load<T>(variance + j) + all<Vec<T>>(layer.epsilon)));
    }
  }
}

// Parameters for the next predictions, of a few rows: large weights are read where they are, each number once.
template <class T> static void borrow_session(void* session, const void* theta, const void* running) {
  constexpr long large = 4096;
  Session<T>& s = *static_cast<Session<T>*>(session);
  const T* flat = static_cast<const T*>(theta);
  running_copy(s, static_cast<T*>(const_cast<void*>(running)), true);
  predicting_norms(s);
  for (int i = 0; i < s.blocks; i++) {
    const Block& b = s.block[i];
    Layer<T>& layer = s.layers[b.layer];
    const bool weights = b.at < s.weights, readable = s.flat_size - b.flat - b.rows * b.columns >= kLanes;  // behind them
    const bool lent = weights && !b.turned && readable && b.rows * b.columns >= large;
    if (!lent) spread(b, flat, s.theta);
    if (weights) layer.weights = lent ? flat + b.flat : s.theta + b.at, layer.ld_weights = lent ? b.columns : b.ld;
  }
}

template <class T> static void load_session(void* session, const void* theta, const void* slots, const void* running) {
  Session<T>& s = *static_cast<Session<T>*>(session);
  spread(s, static_cast<const T*>(theta), s.theta);
  running_copy(s, static_cast<T*>(const_cast<void*>(running)), true);
  for (int i = 0; i < s.blocks && s.block[i].at < s.weights; i++) {
    Layer<T>& layer = s.layers[s.block[i].layer];
    layer.weights = s.theta + s.block[i].at, layer.ld_weights = s.block[i].ld;
  }
  if (s.rows == 0) return predicting_norms(s);
  clean(s);
  if (s.twin) clean(*s.twin);
  for (int i = 0; slots && i < optimizer_rule<T>(s.optimizer).slots; i++)
    spread(s, static_cast<const T*>(slots) + i * s.flat_size, s.slot[i]);
  turn(s);
}

template <class T> static void save_session(void* session, void* theta, void* slots, void* running) {
  Session<T>& s = *static_cast<Session<T>*>(session);
  collect(s, s.theta, static_cast<T*>(theta));
  running_copy(s, static_cast<T*>(running), false);
  for (int i = 0; i < optimizer_rule<T>(s.optimizer).slots; i++)
    collect(s, s.slot[i], static_cast<T*>(slots) + i * s.flat_size);
}

}  // namespace GN_ISA
}  // namespace glassnet

#endif
