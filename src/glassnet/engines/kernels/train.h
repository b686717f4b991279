// Training steps, and the cost and gradient alone. A step has two parts, with a barrier after each: every member of the
// team takes some rows of the batch forward, through the loss and backward (passes.h); then some rows of the weights, whose
// gradient it sums over the whole batch and updates (weights.h). Nothing is added up across members, so their number shows
// in no bit.

#ifndef GLASSNET_TRAIN_H
#define GLASSNET_TRAIN_H

#include "passes.h"
#include "weights.h"

namespace glassnet {
namespace GN_ISA {

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
  share_out(s, member, size);
  for (int64_t step = 0; done < steps.count; step++) {
    const long m = steps.count - done < steps.batch ? steps.count - done : steps.batch;
    Batch<T> batch = {task.rows, steps.order + done, m, steps.count - done, 0, steps.seed, steps.step + step, true, steps.alphas[step]};
    batch.total = weight_of(batch);
    int status = rows_part(s, batch, task.barrier, member, size);
    meet(task.barrier);
    const double losses = member ? 0 : losses_of(s, batch);  // before others may write the next step's
    if (!weights_part(s, batch, task.barrier, member) && !status) status = gn_diverged;
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
  share_out(*task.s, member, size);
  weights_part(*task.s, task.batch, task.barrier, member);
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
