// A member's rows of the batch forward, through the loss, and backward (deck: forward propagation, cost, back propagation).

#ifndef GLASSNET_PASSES_H
#define GLASSNET_PASSES_H

#include "batch.h"
#include "rows.h"

namespace glassnet {
namespace GN_ISA {

constexpr long kBlock = 96;    // rows taken through all layers together, so that they stay in cache

template <class T> static void forward(const Session<T>& s, const Batch<T>& batch, int l, long from, long to) {
  const Layer<T>& layer = s.layers[l];
  long lda;
  const T* A = input_of(s, l, lda);
  A += from * lda;
  const long ld = layer.ld_out, at = from * ld;
  if (layer.kind == gn_dense) return dense_forward(s, layer, A, lda, layer.Z + at, layer.A + at, to - from);
  if (layer.kind == gn_dropout) {
    draw(layer, l, double(layer.rate), batch.seed, batch.step, from, to);
    return multiply(A, layer.kept + at, layer.A + at, (to - from) * ld);
  }
  for (long r = from; r < to; r++, A += lda) {
    T* normal = layer.N + r * ld;
    if (layer.kind == gn_layer_norm) layer.scale[r] = layer_norm_row(layer, A, normal);
    else normalise(A, layer.mean, layer.scale, normal, ld);
    shift(s, layer, normal, layer.Z + r * ld);
  }
  if (layer.g) layer.g->value(layer.Z + at, layer.A + at, (to - from) * ld);
}

// From dA to dZ, in place.
template <class T> static void pull(const Layer<T>& layer, long from, long to) {
  const long ld = layer.ld_out, at = from * ld;
  if (layer.dA) memcpy(layer.dA + at, layer.d + at, (to - from) * ld * sizeof(T));
  if (layer.g) layer.g->pull(layer.Z + at, layer.A + at, layer.d + at, (to - from) * ld);
}

// From this layer's dZ (dropout's dA) to the dA of the layer below.
template <class T> static void hand_down(const Session<T>& s, const Batch<T>& batch, int l, long from, long to) {
  const Layer<T>& layer = s.layers[l];
  if (!layer.pulls) return;
  const long ld = layer.ld_out;
  T* below = (l ? s.layers[l - 1].d : s.dX) + from * layer.ld_in;
  const T* d = layer.d + from * ld;
  if (layer.kind == gn_dense) return dense_backward(layer, d, below, to - from);
  if (layer.kind == gn_dropout) return multiply(d, layer.kept + from * ld, below, (to - from) * ld);
  for (long r = from; r < to; r++, d += ld, below += layer.ld_in) {
    if (layer.kind == gn_layer_norm) layer_norm_back(s, layer, d, layer.N + r * ld, layer.scale[r], below);
    else batch_norm_back(s, layer, d, layer.N + r * ld, batch.m, below);
  }
}

// The loss of rows [from, to) and the gradient by their scores. A lane is a row.
template <class T> static int judge(const Session<T>& s, const Batch<T>& batch, int member, long from, long to) {
  typedef Vec<T> V;
  const Layer<T>& last = s.layers[s.count - 1];
  const LossRule<V> rule = loss_rule<V>(s.loss);
  const long k = s.outputs, ld = last.ld_out;
  T *S = s.scratch_of(member), *Y = S + k * N<T>;
  V *lane = reinterpret_cast<V*>(S), *target = reinterpret_cast<V*>(Y);
  V odd = V{};
  T share[N<T>], label[N<T>], loss[N<T>];
  const T even = T(1) / T(batch.m);
  for (long r = from; r < to; r += N<T>) {
    const long lanes = to - r < N<T> ? to - r : N<T>;
    if (lanes < N<T>) memset(S, 0, 2 * k * N<T> * sizeof(T));
    for (int i = 0; i < N<T>; i++) label[i] = 0, share[i] = i < lanes ? even : T(0);
    for (long i = 0; i < lanes; i++) {
      const T* scores = last.A + (r + i) * ld;
      for (long j = 0; j < k; j++) S[j * N<T> + i] = scores[j];
      const long row = row_of(batch, r + i);
      if (batch.rows->weights) share[i] = batch.total ? T(batch.rows->weights[row] / batch.total) : T(0);
      if (batch.rows->labels) {
        const int64_t given = batch.rows->labels[row];
        if (given < 0 || given >= k) return gn_bad_class;
        label[i] = T(given);
      } else {
        const T* targets = static_cast<const T*>(batch.rows->Y) + row * k;
        for (long j = 0; j < k; j++) Y[j * N<T> + i] = targets[j];
      }
    }
    const V part = load<T>(share), given = load<T>(label);
    if (batch.rows->labels)
      for (long j = 0; j < k; j++) target[j] = given == all<V>(T(j)) ? all<V>(1) : V{};
    const V each = rule(lane, target, lane, k, s.loss_setting), cost = each * part;
    odd = fma(cost, V{}, odd);
    store<T>(loss, cost);
    for (long j = 0; j < k; j++) lane[j] *= part;
    for (long i = 0; s.seen && i < lanes; i++) s.each_loss[r + i] = each[i], s.share[r + i] = share[i];
    for (long i = 0; i < lanes; i++) {
      T* d = last.d + (r + i) * ld;
      for (long j = 0; j < k; j++) d[j] = S[j * N<T> + i];
      s.losses[r + i] = loss[i];
    }
  }
  return finite(odd) ? gn_done : gn_diverged;
}

// -- a member's part -----------------------------------------------------------------------------------------------------

// Rows in blocks that stay in cache while they go through the layers.
template <class F> static void by_blocks(Range rows, F act) {
  const long n = rows.to - rows.from, blocks = (n + kBlock - 1) / kBlock;
  for (long b = 0; b < blocks; b++) act(rows.from + n * b / blocks, rows.from + n * (b + 1) / blocks);
}

// Layers [low, high) forward; layer -1 gathers the rows.
template <class T> static void climb(const Session<T>& s, const Batch<T>& batch, int low, int high, long from, long to) {
  for (int l = low; l < high; l++) l < 0 ? gather(s, batch, from, to) : forward(s, batch, l, from, to);
}

// Layer l and those below it backward, down to the dZ of a batch normalisation, which needs all rows to go on.
template <class T> static void descend(const Session<T>& s, const Batch<T>& batch, int l, long from, long to) {
  for (; l >= 0; l--) {
    pull(s.layers[l], from, to);
    if (s.layers[l].kind == gn_batch_norm) return;
    hand_down(s, batch, l, from, to);
  }
}

// The batch normalisation at l or the next one above (below) it; else the number of layers (-1).
template <class T> static int norm_above(const Session<T>& s, int l) {
  while (l < s.count && s.layers[l].kind != gn_batch_norm) l++;
  return l;
}
template <class T> static int norm_below(const Session<T>& s, int l) {
  while (l >= 0 && s.layers[l].kind != gn_batch_norm) l--;
  return l;
}

// This member's rows from one batch normalisation to the next, through the loss, and back the same way. Between two
// barriers the members share out the columns of a normalisation, each of which is summed over all rows.
template <class T>
static int rows_part(Session<T>& s, const Batch<T>& batch, Barrier& barrier, int member, int size) {
  const Range mine = part(batch.m, member, size);
  int status = gn_done, low = -1;
  const auto by_columns = [&](const Layer<T>& norm, auto act) {
    const Range groups = part(norm.ld_out / kLanes, member, size);
    meet(barrier);
    act(groups.from * kLanes, groups.to * kLanes);
    meet(barrier);
  };
  for (int norm = norm_above(s, 0); norm < s.count; low = norm, norm = norm_above(s, norm + 1)) {
    by_blocks(mine, [&](long from, long to) { climb(s, batch, low, norm, from, to); });
    by_columns(s.layers[norm], [&](long from, long to) {
      long lda;
      const T* A = input_of(s, norm, lda);
      batch_statistics(s, s.layers[norm], A, lda, batch.m, from, to, batch.learns);
    });
  }
  by_blocks(mine, [&](long from, long to) {
    climb(s, batch, low, s.count, from, to);
    const int found = judge(s, batch, member, from, to);
    if (found) status = found;
    descend(s, batch, s.count - 1, from, to);
  });
  for (int norm = norm_below(s, s.count - 1); norm >= 0; norm = norm_below(s, norm - 1)) {
    by_columns(s.layers[norm], [&](long from, long to) {
      vector_gradient(s, s.block[s.layers[norm].W], batch.m, from, to);
      vector_gradient(s, s.block[s.layers[norm].b], batch.m, from, to);
    });
    by_blocks(mine, [&](long from, long to) {
      hand_down(s, batch, norm, from, to);
      descend(s, batch, norm - 1, from, to);
    });
  }
  return status;
}

}  // namespace GN_ISA
}  // namespace glassnet

#endif
