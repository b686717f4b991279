// The memory of a session: sizes and places of all arrays, planned at once.
#pragma once
#include "arithmetic/narrow_products.h"
#include "session/check_plan.h"
#include "session/session.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace glassnet::GN_ISA {
typedef unsigned __int128 Size;  // counts without overflow whatever the plan says

// Memory in one piece: a first round only counts, a second hands out.
struct Arena {
  char* memory = nullptr;  // nullptr: it counts
  Size used = 0;
  template <class T> T* take(Size n) {
    char* at = memory ? memory + long(used) : nullptr;
    used += (n * sizeof(T) + 63) / 64 * 64;
#if defined(__SANITIZE_ADDRESS__)  // a guard zone after every array, for the sanitizer to watch
    used += 64;
    if (memory) __asan_poison_memory_region(at + long(n * sizeof(T)), memory + long(used) - at - long(n * sizeof(T)));
#endif
    return reinterpret_cast<T*>(at);
  }
};

constexpr long kSmallNetwork =
    49152;                         // parameters; two threads split the batch of a network up to this (split_batch.h)
constexpr long kUpdateRows = 48;   // rows of weights whose gradient is still in cache when they are updated
constexpr long kWideInputs = 256;  // of a first layer whose columns two threads may split (split_columns.h)

// The columns of a layer's first panel of W: all of them, or half where two threads can split them.
static long first_panel(int64_t l, const gn_layer& layer) {
  const bool two = l == 0 && layer.kind == kDense && layer.inputs >= kWideInputs && layer.outputs >= 4 * kLanes;
  return two ? (layer.outputs / 2 + kLanes - 1) / kLanes * kLanes : layer.outputs;
}

// What a plan adds up to, in padded numbers.
struct Totals {
  Size parameters, running, sums;
  long buffer;  // of the gradients of kUpdateRows rows of weights
};

template <class T> static void add_layer(Totals& totals, int64_t l, const gn_layer& given, const double* settings) {
  const Size ld = padded<T>(given.outputs);
  totals.parameters += vectors_of(given.kind) * ld;
  totals.sums += vectors_of(given.kind) * ld;
  if (given.kind == kPeriodic) {
    const Waves waves = waves_of(given, settings);
    const Size columns = waves.columns, rows = 2 + Size(waves.sums);
    totals.parameters += columns * (rows * padded<T>(waves.features) + padded<T>(waves.sums));
    totals.sums += 4 * columns;
  }
  if (given.kind == kBatchNorm) totals.running += 2 * ld;
  if (given.kind != kDense) return;
  const bool narrow = is_narrow(given.inputs, given.outputs);
  const long half = first_panel(l, given), rest = given.outputs - half;
  const Size rows = narrow ? given.outputs : given.inputs;
  const Size row = narrow ? padded<T>(given.inputs) : padded<T>(half) + (rest ? padded<T>(rest) : 0);
  const Size buffer = row * (rows < kUpdateRows ? rows : kUpdateRows);
  totals.parameters += rows * row;
  totals.sums += 2 * rows + row;
  if (long(buffer) > totals.buffer) totals.buffer = long(buffer);
}

// The arrays of layer l, (m, ld_out) each but for `scale` and `mean`; and what it is.
template <class T> static Layer<T> place_layer(const gn_plan& plan, int64_t l, const double* settings, Arena& arena) {
  const gn_layer& given = plan.layers[l];
  const Size ld = padded<T>(given.outputs), m = plan.rows;
  const bool dense = given.kind == kDense, drops = given.kind == kDropout;
  const ActivationRule<T>* g = ends_in_activation(given.kind) ? activation<T>(given.activation) : nullptr;
  if (g && g->is_identity) g = nullptr;
  Layer<T> layer = {};
  layer.kind = given.kind;
  layer.n_in = given.inputs;
  layer.n_out = given.outputs;
  layer.ld_in = padded<T>(given.inputs);
  layer.ld_out = long(ld);
  layer.g = g;
  layer.W = layer.b = -1;
  layer.narrow = dense && is_narrow(given.inputs, given.outputs);
  layer.A = arena.take<T>(m * ld);
  layer.Z = g && (plan.recording || g->needs_z) ? arena.take<T>(m * ld) : layer.A;
  layer.d = arena.take<T>(m * ld);
  if (g && plan.recording) layer.dA = arena.take<T>(m * ld);
  if (drops) {
    layer.rate = settings[0];
    layer.mask = arena.take<T>(m * ld);
  }
  if (given.kind == kMix) {
    layer.curve = activation<T>(given.activation);
    layer.curved = arena.take<T>(m * ld);
  }
  if (given.kind == kPeriodic) {
    const Waves waves = waves_of(given, settings);
    layer.columns = waves.columns;
    layer.features = waves.features;
    layer.sums = waves.sums;
  }
  if (is_norm(given.kind)) {
    layer.epsilon = T(settings[0]);
    layer.N = arena.take<T>(m * ld);
    layer.scale = arena.take<T>(given.kind == kBatchNorm ? ld : m);
  }
  if (given.kind == kBatchNorm) {
    layer.momentum = T(settings[1]);
    layer.mean = arena.take<T>(ld);
  }
  if (dense && !layer.narrow && (l > 0 || plan.recording)) layer.WT = arena.take<T>(Size(given.outputs) * layer.ld_in);
  return layer;
}

