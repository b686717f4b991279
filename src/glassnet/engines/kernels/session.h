// Parameters between Python's flat vectors and a session's padded ones.

#ifndef GLASSNET_SESSION_H
#define GLASSNET_SESSION_H

#include "layout.h"

namespace glassnet {
namespace GN_ISA {

// Rows of a block, in or out.
template <class T> static void move(const Block& b, Range rows, T* flat, T* here, bool in) {
  for (long r = rows.from; r < rows.to; r++) {
    T* row = here + b.at + r * b.ld;
    T* other = flat + b.flat + (b.turned ? r : r * b.stride);
    if (b.turned)
      for (long j = 0; j < b.columns; j++) (in ? row[j] : other[j * b.rows]) = in ? other[j * b.rows] : row[j];
    else
      memcpy(in ? row : other, in ? other : row, b.columns * sizeof(T));
    if (in) memset(row + b.columns, 0, (b.ld - b.columns) * sizeof(T));
  }
}

// What a step that diverged may have left where no later step writes: behind the ends of rows of gradients.
template <class T> static void clean(const Session<T>& s) {
  for (int l = 0; l < s.count; l++)
    if (l + 1 == s.count || s.layers[l + 1].kind == kLayerNorm)
      memset(s.layers[l].d, 0, s.rows * s.layers[l].ld_out * sizeof(T));
}

template <class T> static void make(Session<T>& s, const gn_plan& plan, Arena& arena) {
  lay_out(s, plan, arena, false);
  fill_in(s, plan);
  s.factored = plan.factors && plan.rows > 0;
  T* factors = static_cast<T*>(const_cast<void*>(plan.factors));
  for (int i = 0; s.factored && i < s.blocks; i++) move(s.block[i], {0, s.block[i].rows}, factors, s.factors, true);
}

template <class T> static void make(Session<T>& s, const gn_plan& plan, char* memory) {
  Arena arena = {memory, 0};
  arena.take<Session<T>>(1);
  make(s, plan, arena);
  if (!halved(s, plan)) return;
  s.twin = arena.take<Session<T>>(1);
  make(*s.twin, plan, arena);
}

// Rows [from, to) of W into columns of its transposed copy, where there is one to keep. Whole squares may read and write the
// padding, which is 0.
template <class T> static void transpose(const Session<T>& s, const Block& W, long from, long to) {
  const Layer<T>& layer = s.layers[W.layer];
  if (!layer.pulls || layer.narrow) return;
  const T* w = s.theta + W.at;
  T* WT = layer.WT + W.column * layer.ld_in;
  for (long j = 0; j < W.columns; j += N<T>) {
    long i = from;
    if (j + N<T> <= W.columns)
      for (; i + N<T> <= to; i += N<T>) transpose_square(w + i * W.ld + j, W.ld, WT + j * layer.ld_in + i, layer.ld_in);
    for (; i < to; i++)
      for (long c = j; c < j + N<T> && c < W.columns; c++) WT[c * layer.ld_in + i] = w[i * W.ld + c];
  }
}

template <class T> static void turn(const Session<T>& s) {
  for (int i = 0; i < s.blocks && s.block[i].at < s.weights; i++) transpose(s, s.block[i], 0, s.block[i].rows);
}

template <class T> static void running_copy(const Session<T>& s, T* flat, bool in) {
  for (int l = 0; l < s.count; l++) {
    const Layer<T>& layer = s.layers[l];
    if (layer.kind != kBatchNorm) continue;
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
    if (layer.kind != kBatchNorm) continue;
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
  T* flat = static_cast<T*>(const_cast<void*>(theta));
  running_copy(s, static_cast<T*>(const_cast<void*>(running)), true);
  predicting_norms(s);
  for (int i = 0; i < s.blocks; i++) {
    const Block& b = s.block[i];
    Layer<T>& layer = s.layers[b.layer];
    const bool weights = b.at < s.weights, readable = s.flat_size - b.flat - b.rows * b.stride >= kLanes;  // behind them
    const bool lent = weights && !b.turned && readable && b.rows * b.columns >= large;
    const int panel = i - layer.W;
    if (!lent) move(b, {0, b.rows}, flat, s.theta, true);
    if (!weights) continue;
    layer.weights[panel] = lent ? flat + b.flat : s.theta + b.at;
    layer.ld_weights[panel] = lent ? b.stride : b.ld;
  }
}

template <class T> static void collect(const Session<T>& s, T* from, void* flat) {
  for (int i = 0; i < s.blocks; i++) move(s.block[i], {0, s.block[i].rows}, static_cast<T*>(flat), from, false);
}

// All parameters, each member of a team some rows of every block.
template <class T> struct Move {
  const Session<T>& s;
  T *theta, *slots;  // flat; slots may be nullptr
  bool in;
  Barrier barrier;
};

template <class T> static void move_job(void* context, int member, int size) {
  const Move<T>& m = *static_cast<Move<T>*>(context);
  const Session<T>& s = m.s;
  for (int i = 0; i < s.blocks; i++) {
    const Block& b = s.block[i];
    const Range rows = {b.rows * member / size, b.rows * (member + 1) / size};
    move(b, rows, m.theta, s.theta, m.in);
    for (int k = 0; m.slots && k < s.optimizer->slots; k++)
      move(b, rows, m.slots + k * s.flat_size, s.slots[k], m.in);
    if (m.in && s.rows && b.at < s.weights) transpose(s, b, rows.from, rows.to);
  }
}

template <class T> static void move(const Session<T>& s, const void* theta, const void* slots, bool in) {
  constexpr long many = 200000;
  T *own = static_cast<T*>(const_cast<void*>(theta)), *own_slots = static_cast<T*>(const_cast<void*>(slots));
  Move<T> task = {s, own, own_slots, in, Barrier()};
  together(s.flat_size > many ? s.threads : 1, move_job<T>, &task, task.barrier);
}

template <class T> static void load_session(void* session, const void* theta, const void* slots, const void* running) {
  Session<T>& s = *static_cast<Session<T>*>(session);
  move(s, theta, slots, true);
  running_copy(s, static_cast<T*>(const_cast<void*>(running)), true);
  for (int i = 0; i < s.blocks && s.block[i].at < s.weights; i++) {
    Layer<T>& layer = s.layers[s.block[i].layer];
    layer.weights[i - layer.W] = s.theta + s.block[i].at, layer.ld_weights[i - layer.W] = s.block[i].ld;
  }
  if (s.rows == 0) return predicting_norms(s);
  clean(s);
  if (s.twin) clean(*s.twin);
}

template <class T> static void save_session(void* session, void* theta, void* slots, void* running) {
  Session<T>& s = *static_cast<Session<T>*>(session);
  move(s, theta, slots, false);
  running_copy(s, static_cast<T*>(running), false);
}

}  // namespace GN_ISA
}  // namespace glassnet

#endif
