/* What this machine does at best, with the vectors of the package's target:
   what a network's speed is held against. */
#include <time.h>

#include "megcc_harness.h"

/* Counted from the first call: a double holds no nanoseconds since 1970. */
static double now_ns(void) {
  static struct timespec first;
  struct timespec time;
  timespec_get(&time, TIME_UTC);
  if (first.tv_sec == 0)
    first = time;
  return (double)(time.tv_sec - first.tv_sec) * 1e9 + (double)time.tv_nsec;
}

/* One vector of floats and its operations. */
#if MEGCC_HARNESS_VECTOR_BITS == 512
#include <immintrin.h>
typedef __m512 vector;
#define SPLAT(x) _mm512_set1_ps(x)
#define LOAD(p) _mm512_loadu_ps(p)
#define ADD(a, b) _mm512_add_ps(a, b)
#define MULTIPLY_ADD(a, b, c) _mm512_fmadd_ps(a, b, c)
#elif MEGCC_HARNESS_VECTOR_BITS == 256
#include <immintrin.h>
typedef __m256 vector;
#define SPLAT(x) _mm256_set1_ps(x)
#define LOAD(p) _mm256_loadu_ps(p)
#define ADD(a, b) _mm256_add_ps(a, b)
#define MULTIPLY_ADD(a, b, c) _mm256_fmadd_ps(a, b, c)
#elif MEGCC_HARNESS_VECTOR_BITS == 128 && defined(__SSE2__)
#include <immintrin.h>
typedef __m128 vector;
#define SPLAT(x) _mm_set1_ps(x)
#define LOAD(p) _mm_loadu_ps(p)
#define ADD(a, b) _mm_add_ps(a, b)
#define MULTIPLY_ADD(a, b, c) _mm_add_ps(_mm_mul_ps(a, b), c)
#elif MEGCC_HARNESS_VECTOR_BITS == 128 && defined(__ARM_NEON)
#include <arm_neon.h>
typedef float32x4_t vector;
#define SPLAT(x) vdupq_n_f32(x)
#define LOAD(p) vld1q_f32(p)
#define ADD(a, b) vaddq_f32(a, b)
#if MEGCC_HARNESS_FMA
#define MULTIPLY_ADD(a, b, c) vfmaq_f32(c, a, b)
#else
#define MULTIPLY_ADD(a, b, c) vmlaq_f32(c, a, b)
#endif
#else
typedef float vector;
#define SPLAT(x) (x)
#define LOAD(p) (*(p))
#define ADD(a, b) ((a) + (b))
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif
#define LANES ((long)(sizeof(vector) / sizeof(float)))

/* Independent chains: more than two units times a latency of five cycles. */
#define CHAINS 12

/* The loops are functions of their own: around a call, the clock's, gcc would
   keep their values in memory. */
#if defined(__GNUC__)
#define LOOP MEGCC_HARNESS_VECTOR_CODE __attribute__((noinline)) static
#else
#define LOOP static
#endif

/* Equal chains are one chain to an optimiser, unless it cannot tell. */
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
#define KEEP(a) __asm__("" : "+x"(a))
#elif defined(__GNUC__) && (defined(__aarch64__) || defined(__arm__))
#define KEEP(a) __asm__("" : "+w"(a))
#else
#define KEEP(a) ((void)0)
#endif

