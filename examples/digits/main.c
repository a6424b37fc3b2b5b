/* Recognises handwritten digits with the package that megcc made from
 * digits.onnx: all of the network is digits.h, digits.c and their weights.
 *
 *   digits FOLDER    FOLDER holds the held-out images and labels (train.py)
 */
#define _POSIX_C_SOURCE 199309L /* clock_gettime */
#include "digits.h"
#include <stdint.h>
#include <stdio.h>
#include <time.h>

enum { SIDE = 8, PIXELS = SIDE * SIDE, CLASSES = 10, MAX_IMAGES = 1000 };
enum { DRAWN = 6, TIMED_RUNS = 50 };

/* On a microcontroller all of these would be static too: there is no heap. */
static uint8_t images[MAX_IMAGES][PIXELS];
static uint8_t labels[MAX_IMAGES], torch_answers[MAX_IMAGES];
static uint8_t answers[MAX_IMAGES];
static float confidence[MAX_IMAGES];
static _Alignas(DIGITS_ARENA_ALIGNMENT) uint8_t arena[DIGITS_ARENA_BYTES];

/* Reads up to `capacity` bytes of a file; returns how many, 0 on failure. */
static size_t read_file(const char *folder, const char *name, void *memory,
                        size_t capacity) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (!file)
    return 0;
  size_t bytes = fread(memory, 1, capacity, file);
  fclose(file);
  return bytes;
}

/* The most likely digit, and how likely the network finds it. */
static int recognise(const uint8_t image[PIXELS], uint8_t *answer,
                     float *probability) {
  float input[PIXELS], scores[CLASSES];
  for (int i = 0; i < PIXELS; ++i)
    input[i] = image[i];
  int status = digits_infer(input, scores, arena);
  *answer = 0;
  for (uint8_t digit = 1; digit < CLASSES; ++digit)
    if (scores[digit] > scores[*answer])
      *answer = digit;
  *probability = scores[*answer];
  return status;
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Draws images side by side, two characters a pixel, answers below. */
static void draw(const int chosen[DRAWN], int count) {
  static const char *const shades[] = {"  ", "░░", "▒▒", "▓▓", "██"};
  for (int row = 0; row < SIDE; ++row) {
    for (int i = 0; i < count; ++i) {
      fputs("   ", stdout);
      for (int column = 0; column < SIDE; ++column)
        fputs(shades[images[chosen[i]][row * SIDE + column] / 4], stdout);
    }
    puts("");
  }
  for (int i = 0; i < count; ++i) {
    int k = chosen[i];
    printf("   %s %d %5.1f %%  ", answers[k] == labels[k] ? "it is" : "WRONG",
           answers[k], 100.0 * (double)confidence[k]);
  }
  puts("\n");
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  int count = (int)(read_file(argv[1], "heldout_images.u8", images, sizeof images) /
                    PIXELS);
  if (count == 0 ||
      (int)read_file(argv[1], "heldout_labels.u8", labels, sizeof labels) != count ||
      (int)read_file(argv[1], "torch_answers.u8", torch_answers,
                     sizeof torch_answers) != count) {
    fprintf(stderr, "%s does not hold the held-out images\n", argv[1]);
    return 2;
  }

  int right = 0, torch_right = 0, same = 0, wrong_one = -1;
  for (int i = 0; i < count; ++i) {
    if (recognise(images[i], &answers[i], &confidence[i]) != 0) {
      fprintf(stderr, "digits_infer failed on image %d\n", i);
      return 1;
    }
    right += answers[i] == labels[i];
    torch_right += torch_answers[i] == labels[i];
    same += answers[i] == torch_answers[i];
    if (answers[i] != labels[i] && wrong_one < 0)
      wrong_one = i;
  }

  /* A few digits, and one that the network mistakes, if there is any. */
  int chosen[DRAWN];
  for (int i = 0; i < DRAWN; ++i)
    chosen[i] = i * (count - 1) / (DRAWN - 1);
  if (wrong_one >= 0)
    chosen[DRAWN - 1] = wrong_one;
  draw(chosen, DRAWN < count ? DRAWN : count);

  double best = 1e9; /* of several rounds: the machine has other things to do */
  for (int run = 0; run < TIMED_RUNS; ++run) {
    double start = seconds();
    for (int i = 0; i < count; ++i)
      recognise(images[i], &answers[i], &confidence[i]);
    double each = (seconds() - start) / count;
    best = each < best ? each : best;
  }
  printf("accuracy: %.1f %%  (%d of %d held-out images)\n", 100.0 * right / count,
         right, count);
  printf("PyTorch:  %.1f %%  (same answer on %d of %d)\n",
         100.0 * torch_right / count, same, count);
  printf("time:     %.1f us per image\n", best * 1e6);
  return 0;
}
