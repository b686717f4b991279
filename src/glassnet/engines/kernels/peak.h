// The peak: what the processor does when it does nothing but multiply and add.
#pragma once
#include <time.h>
#include "arithmetic/simd.h"
#include "threads/team.h"

namespace glassnet::GN_ISA {
constexpr int kSums = 12;             // side by side, so that none waits for itself
constexpr int kRoundsTimed = 100000;  // between two looks at the clock

struct Peak {
  double seconds, best;
  double rates[kMostThreads];
  Barrier barrier;
};

static double clock_now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

template <class T> static void peak_job(void* context, int member, int) {
  typedef Vec<T> V;
  Peak& peak = *static_cast<Peak*>(context);
  V sum[kSums] = {};
  const V a = all<V>(T(0.999)), b = all<V>(T(0.001));
  wait(peak.barrier);
  double best = 0;
  const double until = clock_now() + peak.seconds;
  do {
    const double begun = clock_now();
    for (int i = 0; i < kRoundsTimed; i++)
#pragma GCC unroll 12
      for (int j = 0; j < kSums; j++) sum[j] = fma(a, sum[j], b);
    const double rate = double(kRoundsTimed) * kSums * 2 * N<T> / (clock_now() - begun);
    best = rate > best ? rate : best;
  } while (clock_now() < until);
  T total = 0;
  for (V& one : sum) total += one[0];
  peak.rates[member] = total > 0 ? best : 0;  // the sums are used, so they are computed
}

static double measured_peak(int64_t bytes, int64_t threads, double seconds) {
  Peak peak = {};
  peak.seconds = seconds;
  run_team(int(threads), bytes == 4 ? peak_job<float> : peak_job<double>, &peak, peak.barrier);
  double sum = 0;
  for (double rate : peak.rates) sum += rate;
  return sum;
}
}  // namespace glassnet::GN_ISA