/* `steps` times CHAINS multiply-adds in registers. */
LOOP float multiply_add(long steps) {
  const vector factor = SPLAT(0.999f), term = SPLAT(0.001f);
  vector c0 = SPLAT(0.0f), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
  vector c6 = c0, c7 = c0, c8 = c0, c9 = c0, c10 = c0, c11 = c0;
  float first;
  long i;
  for (i = 0; i < steps; ++i) {
    c0 = MULTIPLY_ADD(c0, factor, term);
    c1 = MULTIPLY_ADD(c1, factor, term);
    c2 = MULTIPLY_ADD(c2, factor, term);
    c3 = MULTIPLY_ADD(c3, factor, term);
    c4 = MULTIPLY_ADD(c4, factor, term);
    c5 = MULTIPLY_ADD(c5, factor, term);
    c6 = MULTIPLY_ADD(c6, factor, term);
    c7 = MULTIPLY_ADD(c7, factor, term);
    c8 = MULTIPLY_ADD(c8, factor, term);
    c9 = MULTIPLY_ADD(c9, factor, term);
    c10 = MULTIPLY_ADD(c10, factor, term);
    c11 = MULTIPLY_ADD(c11, factor, term);
    KEEP(c0);
    KEEP(c1);
    KEEP(c2);
    KEEP(c3);
    KEEP(c4);
    KEEP(c5);
    KEEP(c6);
    KEEP(c7);
    KEEP(c8);
    KEEP(c9);
    KEEP(c10);
    KEEP(c11);
  }
  c0 = ADD(ADD(ADD(c0, c1), ADD(c2, c3)), ADD(ADD(c4, c5), ADD(c6, c7)));
  c0 = ADD(c0, ADD(ADD(c8, c9), ADD(c10, c11)));
  memcpy(&first, &c0, sizeof first);
  return first;
}

/* Reads `floats` numbers, a multiple of 6 vectors. */
LOOP float read_all(const float *data, long floats) {
  vector s0 = SPLAT(0.0f), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0;
  float first;
  long i;
  for (i = 0; i < floats; i += 6 * LANES) {
    s0 = ADD(s0, LOAD(data + i));
    s1 = ADD(s1, LOAD(data + i + LANES));
    s2 = ADD(s2, LOAD(data + i + 2 * LANES));
    s3 = ADD(s3, LOAD(data + i + 3 * LANES));
    s4 = ADD(s4, LOAD(data + i + 4 * LANES));
    s5 = ADD(s5, LOAD(data + i + 5 * LANES));
  }
  s0 = ADD(ADD(ADD(s0, s1), ADD(s2, s3)), ADD(s4, s5));
  memcpy(&first, &s0, sizeof first);
  return first;
}

/* Keeps what was computed. */
static volatile float sink;

/* Floating-point operations per second of nothing but multiply-adds: the best
   of several short bursts. */
static double measure_peak(void) {
  const long steps = 200000;
  double best = 0.0;
  int burst;
  for (burst = 0; burst < 20; ++burst) {
    double speed, start = now_ns();
    sink = multiply_add(steps);
    speed =
        2.0 * (double)LANES * CHAINS * (double)steps / (now_ns() - start) * 1e9;
    if (speed > best)
      best = speed;
  }
  return best;
}

/* Bytes per second of reading `floats` numbers: the best of several times. */
static double measure_reading(const float *data, long floats, int times) {
  double best = 0.0;
  int n;
  for (n = 0; n < times; ++n) {
    double speed, start = now_ns();
    sink = read_all(data, floats);
    speed = (double)sizeof(float) * (double)floats / (now_ns() - start) * 1e9;
    if (speed > best)
      best = speed;
  }
  return best;
}

/* Prints what the second cache and the memory give. */
static void measure_memory(void) {
  /* What the last cache cannot hold, or as much of that as there is. */
  size_t bytes = (size_t)256 << 20;
  long cached = MEGCC_HARNESS_L2_BYTES / 2 / sizeof(float) / 96 * 96;
  long piece = (4L << 20) / (long)sizeof(float) / 96 * 96, at;
  float *data = (float *)malloc(bytes);
  double best = 0.0;
  while (data == NULL && bytes > ((size_t)8 << 20)) {
    bytes /= 2;
    data = (float *)malloc(bytes);
  }
  if (data == NULL)
    fail("out of memory", "");
  memset(data, 0, bytes);
  printf("cache %.0f\n", measure_reading(data, cached, 2000));
  /* Once, piece by piece: the best is one that nothing disturbed. The last
     pieces written may still be in a cache. */
  for (at = 0; at + piece <= (long)(bytes / sizeof(float) / 2); at += piece) {
    double speed = measure_reading(data + at, piece, 1);
    if (speed > best && at >= cached)
      best = speed;
  }
  printf("memory %.0f\n", best);
  free(data);
}
