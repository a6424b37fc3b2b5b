/* AMX's tiles in plain C, for machines without them: to be included ahead of a
   package's source (-include), which must not ask Linux for the registers
   (-U__linux__). After "Intel 64 and IA-32 Architectures Software Developer's
   Manual", volume 2, LDTILECFG, TILELOADD, TILESTORED, TDPBF16PS; what the
   processor refuses ends the program. */
#if !defined(EMULATED_TILES_H) && !defined(__ASSEMBLER__)
#define EMULATED_TILES_H
#pragma GCC system_header

/* As the drivers have it, which come after. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <immintrin.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local struct {
  int is_configured;
  int rows[8], bytes[8];
  uint8_t data[8][16][64];
} emulated;

static void emulate(int condition) {
  if (!condition)
    abort();
}

static inline void emulated_config(const uint8_t *config) {
  memset(&emulated, 0, sizeof(emulated));
  emulate(config[0] == 1 && config[1] == 0);
  for (int t = 0; t < 8; ++t) {
    emulated.bytes[t] = config[16 + 2 * t] + 256 * config[17 + 2 * t];
    emulated.rows[t] = config[48 + t];
    emulate(emulated.bytes[t] <= 64 && emulated.rows[t] <= 16);
    emulate((emulated.bytes[t] == 0) == (emulated.rows[t] == 0));
  }
  emulated.is_configured = 1;
}

static inline void emulated_load(int t, const void *base, long stride) {
  emulate(emulated.is_configured && emulated.rows[t]);
  memset(emulated.data[t], 0, sizeof(emulated.data[t]));
  for (int r = 0; r < emulated.rows[t]; ++r)
    memcpy(emulated.data[t][r], (const char *)base + r * stride,
           (size_t)emulated.bytes[t]);
}

static inline void emulated_store(int t, void *base, long stride) {
  emulate(emulated.is_configured && emulated.rows[t]);
  for (int r = 0; r < emulated.rows[t]; ++r)
    memcpy((char *)base + r * stride, emulated.data[t][r],
           (size_t)emulated.bytes[t]);
}

/* Denormals are zero. */
static inline float emulated_bf16(const uint8_t *at) {
  uint32_t bits = (uint32_t)at[0] << 16 | (uint32_t)at[1] << 24;
  float value;
  if ((bits & 0x7f800000) == 0)
    bits &= 0x80000000;
  memcpy(&value, &bits, 4);
  return value;
}

static inline void emulated_dot(int sum, int lhs, int rhs) {
  emulate(emulated.is_configured && sum != lhs && sum != rhs && lhs != rhs);
  emulate(emulated.rows[sum] == emulated.rows[lhs]);
  emulate(emulated.bytes[sum] == emulated.bytes[rhs]);
  emulate(emulated.bytes[lhs] == 4 * emulated.rows[rhs]);
  for (int m = 0; m < emulated.rows[lhs]; ++m) {
    float even[16] = {0}, odd[16] = {0};
    for (int k = 0; k < emulated.rows[rhs]; ++k)
      for (int n = 0; n < emulated.bytes[rhs] / 4; ++n) {
        const uint8_t *a = &emulated.data[lhs][m][4 * k];
        const uint8_t *b = &emulated.data[rhs][k][4 * n];
        even[n] += emulated_bf16(a) * emulated_bf16(b);
        odd[n] += emulated_bf16(a + 2) * emulated_bf16(b + 2);
      }
    for (int n = 0; n < emulated.bytes[rhs] / 4; ++n) {
      float value;
      memcpy(&value, &emulated.data[sum][m][4 * n], 4);
      value += even[n] + odd[n];
      memcpy(&emulated.data[sum][m][4 * n], &value, 4);
    }
  }
}

static inline void emulated_release(void) { emulated.is_configured = 0; }

#undef _tile_loadd
#undef _tile_stored
#undef _tile_dpbf16ps
#define _tile_loadconfig(config) emulated_config(config)
#define _tile_loadd(t, base, stride) emulated_load(t, base, stride)
#define _tile_stored(t, base, stride) emulated_store(t, base, stride)
#define _tile_dpbf16ps(sum, lhs, rhs) emulated_dot(sum, lhs, rhs)
#define _tile_release() emulated_release()
#define __builtin_cpu_supports(name) 1

#endif
