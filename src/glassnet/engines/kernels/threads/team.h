// Threads: a team does one job together, with a barrier between its parts. The pool is in team.cpp.
#pragma once
#include <stdint.h>
#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

namespace glassnet {
constexpr int kMostThreads = 256;
constexpr int kSpins = 1500;  // about as long as a step's members differ; a thread that waits longer lets others run

// Every member waits until all have arrived: spins briefly, then sleeps, so that the missing one finds a processor.
struct Barrier {
  int size = 1;
  alignas(64) int arrived = 0, phase = 0, asleep = 0;
  int opened_on = -1;  // the processor of the member that woke up those who slept
};
void sleep_until_open(Barrier& barrier, int phase);
void wake_sleepers(Barrier& barrier);

// Whether `done` becomes true within kSpins looks.
template <class Done> static inline __attribute__((always_inline)) bool spin(Done done) {
  for (int spins = 0; spins < kSpins; spins++) {
    if (done()) return true;
#if defined(__x86_64__) || defined(__i386__)
    _mm_pause();
#endif
  }
  return false;
}

static inline __attribute__((always_inline)) void wait(Barrier& barrier) {
  if (barrier.size == 1) return;
  const int phase = __atomic_load_n(&barrier.phase, __ATOMIC_RELAXED);
  if (__atomic_add_fetch(&barrier.arrived, 1, __ATOMIC_ACQ_REL) == barrier.size) {
    __atomic_store_n(&barrier.arrived, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&barrier.phase, phase + 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&barrier.asleep, __ATOMIC_SEQ_CST)) wake_sleepers(barrier);
    return;
  }
  if (!spin([&] { return __atomic_load_n(&barrier.phase, __ATOMIC_ACQUIRE) != phase; }))
    sleep_until_open(barrier, phase);
}

typedef void (*Job)(void* context, int member, int size);

// Run `job` on up to `threads` threads, this one among them, and return when all are done. Where the pool is busy with
// another caller's job, this thread does it alone: results do not depend on the number.
void run_team(int threads, Job job, void* context, Barrier& barrier);

// The same for a job whose members take what is left of its work: a thread that has not begun is not waited for. A
// `brief` job takes no longer than waking a thread, so none is woken for it unless another one was just done.
void run_shared(int threads, Job job, void* context, bool brief);
}  // namespace glassnet
