/* Runs or times megcc packages for the scripts.
 *
 *   driver run FOLDER NAME...   for each package NAME: reads FOLDER/NAME.in (all
 *                               inputs, one after another), calls the package in
 *                               a process of its own, writes FOLDER/NAME.out
 *                               (all outputs) and prints a line "NAME verdict"
 *   driver serve FOLDER NAME    times calls: for each line "N" on stdin, calls N
 *                               times and prints the N times in ms
 *
 * package_table.h is generated per build: it includes the packages' headers and
 * defines `packages`, an array of struct package.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Reads of the guards are errors where AddressSanitizer can see them. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, bytes) ((void)0)
#define ASAN_UNPOISON_MEMORY_REGION(at, bytes) ((void)0)
#endif

enum { GUARD_BYTES = 256, GUARD = 0xA5, SECONDS_PER_CALL = 60 };

struct package {
  const char *name;
  int (*call)(const void *const *in, void *const *out, void *arena);
  size_t inputs, outputs, arena_bytes;
  const size_t *input_bytes, *output_bytes;
};

#include "package_table.h"

struct buffers {
  void **in, **out;
  unsigned char *arena;
};

/* 64-byte aligned, as the packages ask of their arena; never of no size. */
static void *allocate(size_t bytes) {
  void *memory = NULL;
  if (posix_memalign(&memory, 64, bytes ? bytes : 1) != 0) {
    fputs("out of memory\n", stderr);
    exit(2);
  }
  return memory;
}

static FILE *open_file(const char *folder, const char *name, const char *suffix,
                       const char *mode) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s%s", folder, name, suffix);
  FILE *file = fopen(path, mode);
  if (!file) {
    perror(path);
    exit(2);
  }
  return file;
}

static struct buffers make_buffers(const struct package *p,
                                   const char *folder) {
  struct buffers b = {.in = allocate(p->inputs * sizeof *b.in),
                      .out = allocate(p->outputs * sizeof *b.out)};
  FILE *file = open_file(folder, p->name, ".in", "rb");
  for (size_t i = 0; i < p->inputs; ++i) {
    b.in[i] = allocate(p->input_bytes[i]);
    if (fread(b.in[i], 1, p->input_bytes[i], file) != p->input_bytes[i]) {
      fprintf(stderr, "%s.in is too short\n", p->name);
      exit(2);
    }
  }
  fclose(file);
  for (size_t i = 0; i < p->outputs; ++i) {
    b.out[i] = allocate(p->output_bytes[i]);
    /* What a package forgets to write must not look like zeros. */
    memset(b.out[i], GUARD, p->output_bytes[i]);
  }
  size_t bytes = p->arena_bytes + 2 * GUARD_BYTES;
  unsigned char *block = allocate(bytes);
  memset(block, GUARD, bytes);
  b.arena = block + GUARD_BYTES;
  ASAN_POISON_MEMORY_REGION(block, GUARD_BYTES);
  ASAN_POISON_MEMORY_REGION(b.arena + p->arena_bytes, GUARD_BYTES);
  return b;
}

/* Whether the bytes around the arena are as they were. */
static int guards_hold(const struct package *p, const struct buffers *b) {
  const unsigned char *before = b->arena - GUARD_BYTES;
  const unsigned char *after = b->arena + p->arena_bytes;
  ASAN_UNPOISON_MEMORY_REGION(before, GUARD_BYTES);
  ASAN_UNPOISON_MEMORY_REGION(after, GUARD_BYTES);
  for (size_t i = 0; i < GUARD_BYTES; ++i)
    if (before[i] != GUARD || after[i] != GUARD)
      return 0;
  return 1;
}

static int call(const struct package *p, const struct buffers *b) {
  return p->call((const void *const *)b->in, b->out, b->arena);
}

/* The child's part of `run`: exit code 0, or one that `describe` knows. */
static int run_once(const struct package *p, const char *folder) {
  alarm(SECONDS_PER_CALL);
  struct buffers b = make_buffers(p, folder);
  if (call(p, &b) != 0)
    return 3;
  if (!guards_hold(p, &b))
    return 4;
  FILE *file = open_file(folder, p->name, ".out", "wb");
  for (size_t i = 0; i < p->outputs; ++i)
    fwrite(b.out[i], 1, p->output_bytes[i], file);
  return fclose(file) == 0 ? 0 : 2;
}

static void describe(const char *name, int status) {
  if (WIFSIGNALED(status))
    printf("%s crashed with signal %d\n", name, WTERMSIG(status));
  else if (WEXITSTATUS(status) == 3)
    printf("%s returned an error status\n", name);
  else if (WEXITSTATUS(status) == 4)
    printf("%s wrote outside of its arena\n", name);
  else if (WEXITSTATUS(status) != 0)
    printf("%s ended with exit code %d\n", name, WEXITSTATUS(status));
  else
    printf("%s ok\n", name);
  fflush(stdout);
}

static void run(const struct package *p, const char *folder) {
  pid_t child = fork();
  if (child == 0)
    _exit(run_once(p, folder));
  int status = 0;
  waitpid(child, &status, 0);
  describe(p->name, status);
}

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int serve(const struct package *p, const char *folder) {
  struct buffers b = make_buffers(p, folder);
  int count;
  puts("ready");
  fflush(stdout);
  while (scanf("%d", &count) == 1) {
    for (int i = 0; i < count; ++i) {
      double start = now_ms();
      if (call(p, &b) != 0)
        return 3;
      printf("%.6f ", now_ms() - start);
    }
    puts("");
    fflush(stdout);
  }
  return 0;
}

static const struct package *find(const char *name) {
  for (size_t i = 0; i < sizeof packages / sizeof packages[0]; ++i)
    if (strcmp(packages[i].name, name) == 0)
      return &packages[i];
  fprintf(stderr, "no package %s\n", name);
  exit(2);
}

int main(int argc, char **argv) {
  if (argc == 4 && strcmp(argv[1], "serve") == 0)
    return serve(find(argv[3]), argv[2]);
  if (argc < 4 || strcmp(argv[1], "run") != 0)
    return 2;
  for (int i = 3; i < argc; ++i)
    run(find(argv[i]), argv[2]);
  return 0;
}