template <class T> static bool splits_batch(const Session<T>& s, const gn_plan& plan) {
  return s.small && plan.threads > 1 && plan.rows <= 2 * kDepth && !plan.recording;
}

template <class T> static void place_layers(Session<T>& s, const gn_plan& plan, Arena& arena) {
  s.layers = arena.take<Layer<T>>(plan.count);
  s.block = arena.take<Block>(4 * plan.count + 1);
  s.chunks = arena.take<Range>(Size(plan.threads) * (4 * plan.count + 1));
  const double* settings = plan.settings;
  for (int64_t l = 0; l < plan.count; l++) {
    const Layer<T> layer = place_layer<T>(plan, l, settings, arena);
    settings += settings_of(Kinds(), layer.kind);
    if (arena.memory) s.layers[l] = layer;
  }
}

// The vectors as long as all parameters.
template <class T> static void place_vectors(Session<T>& s, const gn_plan& plan, const Totals& totals, Arena& arena) {
  const Size learning = plan.rows > 0 ? totals.parameters : 0;
  for (T*& half : s.half) half = arena.take<T>(splits_batch(s, plan) ? totals.parameters : 0);
  s.theta = arena.take<T>(totals.parameters);
  s.gradient = arena.take<T>(learning);
  const OptimizerRule<T>& optimizer = *optimizer_rule<T>(plan.optimizer);
  for (int k = 0; k < optimizer.slots; k++) {
    T* slot = arena.take<T>(learning);
    if (arena.memory) s.slots[k] = slot;
  }
  s.factors = arena.take<T>(learning);
  s.running = arena.take<T>(totals.running);
}

// What a step works with, besides.
template <class T> static void place_step(Session<T>& s, const gn_plan& plan, const Totals& totals, Arena& arena) {
  const Size m = plan.rows, ld = padded<T>(plan.layers[0].inputs), sums = plan.rows > 0 ? totals.sums : 0;
  const Size outputs = whole<T>(plan.layers[plan.count - 1].outputs);
  s.X = arena.take<T>(m * ld * (s.splits_columns ? 2 : 1));  // then two members have all rows each
  s.losses = arena.take<T>(m * 2);                           // alternating from step to step (split_batch.h)
  if (plan.recording) {
    s.dX = arena.take<T>(m * ld);
    s.each_loss = arena.take<T>(m);
    s.share = arena.take<T>(m);
  }
  s.penalty = arena.take<double>(sums);
  s.square = arena.take<double>(sums);
  s.tiny_square = arena.take<double>(sums);
  s.buffer_size = m ? totals.buffer : 0;
  s.buffer = arena.take<T>(Size(plan.threads) * s.buffer_size);
  s.scratch = arena.take<T>(Size(plan.threads) * 2 * outputs * N<T>);
}

// Sizes and places; with an arena that has memory, pointers too.
template <class T> static void lay_out(Session<T>& s, const gn_plan& plan, Arena& arena) {
  Totals totals = {};
  const double* settings = plan.settings;
  for (int64_t l = 0; l < plan.count; l++) {
    add_layer<T>(totals, l, plan.layers[l], settings);
    settings += settings_of(Kinds(), plan.layers[l].kind);
  }
  const bool trains = plan.rows > 0, two_panels = first_panel(0, plan.layers[0]) < plan.layers[0].outputs;
  s.small = trains && totals.running == 0 && totals.parameters <= kSmallNetwork;
  s.splits_columns = trains && plan.threads > 1 && two_panels && !splits_batch(s, plan);
  s.loss_settings = arena.take<T>(settings_of(Losses(), plan.loss));
  s.optimizer_settings = arena.take<double>(settings_of(Optimizers(), plan.optimizer));
  s.slots = arena.take<T*>(optimizer_rule<T>(plan.optimizer)->slots);
  place_layers(s, plan, arena);
  place_vectors(s, plan, totals, arena);
  place_step(s, plan, totals, arena);
}

// Bytes a session takes, or -1 for a plan that is too large to count in 62 bits.
template <class T> static int64_t bytes_of(const gn_plan& plan) {
  Session<T> s = {};
  Arena arena;
  arena.take<Session<T>>(1);
  lay_out(s, plan, arena);
  if (splits_batch(s, plan)) {
    arena.take<Session<T>>(1);
    lay_out(s, plan, arena);
  }
  return arena.used >> 62 ? -1 : int64_t(arena.used);
}
}  // namespace glassnet::GN_ISA
