// Parameters between Python's flat vectors and a session's padded ones.
#pragma once
#include "session/session.h"

namespace glassnet::GN_ISA {
constexpr long kTeamCopy = 200000;   // parameters from which copying them takes longer than waking the team
constexpr long kLentWeights = 4096;  // weights from which a few predictions are faster without a copy of them

// Rows of a block, in or out.
template <class T> static void copy_rows(const Block& b, Range rows, T* flat, T* here, bool in) {
  for (long r = rows.from; r < rows.to; r++) {
    T* row = here + b.at + r * b.ld;
    T* other = flat + b.flat + (b.transposed ? r : r * b.stride);
    if (b.transposed) {
      for (long j = 0; j < b.columns; j++) (in ? row[j] : other[j * b.rows]) = in ? other[j * b.rows] : row[j];
    } else {
      memcpy(in ? row : other, in ? other : row, b.columns * sizeof(T));
    }
    if (in) memset(row + b.columns, 0, (b.ld - b.columns) * sizeof(T));
  }
}

// What a step that diverged may have left where no later step writes: behind the ends of rows of gradients.
template <class T> static void clear_gradients(const Session<T>& s) {
  for (int l = 0; l < s.count; l++)
    if (l + 1 == s.count || s.layers[l + 1].kind == kLayerNorm || s.layers[l + 1].kind == kPeriodic)
      memset(s.layers[l].d, 0, s.rows * s.layers[l].ld_out * sizeof(T));
}

// Rows [from, to) of W into columns of its transposed copy, WT (n_out, ld_in), where there is one. Whole squares may
// read and write the padding, which is 0.
template <class T> static void transpose(const Session<T>& s, const Block& W, long from, long to) {
  const Layer<T>& layer = layer_of(s, W);
  if (!layer.passes_down || layer.narrow) return;
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

template <class T> static void transpose_all(const Session<T>& s) {
  for (int i = 0; i < s.blocks && is_weights(s, s.block[i]); i++) transpose(s, s.block[i], 0, s.block[i].rows);
}

template <class T> static void copy_running(const Session<T>& s, T* flat, bool in) {
  for (int l = 0; l < s.count; l++) {
    const Layer<T>& layer = s.layers[l];
    if (layer.kind != kBatchNorm) continue;
    for (int half = 0; half < 2; half++, flat += layer.n_out) {
      T* here = s.running + layer.running + half * layer.ld_out;
      memcpy(in ? here : flat, in ? flat : here, layer.n_out * sizeof(T));
    }
  }
}

// For prediction, batch normalization goes by what it has learned.
template <class T> static void use_running(const Session<T>& s) {
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

// A panel of weights is read from `at` on, in rows of `ld`.
template <class T> static void read_weights_at(const Session<T>& s, int i, const T* at, long ld) {
  Layer<T>& layer = layer_of(s, s.block[i]);
  layer.weights[i - layer.W] = at;
  layer.ld_weights[i - layer.W] = ld;
}

template <class T> static bool fit(const gn_vectors& given, const Session<T>& s) {
  return given.theta_size == s.flat_size && given.running_size == s.flat_running &&
         (!given.slots || given.slots_size == s.optimizer->slots * s.flat_size);
}

// Parameters for the next predictions, of a few rows: large weights are read where they are, each number once.
template <class T> static int borrow_session(void* session, const gn_vectors* from) {
  Session<T>& s = *static_cast<Session<T>*>(session);
  if (!fit(*from, s)) return gn_bad_size;
  T* flat = static_cast<T*>(from->theta);
  copy_running(s, static_cast<T*>(from->running), true);
  use_running(s);
  for (int i = 0; i < s.blocks; i++) {
    const Block& b = s.block[i];
    const bool readable = s.flat_size - b.flat - b.rows * b.stride >= kLanes;  // behind them
    const bool lent = is_weights(s, b) && !b.transposed && readable && b.rows * b.columns >= kLentWeights;
    if (!lent) copy_rows(b, {0, b.rows}, flat, s.theta, true);
    if (!is_weights(s, b)) continue;
    if (lent) read_weights_at(s, i, flat + b.flat, b.stride);
    else read_weights_at(s, i, s.theta + b.at, b.ld);
  }
  return gn_done;
}

// All parameters out of a padded vector.
template <class T> static void copy_out(const Session<T>& s, T* padded, void* flat) {
  for (int i = 0; i < s.blocks; i++) copy_rows(s.block[i], {0, s.block[i].rows}, static_cast<T*>(flat), padded, false);
}

// All parameters, each member of a team some rows of every block.
template <class T> struct CopyTask {
  const Session<T>& s;
  T *theta, *slots;  // flat; slots may be nullptr
  bool in;
  Barrier barrier;
};

template <class T> static void copy_job(void* context, int member, int size) {
  const CopyTask<T>& task = *static_cast<CopyTask<T>*>(context);
  const Session<T>& s = task.s;
  for (int i = 0; i < s.blocks; i++) {
    const Block& b = s.block[i];
    const Range rows = {b.rows * member / size, b.rows * (member + 1) / size};
    copy_rows(b, rows, task.theta, s.theta, task.in);
    for (int k = 0; task.slots && k < s.optimizer->slots; k++)
      copy_rows(b, rows, task.slots + k * s.flat_size, s.slots[k], task.in);
    if (task.in && s.rows && is_weights(s, b)) transpose(s, b, rows.from, rows.to);
  }
}

template <class T> static int copy_all(const Session<T>& s, const gn_vectors& other, bool in) {
  if (!fit(other, s)) return gn_bad_size;
  CopyTask<T> task = {s, static_cast<T*>(other.theta), static_cast<T*>(other.slots), in, Barrier()};
  run_team(s.flat_size > kTeamCopy ? s.threads : 1, copy_job<T>, &task, task.barrier);
  copy_running(s, static_cast<T*>(other.running), in);
  return gn_done;
}

template <class T> static int load_session(void* session, const gn_vectors* from) {
  Session<T>& s = *static_cast<Session<T>*>(session);
  const int status = copy_all(s, *from, true);
  for (int i = 0; i < s.blocks && is_weights(s, s.block[i]); i++)
    read_weights_at(s, i, s.theta + s.block[i].at, s.block[i].ld);
  if (s.rows == 0) use_running(s);
  else clear_gradients(s);
  if (s.twin) clear_gradients(*s.twin);
  return status;
}

template <class T> static int save_session(void* session, const gn_vectors* to) {
  return copy_all(*static_cast<Session<T>*>(session), *to, false);
}
}  // namespace glassnet::GN_ISA
