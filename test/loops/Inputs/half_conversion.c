/* Compares the conversions of half-conversion.mlir with the compiler's own, for
   every half and for floats of all orders of magnitude. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

float widen_f16(uint16_t half);
uint16_t narrow_f16(float x);
float widen_bf16(uint16_t half);
uint16_t narrow_bf16(float x);
int8_t saturate(float x);

static int failures;

static void check(const char *what, float x, uint32_t got, uint32_t want) {
  if (got != want && failures++ < 10)
    printf("%s(%a): %08x, not %08x\n", what, (double)x, got, want);
}

static uint32_t bits(float x) {
  uint32_t pattern;
  memcpy(&pattern, &x, sizeof pattern);
  return pattern;
}

int main(void) {
  for (uint32_t i = 0; i < 65536; ++i) {
    uint16_t pattern = (uint16_t)i;
    _Float16 half;
    memcpy(&half, &pattern, sizeof half);
    float x = (float)half;
    if (!isnan(x)) {
      check("widen_f16", x, bits(widen_f16(pattern)), bits(x));
      check("narrow_f16", x, narrow_f16(x), pattern);
    }
    check("widen_bf16", x, bits(widen_bf16(pattern)), i << 16);
  }
  for (uint64_t i = 0; i < 1u << 20; ++i) {
    uint32_t pattern = (uint32_t)(i * 4099u);
    float x;
    memcpy(&x, &pattern, sizeof x);
    _Float16 half = (_Float16)x;
    uint16_t want;
    memcpy(&want, &half, sizeof want);
    if (isnan(x)) {
      check("narrow_f16", x, isnan(widen_f16(narrow_f16(x))), 1);
      check("narrow_bf16", x, isnan(widen_bf16(narrow_bf16(x))), 1);
      continue;
    }
    check("narrow_f16", x, narrow_f16(x), want);
    /* Of the two neighbours the nearer, or the even one. */
    uint32_t low = pattern >> 16, rest = pattern & 0xffff;
    uint32_t up = rest > 0x8000 || (rest == 0x8000 && (low & 1));
    check("narrow_bf16", x, narrow_bf16(x), low + up);
    float kept = x < -128 ? -128 : x > 127 ? 127 : x;
    check("saturate", x, (uint32_t)saturate(x), (uint32_t)(int8_t)kept);
  }
  check("saturate", NAN, (uint32_t)saturate(NAN), 0);
  printf("%d failures\n", failures);
  return failures != 0;
}
