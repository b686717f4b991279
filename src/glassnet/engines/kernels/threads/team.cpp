// The pool of threads: made when first needed, asleep between jobs, forgotten in a forked child.

#include "threads/team.h"
#include <pthread.h>
#include <time.h>

namespace glassnet {
namespace {
pthread_mutex_t use = PTHREAD_MUTEX_INITIALIZER;  // held by the caller whose job runs
pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t begin = PTHREAD_COND_INITIALIZER, end = PTHREAD_COND_INITIALIZER, opened = PTHREAD_COND_INITIALIZER;
int workers = 0, idle = 0, busy = 0;  // idle: asleep until a job begins
long round_number = 0;
struct {
  Job job;
  void* context;
  int size, taken;  // members; the caller's processor
  bool shared;      // by those who come in time
} now;

struct Start {
  long round;
  int member;
};
Start starts[kMostThreads];

// A thread that wakes up on the processor it was woken from waits there for the thread that woke it, which soon waits
// for it, until the system moves one of them: for 10 ms, which is many steps. (Virtual machines always wake it up
// there: to them an idle processor is one that the host has taken away.) So the one who woke it lets it run at once,
// and it moves itself, and may then be anywhere again.
#if defined(__linux__)
int processor() { return sched_getcpu(); }

void leave(int taken) {
  cpu_set_t all, others;
  if (sched_getcpu() != taken || sched_getaffinity(0, sizeof all, &all) != 0) return;
  others = all;
  CPU_CLR(taken, &others);
  if (sched_setaffinity(0, sizeof others, &others) == 0) sched_setaffinity(0, sizeof all, &all);
}
#else
int processor() { return -1; }
void leave(int) {}
#endif

void* work(void* given) {
  Start start = *static_cast<Start*>(given);
  for (;;) {
    spin([&] { return __atomic_load_n(&round_number, __ATOMIC_RELAXED) != start.round; });  // jobs often follow at once
    pthread_mutex_lock(&lock);
    idle++;
    while (round_number == start.round) pthread_cond_wait(&begin, &lock);
    idle--;
    start.round = round_number;
    const auto task = now;
    if (task.shared && start.member < task.size) busy++;
    pthread_mutex_unlock(&lock);
    if (start.member >= task.size) continue;
    leave(task.taken);
    task.job(task.context, start.member, task.size);
    pthread_mutex_lock(&lock);
    if (__atomic_sub_fetch(&busy, 1, __ATOMIC_RELEASE) == 0) pthread_cond_signal(&end);
    pthread_mutex_unlock(&lock);
  }
  return nullptr;
}

// The child of a fork has this thread only, whatever the parent's pool was doing.
void forget() {
  use = lock = PTHREAD_MUTEX_INITIALIZER;
  begin = end = opened = PTHREAD_COND_INITIALIZER;
  workers = idle = busy = 0;
}

// Called under the lock; fewer where the system gives no more.
void grow(int wanted) {
  static bool watching = false;
  if (!watching) watching = pthread_atfork(nullptr, nullptr, forget) == 0;
  pthread_t thread;
  while (workers < wanted) {
    starts[workers] = {round_number, workers + 1};
    if (pthread_create(&thread, nullptr, work, &starts[workers]) != 0) break;
    pthread_detach(thread);
    workers++;
  }
}

// The number of members of a job that is begun; 0 where the pool is busy with another caller's.
int begin_job(int threads, Job job, void* context, Barrier* barrier) {
  if (threads > kMostThreads) threads = kMostThreads;
  if (threads <= 1 || pthread_mutex_trylock(&use) != 0) return 0;
  pthread_mutex_lock(&lock);
  grow(threads - 1);
  const int size = (workers < threads - 1 ? workers : threads - 1) + 1;
  if (barrier) barrier->size = size;
  now = {job, context, size, processor(), !barrier};
  busy = barrier ? size - 1 : 0;
  __atomic_store_n(&round_number, round_number + 1, __ATOMIC_RELAXED);
  const bool wakes = idle > 0;
  pthread_cond_broadcast(&begin);
  pthread_mutex_unlock(&lock);
  if (wakes && barrier) sched_yield();
  return size;
}

void end_job() {
  if (now.shared) {
    pthread_mutex_lock(&lock);
    now.size = 0;  // a thread that has not begun stays out
    pthread_mutex_unlock(&lock);
  }
  spin([] { return __atomic_load_n(&busy, __ATOMIC_ACQUIRE) == 0; });
  pthread_mutex_lock(&lock);
  while (busy > 0) pthread_cond_wait(&end, &lock);
  pthread_mutex_unlock(&lock);
  pthread_mutex_unlock(&use);
}

constexpr int64_t kRare = 500000;  // ns since the last shared job, after which a brief one is not worth waking a thread

void run(int threads, Job job, void* context, Barrier* barrier) {
  const int size = begin_job(threads, job, context, barrier);
  job(context, 0, size ? size : 1);
  if (size) end_job();
}
}  // namespace

// A member counts itself as asleep before it looks at the phase once more; the last one changes the phase before it
// looks for sleepers. So one of the two sees the other.
void sleep_until_open(Barrier& barrier, int phase) {
  int taken = -1;
  __atomic_add_fetch(&barrier.asleep, 1, __ATOMIC_SEQ_CST);
  pthread_mutex_lock(&lock);
  while (__atomic_load_n(&barrier.phase, __ATOMIC_SEQ_CST) == phase) {
    pthread_cond_wait(&opened, &lock);
    taken = barrier.opened_on;
  }
  pthread_mutex_unlock(&lock);
  __atomic_sub_fetch(&barrier.asleep, 1, __ATOMIC_RELAXED);
  leave(taken);
}

void wake_sleepers(Barrier& barrier) {
  pthread_mutex_lock(&lock);
  barrier.opened_on = processor();
  pthread_cond_broadcast(&opened);
  pthread_mutex_unlock(&lock);
  sched_yield();
}

void run_team(int threads, Job job, void* context, Barrier& barrier) {
  barrier.size = 1;
  run(threads, job, context, &barrier);
}

void run_shared(int threads, Job job, void* context, bool brief) {
  static int64_t last = 0;
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  const int64_t time = t.tv_sec * int64_t(1000000000) + t.tv_nsec;
  const bool rare = time - __atomic_exchange_n(&last, time, __ATOMIC_RELAXED) > kRare;
  run(brief && rare ? 1 : threads, job, context, nullptr);
}
}  // namespace glassnet
