/* Runs the package of net.mlir on several numbers of threads. */
#include "net.h"
#include <stdio.h>

static _Alignas(NET_ARENA_ALIGNMENT) unsigned char arena[NET_ARENA_BYTES];
static const float x[8] = {1, 2, 3, 4, 5, 6, 7, 8};
static const float z[8] = {9, 9, 9, 9, 9, 9, 9, 9};

#ifdef HOOK
extern void hook(int layer, const char *nodes, const void *output,
                 size_t bytes);
void hook(int layer, const char *nodes, const void *output, size_t bytes) {
  (void)nodes;
  printf("hook %d %u bytes, %g\n", layer, (unsigned)bytes,
         (double)*(const float *)output);
}
#endif

#ifdef USER
/* In another order than a loop's. */
static void for_each(void *user, void (*task)(void *argument, uint32_t i),
                     void *argument, uint32_t count) {
  if (user != arena)
    printf("user is lost\n");
  while (count > 0)
    task(argument, --count);
}
#endif

static void print(const char *what, const float *y) {
  printf("%s:", what);
  for (int i = 0; i < 8; ++i)
    printf(" %g", (double)y[i]);
  printf("\n");
}

int main(void) {
  static const uint32_t counts[] = {1, 3, NET_MAX_THREADS};
  float y[8];
  net_config config = {0};
  net_context ctx = {0};

  config.version = NET_CONFIG_VERSION;
  config.arena = arena;
  config.arena_bytes = NET_ARENA_BYTES;
  printf("no threads: %s\n", net_status_string(net_init(&ctx, &config)));
  config.threads = NET_MAX_THREADS + 1;
  printf("65 threads: %s\n", net_status_string(net_init(&ctx, &config)));
#ifdef USER
  config.threads = 2;
  printf("no parallel_for: %s\n", net_status_string(net_init(&ctx, &config)));
  config.parallel_for = for_each;
  config.user = arena;
#endif
  for (int i = 0; i < 3; ++i) {
    char what[16];
    config.threads = counts[i];
    if (net_init(&ctx, &config) != NET_OK)
      return 1;
    for (int run = 0; run < 3; ++run) {
      for (int k = 0; k < 8; ++k)
        y[k] = 0;
      if (net_run(&ctx, x, z, y) != NET_OK)
        return 1;
    }
    snprintf(what, sizeof what, "%u threads", (unsigned)counts[i]);
    print(what, y);
#ifndef USER
    if (net_deinit(&ctx) != NET_OK)
      return 1;
#endif
  }
#ifndef USER
  printf("deinit twice: %s\n", net_status_string(net_deinit(&ctx)));
#endif
  if (net_infer(x, z, y, arena) != NET_OK)
    return 1;
  print("infer", y);
  return 0;
}
