// Which of the instruction sets this processor can run; compiled for any processor.

extern "C" int runs_baseline(void) { return 1; }

#if defined(__x86_64__)
extern "C" int runs_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
extern "C" int runs_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
}
#endif
