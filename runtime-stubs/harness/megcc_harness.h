/* What the harnesses share: memory for a package, and its context. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "megcc_harness_model.h"

/* Bytes on both sides of a buffer that a package must leave alone. */
#define GUARD_BYTES 4096U
#define GUARD_VALUE 0xA5

struct buffer {
  unsigned char *data; /* aligned as a package wants it */
  unsigned char *block;
  size_t bytes;
};

static void fail(const char *what, const char *detail) {
  fprintf(stderr, "%s%s%s\n", what, detail[0] != '\0' ? ": " : "", detail);
  exit(1);
}

static struct buffer new_buffer(size_t bytes) {
  struct buffer result;
  size_t total = bytes + 2 * GUARD_BYTES + MEGCC_HARNESS_ALIGNMENT;
  result.block = (unsigned char *)malloc(total);
  if (result.block == NULL)
    fail("out of memory", "");
  memset(result.block, GUARD_VALUE, total);
  result.data = result.block + GUARD_BYTES;
  result.data += (MEGCC_HARNESS_ALIGNMENT -
                  (uintptr_t)result.data % MEGCC_HARNESS_ALIGNMENT) %
                 MEGCC_HARNESS_ALIGNMENT;
  result.bytes = bytes;
  return result;
}

/* Fails if something was written beside a buffer. */
static void check_guards(const struct buffer *buffer, const char *name) {
  size_t i;
  for (i = 1; i <= GUARD_BYTES; ++i)
    if (buffer->data[-(ptrdiff_t)i] != GUARD_VALUE ||
        buffer->data[buffer->bytes + i - 1] != GUARD_VALUE)
      fail("the package wrote outside of a buffer", name);
}

static void read_file(const char *path, void *data, size_t bytes) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fread(data, 1, bytes, file) != bytes)
    fail("cannot read", path);
  fclose(file);
}

static void write_file(const char *path, const void *data, size_t bytes) {
  FILE *file = fopen(path, "wb");
  if (file == NULL || fwrite(data, 1, bytes, file) != bytes ||
      fclose(file) != 0)
    fail("cannot write", path);
}

#ifdef MEGCC_HARNESS_USER
#include "megcc_harness_pool.h"

static uint64_t pool_memory[1024];

struct tasks {
  void (*task)(void *argument, uint32_t i);
  void *argument;
  uint32_t count;
};

/* All tasks are one turn, shared out to as many parts as there are threads. */
static uint32_t do_tasks(void *pool, uint32_t thread, uint32_t threads,
                         uint32_t turn) {
  const struct tasks *tasks;
  uint32_t part, i;
  while ((tasks = (const struct tasks *)megcc_harness_pool_claim(
              pool, turn, threads, thread, &part)) != NULL) {
    for (i = part; i < tasks->count; i += threads)
      tasks->task(tasks->argument, i);
    megcc_harness_pool_done(pool, turn, threads);
  }
  return turn + 1U;
}

static void parallel_for(void *user, void (*task)(void *argument, uint32_t i),
                         void *argument, uint32_t count) {
  struct tasks tasks;
  tasks.task = task;
  tasks.argument = argument;
  tasks.count = count;
  megcc_harness_pool_run(user, do_tasks, &tasks);
}
#endif

struct harness {
  megcc_harness_context context;
  struct buffer regions[MEGCC_HARNESS_REGIONS], weights;
  struct buffer inputs[MEGCC_HARNESS_INPUTS + 1],
      outputs[MEGCC_HARNESS_OUTPUTS + 1];
  void *in[MEGCC_HARNESS_INPUTS + 1], *out[MEGCC_HARNESS_OUTPUTS + 1];
};

/* `weights` is the file of a package that does not link them, or empty. */
static void set_up(struct harness *model, const char *weights) {
  megcc_harness_config config;
  void *regions[MEGCC_HARNESS_REGIONS];
  size_t i;
  int status;

  memset(&config, 0, sizeof config);

  for (i = 0; i < MEGCC_HARNESS_REGIONS; ++i) {
    model->regions[i] = new_buffer(megcc_harness_region_bytes[i]);
    regions[i] = model->regions[i].data;
  }
  model->weights =
      new_buffer(weights[0] != '\0' ? MEGCC_HARNESS_WEIGHTS_BYTES : 0);
  if (weights[0] != '\0')
    read_file(weights, model->weights.data, model->weights.bytes);
  for (i = 0; i < MEGCC_HARNESS_INPUTS; ++i) {
    model->inputs[i] = new_buffer(megcc_harness_input_bytes[i]);
    model->in[i] = model->inputs[i].data;
  }
  for (i = 0; i < MEGCC_HARNESS_OUTPUTS; ++i) {
    model->outputs[i] = new_buffer(megcc_harness_output_bytes[i]);
    model->out[i] = model->outputs[i].data;
  }
  config.version = MEGCC_HARNESS_CONFIG_VERSION;
  megcc_harness_lend(&config, regions);
  config.weights = model->weights.data;
  config.weights_bytes = model->weights.bytes;
#ifdef MEGCC_HARNESS_LEVEL
  config.level = MEGCC_HARNESS_LEVEL;
#endif
#if defined(MEGCC_HARNESS_POOL) || defined(MEGCC_HARNESS_USER)
  config.threads = MEGCC_HARNESS_THREADS;
#endif
#ifdef MEGCC_HARNESS_USER
  if (megcc_harness_pool_start(pool_memory, MEGCC_HARNESS_THREADS) != 0)
    fail("threads do not start", "");
  config.parallel_for = parallel_for;
  config.user = pool_memory;
#endif
  status = megcc_harness_init(&model->context, &config);
  if (status != MEGCC_HARNESS_OK)
    fail("init", megcc_harness_status_string(status));
}

static void run(struct harness *model) {
  int status = megcc_harness_run(&model->context, model->in, model->out);
  if (status != MEGCC_HARNESS_OK)
    fail("run", megcc_harness_status_string(status));
}
