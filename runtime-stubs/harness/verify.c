/* Runs a package on data sets: verify WEIGHTS FOLDER...
   Each folder holds input_I.bin and receives output_I.bin and, where the layer
   hook is compiled in, layer_L_K.bin: the K-th output of layer L, or, with K 0,
   what layer L makes in turns. */
#include "megcc_harness.h"

static const char *folder;

static const char *path_in_folder(const char *kind, size_t index) {
  static char path[4096];
  snprintf(path, sizeof path, "%s/%s_%lu.bin", folder, kind,
           (unsigned long)index);
  return path;
}

#ifdef MEGCC_HARNESS_HOOK
#include "megcc_harness_turns.h"

static int last_layer;
static size_t outputs_of_layer;

static const char *path_of_layer(int layer, size_t output) {
  char kind[64];
  snprintf(kind, sizeof kind, "layer_%d", layer);
  return path_in_folder(kind, output);
}

extern void megcc_harness_layer(int layer, const char *nodes,
                                const void *output, size_t bytes);
void megcc_harness_layer(int layer, const char *nodes, const void *output,
                         size_t bytes) {
  (void)nodes;
  outputs_of_layer = layer == last_layer ? outputs_of_layer + 1 : 0;
  last_layer = layer;
  if (bytes == 0)
    take_turn(layer, output);
  else
    write_file(path_of_layer(layer, outputs_of_layer), output, bytes);
}
#endif

int main(int argc, char **argv) {
  struct harness model;
  int set;
  size_t i;

  if (argc < 2)
    fail("usage: verify WEIGHTS FOLDER...", "");
  set_up(&model, argv[1]);
  for (set = 2; set < argc; ++set) {
    folder = argv[set];
#ifdef MEGCC_HARNESS_HOOK
    last_layer = -1;
#endif
    for (i = 0; i < MEGCC_HARNESS_INPUTS; ++i)
      read_file(path_in_folder("input", i), model.in[i],
                megcc_harness_input_bytes[i]);
    run(&model);
    for (i = 0; i < MEGCC_HARNESS_OUTPUTS; ++i)
      write_file(path_in_folder("output", i), model.out[i],
                 megcc_harness_output_bytes[i]);
    for (i = 0; i < MEGCC_HARNESS_REGIONS; ++i)
      check_guards(&model.regions[i], "the arena");
    check_guards(&model.weights, "the weights");
    for (i = 0; i < MEGCC_HARNESS_INPUTS; ++i)
      check_guards(&model.inputs[i], "an input");
    for (i = 0; i < MEGCC_HARNESS_OUTPUTS; ++i)
      check_guards(&model.outputs[i], "an output");
  }
  return 0;
}
