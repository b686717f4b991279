// Training steps, and the cost and gradient alone. A step has two parts, with a barrier after each: every member of the
// team takes some rows of the batch forward, through the loss and backward (forward_backward.h); then some rows of the
// weights, whose gradient it sums over the whole batch and updates (update.h). Nothing is added up across members, so
// their number shows in no bit. Two members train a small network by splitting the batch (split_batch.h).
#pragma once
#include "step/split_batch.h"
#include "step/split_columns.h"

namespace glassnet::GN_ISA {
// A gn_status: whether the rows are the session's, and there is a rate for each step of so many epochs.
template <class T>
static int check_steps(const Session<T>& s, const gn_rows& rows, const gn_steps& steps, int64_t epochs) {
  if (steps.batch < 1 || steps.batch > s.rows) return gn_bad_row;
  const int64_t rates = (steps.count + steps.batch - 1) / steps.batch * epochs;
  return fit(rows, s) && steps.alphas_count >= rates ? gn_done : gn_bad_size;
}

static bool rows_exist(const gn_rows& rows, const gn_steps& steps) {
  for (int64_t i = 0; i < steps.count; i++)
    if (steps.order[i] < 0 || steps.order[i] >= rows.count) return false;
  return true;
}

template <class T> static void train_by_rows(Task<T>& task, int member, int size) {
  Session<T>& s = *task.s;
  gn_steps& steps = *task.steps;
  const bool split = use_split_columns(s, steps.batch, size);
  if (split) assign_split_columns(s, member);
  else assign_chunks(s, member, size);
  T* X = s.X + (split ? member * s.rows * s.ld_inputs : 0);
  long done = 0;
  for (int64_t step = 0; done < steps.count; step++) {
    const Batch<T> batch = batch_of(task, step, done, X, s.losses);
    if (split) split_first_layer(s, batch, task.barrier, member);
    const int status = forward_backward(s, batch, task.barrier, member, size, split ? 1 : -1);
    wait(task.barrier);
    const double losses = member ? 0 : add_losses(s.losses, {0, batch.m});  // before the next step's are written
    const bool is_finite = update_parameters(s, batch, task.barrier, member);
    task.report(step, member, status || is_finite ? status : int(gn_diverged));
    wait(task.barrier);
    if (task.failed(step, member, size)) return;
    done += batch.m;
    if (member == 0) count_step(s, batch, losses, step, done, steps);
  }
}

template <class T> static void train_job(void* context, int member, int size) {
  Task<T>& task = *static_cast<Task<T>*>(context);
  if (task.s->twin && size == 2) train_split_batch(task, member);
  else train_by_rows(task, member, size);
}

template <class T> static int take_steps(Session<T>& s, const gn_rows* rows, gn_steps* steps) {
  Task<T> task = {};
  task.s = &s;
  task.rows = rows;
  task.steps = steps;
  steps->steps_done = steps->rows_done = 0;
  const int64_t most = task.s->twin ? 2 : task.s->threads;
  run_team(int(steps->threads < most ? steps->threads : most), train_job<T>, &task, task.barrier);
  return verdict_of(task);
}

template <class T> static void gradient_job(void* context, int member, int size) {
  Task<T>& task = *static_cast<Task<T>*>(context);
  const int status = forward_backward(*task.s, task.batch, task.barrier, member, size);
  wait(task.barrier);
  assign_chunks(*task.s, member, size);
  update_parameters(*task.s, task.batch, task.barrier, member);
  if (status == gn_bad_class) task.verdict[member] = status;
}

template <class T> static int train_session(void* session, const gn_rows* rows, gn_steps* steps) {
  Session<T>& s = *static_cast<Session<T>*>(session);
  steps->steps_done = steps->rows_done = 0;
  const int status = check_steps(s, *rows, *steps, 1);
  if (status) return status;
  if (!rows_exist(*rows, *steps)) return gn_bad_row;
  return take_steps(s, rows, steps);
}

// The cost of all rows, and its gradient (n), flat.
template <class T>
static int gradient_session(void* session, const gn_rows* rows, uint64_t seed, int64_t step, int64_t threads, void* out,
                            int64_t size, double* cost) {
  Task<T> task = {};
  Session<T>& s = *static_cast<Session<T>*>(session);
  if (rows->count < 1 || rows->count > s.rows) return gn_bad_row;
  if (size != s.flat_size || !fit(*rows, s)) return gn_bad_size;
  task.s = &s;
  task.batch = {rows, nullptr, rows->count, rows->count, 0, seed, step, false, 0, s.X, s.losses};
  task.batch.total = weight_of(task.batch);
  run_team(int(threads < s.threads ? threads : s.threads), gradient_job<T>, &task, task.barrier);
  *cost = add_losses(s.losses, {0, task.batch.m}) + penalties_of(s);
  copy_out(s, s.gradient, out);
  return verdict_of(task);
}
}  // namespace glassnet::GN_ISA
