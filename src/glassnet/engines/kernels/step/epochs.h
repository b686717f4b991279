// Whole epochs in one call: the order of their rows, what each cost, and when nothing improves any more.
#pragma once
#include <time.h>

#include "epoch_order.h"
#include "step/train.h"

namespace glassnet::GN_ISA {
static double seconds_now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

// Whether to stop after so many epochs, the last one of this cost; learning/stopping.py is the specification.
static bool is_stale(gn_epochs& epochs, double cost, int64_t epochs_done) {
  const double improved = epochs.best - epochs.tolerance;  // infinite at first
  epochs.stale = cost - cost == 0 && cost <= improved ? 0 : epochs.stale + 1;
  if (cost < epochs.best) epochs.best = cost, epochs.best_epoch = epochs_done;
  return double(epochs.stale) > epochs.patience;
}

// Where an epoch fails, `done` counts those before it, and the session must be loaded again.
template <class T>
static int train_epochs_session(void* session, const gn_rows* rows, gn_steps* steps, gn_epochs* epochs) {
  Session<T>& s = *static_cast<Session<T>*>(session);
  epochs->done = 0;
  if (steps->batch < 1 || steps->batch > s.rows || steps->count > rows->count) return gn_bad_row;
  if (!epochs->order && !rows_exist(*rows, *steps)) return gn_bad_row;
  const double begun = seconds_now();
  while (epochs->done < epochs->most) {
    const int64_t i = epochs->done, epoch = epochs->epoch + i;
    if (epochs->order) order_rows(steps->seed, uint64_t(epoch), steps->count, epochs->order);
    steps->cost_sum = steps->weight_sum = 0;
    const int status = take_steps(s, rows, steps);
    if (status) return status;
    steps->step += steps->steps_done, steps->alphas += steps->steps_done;
    epochs->costs[i] = steps->cost_sum / (steps->weight_sum ? steps->weight_sum : 1);
    epochs->times[i] = seconds_now() - begun;
    epochs->done = i + 1;
    if (is_stale(*epochs, epochs->costs[i], epoch + 1) || epochs->times[i] > epochs->seconds) break;
  }
  return gn_done;
}
}  // namespace glassnet::GN_ISA
