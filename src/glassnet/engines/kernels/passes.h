// A member's rows of the batch forward, through the loss, and backward (deck: forward propagation, cost, back propagation).

#ifndef GLASSNET_PASSES_H
#define GLASSNET_PASSES_H

#include "batch.h"
#include "rows.h"

namespace glassnet {
namespace GN_ISA {

constexpr long kBlock = 264;  // rows taken through all layers together: fewer would stay in cache longer, and read the weights oftener

template <class T> static void forward(const Session<T>& s, const Batch<T>& batch, int l, long from, long to) {
  const Layer<T>& layer = s.layers[l];
  long lda;
  const T* A = input_of(s, batch, l, lda);
  A += from * lda;
  const long ld = layer.ld_out, at = from * ld;
  if (layer.kind == kDense) return dense_forward<T>(s, layer, A, lda, nullptr, layer.Z + at, layer.A + at, to - from);
  if (layer.kind == kDropout) {
    draw(layer, l, double(layer.rate), batch.seed, batch.step, from, to);
    return multiply(A, layer.kept + at, layer.A + at, (to - from) * ld);
  }
  for (long r = from; r < to; r++, A += lda) {
    T* normal = layer.N + r * ld;
    if (layer.kind == kLayerNorm) layer.scale[r] = layer_norm_row(layer, A, normal);
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
  if (layer.kind == kDense) return dense_backward(layer, d, below, to - from);
  if (layer.kind == kDropout) return multiply(d, layer.kept + from * ld, below, (to - from) * ld);
  for (long r = from; r < to; r++, d += ld, below += layer.ld_in) {
    if (layer.kind == kLayerNorm) layer_norm_back(s, layer, d, layer.N + r * ld, layer.scale[r], below);
    else batch_norm_back(s, layer, d, layer.N + r * ld, batch.m, below);
  }
}

// Between rows of k numbers and their lanes, k vectors in which a lane is a row; of N rows or fewer.
template <class T> static void into_lanes(const T* rows, long ld, long n, long k, T* lanes) {
  if (n == N<T> && k >= N<T> / 2)
    for (long j = 0; j < k; j += N<T>) transpose_square(rows + j, ld, lanes + j * N<T>, N<T>);
  else
    for (long i = 0; i < n; i++)
      for (long j = 0; j < k; j++) lanes[j * N<T> + i] = rows[i * ld + j];
}
template <class T> static void out_of_lanes(const T* lanes, long n, long k, T* rows, long ld) {
  for (long i = 0; i < n; i++)
    for (long j = 0; j < k; j++) rows[i * ld + j] = lanes[j * N<T> + i];
}

template <class V> GN_INLINE void copy_lanes(V lanes, long n, typename Of<V>::T* to) { memcpy(to, &lanes, n * sizeof lanes[0]); }

// The share of each row in the cost, a lane each.
template <class T> static Vec<T> shares_of(const Batch<T>& batch, long from, long lanes) {
  if (!batch.rows->weights && lanes == N<T>) return all<Vec<T>>(T(1) / T(batch.m));
  T share[N<T>] = {};
  for (long i = 0; i < lanes; i++) {
    if (batch.rows->weights) share[i] = batch.total ? T(batch.rows->weights[row_of(batch, from + i)] / batch.total) : T(0);
    else share[i] = T(1) / T(batch.m);
  }
  return load<T>(share);
}

// The targets of rows, k vectors; false for a class that is none.
template <class T> static bool targets_of(const Batch<T>& batch, long from, long lanes, long k, T* Y) {
  if (!batch.rows->labels) {
    for (long i = 0; i < lanes; i++) {
      const T* targets = static_cast<const T*>(batch.rows->Y) + row_of(batch, from + i) * k;
      for (long j = 0; j < k; j++) Y[j * N<T> + i] = targets[j];
    }
    return true;
  }
  T label[N<T>] = {};
  for (long i = 0; i < lanes; i++) {
    const int64_t given = batch.rows->labels[row_of(batch, from + i)];
    if (given < 0 || given >= k) return false;
    label[i] = T(given);
  }
  const Vec<T> given = load<T>(label);
  for (long j = 0; j < k; j++) store<T>(Y + j * N<T>, given == all<Vec<T>>(T(j)) ? all<Vec<T>>(1) : Vec<T>{});
  return true;
}

// The loss of rows [from, to) and the gradient by their scores. A lane is a row.
template <class T> static int judge(const Session<T>& s, const Batch<T>& batch, int member, long from, long to) {
  typedef Vec<T> V;
  const Layer<T>& last = s.layers[s.count - 1];
  const LossRule<V>& loss = *s.loss;
  const long k = s.outputs, ld = last.ld_out;
  T *S = s.scratch_of(member), *Y = S + whole<T>(k) * N<T>;
  V odd = V{};
  for (long r = from; r < to; r += N<T>) {
    const long lanes = to - r < N<T> ? to - r : N<T>;
    if (lanes < N<T>) memset(S, 0, 2 * whole<T>(k) * N<T> * sizeof(T));
    into_lanes(last.A + r * ld, ld, lanes, k, S);
    if (!targets_of(batch, r, lanes, k, Y)) return gn_bad_class;
    const V part = shares_of(batch, r, lanes);
    V* lane = reinterpret_cast<V*>(S);
    const V each = loss.row(lane, reinterpret_cast<V*>(Y), lane, k, s.loss_settings), cost = each * part;
    odd = fma(cost, V{}, odd);
    for (long j = 0; j < k; j++) lane[j] *= part;
    out_of_lanes(S, lanes, k, last.d + r * ld, ld);
    copy_lanes(cost, lanes, batch.losses + r);
    if (s.seen) copy_lanes(each, lanes, s.each_loss + r), copy_lanes(part, lanes, s.share + r);
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
    if (s.layers[l].kind == kBatchNorm) return;
    hand_down(s, batch, l, from, to);
  }
}

// The batch normalisation at l or the next one above (below) it; else the number of layers (-1).
template <class T> static int norm_above(const Session<T>& s, int l) {
  while (l < s.count && s.layers[l].kind != kBatchNorm) l++;
  return l;
}
template <class T> static int norm_below(const Session<T>& s, int l) {
  while (l >= 0 && s.layers[l].kind != kBatchNorm) l--;
  return l;
}

// Rows from layer `low` on forward, through the loss, and backward; a gn_status.
template <class T>
static int there_and_back(const Session<T>& s, const Batch<T>& batch, int member, Range rows, int low) {
  int status = gn_done;
  by_blocks(rows, [&](long from, long to) {
    climb(s, batch, low, s.count, from, to);
    const int found = judge(s, batch, member, from, to);
    if (found) status = found;
    descend(s, batch, s.count - 1, from, to);
  });
  return status;
}

// This member's rows from layer `low` on, from one batch normalisation to the next, through the loss, and back the same way. Between two
// barriers the members share out the columns of a normalisation, each of which is summed over all rows.
template <class T>
static int rows_part(Session<T>& s, const Batch<T>& batch, Barrier& barrier, int member, int size, int low = -1) {
  const Range mine = part(batch.m, member, size);
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
      const T* A = input_of(s, batch, norm, lda);
      batch_statistics(s, s.layers[norm], A, lda, batch.m, from, to, batch.learns);
    });
  }
  const int status = there_and_back(s, batch, member, mine, low);
  for (int norm = norm_below(s, s.count - 1); norm >= 0; norm = norm_below(s, norm - 1)) {
    by_columns(s.layers[norm], [&](long from, long to) {
      for (const Block* b = &s.block[s.layers[norm].W]; b <= &s.block[s.layers[norm].b]; b++)  // gamma, beta
        vector_gradient(s, *b, {0, batch.m}, kDepth, from, to, s.gradient + b->at + from);
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
