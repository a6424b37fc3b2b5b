/* Recognises one handwritten digit: the short form of the interface. */
#include "digits.h"

#include <stdio.h>

/* clang-format off */
static const float image[8 * 8] = {
     0,  0,  9, 15,  5,  0,  0,  0,
     0,  3, 15, 15, 16,  4,  0,  0,
     0, 10, 14,  0,  9, 14,  0,  0,
     0,  8, 12,  0,  0, 12,  5,  0,
     0,  8,  8,  0,  0, 10,  8,  0,
     0,  5, 14,  0,  0, 12,  8,  0,
     0,  0, 16,  7, 12, 16,  4,  0,
     0,  0,  9, 16, 15,  7,  0,  0,
};
/* clang-format on */

static _Alignas(DIGITS_ARENA_ALIGNMENT) unsigned char arena[DIGITS_ARENA_BYTES];

int main(void) {
  float scores[10];
  int best = 0;

  if (digits_infer(image, scores, arena) != DIGITS_OK)
    return 1;
  for (int digit = 1; digit < 10; ++digit)
    if (scores[digit] > scores[best])
      best = digit;
  printf("it is a %d\n", best);
  return 0;
}
