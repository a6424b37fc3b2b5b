/* Recognises one handwritten digit with the application's own threads: the same
   bits as on one. */
#include "digits.h"
#include "workers.h"

#include <stdio.h>
#include <string.h>

enum { SCORES = DIGITS_SCORES_BYTES / sizeof(float) };

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

static int recognise(uint32_t threads, float scores[SCORES]) {
  const digits_config config = {
      .version = DIGITS_CONFIG_VERSION,
      .arena = arena,
      .arena_bytes = sizeof arena,
      .threads = threads,
      .parallel_for = workers_for_each,
  };
  digits_context digits;
  int status = digits_init(&digits, &config);

  if (status == DIGITS_OK)
    status = digits_run(&digits, image, scores);
  if (status != DIGITS_OK)
    fprintf(stderr, "digits: %s\n", digits_status_string(status));
  return status;
}

int main(void) {
  float scores[SCORES], alone[SCORES];
  int best = 0;

  /* The caller works as well. */
  if (workers_start() != 0 || recognise(WORKERS + 1, scores) != DIGITS_OK ||
      recognise(1, alone) != DIGITS_OK)
    return 1;
  workers_stop();
  for (int digit = 1; digit < SCORES; ++digit)
    if (scores[digit] > scores[best])
      best = digit;
  printf("it is a %d, %s\n", best,
         memcmp(scores, alone, sizeof scores) == 0 ? "the same on one thread"
                                                   : "another on one thread");
  return 0;
}
