// Small networks, two threads. Each member has the whole network to itself, in a session of its own, and takes half of
// the batch through it; all that they exchange is a vector, the gradient of their half, at one barrier a step. Memory
// that both write to changes hands between two processors, which costs a small network more than its arithmetic.
//
// The gradient of a small network is always a sum of two halves (Session::depth): the bits are those of one thread.
#pragma once
#include "step/task.h"

namespace glassnet::GN_ISA {
static Range half_of(long m, int half) { return half ? Range{(m + 1) / 2, m} : Range{0, (m + 1) / 2}; }

template <class T> static void copy_to_twin(const Session<T>& from, Session<T>& to) {
  const long bytes = from.size * long(sizeof(T));
  memcpy(to.theta, from.theta, bytes);
  for (int k = 0; k < from.optimizer->slots; k++) memcpy(to.slots[k], from.slots[k], bytes);
  transpose_all(to);
}

// The gradient of all parameters (padded) by some rows.
template <class T> static void whole_gradient(const Session<T>& s, const Batch<T>& batch, Range rows, T* gradient) {
  for (int i = 0; i < s.blocks; i++) {
    const Block& b = s.block[i];
    if (is_weights(s, b)) weights_gradient(s, batch, b, rows, kDepth, 0, b.rows, gradient + b.at);
    else vector_gradient(s, batch, b, rows, kDepth, 0, b.units, gradient);
  }
}

template <class T> static void train_split_batch(Task<T>& task, int member) {
  Session<T>*const both[2] = {task.s, task.s->twin}, &s = *both[member];
  gn_steps& steps = *task.steps;
  Barrier alone;
  if (member) copy_to_twin(*task.s, s);
  assign_chunks(s, 0, 1);
  wait(task.barrier);
  long done = 0;
  for (int64_t step = 0; done < steps.count; step++) {
    // One may be a step ahead of the other, and no more: what they exchange lies in two places, alternating.
    const long parity = step % 2, losses_at = parity * s.rows;
    const Batch<T> batch = batch_of(task, step, done, s.X, s.losses + losses_at);
    const Range mine = half_of(batch.m, member);
    task.report(step, member, forward_backward_rows(s, batch, 0, mine, -1));
    whole_gradient(s, batch, mine, s.half[parity]);
    wait(task.barrier);
    if (task.failed(step, member, 2)) return;
    const T* const halves[2] = {both[0]->half[parity], both[1]->half[parity]};
    if (!update_parameters(s, batch, alone, 0, halves)) {  // both find the same
      task.verdict[member] = gn_diverged;
      return;
    }
    done += batch.m;
    if (member) continue;
    double losses = 0;
    for (int i = 0; i < 2; i++) losses = add_losses(both[i]->losses + losses_at, half_of(batch.m, i), losses);
    count_step(s, batch, losses, step, done, steps);
  }
}
}  // namespace glassnet::GN_ISA
