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

  if (argc < 3)
    fail("usage: bench WEIGHTS RUNS", "");
  set_up(&model, argv[1]);
  fill(&model);
  runs = strtol(argv[2], NULL, 10);
  run(&model); /* brings code and weights into the caches */
#ifdef MEGCC_HARNESS_HOOK
  measure_memory();
#endif
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
