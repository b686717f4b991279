// A wide first layer, two threads. Weights that one thread updates and the other reads change hands between two
// processors at every step, and the first layer's are often most of them: here each member has half of its columns to
// itself. It gathers all rows, takes them through its half of the layer, and after a barrier goes on with its rows, as
// usual.
#pragma once
#include "step/task.h"

namespace glassnet::GN_ISA {
// Where gathering all rows twice costs less than sharing the weights.
template <class T> static bool use_split_columns(const Session<T>& s, long m, int size) {
  return s.splits_columns && size == 2 && m <= 2 * s.layers[0].n_out;
}

// A panel each, and a half of everything else.
template <class T> static void assign_split_columns(const Session<T>& s, int member) {
  assign_chunks(s, member, 2);
  const long rest = s.block[1].at + s.block[1].rows * s.block[1].ld;  // the panels are the first two blocks
  Range* mine = s.chunks + member * s.blocks;
  for (int i = 0; i < s.blocks && is_weights(s, s.block[i]); i++) {
    const Block& b = s.block[i];
    if (i < 2) mine[i] = {0, i == member ? b.rows : 0};
    else mine[i] = chunk_of(double(b.at - rest), double(b.ld), b.rows, double(s.weights - rest), member, 2);
  }
}

// This member's columns of Z and A (m, ld_out) of the first layer.
template <class T>
static void split_first_layer(const Session<T>& s, const Batch<T>& batch, Barrier& barrier, int member) {
  const Layer<T>& layer = s.layers[0];
  const Block& W = s.block[layer.W + member];
  const long ld = layer.ld_out, columns = member ? ld - W.column : W.columns;
  const auto forward = [&](long from, long to) {
    gather(s, batch, from, to);
    panel_forward(s, layer, member, batch.X + from * s.ld_inputs, s.ld_inputs, layer.Z + from * ld, to - from);
    if (!layer.g) return;
    for (long r = from; r < to; r++) layer.g->value(layer.Z + r * ld + W.column, layer.A + r * ld + W.column, columns);
  };
  by_blocks({0, batch.m}, forward, kFewRows);  // while the next ones are fetched
  wait(barrier);
}
}  // namespace glassnet::GN_ISA
