// A session: a plan made ready to run, with all the memory it will ever need.
//
// Parameters lie here as in Python's flat vector, weights first, but every row begins at a multiple of 16 numbers, and
// the rest is 0 and stays 0: vectors never have to look where a row ends. copy_parameters.h goes between the two.
#pragma once
#include "arithmetic/products.h"
#include "methods.h"
#include "rules/activations.h"
#include "rules/layer_kinds.h"
#include "rules/losses.h"
#include "rules/optimizers.h"
#include "threads/team.h"

namespace glassnet::GN_ISA {
// Room for n numbers in a row: whole groups of lanes, and no multiple of 512 bytes, which maps all rows to a few cache
// lines.
template <class T> static long padded(long n) {
  const long ld = (n + kLanes - 1) / kLanes * kLanes;
  return ld * long(sizeof(T)) % 512 ? ld : ld + kLanes;
}
template <class T> GN_INLINE long whole(long n) { return (n + N<T> - 1) / N<T> * N<T>; }  // whole vectors

// What a product leaves in the padding of rows (rows, ld), in memory that other layers have used.
template <class T> static void clear_padding(T* gradient, long rows, long columns, long ld) {
  if (columns == ld) return;
  for (long r = 0; r < rows; r++)
    for (long j = columns; j < ld; j++) gradient[r * ld + j] = 0;
}

struct Range { long from, to; };

// One parameter, or a panel of it: rows x columns, at `at` in the padded vector; in Python's it begins at `flat`, in
// rows of `stride` (`transposed`: it is columns x rows there). `column`: the first of the panel's. It is shared out in
// `units` of `unit` numbers (`joined`: as the block before it is), whose sums begin at `sums`. `rate`, `decay`: its
// group's factors of the learning rate and of decoupled decay, that 0 where it does not apply.
struct Block {
  long rows, columns, ld, at, flat, stride, column, sums;
  int layer;
  bool transposed, joined;
  long units, unit;
  double rate, decay;
};

template <class T> struct Layer {
  int64_t kind;
  long n_in, n_out, ld_in, ld_out;
  const ActivationRule<T>* g;  // nullptr: identity
  double rate;                 // dropout's threshold needs all its digits
  T epsilon, momentum;
  int W, b;          // blocks: W and b, gamma and beta, or twice the only one; -1 where there are none
  long running;      // of batch normalization: where its mean begins in the padded vector; its variance follows
  bool passes_down;  // a layer below it learns, or its gradient is recorded: it computes dA_prev
  bool narrow;       // its W lies transposed (narrow_products.h)
  T *Z, *A, *d;      // (m, ld_out): pre-activation, activation, gradient with respect to either
  T* dA;  // (m, ld_out): the gradient with respect to A alone, where it is recorded and differs; else nullptr
  T *N, *scale, *mean;  // norms: normalized rows; 1 / standard deviation of each row or column; a column's mean
  T* mask;              // (m, ld_out): dropout's
  const ActivationRule<T>* curve;  // of a mix: its activation
  T* curved;                       // (m, ld_out): what that makes of A_prev
  long columns, features, sums;    // of a periodic layer: columns with waves, waves of each, sums of them
  int panels;                      // of W: blocks that lie side by side, the first being W
  const T* weights[2];  // each panel as the forward pass reads it, in rows of ld_weights; predictions may borrow it
  long ld_weights[2];
  T* WT;  // (n_out, ld_in): the weights transposed; of a narrow layer, the weights themselves
};

template <class T> struct Session : Base {
  int count, blocks, threads;
  long rows;  // of the largest batch
  long inputs, outputs, ld_inputs;
  const LossRule<Vec<T>>* loss;
  const OptimizerRule<T>* optimizer;
  T* loss_settings;
  double* optimizer_settings;
  gn_plan plan;  // for its plain settings; what it points to is read while the session is made

  Layer<T>* layers;
  Block* block;
  Range* chunks;                                                    // of each member in each block: units (update.h)
  long weights, size, flat_size, running_size, flat_running, sums;  // numbers: padded, but of the flat vectors
  T *theta, *gradient, *running, *factors;
  T** slots;
  T *X, *losses;
  double *penalty, *square, *tiny_square;  // sums by row of the parameters
  T* scratch;                              // of each member: scores and targets of a group of rows
  T* buffer;                               // of each member: the gradient of some rows of weights
  long buffer_size;
  bool penalized, weighs_penalties;

  bool splits_columns;  // two threads may split the first layer by columns
  bool small;           // the gradient is a sum of two halves of the batch
  Session<T>* twin;     // for the second thread of a small network; nullptr: none
  T* half[2];           // the gradient of a member's half, alternating from step to step

  // How many rows of m the gradient is summed over in one go.
  long depth(long m) const { return small && m <= 2 * kDepth ? (m + 1) / 2 : kDepth; }

  // Where the step is recorded, else nullptr: (rows, ld_inputs); of each example its loss, its share in the cost.
  T *dX, *each_loss, *share;

  T* scratch_of(int member) const { return scratch + member * 2 * whole<T>(outputs) * N<T>; }
};

template <class T> static Layer<T>& layer_of(const Session<T>& s, const Block& b) { return s.layers[b.layer]; }
template <class T> static bool is_weights(const Session<T>& s, const Block& b) { return b.at < s.weights; }
}  // namespace glassnet::GN_ISA
