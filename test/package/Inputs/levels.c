/* What init says of each level on this processor. */
#include "net.h"
#include <stdio.h>

static _Alignas(NET_ARENA_ALIGNMENT) unsigned char arena[NET_ARENA_BYTES];

int main(void) {
  for (uint32_t level = 0; level <= NET_LEVEL_X86_64_V4 + 1; ++level) {
    net_config config = {.version = NET_CONFIG_VERSION,
                         .arena = arena,
                         .arena_bytes = sizeof arena,
                         .level = level};
    net_context ctx;
    int status = net_init(&ctx, &config);
    if (level == NET_LEVEL_BEST && status == NET_OK)
      printf("best: level %u\n", (unsigned)ctx.level);
    else if (level == NET_LEVEL_BEST)
      printf("best: %s\n", net_status_string(status));
    else
      printf("level %u: %s\n", (unsigned)level, net_status_string(status));
  }
  return 0;
}
