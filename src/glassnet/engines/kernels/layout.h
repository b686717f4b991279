// A session: a plan made ready to run. All memory it will ever need is planned and taken at once.
//
// Parameters lie here as in Python's flat vector, weights first, but every row begins at a multiple of 16 numbers, and
// the rest is 0 and stays 0: vectors never have to look where a row ends. session.h goes between the two.

#ifndef GLASSNET_LAYOUT_H
#define GLASSNET_LAYOUT_H

#include "activations.h"
#include "interface.h"
#include "kinds.h"
#include "losses.h"
#include "narrow.h"
#include "optimizers.h"
#include "products.h"
#include "table.h"
#include "team.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace glassnet {
namespace GN_ISA {

// Room for n numbers in a row: whole groups of lanes, and not a power of two that maps all rows to the same cache lines.
template <class T> static long padded(long n) {
  const long ld = (n + kLanes - 1) / kLanes * kLanes;
  return ld * long(sizeof(T)) % 1024 ? ld : ld + kLanes;
}
template <class T> GN_INLINE long whole(long n) { return (n + N<T> - 1) / N<T> * N<T>; }  // whole vectors

constexpr long kSmall = 49152;  // parameters of a network whose batch is halved (halves.h)
constexpr long kStretch = 48;  // rows of weights whose gradient is still in cache when they are updated

struct Range { long from, to; };

// One parameter, or a panel of it: rows x columns, at `at` in the padded vector; in Python's it begins at `flat`, in rows of
// `stride` (`turned`: it is columns x rows there). `column`: the first of the panel's; `sums`: where its rows' sums begin.
struct Block {
  long rows, columns, ld, at, flat, stride, column, sums;
  int layer;
  bool turned;
};

template <class T> struct Layer {
  int64_t kind;
  long n_in, n_out, ld_in, ld_out;
  const ActivationRule<T>* g;  // nullptr: identity
  double rate;  // dropout's threshold needs all its digits
  T epsilon, momentum;
  int W, b;      // blocks: W and b, or gamma and beta; -1 where there are none
  long running;  // of batch normalisation: where its mean begins in the padded vector; its variance follows
  bool pulls;    // below it somebody learns or looks, so it hands its gradient down
  bool narrow;   // its W lies turned (narrow.h)
  T *Z, *A, *d;  // (m, ld_out): pre-activation, activation, gradient by either
  T* dA;         // the gradient by the activation alone, where somebody looks and it is another; else nullptr
  T *N, *scale, *mean;  // norms: normalised rows; 1 / standard deviation of each row or column; a column's mean
  T* kept;       // dropout's mask
  int panels;    // of W: blocks that lie side by side, the first being W
  const T* weights[2];  // each as it is read going forward, in rows of ld_weights; predictions may borrow it (session.h)
  long ld_weights[2];
  T* WT;         // (n_out, ld_in): the weights transposed; of a narrow layer, the weights themselves
};

// Memory in one piece: a first round only counts, a second hands out.
struct Arena {
  char* memory = nullptr;
  unsigned __int128 used = 0;  // counts without overflow whatever the plan says
  template <class T> T* take(unsigned __int128 n) {
    char* at = memory ? memory + long(used) : nullptr;
    used += (n * sizeof(T) + 63) / 64 * 64;
#if defined(__SANITIZE_ADDRESS__)  // a fence after every array, for the sanitizer to guard
    used += 64;
    if (memory) __asan_poison_memory_region(at + long(n * sizeof(T)), memory + long(used) - at - long(n * sizeof(T)));
#endif
    return reinterpret_cast<T*>(at);
  }
};

template <class T> struct Session : Base {
  int count, blocks, threads;
  long rows;  // of the largest batch
  long inputs, outputs, ld_inputs;
  const LossRule<Vec<T>>* loss;
  const OptimizerRule<T>* optimizer;
  T* loss_settings;
  double* optimizer_settings;
  int64_t per_example;
  double l1, l2, clip_norm, clip_value;

  Layer<T>* layers;
  Block* block;
  Range* shares;  // of each member in each block: rows of weights, groups of 16 numbers of vectors (weights.h)
  long weights, size, flat_size, running_size, sums;  // padded numbers: of weights, of all; flat; running; rows to sum
  T *theta, *gradient, *running, *factors;
  T** slots;
  T *X, *losses;
  double *penalty, *square, *small_square;  // sums by row of the parameters
  T* scratch;                               // of each member: scores and targets of a group of rows
  T* stretch;                               // of each member: the gradient of some rows of weights
  long stretch_size;
  bool penalised, factored;

  bool by_columns;   // two threads may share out the first layer by columns
  bool small;        // the gradient is a sum of two halves of the batch
  Session<T>* twin;  // for the second thread of a small network; nullptr: none
  T* half[2];        // the gradient of a member's half, by turns

  // How many rows of m the gradient is summed over in one go.
  long depth(long m) const { return small && m <= 2 * kDepth ? (m + 1) / 2 : kDepth; }

  bool seen;  // somebody looks, at these as well: the gradient by X; each example's loss and share; else nullptr
  T *dX, *each_loss, *share;

  T* scratch_of(int member) const { return scratch + member * 2 * whole<T>(outputs) * N<T>; }
};

template <class L> static int64_t settings_of(L list, int64_t i) { return words(described(list, i)->settings); }

// The shape of things is checked before anything is multiplied: sizes come from files, too.
static bool sound(const gn_plan& plan) {
  const int64_t most = int64_t(1) << 31;
  if ((plan.bytes != 4 && plan.bytes != 8) || plan.count < 1 || plan.count > 100000 || plan.rows < 0 || plan.rows > most * 64)
    return false;
  if (plan.seen < 0 || plan.seen > 1) return false;
  if (plan.threads < 1 || plan.threads > most) return false;
  if (!described(Losses(), plan.loss) || !described(Optimizers(), plan.optimizer)) return false;
  int64_t settings = settings_of(Losses(), plan.loss) + settings_of(Optimizers(), plan.optimizer);
  for (int64_t l = 0; l < plan.count; l++) {
    const gn_layer& layer = plan.layers[l];
    if (!described(Kinds(), layer.kind)) return false;
    if (layer.inputs < 1 || layer.outputs < 1 || layer.inputs > most || layer.outputs > most) return false;
    if (l > 0 && layer.inputs != plan.layers[l - 1].outputs) return false;
    if (layer.kind != kDense && layer.inputs != layer.outputs) return false;
    if (layer.kind != kDropout && !activation<float>(layer.activation)) return false;
    settings += settings_of(Kinds(), layer.kind);
  }
  if (plan.settings_count != settings) return false;
  const double* at = plan.settings;
  for (int64_t l = 0; l < plan.count; at += settings_of(Kinds(), plan.layers[l++].kind))
    if (plan.layers[l].kind == kDropout && !(at[0] >= 0 && at[0] < 1)) return false;
  return true;
}

// A first layer as wide as this has two panels, so that two threads can have a half each (columns.h).
static long first_panel(int64_t l, const gn_layer& layer) {
  const bool two = l == 0 && layer.kind == kDense && layer.inputs >= 256 && layer.outputs >= 4 * kLanes;
  return two ? (layer.outputs / 2 + kLanes - 1) / kLanes * kLanes : layer.outputs;
}

template <class T> static void add_block(Session<T>& s, int layer, long rows, long columns) {
  Block& b = s.block[s.blocks++];
  b = {rows, columns, padded<T>(columns), s.size, s.flat_size, columns, 0, s.sums, layer, false};
  s.size += rows * b.ld;
  s.flat_size += rows * columns;
  s.sums += rows > 1 ? rows : b.ld / kLanes;
}

template <class T> static void add_weights(Session<T>& s, int l, const gn_layer& given) {
  Layer<T>& layer = s.layers[l];
  const long begin = s.flat_size, half = first_panel(l, given);
  layer.W = s.blocks;
  layer.panels = layer.n_out > half ? 2 : 1;
  layer.narrow ? add_block(s, l, layer.n_out, layer.n_in) : add_block(s, l, layer.n_in, half);
  if (layer.panels > 1) add_block(s, l, layer.n_in, layer.n_out - half);
  for (int p = 0; p < layer.panels; p++) {
    Block& b = s.block[layer.W + p];
    b.turned = layer.narrow, b.stride = layer.n_out, b.column = p * half, b.flat = begin + b.column;
    layer.weights[p] = s.theta + b.at, layer.ld_weights[p] = b.ld;
  }
  if (layer.narrow) layer.WT = s.theta + s.block[layer.W].at;
}

template <class T> static bool halved(const Session<T>& s, const gn_plan& plan) {
  return s.small && plan.threads > 1 && plan.rows <= 2 * kDepth && !plan.seen;
}

// Sizes and places; with an arena that has memory, pointers too.
template <class T> static void lay_out(Session<T>& s, const gn_plan& plan, Arena& arena, bool counting) {
  s.layers = arena.take<Layer<T>>(plan.count);
  s.block = arena.take<Block>(3 * plan.count + 1);
  s.shares = arena.take<Range>((unsigned __int128)plan.threads * (3 * plan.count + 1));
  unsigned __int128 parameters = 0, running = 0, sums = 0;
  long longest = 0;  // of the stretches of weights
  const double* setting = plan.settings;
  for (int64_t l = 0; l < plan.count; l++) {
    const gn_layer& given = plan.layers[l];
    const unsigned __int128 ld = padded<T>(given.outputs), m = plan.rows;
    const bool dense = given.kind == kDense, norm = given.kind >= kBatchNorm;
    const bool narrow = dense && is_narrow(given.inputs, given.outputs);
    const long half = first_panel(l, given), rest = given.outputs - half;
    const unsigned __int128 rows = narrow ? given.outputs : given.inputs;
    const unsigned __int128 row = narrow ? padded<T>(given.inputs) : padded<T>(half) + (rest ? padded<T>(rest) : 0);
    const unsigned __int128 stretch = row * (rows < kStretch ? rows : kStretch);
    parameters += dense ? rows * row + ld : norm ? 2 * ld : 0;
    longest = dense && long(stretch) > longest ? long(stretch) : longest;
    sums += dense ? 2 * rows + row + ld : norm ? 2 * ld : 0;
    running += given.kind == kBatchNorm ? 2 * ld : 0;
    Layer<T> layer = {};
    const bool bent = given.kind != kDropout && !activation<T>(given.activation)->is_identity;
    layer.A = arena.take<T>(m * ld);
    layer.Z = bent && (plan.seen || activation<T>(given.activation)->needs_z) ? arena.take<T>(m * ld) : layer.A;
    layer.d = arena.take<T>(m * ld);
    if (bent && plan.seen) layer.dA = arena.take<T>(m * ld);
    if (norm) layer.N = arena.take<T>(m * ld);
    if (norm) layer.scale = arena.take<T>(given.kind == kBatchNorm ? ld : m);
    if (given.kind == kBatchNorm) layer.mean = arena.take<T>(ld);
    if (given.kind == kDropout) layer.kept = arena.take<T>(m * ld);
    if (dense && !narrow && (l > 0 || plan.seen))
      layer.WT = arena.take<T>((unsigned __int128)given.outputs * padded<T>(given.inputs));
    const double* own = setting;
    setting += settings_of(Kinds(), given.kind);
    if (counting) continue;
    layer.kind = given.kind, layer.narrow = narrow;
    layer.n_in = given.inputs, layer.n_out = given.outputs;
    layer.ld_in = padded<T>(given.inputs), layer.ld_out = padded<T>(given.outputs);
    layer.g = bent ? activation<T>(given.activation) : nullptr;
    if (given.kind == kDropout) layer.rate = own[0];
    if (norm) layer.epsilon = T(own[0]);
    if (given.kind == kBatchNorm) layer.momentum = T(own[1]);
    layer.W = layer.b = -1;
    s.layers[l] = layer;
  }
  const bool trains = plan.rows > 0;
  s.small = trains && running == 0 && parameters <= kSmall;
  for (T*& half : s.half) half = arena.take<T>(halved(s, plan) ? parameters : 0);
  const unsigned __int128 learning = trains ? parameters : 0;
  s.theta = arena.take<T>(parameters);
  s.gradient = arena.take<T>(learning);
  const int slots = optimizer_rule<T>(plan.optimizer)->slots;
  s.slots = arena.take<T*>(slots);
  for (int k = 0; k < slots; k++) {
    T* slot = arena.take<T>(learning);
    if (!counting) s.slots[k] = slot;
  }
  s.loss_settings = arena.take<T>(loss_rule<Vec<T>>(plan.loss)->settings);
  s.optimizer_settings = arena.take<double>(optimizer_rule<T>(plan.optimizer)->settings);
  s.factors = arena.take<T>(learning);
  s.running = arena.take<T>(running);
  // By columns, two members have all rows each.
  s.by_columns = trains && plan.threads > 1 && first_panel(0, plan.layers[0]) < plan.layers[0].outputs && !halved(s, plan);
  s.X = arena.take<T>((unsigned __int128)plan.rows * padded<T>(plan.layers[0].inputs) * (s.by_columns ? 2 : 1));
  s.losses = arena.take<T>((unsigned __int128)plan.rows * 2);  // by turns, too
  if (plan.seen) {
    s.dX = arena.take<T>((unsigned __int128)plan.rows * padded<T>(plan.layers[0].inputs));
    s.each_loss = arena.take<T>(plan.rows);
    s.share = arena.take<T>(plan.rows);
  }
  s.penalty = arena.take<double>(trains ? sums : 0);
  s.square = arena.take<double>(trains ? sums : 0);
  s.small_square = arena.take<double>(trains ? sums : 0);
  s.stretch_size = trains ? longest : 0;
  s.stretch = arena.take<T>((unsigned __int128)plan.threads * s.stretch_size);
  s.scratch = arena.take<T>((unsigned __int128)plan.threads * 2 * whole<T>(plan.layers[plan.count - 1].outputs) * N<T>);
}

template <class T> static void fill_in(Session<T>& s, const gn_plan& plan) {
  s.count = int(plan.count), s.threads = int(plan.threads), s.rows = plan.rows;
  s.inputs = plan.layers[0].inputs, s.outputs = plan.layers[plan.count - 1].outputs;
  s.ld_inputs = padded<T>(s.inputs);
  s.loss = loss_rule<Vec<T>>(plan.loss), s.optimizer = optimizer_rule<T>(plan.optimizer);
  const double* setting = plan.settings + plan.settings_count - s.loss->settings - s.optimizer->settings;
  for (int i = 0; i < s.loss->settings; i++) s.loss_settings[i] = T(setting[i]);
  for (int i = 0; i < s.optimizer->settings; i++) s.optimizer_settings[i] = setting[s.loss->settings + i];
  s.per_example = plan.per_example;
  s.l1 = plan.l1, s.l2 = plan.l2, s.clip_norm = plan.clip_norm, s.clip_value = plan.clip_value;
  s.penalised = plan.l1 > 0 || plan.l2 > 0;
  s.seen = plan.seen;
  // A clipped gradient stays whole in memory only where the update waits for its length: this one is never too long.
  if (s.seen && s.clip_value > 0 && s.clip_norm == 0) s.clip_norm = __builtin_inf();
  bool learned = s.seen;
  for (int l = 0; l < s.count; l++) {
    Layer<T>& layer = s.layers[l];
    layer.pulls = learned;
    learned = learned || layer.kind != kDropout;
    if (layer.kind == kDense) add_weights(s, l, plan.layers[l]);
    if (layer.kind == kBatchNorm) {
      layer.running = s.running_size;
      s.running_size += 2 * layer.ld_out;
    }
  }
  s.weights = s.size;
  for (int l = 0; l < s.count; l++) {
    Layer<T>& layer = s.layers[l];
    if (layer.kind == kDropout) continue;
    if (layer.kind != kDense) {
      layer.W = s.blocks;
      add_block(s, l, 1, layer.n_out);
    }
    layer.b = s.blocks;
    add_block(s, l, 1, layer.n_out);
  }
}

// Bytes a session takes, or -1 for a plan that is none, or is too large to count in 62 bits.
template <class T> static int64_t bytes_of(const gn_plan& plan) {
  Session<T> s = {};
  Arena arena;
  arena.take<Session<T>>(1);
  lay_out(s, plan, arena, true);
  if (halved(s, plan)) {
    arena.take<Session<T>>(1);
    lay_out(s, plan, arena, true);
  }
  return arena.used >> 62 ? -1 : int64_t(arena.used);
}

}  // namespace GN_ISA
}  // namespace glassnet

#endif
