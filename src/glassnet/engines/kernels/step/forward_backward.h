// A member's rows of the batch forward, through the loss, and backward (workshop: forward propagation, cost, back
// propagation).
#pragma once
#include "layers/dense.h"
#include "layers/dropout.h"
#include "layers/gradients.h"
#include "layers/mix.h"
#include "layers/norms.h"
#include "layers/scale.h"
#include "step/chunks.h"
#include "step/loss.h"

namespace glassnet::GN_ISA {
constexpr long kPassRows = 264;  // taken through all layers together: more would leave the cache, fewer re-read weights

// Rows [from, to) of Z and A (m, ld_out) of layer l.
template <class T> static void layer_forward(const Session<T>& s, const Batch<T>& batch, int l, long from, long to) {
  const Layer<T>& layer = s.layers[l];
  long lda;
  const T* A_prev = input_of(s, batch, l, lda);
  A_prev += from * lda;
  const long ld = layer.ld_out, at = from * ld;
  if (layer.kind == kDense)
    return dense_forward<T>(s, layer, A_prev, lda, nullptr, layer.Z + at, layer.A + at, to - from);
  if (layer.kind == kDropout) {
    draw_mask(layer, l, batch.seed, batch.step, {from, to});
    return multiply(A_prev, layer.mask + at, layer.A + at, (to - from) * ld);
  }
  if (layer.kind == kScale) return scale_rows(s, layer, A_prev, layer.A + at, to - from);
  if (layer.kind == kPeriodic) return periodic_forward(s, layer, A_prev, lda, layer.A + at, to - from);
  if (layer.kind == kMix) return mix_forward(s, layer, A_prev, layer.curved + at, layer.A + at, to - from);
  for (long r = from; r < to; r++, A_prev += lda) {
    T* normal = layer.N + r * ld;
    if (layer.kind == kLayerNorm) layer.scale[r] = layer_norm_row(layer, A_prev, normal);
    else batch_norm_row(layer, A_prev, normal, ld);
    scale_and_shift(s, layer, normal, layer.Z + r * ld);
  }
  if (layer.g) layer.g->value(layer.Z + at, layer.A + at, (to - from) * ld);
}

// Rows [from, to) from dA to dZ (m, ld_out), in place.
template <class T> static void activation_backward(const Layer<T>& layer, long from, long to) {
  const long ld = layer.ld_out, at = from * ld;
  if (layer.dA) memcpy(layer.dA + at, layer.d + at, (to - from) * ld * sizeof(T));
  if (layer.g) layer.g->pull(layer.Z + at, layer.A + at, layer.d + at, (to - from) * ld);
}

// Rows [from, to) from this layer's dZ (dA of those without a Z) to dA_prev (m, ld_in).
template <class T> static void layer_backward(const Session<T>& s, const Batch<T>& batch, int l, long from, long to) {
  const Layer<T>& layer = s.layers[l];
  if (!layer.passes_down) return;
  const long ld = layer.ld_out;
  T* dA_prev = (l ? s.layers[l - 1].d : s.dX) + from * layer.ld_in;
  const T* d = layer.d + from * ld;
  if (layer.kind == kDense) return dense_backward(layer, d, dA_prev, to - from);
  if (layer.kind == kDropout) return multiply(d, layer.mask + from * ld, dA_prev, (to - from) * ld);
  if (layer.kind == kScale) return scale_rows(s, layer, d, dA_prev, to - from);
  long lda;
  const T* A_prev = input_of(s, batch, l, lda) + from * layer.ld_in;
  if (layer.kind == kPeriodic) return periodic_backward(s, layer, A_prev, d, dA_prev, to - from);
  if (layer.kind == kMix) return mix_backward(s, layer, A_prev, layer.curved + from * ld, d, dA_prev, to - from);
  for (long r = from; r < to; r++, d += ld, dA_prev += layer.ld_in) {
    if (layer.kind == kLayerNorm) layer_norm_backward(s, layer, d, layer.N + r * ld, layer.scale[r], dA_prev);
    else batch_norm_backward(s, layer, d, layer.N + r * ld, batch.m, dA_prev);
  }
}

// Rows in blocks that stay in cache while they go through the layers.
template <class F> static void by_blocks(Range rows, F act, long most = kPassRows) {
  const long n = rows.to - rows.from, blocks = (n + most - 1) / most;
  for (long b = 0; b < blocks; b++) act(rows.from + n * b / blocks, rows.from + n * (b + 1) / blocks);
}

// Layers [low, high) forward; layer -1 gathers the rows.
template <class T>
static void forward_layers(const Session<T>& s, const Batch<T>& batch, int low, int high, long from, long to) {
  for (int l = low; l < high; l++) {
    if (l < 0) gather(s, batch, from, to);
    else layer_forward(s, batch, l, from, to);
  }
}

// Layer l and those below it backward, down to the dZ of a batch normalization, which needs all rows to go on.
template <class T> static void backward_layers(const Session<T>& s, const Batch<T>& batch, int l, long from, long to) {
  for (; l >= 0; l--) {
    activation_backward(s.layers[l], from, to);
    if (s.layers[l].kind == kBatchNorm) return;
    layer_backward(s, batch, l, from, to);
  }
}

// The batch normalization at l or the next one in the direction of `step`, 1 or -1; else the number of layers or -1.
template <class T> static int find_norm(const Session<T>& s, int l, int step) {
  while (l >= 0 && l < s.count && s.layers[l].kind != kBatchNorm) l += step;
  return l;
}

// Rows from layer `low` on forward, through the loss, and backward; a gn_status.
template <class T>
static int forward_backward_rows(const Session<T>& s, const Batch<T>& batch, int member, Range rows, int low) {
  int status = gn_done;
  by_blocks(rows, [&](long from, long to) {
    forward_layers(s, batch, low, s.count, from, to);
    const int found = loss_and_gradient(s, batch, member, from, to);
    if (found) status = found;
    backward_layers(s, batch, s.count - 1, from, to);
  });
  return status;
}

// Between two barriers the members share out the columns of a normalization, each of which is summed over all rows.
template <class T, class F>
static void share_columns(const Layer<T>& norm, Barrier& barrier, int member, int size, F act) {
  const Range groups = chunk_of(norm.ld_out / kLanes, member, size);
  wait(barrier);
  act(groups.from * kLanes, groups.to * kLanes);
  wait(barrier);
}

// This member's rows from layer `low` on, from one batch normalization to the next, through the loss, and back the same
// way; a gn_status.
template <class T>
static int forward_backward(Session<T>& s, const Batch<T>& batch, Barrier& barrier, int member, int size,
                            int low = -1) {
  const Range mine = chunk_of(batch.m, member, size);
  for (int norm = find_norm(s, 0, 1); norm < s.count; low = norm, norm = find_norm(s, norm + 1, 1)) {
    const Layer<T>& layer = s.layers[norm];
    by_blocks(mine, [&](long from, long to) { forward_layers(s, batch, low, norm, from, to); });
    share_columns(layer, barrier, member, size, [&](long from, long to) {
      long lda;
      const T* A = input_of(s, batch, norm, lda);
      batch_statistics(s, layer, A, lda, batch.m, from, to, batch.learns);
    });
  }
  const int status = forward_backward_rows(s, batch, member, mine, low);
  for (int norm = find_norm(s, s.count - 1, -1); norm >= 0; norm = find_norm(s, norm - 1, -1)) {
    const Layer<T>& layer = s.layers[norm];
    share_columns(layer, barrier, member, size, [&](long from, long to) {
      for (const Block* b = &s.block[layer.W]; b <= &s.block[layer.b]; b++)  // gamma, beta
        vector_gradient(s, batch, *b, {0, batch.m}, kDepth, from / kLanes, to / kLanes, s.gradient);
    });
    by_blocks(mine, [&](long from, long to) {
      layer_backward(s, batch, norm, from, to);
      backward_layers(s, batch, norm - 1, from, to);
    });
  }
  return status;
}
}  // namespace glassnet::GN_ISA
