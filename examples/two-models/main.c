/* A faint scan is brought up to full contrast by one network and read by
   another. They run one after the other, so one arena serves both. */
#include "contrast.h"
#include "digits.h"

#include <stdio.h>

#define LARGER(a, b) ((a) > (b) ? (a) : (b))

/* clang-format off */
static const float scan[8 * 8] = {
     0,  0,  1,  3,  4,  4,  0,  0,
     0,  1,  4,  3,  3,  4,  0,  0,
     0,  0,  2,  0,  4,  3,  0,  0,
     0,  0,  0,  2,  4,  3,  0,  0,
     0,  0,  0,  0,  1,  4,  2,  0,
     0,  0,  0,  0,  0,  4,  2,  0,
     0,  0,  1,  3,  2,  4,  1,  0,
     0,  0,  2,  4,  4,  2,  0,  0,
};
/* clang-format on */

/* One byte more: a network may need no arena at all. */
static _Alignas(LARGER(CONTRAST_ARENA_ALIGNMENT,
                       DIGITS_ARENA_ALIGNMENT)) unsigned char arena
    [LARGER(CONTRAST_ARENA_BYTES, DIGITS_ARENA_BYTES) + 1];

int main(void) {
  float image[8 * 8], scores[10];
  int best = 0;

  if (contrast_infer(scan, image, arena) != CONTRAST_OK ||
      digits_infer(image, scores, arena) != DIGITS_OK)
    return 1;
  for (int digit = 1; digit < 10; ++digit)
    if (scores[digit] > scores[best])
      best = digit;
  printf("it is a %d\n", best);
  return 0;
}
