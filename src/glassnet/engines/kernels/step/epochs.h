// Whole epochs in one call: the order of their rows, what each cost, and when nothing improves any more.
#pragma once
#include <time.h>

#include "epoch_order.h"
#include "step/judge.h"
#include "step/train.h"

namespace glassnet::GN_ISA {
static double seconds_now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

// What is watched of epoch i, the higher the better.
static double score_of(const gn_epochs& epochs, int64_t i) {
  const int64_t place = epochs.watched;
  const double number = place < 0   ? epochs.costs[i]
                        : place < 4 ? epochs.training_sums[4 * i + place]
                                    : epochs.heldout_sums[4 * i + place - 4];
  return epochs.offset + epochs.factor * (number / epochs.divisor);
}

// Keeps the best after epoch i; whether it is time to stop. learning/stopping.py is the specification.
template <class T> static bool is_stale(Session<T>& s, gn_epochs& epochs, int64_t i) {
  const double score = score_of(epochs, i);
  epochs.stale = score - score == 0 && score >= epochs.best + epochs.tolerance ? 0 : epochs.stale + 1;
  if (score > epochs.best) {
    epochs.best = score, epochs.best_epoch = epochs.epoch + i + 1;
    if (epochs.kept) save_session<T>(&s, epochs.kept);
  }
  return double(epochs.stale) > epochs.patience;
}

template <class T> static int judge_epoch(Session<T>& s, gn_judged* judged, double* sums) {
  if (!judged) return gn_done;
  const int status = judge_session<T>(&s, judged);
  sums[0] = judged->losses, sums[1] = judged->right, sums[2] = judged->squares, sums[3] = judged->distances;
  return status;
}

// Where an epoch fails, `done` counts those before it, and the session must be loaded again.
template <class T>
static int train_epochs_session(void* session, const gn_rows* rows, gn_steps* steps, gn_epochs* epochs) {
  Session<T>& s = *static_cast<Session<T>*>(session);
  epochs->done = 0;
  const int fits = check_steps(s, *rows, *steps, epochs->most);
  if (fits || steps->count > rows->count) return fits ? fits : int(gn_bad_row);
  if (epochs->kept && !fit(*epochs->kept, s)) return gn_bad_size;
  if (!epochs->order && !rows_exist(*rows, *steps)) return gn_bad_row;
  const double begun = seconds_now();
  while (epochs->done < epochs->most) {
    const int64_t i = epochs->done;
    if (epochs->order) order_rows(steps->seed, uint64_t(epochs->epoch + i), steps->count, epochs->order);
    steps->cost_sum = steps->weight_sum = 0;
    int status = take_steps(s, rows, steps);
    if (!status) status = judge_epoch(s, epochs->training, epochs->training_sums + 4 * i);
    if (!status) status = judge_epoch(s, epochs->heldout, epochs->heldout_sums + 4 * i);
    if (status) return status;
    steps->step += steps->steps_done, steps->alphas += steps->steps_done;
    epochs->costs[i] = steps->cost_sum / (steps->weight_sum ? steps->weight_sum : 1);
    epochs->times[i] = seconds_now() - begun;
    epochs->done = i + 1;
    if (is_stale(s, *epochs, i) || epochs->times[i] > epochs->seconds) break;
  }
  return gn_done;
}
}  // namespace glassnet::GN_ISA
