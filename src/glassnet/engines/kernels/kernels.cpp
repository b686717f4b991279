// Compiled once for each instruction set, with GN_ISA its name and the compiler's flags to match. Everything lives in
// a namespace of that name, so that the linker never takes one set's code for another's.

#include <time.h>

#include "predict.h"
#include "seen.h"

namespace glassnet {
namespace GN_ISA {

template <class T> static constexpr Methods methods = {load_session<T>,     borrow_session<T>,  save_session<T>, train_session<T>,
                                                       gradient_session<T>, predict_session<T>, seen_session<T>};

static int64_t bytes(const gn_plan* plan) {
  if (!sound(*plan)) return -1;
  return plan->bytes == 4 ? bytes_of<float>(*plan) : bytes_of<double>(*plan);
}

template <class T> static void made(const gn_plan& plan, void* memory) {
  Session<T>* s = static_cast<Session<T>*>(memory);
  s->methods = &methods<T>;
  make(*s, plan, static_cast<char*>(memory));
}

static void make_session(const gn_plan* plan, void* memory) {
  plan->bytes == 4 ? made<float>(*plan, memory) : made<double>(*plan, memory);
}

static const gn_rule* rule(const char* list, int64_t i) {
  if (!strcmp(list, "layer")) return described(Kinds(), i);
  if (!strcmp(list, "activation")) return described(Activations(), i);
  if (!strcmp(list, "loss")) return described(Losses(), i);
  return strcmp(list, "optimizer") ? nullptr : described(Optimizers(), i);
}

// -- the peak: what the processor does when it does nothing but multiply and add -----------------------------------------

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
  V sum[12];
  for (V& one : sum) one = V{};
  const V a = all<V>(T(0.999)), b = all<V>(T(0.001));
  meet(peak.barrier);
  double best = 0;
  const double until = clock_now() + peak.seconds;
  do {
    const double begun = clock_now();
    for (int i = 0; i < 100000; i++)
#pragma GCC unroll 12
      for (int j = 0; j < 12; j++) sum[j] = fma(a, sum[j], b);
    const double rate = 100000.0 * 12 * 2 * N<T> / (clock_now() - begun);
    best = rate > best ? rate : best;
  } while (clock_now() < until);
  T total = 0;
  for (V& one : sum) total += one[0];
  peak.rates[member] = total > 0 ? best : 0;  // the sums are used, so they are computed
}

static double measured_peak(int64_t bytes, int64_t threads, double seconds) {
  Peak peak = {};
  peak.seconds = seconds;
  together(int(threads), bytes == 4 ? peak_job<float> : peak_job<double>, &peak, peak.barrier);
  double sum = 0;
  for (double rate : peak.rates) sum += rate;
  return sum;
}

extern const Table table;
const Table table = {bytes, make_session, rule, measured_peak};

}  // namespace GN_ISA
}  // namespace glassnet
