/* Times a package: bench WEIGHTS RUNS
   Prints `peak FLOPS`, then `run NS` per call and, where the layer hook is
   compiled in, `layer L NS` per layer and call. */
#include <time.h>

#include "megcc_harness.h"

#if defined(__AVX512F__) || defined(__FMA__) || defined(__SSE__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

/* Counted from the first call: a double holds no nanoseconds since 1970. */
static double now_ns(void) {
  static struct timespec first;
  struct timespec time;
  timespec_get(&time, TIME_UTC);
  if (first.tv_sec == 0)
    first = time;
  return (double)(time.tv_sec - first.tv_sec) * 1e9 + (double)time.tv_nsec;
}

/* One vector of floats and its multiply-add, as wide as this build may use. */
#if defined(__AVX512F__)
typedef __m512 vector;
#define LANES 16
#define SPLAT(x) _mm512_set1_ps(x)
#define MULTIPLY_ADD(a, b, c) _mm512_fmadd_ps(a, b, c)
#elif defined(__FMA__)
typedef __m256 vector;
#define LANES 8
#define SPLAT(x) _mm256_set1_ps(x)
#define MULTIPLY_ADD(a, b, c) _mm256_fmadd_ps(a, b, c)
#elif defined(__SSE__)
typedef __m128 vector;
#define LANES 4
#define SPLAT(x) _mm_set1_ps(x)
#define MULTIPLY_ADD(a, b, c) _mm_add_ps(_mm_mul_ps(a, b), c)
#elif defined(__ARM_NEON)
typedef float32x4_t vector;
#define LANES 4
#define SPLAT(x) vdupq_n_f32(x)
#define MULTIPLY_ADD(a, b, c) vfmaq_f32(c, a, b)
#else
typedef float vector;
#define LANES 1
#define SPLAT(x) (x)
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif

/* Independent chains: more than two units times a latency of five cycles. */
#define CHAINS 12

/* Floating-point operations per second of a loop of nothing but multiply-adds
   in registers: the best of several short bursts. */
static double measure_peak(void) {
  double best = 0.0;
  volatile float sink;
  int burst;
  for (burst = 0; burst < 20; ++burst) {
    const long steps = 200000;
    const vector factor = SPLAT(0.999f), term = SPLAT(0.001f);
    vector c0 = SPLAT(0.0f), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
    vector c6 = c0, c7 = c0, c8 = c0, c9 = c0, c10 = c0, c11 = c0;
    vector sum[CHAINS];
    long i;
    double flops, start = now_ns();
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
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
      /* Twelve equal chains are one chain to an optimiser. */
      __asm__("" : "+x"(c0), "+x"(c1), "+x"(c2), "+x"(c3), "+x"(c4), "+x"(c5));
      __asm__(""
              : "+x"(c6), "+x"(c7), "+x"(c8), "+x"(c9), "+x"(c10), "+x"(c11));
#elif defined(__GNUC__) && defined(__aarch64__)
      __asm__("" : "+w"(c0), "+w"(c1), "+w"(c2), "+w"(c3), "+w"(c4), "+w"(c5));
      __asm__(""
              : "+w"(c6), "+w"(c7), "+w"(c8), "+w"(c9), "+w"(c10), "+w"(c11));
#endif
    }
    flops = 2.0 * LANES * CHAINS * (double)steps / (now_ns() - start) * 1e9;
    sum[0] = c0, sum[1] = c1, sum[2] = c2, sum[3] = c3;
    sum[4] = c4, sum[5] = c5, sum[6] = c6, sum[7] = c7;
    sum[8] = c8, sum[9] = c9, sum[10] = c10, sum[11] = c11;
    for (i = 0; i < CHAINS; ++i) {
      float first;
      memcpy(&first, &sum[i], sizeof first);
      sink = first;
    }
    if (flops > best)
      best = flops;
  }
  (void)sink;
  return best;
}

#ifdef MEGCC_HARNESS_HOOK
static double last_ns;
static double layer_ns[MEGCC_HARNESS_LAYERS + 1];

extern void megcc_harness_layer(int layer, const char *nodes,
                                const void *output, size_t bytes);
void megcc_harness_layer(int layer, const char *nodes, const void *output,
                         size_t bytes) {
  double time = now_ns();
  (void)nodes;
  (void)output;
  (void)bytes;
  layer_ns[layer] += time - last_ns;
  last_ns = now_ns();
}
#endif

static void fill(struct harness *model) {
  size_t i;
  for (i = 0; i < MEGCC_HARNESS_INPUTS; ++i)
    memset(model->in[i], megcc_harness_input_fills[i],
           megcc_harness_input_bytes[i]);
}

int main(int argc, char **argv) {
  struct harness model;
  long runs, i;

  if (argc < 3)
    fail("usage: bench WEIGHTS RUNS", "");
  set_up(&model, argv[1]);
  fill(&model);
  runs = strtol(argv[2], NULL, 10);
  run(&model); /* brings code and weights into the caches */
  for (i = 0; i < runs; ++i) {
    double start;
    /* Between the calls, so that both see the same clock speed. */
    if (i % 16 == 0)
      printf("peak %.0f\n", measure_peak());
    start = now_ns();
#ifdef MEGCC_HARNESS_HOOK
    {
      int layer;
      memset(layer_ns, 0, sizeof layer_ns);
      last_ns = start;
      run(&model);
      printf("run %.0f\n", now_ns() - start);
      for (layer = 0; layer < MEGCC_HARNESS_LAYERS; ++layer)
        printf("layer %d %.0f\n", layer, layer_ns[layer]);
    }
#else
    run(&model);
    printf("run %.0f\n", now_ns() - start);
#endif
  }
  return 0;
}
