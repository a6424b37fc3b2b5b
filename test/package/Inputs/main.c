/* Runs the package of net.mlir and prints what it gives. */
#include "net.h"
#include <stdio.h>

static _Alignas(NET_ARENA_ALIGNMENT) unsigned char arena[NET_ARENA_BYTES + 64];

#ifdef HOOK
extern void hook(int layer, const char *nodes, const void *output,
                 size_t bytes);
void hook(int layer, const char *nodes, const void *output, size_t bytes) {
  printf("hook %d %s: %u bytes, %g\n", layer, nodes, (unsigned)bytes,
         (double)*(const float *)output);
}
#endif

int main(int argc, char **argv) {
  const float x[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  const float z[8] = {9, 9, 9, 9, 9, 9, 9, 9};
  float y[8] = {0};
  net_config config = {0};
  net_context ctx = {0};
  static _Alignas(NET_ARENA_ALIGNMENT) unsigned char weights[NET_WEIGHTS_BYTES];

  printf("run first: %s\n", net_status_string(net_run(&ctx, x, z, y)));
  printf("no config: %s\n", net_status_string(net_init(&ctx, NULL)));
  printf("version: %s\n", net_status_string(net_init(&ctx, &config)));
  config.version = NET_CONFIG_VERSION;
  printf("no arena: %s\n", net_status_string(net_init(&ctx, &config)));
  config.arena = arena + 4;
  config.arena_bytes = NET_ARENA_BYTES;
  printf("not aligned: %s\n", net_status_string(net_init(&ctx, &config)));
  config.arena = arena;
  config.arena_bytes = NET_ARENA_BYTES - 1;
  printf("too small: %s\n", net_status_string(net_init(&ctx, &config)));
  config.arena_bytes = NET_ARENA_BYTES;
  if (argc > 1) {
    FILE *file = fopen(argv[1], "rb");
    printf("no weights: %s\n", net_status_string(net_init(&ctx, &config)));
    if (file == NULL)
      return 1;
    config.weights = weights;
    config.weights_bytes = fread(weights, 1, sizeof weights, file);
    fclose(file);
  }
  printf("init: %s\n", net_status_string(net_init(&ctx, &config)));
  printf("no output: %s\n", net_status_string(net_run(&ctx, x, z, NULL)));
  printf("not aligned: %s\n",
         net_status_string(
             net_run(&ctx, (const float *)((uintptr_t)x + 1), z, y)));
  printf("run: %s\n", net_status_string(net_run(&ctx, x, z, y)));
  for (int i = 0; i < 8; ++i)
    printf("%g%s", (double)y[i], i < 7 ? " " : "\n");
  return 0;
}
