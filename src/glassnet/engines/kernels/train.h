// Training steps, and the cost and gradient alone. A step has two parts, with a barrier after each: every member of the
// team takes some rows of the batch forward, through the loss and backward; then some rows of the weights, whose gradient
// it sums over the whole batch and updates. Nothing is added up across members, so their number shows in no bit.

#ifndef GLASSNET_TRAIN_H
#define GLASSNET_TRAIN_H

#include "rows.h"

namespace glassnet {
namespace GN_ISA {

constexpr long kBlock = 96;    // rows taken through all layers together, so that they stay in cache

// What a step is about; the same for all members.
template <class T> struct Batch {
  const gn_rows* rows;
  const int64_t* chosen;  // nullptr: all rows in order
  long m;
  long left;  // entries of `chosen`, the next batches' among them
  double total;  // of the weights
  uint64_t seed;
  int64_t step;
  bool learns;  // updates parameters and running statistics
  double alpha;
};

struct Range { long from, to; };

// The part of [0, n) that falls to a member when everything, of which these n units weigh `each` and begin at `before`,
// is cut into stretches of equal weight.
static Range part(double before, double each, long n, double all_of_it, int member, int size) {
  Range range;
  for (int side = 0; side < 2; side++) {
    const double cut = all_of_it * (member + side) / size;
    double at = (cut - before) / each + 0.5;
    if (member + side == size || at > double(n)) at = double(n);
    (side ? range.to : range.from) = at < 0 ? 0 : long(at);
  }
  if (member == 0) range.from = 0;
  return range;
}

static Range part(long n, int member, int size) { return {n * member / size, n * (member + 1) / size}; }

// -- rows ----------------------------------------------------------------------------------------------------------------

template <class T> static long row_of(const Batch<T>& batch, long r) { return batch.chosen ? batch.chosen[r] : r; }

// n numbers; the last vector may overlap the one before it.
template <class T> GN_INLINE void copy_row(const T* from, T* to, long n) {
  long j = 0;
  for (; j + N<T> <= n; j += N<T>) store<T>(to + j, load<T>(from + j));
  if (j == n) return;
  if (n >= N<T>) return store<T>(to + n - N<T>, load<T>(from + n - N<T>));
  for (; j < n; j++) to[j] = from[j];
}

constexpr long kFar = 1 << 18;    // bytes of examples that no cache near the processor holds: rows are sent for ahead
constexpr long kShortRow = 256;   // bytes of a row that is sent for a whole batch ahead
constexpr long kFewRows = 4;      // others are sent for as many rows ahead

// Send for what row r of the batch will need.
template <class T> GN_INLINE void send_for(const Session<T>& s, const Batch<T>& batch, long r) {
  const gn_rows& rows = *batch.rows;
  const long row = row_of(batch, r), line = 64 / long(sizeof(T)), k = s.outputs;
  const T *x = static_cast<const T*>(rows.X) + row * rows.ld, *y = static_cast<const T*>(rows.Y) + row * k;
  for (long j = 0; j < s.inputs && j < 1024; j += line) __builtin_prefetch(x + j);
  if (rows.labels) return __builtin_prefetch(rows.labels + row);
  for (long j = 0; j < k && j < 1024; j += line) __builtin_prefetch(y + j);
}

template <class T> static void gather(const Session<T>& s, const Batch<T>& batch, long from, long to) {
  const T* X = static_cast<const T*>(batch.rows->X);
  const long ld = batch.rows->ld, n = s.inputs, bytes = n * long(sizeof(T));
  const long ahead = batch.rows->count * bytes < kFar ? batch.left : bytes > kShortRow ? kFewRows : batch.m;
  const long last = bytes > kShortRow ? to : batch.left;
  for (long r = from; r < to; r++) {
    if (r + ahead < last) send_for(s, batch, r + ahead);
    copy_row(X + row_of(batch, r) * ld, s.X + r * s.ld_inputs, n);
  }
}

template <class T> static const T* input_of(const Session<T>& s, int l, long& ld) {
  ld = l ? s.layers[l].ld_in : s.ld_inputs;
  return l ? s.layers[l - 1].A : s.X;
}

template <class T> static void forward(const Session<T>& s, const Batch<T>& batch, int l, long from, long to) {
  const Layer<T>& layer = s.layers[l];
  long lda;
  const T* A = input_of(s, l, lda) + 0;
  const long ld = layer.ld_out, at = from * ld;
  A += from * lda;
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
  if (layer.g) layer.g->pull(layer.Z + at, layer.A + at, layer.d + at, (to - from) * ld);
}

// From this layer's dZ (dropout's dA) to the dA of the layer below.
template <class T> static void hand_down(const Session<T>& s, const Batch<T>& batch, int l, long from, long to) {
  const Layer<T>& layer = s.layers[l];
  if (!layer.pulls) return;
  const long ld = layer.ld_out;
  T* below = s.layers[l - 1].d + from * layer.ld_in;
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
    const V cost = rule(lane, target, lane, k, s.loss_setting) * part;
    odd = fma(cost, V{}, odd);
    store<T>(loss, cost);
    for (long j = 0; j < k; j++) lane[j] *= part;
    for (long i = 0; i < lanes; i++) {
      T* d = last.d + (r + i) * ld;
      for (long j = 0; j < k; j++) d[j] = S[j * N<T> + i];
      s.losses[r + i] = loss[i];
    }
  }
  return finite(odd) ? gn_done : gn_diverged;
}

template <class T> static void vector_gradient(const Session<T>& s, const Block& block, long m, long from, long to) {
  const Layer<T>& layer = s.layers[block.layer];
  const bool gamma = layer.kind != gn_dense && &block == &s.block[layer.W];
  column_sums(layer.d, gamma ? layer.N : nullptr, layer.ld_out, m, from, to, s.gradient + block.at);
}

// Layers [low, high) forward and, from the top, backward, for this member's rows in blocks that stay in cache. `high` is
// the top, or a batch normalisation whose statistics come next; backward ends above the one at low - 1, or at layer 0.
template <class T, class F> static void by_blocks(long from, long to, F act) {
  const long n = to - from, blocks = (n + kBlock - 1) / kBlock;
  for (long b = 0, at = from; b < blocks; b++) {
    const long end = from + n * (b + 1) / blocks;
    act(at, end);
    at = end;
  }
}

template <class T>
static int rows_part(Session<T>& s, const Batch<T>& batch, Barrier& barrier, int member, int size) {
  const Range mine = part(batch.m, member, size);
  int status = gn_done, low = 0;
  bool gathered = false;
  const auto next_norm = [&](int l) {
    while (l < s.count && s.layers[l].kind != gn_batch_norm) l++;
    return l;
  };
  const auto columns_of = [&](const Layer<T>& layer) {
    const Range groups = part(layer.ld_out / kLanes, member, size);
    return Range{groups.from * kLanes, groups.to * kLanes};
  };
  // Forward, from one batch normalisation to the next; the last stretch goes on to the loss and back.
  for (int high = next_norm(0);; high = next_norm(high + 1)) {
    by_blocks<T>(mine.from, mine.to, [&](long from, long to) {
      if (!gathered) gather(s, batch, from, to);
      for (int l = low; l < high; l++) forward(s, batch, l, from, to);
      if (high < s.count) return;
      const int found = judge(s, batch, member, from, to);
      if (found) status = found;
      for (int l = s.count - 1; l >= low; l--) {
        pull(s.layers[l], from, to);
        if (s.layers[l].kind == gn_batch_norm) break;
        hand_down(s, batch, l, from, to);
      }
    });
    if (high == s.count) break;
    gathered = true;
    const Layer<T>& norm = s.layers[high];
    long lda;
    const T* A = input_of(s, high, lda);
    const Range columns = columns_of(norm);
    meet(barrier);
    batch_statistics(s, norm, A, lda, batch.m, columns.from, columns.to, batch.learns);
    meet(barrier);
    low = high;
  }
  // Backward through the batch normalisations, the highest first.
  for (int norm = low; norm < s.count && s.layers[norm].kind == gn_batch_norm;) {
    const Range columns = columns_of(s.layers[norm]);
    meet(barrier);
    vector_gradient(s, s.block[s.layers[norm].W], batch.m, columns.from, columns.to);
    vector_gradient(s, s.block[s.layers[norm].b], batch.m, columns.from, columns.to);
    meet(barrier);
    int l = norm - 1;
    by_blocks<T>(mine.from, mine.to, [&](long from, long to) {
      hand_down(s, batch, norm, from, to);
      for (l = norm - 1; l >= 0; l--) {
        pull(s.layers[l], from, to);
        if (s.layers[l].kind == gn_batch_norm) break;
        hand_down(s, batch, l, from, to);
      }
    });
    if (mine.from == mine.to)
      for (l = norm - 1; l >= 0 && s.layers[l].kind != gn_batch_norm;) l--;
    if (l < 0) break;
    norm = l;
  }
  return status;
}

// -- weights -------------------------------------------------------------------------------------------------------------

// Sums over a row of parameters, for the cost of penalties and the length of the gradient.
template <class T> static double squares(const T* x, long n, double unit) {
  Lanes<double> lanes;
  double group[kLanes];
  for (long i = 0; i < n; i += kLanes) {
    for (int j = 0; j < kLanes; j++) group[j] = double(x[i + j]) * unit;
    lanes.add_square(group);
  }
  return lanes.sum();
}

template <class T> struct Weights {
  Session<T>& s;
  const Batch<T>& batch;
  const OptimizerRule<T> rule;
  const Rates<T> rates;
  const bool clips;  // a gradient that is only asked for stays as it is
  bool sound = true;

  // l1 |w f| + l2 / 2 (w f)^2 of one row, and its slope added to the gradient.
  double penalise(long at, long n, T* gradient) {
    typedef Vec<T> V;
    const double scale = s.per_example ? 1 / (batch.total ? batch.total : 1) : 1;
    const V l1 = all<V>(T(s.l1 * scale)), l2 = all<V>(T(s.l2 * scale));
    Lanes<T> square, size;
    for (long i = at; i < at + n; i += kLanes) {
      T group[kLanes];
      for (int p = 0; p < kLanes; p += N<T>) {
        const V f = s.factored ? load<T>(s.factors + i + p) : all<V>(1), w = load<T>(s.theta + i + p);
        const V weighed = w * f;
        T* g = gradient + (i - at) + p;
        store<T>(g, load<T>(g) + (l2 * weighed + l1 * sign(w)) * f);
        store<T>(group + p, weighed);
      }
      square.add_square(group);
      if (s.l1 > 0) {
        for (int j = 0; j < kLanes; j++) group[j] = group[j] < 0 ? -group[j] : group[j];
        size.add(group);
      }
    }
    return scale * (0.5 * s.l2 * double(square.sum()) + s.l1 * double(size.sum()));
  }

  void clip_values(T* gradient, long n) {
    typedef Vec<T> V;
    const V high = all<V>(T(s.clip_value)), low = -high;
    for (long i = 0; i < n; i += N<T>) store<T>(gradient + i, max(low, min(high, load<T>(gradient + i))));
  }

  // Everything between gradient and update for `rows` rows of n numbers; the gradient's length needs all of them first.
  void prepare(const Block& block, long first, long rows, long n, T* gradient) {
    for (long r = first; r < first + rows; r++, gradient += n) {
      const long at = block.at + r * n, sum = block.sums + r;
      if (s.penalised && at < s.weights) {
        s.penalty[sum] = penalise(at, n, gradient);
        sound = sound && __builtin_isfinite(s.penalty[sum]);
      }
      if (!clips) continue;
      sound = sound && all_finite(gradient, n);
      if (s.clip_value > 0) clip_values(gradient, n);
      if (s.clip_norm > 0) {
        s.square[sum] = squares(gradient, n, 1);
        s.small_square[sum] = squares(gradient, n, 0x1p-550);
      }
    }
  }

  static bool all_finite(const T* x, long n) {
    Vec<T> odd = Vec<T>{};
    for (long i = 0; i < n; i += N<T>) odd = fma(load<T>(x + i), Vec<T>{}, odd);
    return finite(odd);
  }

  void change(long at, long n, const T* gradient) {
    if (!rule.update(s.theta + at, gradient, s.slot[0] + at, s.slot[1] + at, n, rates, at < s.weights)) sound = false;
  }
};

// Visit this member's stretches of the weights, then of the vectors (biases, gammas, betas) in groups of 16.
template <class T, class OnWeights, class OnVectors>
static void visit(const Session<T>& s, int member, int size, OnWeights on_weights, OnVectors on_vectors) {
  double everything = 0, before = 0;
  for (int i = 0; i < s.blocks && s.block[i].at < s.weights; i++) everything += double(s.block[i].rows) * s.block[i].ld;
  int i = 0;
  for (; i < s.blocks && s.block[i].at < s.weights; i++) {
    const Block& W = s.block[i];
    const Range rows = part(before, double(W.ld), W.rows, everything, member, size);
    before += double(W.rows) * W.ld;
    for (long from = rows.from; from < rows.to; from += kStretch)
      on_weights(W, from, rows.to - from < kStretch ? rows.to : from + kStretch);
  }
  everything = double(s.size - s.weights), before = 0;
  for (; i < s.blocks; i++) {
    const Range groups = part(before, kLanes, s.block[i].ld / kLanes, everything, member, size);
    before += double(s.block[i].ld);
    if (groups.from < groups.to) on_vectors(s.block[i], groups.from, groups.to);
  }
}

// What a product leaves of the rows' padding, in memory that other layers have used.
template <class T> static void clear_padding(T* gradient, long rows, long columns, long ld) {
  if (columns == ld) return;
  for (long r = 0; r < rows; r++)
    for (long j = columns; j < ld; j++) gradient[r * ld + j] = 0;
}

template <class T>
static bool weights_part(Session<T>& s, const Batch<T>& batch, Barrier& barrier, int member, int size) {
  const OptimizerRule<T> rule = optimizer_rule<T>(s.optimizer);
  const bool clips = batch.learns && (s.clip_norm > 0 || s.clip_value > 0);
  Weights<T> w = {s, batch, rule, rule.rates(s.settings, batch.alpha, batch.step + 1), clips};
  const bool later = batch.learns && s.clip_norm > 0;  // the update waits for the length of the whole gradient
  const bool now = batch.learns && !later;
  const auto renew = [&](const Block& W, long from, long to, const T* gradient) {
    w.change(W.at + from * W.ld, (to - from) * W.ld, gradient);
    if (s.layers[W.layer].pulls) transpose(s, s.layers[W.layer], from, to);
  };
  visit(
      s, member, size,
      [&](const Block& W, long from, long to) {
        const Layer<T>& layer = s.layers[W.layer];
        long lda;
        const T* A = input_of(s, W.layer, lda);
        // A gradient that is used at once need not travel through memory.
        T* gradient = now ? s.stretch + member * s.stretch_size : s.gradient + W.at + from * W.ld;
        product<T, true>(to - from, whole<T>(W.columns), batch.m, A + from, lda, layer.d, layer.ld_out, gradient, W.ld,
                         nullptr);
        if (now) clear_padding(gradient, to - from, whole<T>(W.columns), W.ld);
        if (s.penalised || clips) w.prepare(W, from, to - from, W.ld, gradient);
        if (now) renew(W, from, to, gradient);
      },
      [&](const Block& b, long from, long to) {
        T* gradient = s.gradient + b.at + from * kLanes;
        if (s.layers[b.layer].kind != gn_batch_norm)  // whose are made on the way back
          vector_gradient(s, b, batch.m, from * kLanes, to * kLanes);
        if (clips) w.prepare(b, from, to - from, kLanes, gradient);
        if (now) w.change(b.at + from * kLanes, (to - from) * kLanes, gradient);
      });
  if (!later) return w.sound;
  meet(barrier);
  double square = 0, small = 0;
  for (long i = 0; i < s.sums; i++) square += s.square[i], small += s.small_square[i];
  const double length = square < 0x1p1000 ? __builtin_sqrt(square) : __builtin_sqrt(small) * 0x1p550;
  const bool long_one = length > s.clip_norm && __builtin_isfinite(length);
  const Vec<T> shorter = all<Vec<T>>(long_one ? T(s.clip_norm / length) : T(1));
  const auto shortened = [&](long at, long n) {
    T* gradient = s.gradient + at;
    for (long i = 0; long_one && i < n; i += N<T>) store<T>(gradient + i, load<T>(gradient + i) * shorter);
    return gradient;
  };
  visit(
      s, member, size,
      [&](const Block& W, long from, long to) { renew(W, from, to, shortened(W.at + from * W.ld, (to - from) * W.ld)); },
      [&](const Block& b, long from, long to) {
        const long at = b.at + from * kLanes, n = (to - from) * kLanes;
        w.change(at, n, shortened(at, n));
      });
  return w.sound;
}

// -- steps ---------------------------------------------------------------------------------------------------------------

template <class T> static double losses_of(const Session<T>& s, const Batch<T>& batch) {
  double J = 0;
  for (long r = 0; r < batch.m; r++) J += double(s.losses[r]);
  return J;
}

template <class T> static double penalties_of(const Session<T>& s) {
  double J = 0;
  for (int i = 0; s.penalised && i < s.blocks && s.block[i].at < s.weights; i++)
    for (long r = 0; r < s.block[i].rows; r++) J += s.penalty[s.block[i].sums + r];
  return J;
}

template <class T> static double weight_of(const Batch<T>& batch) {
  if (!batch.rows->weights) return double(batch.m);
  double total = 0;
  for (long r = 0; r < batch.m; r++) total += batch.rows->weights[row_of(batch, r)];
  return total;
}

static bool rows_exist(const gn_rows& rows, const gn_steps& steps) {
  for (int64_t i = 0; i < steps.count; i++)
    if (steps.order[i] < 0 || steps.order[i] >= rows.count) return false;
  return true;
}

template <class T> struct Task {
  Session<T>* s;
  const gn_rows* rows;
  gn_steps* steps;
  Barrier barrier;
  // What went wrong and in which step, a word for each member: a quick one may be in the next step already.
  struct alignas(64) { int64_t step; int status; } verdict[kMostThreads];
};

template <class T> static void train_job(void* context, int member, int size) {
  Task<T>& task = *static_cast<Task<T>*>(context);
  Session<T>& s = *task.s;
  gn_steps& steps = *task.steps;
  long done = 0;
  for (int64_t step = 0; done < steps.count; step++) {
    const long m = steps.count - done < steps.batch ? steps.count - done : steps.batch;
    Batch<T> batch = {task.rows, steps.order + done, m, steps.count - done, 0, steps.seed, steps.step + step, true, steps.alphas[step]};
    batch.total = weight_of(batch);
    int status = rows_part(s, batch, task.barrier, member, size);
    meet(task.barrier);
    const double losses = member ? 0 : losses_of(s, batch);  // before others may write the next step's
    if (!weights_part(s, batch, task.barrier, member, size) && !status) status = gn_diverged;
    if (status) task.verdict[member].status = status, task.verdict[member].step = step;
    meet(task.barrier);
    for (int i = 0; i < size; i++)
      if (task.verdict[i].status && task.verdict[i].step == step) return;
    done += m;
    if (member) continue;
    steps.steps_done = step + 1, steps.rows_done = done;
    steps.cost_sum += (losses + penalties_of(s)) * batch.total;
    steps.weight_sum += batch.total;
  }
}

template <class T> static int verdict_of(const Task<T>& task) {
  for (int i = 0; i < kMostThreads; i++)
    if (task.verdict[i].status) return task.verdict[i].status;
  return gn_done;
}

template <class T> static int train_session(void* session, const gn_rows* rows, gn_steps* steps) {
  Task<T> task = {};
  task.s = static_cast<Session<T>*>(session), task.rows = rows, task.steps = steps;
  steps->steps_done = steps->rows_done = 0;
  if (steps->batch < 1 || steps->batch > task.s->rows || !rows_exist(*rows, *steps)) return gn_bad_row;
  const int64_t threads = steps->threads < task.s->threads ? steps->threads : task.s->threads;
  together(int(threads), train_job<T>, &task, task.barrier);
  return verdict_of(task);
}

template <class T> struct GradientTask : Task<T> {
  Batch<T> batch;
};

template <class T> static void gradient_job(void* context, int member, int size) {
  GradientTask<T>& task = *static_cast<GradientTask<T>*>(context);
  int status = rows_part(*task.s, task.batch, task.barrier, member, size);
  meet(task.barrier);
  weights_part(*task.s, task.batch, task.barrier, member, size);
  if (status == gn_bad_class) task.verdict[member].status = status;
}

template <class T>
static int gradient_session(void* session, const gn_rows* rows, uint64_t seed, int64_t step, void* gradient,
                            double* cost) {
  GradientTask<T> task = {};
  Session<T>& s = *static_cast<Session<T>*>(session);
  if (rows->count < 1 || rows->count > s.rows) return gn_bad_row;
  task.s = &s;
  task.batch = {rows, nullptr, rows->count, rows->count, 0, seed, step, false, 0};
  task.batch.total = weight_of(task.batch);
  together(s.threads, gradient_job<T>, &task, task.barrier);
  *cost = losses_of(s, task.batch) + penalties_of(s);
  collect(s, s.gradient, static_cast<T*>(gradient));
  return verdict_of(task);
}

}  // namespace GN_ISA
}  // namespace glassnet

#endif
