// A session from a plan: its memory laid out, its blocks of parameters listed, its settings copied.
#pragma once
#include "session/copy_parameters.h"
#include "session/layout.h"

namespace glassnet::GN_ISA {
// Shared out by `units`, or groups of 16 numbers.
template <class T> static void add_block(Session<T>& s, int layer, long rows, long columns, long units = 0) {
  Block& b = s.block[s.blocks++];
  b = {rows, columns, padded<T>(columns), s.size, s.flat_size, columns, 0, s.sums, layer, false, false, units, 0, 1, 0};
  if (!units) b.units = rows * b.ld / kLanes;
  b.unit = rows * b.ld / b.units;
  s.size += rows * b.ld;
  s.flat_size += rows * columns;
  s.sums += b.units;
}

// W (n_in, n_out), of one panel or two; of a narrow layer (n_out, n_in).
template <class T> static void add_weights(Session<T>& s, int l, const gn_layer& given) {
  Layer<T>& layer = s.layers[l];
  const long begin = s.flat_size, half = first_panel(l, given);
  layer.W = s.blocks;
  layer.panels = layer.n_out > half ? 2 : 1;
  if (layer.narrow) add_block(s, l, layer.n_out, layer.n_in, layer.n_out);
  else add_block(s, l, layer.n_in, half, layer.n_in);
  if (layer.panels > 1) add_block(s, l, layer.n_in, layer.n_out - half, layer.n_in);
  for (int p = 0; p < layer.panels; p++) {
    Block& b = s.block[layer.W + p];
    b.transposed = layer.narrow;
    b.stride = layer.n_out;
    b.column = p * half;
    b.flat = begin + b.column;
    layer.weights[p] = s.theta + b.at;
    layer.ld_weights[p] = b.ld;
  }
  if (layer.narrow) layer.WT = s.theta + s.block[layer.W].at;
}

// Frequency and phase (columns, features), weight (columns x sums, features), bias (columns, sums).
template <class T> static void add_waves(Session<T>& s, int l) {
  const Layer<T>& layer = s.layers[l];
  const long columns = layer.columns, rows[] = {columns, columns, columns * layer.sums, columns};
  for (int i = 0; i < 4; i++) {
    add_block(s, l, rows[i], i < 3 ? layer.features : layer.sums, columns);
    s.block[s.blocks - 1].joined = i > 0;
  }
}

// Weights of all layers first, as in Python's flat vector; then vectors, such as b.
template <class T> static void add_blocks(Session<T>& s, const gn_plan& plan) {
  bool learned = s.plan.recording;
  for (int l = 0; l < s.count; l++) {
    Layer<T>& layer = s.layers[l];
    layer.passes_down = learned;
    learned = learned || layer.kind != kDropout;
    if (layer.kind == kDense) add_weights(s, l, plan.layers[l]);
    if (layer.kind == kBatchNorm) {
      layer.running = s.running_size;
      s.running_size += 2 * layer.ld_out;
      s.flat_running += 2 * layer.n_out;
    }
  }
  s.weights = s.size;
  for (int l = 0; l < s.count; l++) {
    Layer<T>& layer = s.layers[l];
    if (layer.kind != kDense) layer.W = s.blocks;
    for (int64_t i = 0; i < vectors_of(layer.kind); i++) add_block(s, l, 1, layer.n_out);
    if (layer.kind == kPeriodic) add_waves(s, l);
    layer.b = s.blocks - 1;
  }
}

// Each block's factors are those of the group that it begins in.
template <class T> static void copy_groups(Session<T>& s, const gn_plan& plan) {
  for (int i = 0; i < s.blocks; i++) {
    Block& b = s.block[i];
    const gn_group* group = plan.groups;
    while (b.flat >= group->stop) group++;
    b.rate = group->rate;
    b.decay = b.flat < group->decayed ? group->decay : 0;
  }
}

template <class T> static void copy_settings(Session<T>& s, const gn_plan& plan) {
  s.count = int(plan.count);
  s.threads = int(plan.threads);
  s.rows = plan.rows;
  s.inputs = plan.layers[0].inputs;
  s.outputs = plan.layers[plan.count - 1].outputs;
  s.ld_inputs = padded<T>(s.inputs);
  s.loss = loss_rule<Vec<T>>(plan.loss);
  s.optimizer = optimizer_rule<T>(plan.optimizer);
  const double* setting = plan.settings + plan.settings_count - s.loss->settings - s.optimizer->settings;
  for (int i = 0; i < s.loss->settings; i++) s.loss_settings[i] = T(*setting++);
  for (int i = 0; i < s.optimizer->settings; i++) s.optimizer_settings[i] = *setting++;
  s.plan = plan;
  s.penalized = plan.l1 > 0 || plan.l2 > 0;
  // The clipped gradient stays in memory only where the update waits for its norm: no norm exceeds this one.
  if (s.plan.recording && s.plan.clip_value > 0 && s.plan.clip_norm == 0) s.plan.clip_norm = __builtin_inf();
}

template <class T> static void make(Session<T>& s, const gn_plan& plan, Arena& arena) {
  lay_out(s, plan, arena);
  copy_settings(s, plan);
  add_blocks(s, plan);
  copy_groups(s, plan);
  s.weighs_penalties = plan.factors && plan.rows > 0;
  T* factors = static_cast<T*>(const_cast<void*>(plan.factors));
  if (!s.weighs_penalties) return;
  for (int i = 0; i < s.blocks; i++) copy_rows(s.block[i], {0, s.block[i].rows}, factors, s.factors, true);
}

// In zeroed memory of bytes_of(plan).
template <class T> static void make(Session<T>& s, const gn_plan& plan, char* memory) {
  Arena arena = {memory, 0};
  arena.take<Session<T>>(1);
  make(s, plan, arena);
  if (!splits_batch(s, plan)) return;
  s.twin = arena.take<Session<T>>(1);
  make(*s.twin, plan, arena);
}
}  // namespace glassnet::GN_ISA
