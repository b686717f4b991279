// Compiled once for each instruction set, with GN_ISA its name and the compiler's flags to match. Everything lives in
// a namespace of that name, so that the linker never takes one set's code for another's.

#include "peak.h"
#include "recording.h"
#include "session/make.h"
#include "step/epochs.h"

namespace glassnet::GN_ISA {
template <class T>
static constexpr Methods methods = {load_session<T>,     borrow_session<T>,       save_session<T>,
                                    train_session<T>,    train_epochs_session<T>, judge_session<T>,
                                    gradient_session<T>, predict_session<T>,      recorded_session<T>};

static int64_t bytes(const gn_plan* plan) {
  if (!is_valid(*plan)) return -1;
  return plan->bytes == 4 ? bytes_of<float>(*plan) : bytes_of<double>(*plan);
}

template <class T> static void make_at(const gn_plan& plan, void* memory) {
  Session<T>* s = static_cast<Session<T>*>(memory);
  s->methods = &methods<T>;
  make(*s, plan, static_cast<char*>(memory));
}

static void make_session(const gn_plan* plan, void* memory) {
  if (plan->bytes == 4) make_at<float>(*plan, memory);
  else make_at<double>(*plan, memory);
}

static const gn_rule* rule(const char* list, int64_t i) {
  if (!strcmp(list, "layer")) return described(Kinds(), i);
  if (!strcmp(list, "activation")) return described(Activations(), i);
  if (!strcmp(list, "loss")) return described(Losses(), i);
  return strcmp(list, "optimizer") ? nullptr : described(Optimizers(), i);
}

extern const Table table;
const Table table = {bytes, make_session, rule, measured_peak};
}  // namespace glassnet::GN_ISA
