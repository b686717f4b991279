// The task of a team that trains: steps to take, what is told from member to member, what is counted.

#ifndef GLASSNET_TASK_H
#define GLASSNET_TASK_H

#include "passes.h"
#include "weights.h"

namespace glassnet {
namespace GN_ISA {

template <class T> struct Task {
  Session<T>* s;
  const gn_rows* rows;
  gn_steps* steps;
  Barrier barrier;
  int told[2][kMostThreads];  // what went wrong in this step, in two places by turns: a quick member may be in the next one
  int verdict[kMostThreads];  // and in the end

  void tell(int64_t step, int member, int status) {
    if (status) told[step % 2][member] = status;  // else it is 0
  }

  // After a barrier: whether somebody told of something, which is the end.
  bool ends(int64_t step, int member, int size) {
    int status = gn_done;
    for (int i = size - 1; i >= 0; i--)
      if (told[step % 2][i]) status = told[step % 2][i];
    verdict[member] = status;
    return status;
  }
};

template <class T> static int verdict_of(const Task<T>& task) {
  for (int status : task.verdict)
    if (status) return status;
  return gn_done;
}

// The sum J goes on over some rows.
template <class T> static double losses_of(const T* losses, Range rows, double J = 0) {
  for (long r = rows.from; r < rows.to; r++) J += double(losses[r]);
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

// The step that begins after `done` rows.
template <class T> static Batch<T> batch_of(const Task<T>& task, int64_t step, long done, T* X, T* losses) {
  const gn_steps& steps = *task.steps;
  Batch<T> batch = {};
  batch.rows = task.rows, batch.chosen = steps.order + done;
  batch.left = steps.count - done, batch.m = batch.left < steps.batch ? batch.left : steps.batch;
  batch.seed = steps.seed, batch.step = steps.step + step;
  batch.learns = true, batch.alpha = steps.alphas[step], batch.X = X, batch.losses = losses;
  batch.total = weight_of(batch);
  return batch;
}

template <class T>
static void count_step(const Session<T>& s, const Batch<T>& batch, double losses, int64_t step, long done, gn_steps& steps) {
  steps.steps_done = step + 1, steps.rows_done = done;
  steps.cost_sum += (losses + penalties_of(s)) * batch.total;
  steps.weight_sum += batch.total;
}

}  // namespace GN_ISA
}  // namespace glassnet

#endif
