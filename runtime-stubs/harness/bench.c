/* Times a package: bench WEIGHTS RUNS
   Prints `peak FLOPS`, then `run NS` per call and, where the layer hook is
   compiled in, `cache BYTES` and `memory BYTES` per second, and `layer L NS` per
   layer and call. */
#include "megcc_harness_measure.h"

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
#ifdef MEGCC_HARNESS_HOOK
  double *times;
#endif

  if (argc < 3)
    fail("usage: bench WEIGHTS RUNS", "");
  set_up(&model, argv[1]);
  fill(&model);
  runs = strtol(argv[2], NULL, 10);
#ifdef MEGCC_HARNESS_HOOK
  measure_memory();
  times = malloc((size_t)runs * (MEGCC_HARNESS_LAYERS + 1) * sizeof *times);
  if (!times && runs)
    fail("too many runs", "");
#endif
  for (i = 0; i < runs; ++i) {
    double start;
    /* Between the calls, so that both see the same clock speed. What is
       measured follows another run, which brings code, weights and the arena
       into the caches, and nothing is printed in between. */
    if (i % 16 == 0) {
      printf("peak %.0f\n", measure_peak());
      run(&model);
    }
#ifdef MEGCC_HARNESS_HOOK
    memset(layer_ns, 0, sizeof layer_ns);
    start = now_ns();
    last_ns = start;
    run(&model);
    layer_ns[MEGCC_HARNESS_LAYERS] = now_ns() - start;
    memcpy(times + i * (MEGCC_HARNESS_LAYERS + 1), layer_ns, sizeof layer_ns);
#else
    start = now_ns();
    run(&model);
    printf("run %.0f\n", now_ns() - start);
#endif
  }
#ifdef MEGCC_HARNESS_HOOK
  for (i = 0; i < runs; ++i) {
    const double *run_times = times + i * (MEGCC_HARNESS_LAYERS + 1);
    int layer;
    printf("run %.0f\n", run_times[MEGCC_HARNESS_LAYERS]);
    for (layer = 0; layer < MEGCC_HARNESS_LAYERS; ++layer)
      printf("layer %d %.0f\n", layer, run_times[layer]);
  }
  free(times);
#endif
  return 0;
}
