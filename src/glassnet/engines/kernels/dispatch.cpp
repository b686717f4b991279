// The plain C interface: picks the fastest instruction set that was built and that the processor runs.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

#include "epoch_order.h"
#include "methods.h"
#include "mirror.h"

#define GN_API extern "C" __attribute__((visibility("default")))

namespace glassnet {
// GN_ISAS, by CMakeLists.txt: those that were built, fastest first, such as GN_ISA(avx2) GN_ISA(baseline).
#define GN_ISA(isa) \
  namespace isa { extern const Table table; }
GN_ISAS
#undef GN_ISA
}  // namespace glassnet

using namespace glassnet;

namespace {
struct Isa {
  const char* name;
  const Table* table;
  bool (*runs)();
};

bool runs_baseline() { return true; }
#if defined(__x86_64__)
bool runs_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
bool runs_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
}
#else
bool runs_neon() { return true; }
#endif

#define GN_ISA(isa) {#isa, &isa::table, runs_##isa},
const Isa isas[] = {GN_ISAS};
#undef GN_ISA

// GLASSNET_ISA, where set, is the only one allowed; nullptr where the processor cannot run it.
const Isa* choose() {
  const char* wanted = getenv("GLASSNET_ISA");
  const bool any = wanted == nullptr || *wanted == '\0';
  for (const Isa& isa : isas)
    if ((any || strcmp(wanted, isa.name) == 0) && isa.runs()) return &isa;
  return nullptr;
}

const Isa* const chosen = choose();
}  // namespace

// The number of this interface: the Python side refuses a binary with another.
GN_API int gn_version(void) { return GN_ABI; }

// The instruction set in use, or "" where GLASSNET_ISA asks for one that is not to be had.
GN_API const char* gn_isa(void) { return chosen == nullptr ? "" : chosen->name; }

// The i-th instruction set that was built and that the processor runs, fastest first; nullptr after the last.
GN_API const char* gn_isas(int i) {
  for (const Isa& isa : isas)
    if (isa.runs() && i-- == 0) return isa.name;
  return nullptr;
}

// The i-th of the rules it knows, nullptr behind the last; `list`: "layer", "activation", "loss" or "optimizer".
GN_API const gn_rule* gn_rules(const char* list, int64_t i) { return chosen->table->rule(list, i); }

// The i-th line of the layout of interface.h, nullptr behind the last.
GN_API const gn_field* gn_layout(int64_t i) { return i >= 0 && i < kLayoutLines ? layout + i : nullptr; }

namespace {
constexpr int64_t kHuge = int64_t(2) << 20;

// Zeroed memory; large ones on huge pages where the system has them: rows of a wide layer each touch a page of their
// own.
void* zeroed(int64_t bytes) {
  if (bytes < kHuge) {
    void* memory = nullptr;
    if (posix_memalign(&memory, 64, bytes) != 0) return nullptr;
    return memset(memory, 0, bytes);
  }
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
#if defined(__linux__)
  madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  return memory;
}

const Methods& methods_of(const void* session) { return *static_cast<const Base*>(session)->methods; }
}  // namespace

// Bytes a session of the plan takes; -1 for a plan that is none.
GN_API int64_t gn_bytes(const gn_plan* plan) { return chosen->table->bytes(plan); }

// A session, or nullptr where there is no plan or no memory. Freed by gn_free; used by one thread at a time, but for
// gn_predict.
GN_API void* gn_make(const gn_plan* plan) {
  const int64_t bytes = gn_bytes(plan);
  void* memory = bytes < 0 ? nullptr : zeroed(bytes);
  if (!memory) return nullptr;
  chosen->table->make(plan, memory);
  static_cast<Base*>(memory)->bytes = bytes;
  return memory;
}

GN_API void gn_free(void* session) {
  const int64_t bytes = static_cast<Base*>(session)->bytes;
#if defined(__SANITIZE_ADDRESS__)  // the guard zones of arena.h would stand in whatever is mapped there next
  __asan_unpoison_memory_region(session, bytes);
#endif
  if (bytes < kHuge) free(session);
  else munmap(session, bytes);
}

// A gn_status each: gn_bad_size where an array is not as long as the session's plan says; then it is left alone.
// Parameters in; in for gn_predict of a few rows, which reads `theta` where it lies; and out.
GN_API int gn_load(void* session, const gn_vectors* from) { return methods_of(session).load(session, from); }
GN_API int gn_borrow(void* session, const gn_vectors* from) { return methods_of(session).borrow(session, from); }
GN_API int gn_save(void* session, const gn_vectors* to) { return methods_of(session).save(session, to); }

// After gn_diverged the session must be loaded again.
GN_API int gn_train(void* session, const gn_rows* rows, gn_steps* steps) {
  return methods_of(session).train(session, rows, steps);
}

// Whole epochs; a gn_status, and after gn_diverged `done` says how many of them went well.
GN_API int gn_train_epochs(void* session, const gn_rows* rows, gn_steps* steps, gn_epochs* epochs) {
  return methods_of(session).train_epochs(session, rows, steps, epochs);
}

// A gn_status: what the session's predictions of some rows come to.
GN_API int gn_judge(void* session, gn_judged* judged) { return methods_of(session).judge(session, judged); }

// Cost and gradient of all rows (as many as the plan's batch, at most), dropout's mask being that of a step.
GN_API int gn_gradient(void* session, const gn_rows* rows, uint64_t seed, int64_t step, int64_t threads, void* out,
                       int64_t size, double* cost) {
  return methods_of(session).gradient(session, rows, seed, step, threads, out, size, cost);
}

// Scores (rows, k), or with `link` predictions; gn_diverged where some are not finite, gn_not_there where memory is
// short. May be called by many threads.
GN_API int gn_predict(const void* session, const void* X, int64_t inputs, int64_t rows, void* out, int64_t size,
                      int link) {
  return methods_of(session).predict(session, X, inputs, rows, out, size, link);
}

// What a recording session keeps of its last `rows` rows (gn_array), rows without padding; after gn_train that is its
// last step. gn_not_there for what the layer does not have, gn_bad_row for more rows than planned.
GN_API int gn_recorded(const void* session, int64_t l, int64_t what, int64_t rows, void* out, int64_t size) {
  return methods_of(session).recorded(session, l, what, rows, out, size);
}

// What `threads` threads do at most: floating-point operations a second, multiply and add counted apart.
GN_API double gn_peak(int64_t bytes, int64_t threads, double seconds) {
  return chosen->table->peak(bytes, threads, seconds);
}

// The order of m rows in the epoch of that number.
GN_API void gn_order(uint64_t seed, uint64_t epoch, int64_t m, int64_t* order) { order_rows(seed, epoch, m, order); }
