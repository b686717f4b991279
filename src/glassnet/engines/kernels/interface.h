// What crosses the border between Python and C++: plain records of whole numbers, reals and pointers. interface.py
// mirrors them; all are 8 bytes a field, so no compiler pads them.
#pragma once
#include <stdint.h>

extern "C" {

enum gn_status { gn_done = 0, gn_diverged, gn_bad_row, gn_bad_class, gn_not_there, gn_bad_size };

// What gn_recorded copies out. Of layer l = 1 ... L, and A (the inputs) and dA of l = 0: (rows, n[l]), but scale, which
// is (n[l],) in batch and (rows,) in layer normalization. Of the step, l = 0: losses and shares (rows,), predictions
// (rows, k), the gradient after clipping, flat. The penalty, l = 0, is one double whatever the session's numbers are.
enum gn_layer_array { gn_A = 1, gn_Z, gn_dA, gn_dZ, gn_N, gn_scale, gn_mask };
enum gn_step_array { gn_losses = 8, gn_shares, gn_predictions, gn_clipped, gn_penalty };

// A rule that the library knows: a kind of layer, an activation, a loss or an optimizer. `settings` and `slots` are
// names between spaces, in the order in which they are read; `link` is a loss's.
struct gn_rule { const char *name, *settings, *slots, *link; };

// A field of the records below, or the value of an enum (type 'e'), by which Python's mirror is checked.
struct gn_field {
  const char* name;
  int64_t type;  // 'i', 'u', 'd', 'p'; 's' for a whole record
  int64_t offset, bytes;
};

// A rule is named by its place in the library's list (gn_rules).
struct gn_layer {
  int64_t kind, activation;  // no activation: -1
  int64_t inputs, outputs;
};

// Neighbors in Python's flat vector of parameters, from the end of the group before them: up to `decayed`, decoupled
// decay applies. `rate` and `decay` are the factors of the learning rate and of that decay.
struct gn_group {
  int64_t decayed, stop;
  double rate, decay;
};

struct gn_plan {
  int64_t bytes;  // of a number: 4 or 8
  int64_t count;
  const gn_layer* layers;
  int64_t loss, optimizer;
  const double* settings;  // of all layers in order, of the loss, of the optimizer: each rule's in its own order
  int64_t settings_count;
  double l1, l2;
  int64_t per_example;
  double clip_norm, clip_value;
  int64_t rows;  // of the largest batch; 0 for a session that only predicts
  int64_t threads;
  const void* factors;  // one for each parameter, by which penalties weigh it; or null
  int64_t factors_count;
  const gn_group* groups;
  int64_t groups_count;
  int64_t recording;  // 1 for a session that keeps every number of its last step, for gn_recorded
};

// Python's flat vectors, and how many numbers each has: parameters, the optimizer's slots or null, running statistics.
struct gn_vectors {
  void *theta, *slots, *running;
  int64_t theta_size, slots_size, running_size;
};

// The examples: X (count, inputs); Y (count, outputs) or labels (count,); weights (count,) or null.
struct gn_rows {
  const void* X;
  int64_t inputs, count;
  const void* Y;
  int64_t outputs;
  const int64_t* labels;
  const double* weights;
};

// Steps over `order`, `batch` rows at a time; a rate for each step. The last four are answers; cost and weight are
// added to what is there, so that sums do not depend on how steps are divided among calls.
struct gn_steps {
  const int64_t* order;
  int64_t count, batch;
  int64_t threads;  // how many take them: at most the plan's
  const double* alphas;
  int64_t alphas_count;
  uint64_t seed;
  int64_t step;
  int64_t steps_done, rows_done;
  double cost_sum, weight_sum;
};

// Rows whose predictions are judged, and what that comes to: sums over the rows, each by its weight. `right`: the class
// of highest probability is the row's, or all outputs are on the target's side of one half. The last two are of a
// network of one output.
struct gn_judged {
  const gn_rows* rows;
  double* each;  // (4, rows): room for the terms of each sum
  double losses, right, squares, distances;
};

// Whole epochs, of which `order` of the steps is one; they are taken until `most` are done, `seconds` are over, or the
// score has not improved by `tolerance` in more than `patience` of them. The rates are those of all their steps.
struct gn_epochs {
  int64_t* order;  // where an epoch's order is written; null for the same one in each
  int64_t epoch;   // the number of the first
  int64_t most;
  double seconds;
  gn_judged *training, *heldout;         // rows judged after each epoch, or null
  double *training_sums, *heldout_sums;  // (most, 4), answers
  // The score is offset + factor * (number / divisor), a number of the costs (-1) or of the sums (0 ... 7).
  int64_t watched;
  double offset, factor, divisor;
  double tolerance, patience;
  double best;                // the highest score, changed as it is surpassed
  int64_t best_epoch, stale;  // after how many epochs it was reached, and how many have not improved it since
  const gn_vectors* kept;     // where the parameters of the best epoch go, or null
  double* costs;              // of each epoch (most,), an answer
  double* times;              // when each was done, seconds since the call (most,), an answer
  int64_t done;
};

}  // extern "C"
