/* Recognises one handwritten digit: the long form of the interface, with a
   context that lives as long as the application. */
#include "digits.h"

#include <stdio.h>

/* clang-format off */
static const float image[DIGITS_IMAGE_BYTES / sizeof(float)] = {
     0,  0,  6, 14, 16, 16,  2,  0,
     0,  5, 16, 13, 11, 16,  0,  0,
     0,  0,  7,  2, 15, 12,  0,  0,
     0,  0,  0,  7, 16, 13,  1,  0,
     0,  0,  0,  0,  6, 15, 10,  0,
     0,  0,  0,  0,  0, 15,  9,  0,
     0,  0,  3, 11,  8, 16,  6,  0,
     0,  0,  7, 16, 16,  8,  0,  0,
};
/* clang-format on */

static _Alignas(DIGITS_ARENA_ALIGNMENT) unsigned char arena[DIGITS_ARENA_BYTES];

int main(void) {
  const digits_config config = {
      .version = DIGITS_CONFIG_VERSION,
      .arena = arena,
      .arena_bytes = sizeof arena,
  };
  digits_context digits;
  float scores[DIGITS_SCORES_BYTES / sizeof(float)];
  int best = 0;
  int status = digits_init(&digits, &config);

  if (status == DIGITS_OK)
    status = digits_run(&digits, image, scores);
  if (status != DIGITS_OK) {
    fprintf(stderr, "digits: %s\n", digits_status_string(status));
    return 1;
  }
  for (int digit = 1; digit < 10; ++digit)
    if (scores[digit] > scores[best])
      best = digit;
  printf("it is a %d\n", best);
  return 0;
}
