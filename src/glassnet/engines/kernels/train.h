// Training steps, and the cost and gradient alone. A step has two parts, with a barrier after each: every member of the
// team takes some rows of the batch forward, through the loss and backward (passes.h); then some rows of the weights, whose
// gradient it sums over the whole batch and updates (weights.h). Nothing is added up across members, so their number shows
// in no bit. Two members train a small network by halves of the batch (halves.h).

#ifndef GLASSNET_TRAIN_H
#define GLASSNET_TRAIN_H

#include "columns.h"
#include "halves.h"

namespace glassnet {
namespace GN_ISA {

static bool rows_exist(const gn_rows& rows, const gn_steps& steps) {
  for (int64_t i = 0; i < steps.count; i++)
    if (steps.order[i] < 0 || steps.order[i] >= rows.count) return false;
  return true;
}

template <class T> static void train_by_parts(Task<T>& task, int member, int size) {
  Session<T>& s = *task.s;
  gn_steps& steps = *task.steps;
  const bool halves = by_columns(s, steps.batch, size);
  halves ? share_out_columns(s, member) : share_out(s, member, size);
  T* X = s.X + (halves ? member * s.rows * s.ld_inputs : 0);
  long done = 0;
  for (int64_t step = 0; done < steps.count; step++) {
    const Batch<T> batch = batch_of(task, step, done, X, s.losses);
    if (halves) first_layer(s, batch, task.barrier, member);
    const int status = rows_part(s, batch, task.barrier, member, size, halves ? 1 : -1);
    meet(task.barrier);
    const double losses = member ? 0 : losses_of(s.losses, {0, batch.m});  // before others may write the next step's
    const bool sound = weights_part(s, batch, task.barrier, member);
    task.tell(step, member, status || sound ? status : int(gn_diverged));
    meet(task.barrier);
    if (task.ends(step, member, size)) return;
    done += batch.m;
    if (member == 0) count_step(s, batch, losses, step, done, steps);
  }
}

template <class T> static void train_job(void* context, int member, int size) {
  Task<T>& task = *static_cast<Task<T>*>(context);
  task.s->twin && size == 2 ? train_by_halves(task, member) : train_by_parts(task, member, size);
}

template <class T> static int train_session(void* session, const gn_rows* rows, gn_steps* steps) {
  Task<T> task = {};
  task.s = static_cast<Session<T>*>(session), task.rows = rows, task.steps = steps;
  steps->steps_done = steps->rows_done = 0;
  if (steps->batch < 1 || steps->batch > task.s->rows || !rows_exist(*rows, *steps)) return gn_bad_row;
  const int64_t most = task.s->twin ? 2 : task.s->threads;
  together(int(steps->threads < most ? steps->threads : most), train_job<T>, &task, task.barrier);
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
  if (status == gn_bad_class) task.verdict[member] = status;
}

template <class T>
static int gradient_session(void* session, const gn_rows* rows, uint64_t seed, int64_t step, void* gradient,
                            double* cost) {
  GradientTask<T> task = {};
  Session<T>& s = *static_cast<Session<T>*>(session);
  if (rows->count < 1 || rows->count > s.rows) return gn_bad_row;
  task.s = &s;
  task.batch.rows = rows, task.batch.m = task.batch.left = rows->count;
  task.batch.seed = seed, task.batch.step = step, task.batch.X = s.X, task.batch.losses = s.losses;
  task.batch.total = weight_of(task.batch);
  together(s.threads, gradient_job<T>, &task, task.barrier);
  *cost = losses_of(s.losses, {0, task.batch.m}) + penalties_of(s);
  collect(s, s.gradient, gradient);
  return verdict_of(task);
}

}  // namespace GN_ISA
}  // namespace glassnet

#endif
