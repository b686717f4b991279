// The task of a team that trains: steps to take, what members report to each other, what is counted.
#pragma once
#include "step/forward_backward.h"
#include "step/update.h"

namespace glassnet::GN_ISA {
template <class T> struct Task {
  Session<T>* s;
  const gn_rows* rows;
  gn_steps* steps;
  Batch<T> batch;  // where the gradient alone is asked for
  Barrier barrier;
  int reported[2][kMostThreads];  // statuses, alternating from step to step: a quick member may be in the next one
  int verdict[kMostThreads];      // and in the end

  void report(int64_t step, int member, int status) {
    if (status) reported[step % 2][member] = status;  // else it is 0
  }

  // After a barrier: whether a member reported a failure, which is the end.
  bool failed(int64_t step, int member, int size) {
    int status = gn_done;
    for (int i = size - 1; i >= 0; i--)
      if (reported[step % 2][i]) status = reported[step % 2][i];
    verdict[member] = status;
    return status;
  }
};

template <class T> static int verdict_of(const Task<T>& task) {
  for (int status : task.verdict)
    if (status) return status;
  return gn_done;
}

// J and the losses of some rows on top.
template <class T> static double add_losses(const T* losses, Range rows, double J = 0) {
  for (long r = rows.from; r < rows.to; r++) J += double(losses[r]);
  return J;
}

template <class T> static double weight_of(const Batch<T>& batch) {
  if (!batch.rows->weights) return double(batch.m);
  double total = 0;
  for (long r = 0; r < batch.m; r++) total += batch.rows->weights[row_of(batch, r)];
  return total;
}

// The step that begins after `done` rows.
template <class T> static Batch<T> batch_of(const Task<T>& task, int64_t step, long done, T* X, T* losses) {
  const gn_steps& steps = *task.steps;
  const long left = steps.count - done, m = left < steps.batch ? left : steps.batch;
  Batch<T> batch = {task.rows, steps.order + done, m, left,  0, steps.seed, steps.step + step,
                    true,      steps.alphas[step], X, losses};
  batch.total = weight_of(batch);
  return batch;
}

template <class T>
static void count_step(const Session<T>& s, const Batch<T>& batch, double losses, int64_t step, long done,
                       gn_steps& steps) {
  steps.steps_done = step + 1;
  steps.rows_done = done;
  steps.cost_sum += (losses + penalties_of(s)) * batch.total;
  steps.weight_sum += batch.total;
}
}  // namespace glassnet::GN_ISA
