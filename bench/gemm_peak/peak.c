/* The arithmetic peak of one core, and the clock: what gemm_peak compares
   with. Compiled for the target with -ffp-contract=fast and VECTOR_BYTES. */

#include <time.h>

typedef float vector __attribute__((vector_size(VECTOR_BYTES)));

/* Time that this thread ran: other work on the machine does not count. */
double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Floating-point operations per second of independent multiply-adds, as many
   at once as cover their latency. */
static double run_peak(void) {
  enum { chains = 10, rounds = 100000 };
  volatile float half = 0.5f, sink;
  vector a = {0}, b = {0};
  a += half;
  b += half;
  vector c0 = a, c1 = a, c2 = a, c3 = a, c4 = a;
  vector c5 = a, c6 = a, c7 = a, c8 = a, c9 = a;
  double start = seconds();
  for (int i = 0; i < rounds; ++i) {
    c0 = c0 * a + b, c1 = c1 * a + b, c2 = c2 * a + b, c3 = c3 * a + b;
    c4 = c4 * a + b, c5 = c5 * a + b, c6 = c6 * a + b, c7 = c7 * a + b;
    c8 = c8 * a + b, c9 = c9 * a + b;
    /* Ten equal sums must stay ten. */
    __asm__("" : "+x"(c0), "+x"(c1), "+x"(c2), "+x"(c3), "+x"(c4));
    __asm__("" : "+x"(c5), "+x"(c6), "+x"(c7), "+x"(c8), "+x"(c9));
  }
  double elapsed = seconds() - start;
  vector sum = c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9;
  sink = sum[0];
  (void)sink;
  return 2.0 * chains * rounds * (VECTOR_BYTES / sizeof(float)) / elapsed;
}

/* The best of many short runs. */
double peak_flops(void) {
  double best = 0;
  for (int i = 0; i < 50; ++i) {
    double rate = run_peak();
    best = rate > best ? rate : best;
  }
  return best;
}
