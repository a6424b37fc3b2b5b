/* Runs a network that calls back into softcap.c. */
#include "capped.h"

#include <stdio.h>

/* One byte more: a network may need no arena at all. */
static _Alignas(
    CAPPED_ARENA_ALIGNMENT) unsigned char arena[CAPPED_ARENA_BYTES + 1];

int main(void) {
  const float x[2 * 4] = {-6, -3, -1.5f, 0, 0.75f, 1.5f, 3, 6};
  float y[2 * 4];

  if (capped_infer(x, y, arena) != CAPPED_OK)
    return 1;
  for (int i = 0; i < 2 * 4; ++i)
    printf("%g%s", (double)y[i], i < 7 ? " " : "\n");
  return 0;
}
