/* A plugin of QEMU's (API 1) that counts the instructions that each function
   executes between calls of measured_begin and measured_end. What it needs of
   qemu-plugin.h is declared here, as distributions seldom have that file. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t plugin_id;
struct block;
struct instruction;

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id,
                                           void (*)(plugin_id, struct block *));
void qemu_plugin_register_vcpu_tb_exec_inline(struct block *, int, void *,
                                              uint64_t);
void qemu_plugin_register_vcpu_tb_exec_cb(struct block *,
                                          void (*)(unsigned, void *), int,
                                          void *);
void qemu_plugin_register_atexit_cb(plugin_id, void (*)(plugin_id, void *),
                                    void *);
size_t qemu_plugin_tb_n_insns(const struct block *);
struct instruction *qemu_plugin_tb_get_insn(const struct block *, size_t);
const char *qemu_plugin_insn_symbol(const struct instruction *);
void qemu_plugin_outs(const char *);

EXPORT int qemu_plugin_version = 1;

enum { MOST = 1 << 16, NO_REGISTERS = 0, ADD = 0 };
static struct function {
  char name[96];
  uint64_t executed, before, measured;
} functions[MOST];
static unsigned count;

static struct function *lookup(const char *name) {
  unsigned i = 0;
  while (i < count &&
         strncmp(functions[i].name, name, sizeof functions[i].name - 1))
    ++i;
  if (i == MOST)
    abort();
  if (i == count)
    strncpy(functions[count++].name, name, sizeof functions[0].name - 1);
  return &functions[i];
}

static void begin(unsigned cpu, void *data) {
  (void)cpu, (void)data;
  for (unsigned i = 0; i < MOST; ++i)
    functions[i].before = functions[i].executed;
}

static void end(unsigned cpu, void *data) {
  (void)cpu, (void)data;
  for (unsigned i = 0; i < count; ++i)
    functions[i].measured += functions[i].executed - functions[i].before;
}

static void translated(plugin_id id, struct block *block) {
  (void)id;
  const char *name = qemu_plugin_insn_symbol(qemu_plugin_tb_get_insn(block, 0));
  if (!name || !*name)
    name = "?";
  if (!strcmp(name, "measured_begin"))
    qemu_plugin_register_vcpu_tb_exec_cb(block, begin, NO_REGISTERS, NULL);
  if (!strcmp(name, "measured_end"))
    qemu_plugin_register_vcpu_tb_exec_cb(block, end, NO_REGISTERS, NULL);
  qemu_plugin_register_vcpu_tb_exec_inline(block, ADD, &lookup(name)->executed,
                                           qemu_plugin_tb_n_insns(block));
}

static void finished(plugin_id id, void *data) {
  (void)id, (void)data;
  for (unsigned i = 0; i < count; ++i) {
    char line[160];
    snprintf(line, sizeof line, "count %s %" PRIu64 "\n", functions[i].name,
             functions[i].measured);
    if (functions[i].measured)
      qemu_plugin_outs(line);
  }
}

EXPORT int qemu_plugin_install(plugin_id id, const void *info, int argc,
                               char **argv) {
  (void)info, (void)argc, (void)argv;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  qemu_plugin_register_atexit_cb(id, finished, NULL);
  return 0;
}
