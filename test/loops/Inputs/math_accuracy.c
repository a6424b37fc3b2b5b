/* Compares the functions of math_accuracy.py with libm, over special values and
   all orders of magnitude. Prints what is outside its limit; exits 1 then. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifdef DOUBLE
typedef double real;
#define LEAST 0x1p-1022
#else
typedef float real;
#define LEAST 0x1p-126
#endif
enum { COUNT = 4096 };

/* name, libm's function, greatest relative error in f32 and in f64, greatest
   magnitude of the argument for which it is promised */
#define UNARY(F)                                                               \
  F(exp, exp, 3e-7, 1e-15, 1e300)                                              \
  F(exp2, exp2, 3e-7, 1e-15, 1e300)                                            \
  F(expm1, expm1, 3e-7, 1e-15, 1e300)                                          \
  F(log, log, 3e-7, 1e-15, 1e300)                                              \
  F(log2, log2, 3e-7, 1e-15, 1e300)                                            \
  F(log10, log10, 3e-7, 1e-15, 1e300)                                          \
  F(log1p, log1p, 3e-7, 1e-15, 1e300)                                          \
  F(sinh, sinh, 3e-7, 2e-15, 1e300)                                            \
  F(cosh, cosh, 3e-7, 2e-15, 1e300)                                            \
  F(tanh, tanh, 3e-7, 1e-15, 1e300)                                            \
  F(asinh, asinh, 3e-7, 1e-15, 1e300)                                          \
  F(acosh, acosh, 3e-7, 1e-15, 1e300)                                          \
  F(atanh, atanh, 3e-7, 1e-15, 1e300)                                          \
  F(sin, sin, 3e-7, 1e-1, 1e2)                                                 \
  F(cos, cos, 3e-7, 1e-1, 1e2)                                                 \
  F(tan, tan, 3e-7, 1e-1, 1e2)                                                 \
  F(asin, asin, 3e-7, 2e-5, 1e300)                                             \
  F(acos, acos, 3e-7, 1e-2, 1e300)                                             \
  F(atan, atan, 3e-7, 2e-5, 1e300)                                             \
  F(erf, erf, 3e-7, 2e-5, 1e300)                                               \
  F(cbrt, cbrt, 3e-7, 1e-15, 1e300)                                            \
  F(sqrt, sqrt, 0, 0, 1e300)                                                   \
  F(rsqrt, 1 / sqrt, 3e-7, 1e-15, 1e300)                                       \
  F(floor, floor, 0, 0, 1e300)                                                 \
  F(ceil, ceil, 0, 0, 1e300)                                                   \
  F(trunc, trunc, 0, 0, 1e300)                                                 \
  F(round, round, 0, 0, 1e300)                                                 \
  F(roundeven, rint, 0, 0, 1e300)                                              \
  F(absf, fabs, 0, 0, 1e300)
#define BINARY(F)                                                              \
  F(powf, pow, 1e-5, 1e-13, 1e300)                                             \
  F(atan2, atan2, 3e-7, 2e-5, 1e4)                                             \
  F(copysign, copysign, 0, 0, 1e300)                                           \
  F(remf, fmod, 0, 0, 1e300)

#define DECLARE1(NAME, ...) void test_##NAME(const real *x, real *y);
#define DECLARE2(NAME, ...)                                                    \
  void test_##NAME(const real *x, const real *z, real *y);
UNARY(DECLARE1)
BINARY(DECLARE2)

static real x[COUNT], z[COUNT], y[COUNT];

static uint64_t next(void) {
  static uint64_t state = 88172645463325252u;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

/* Special values, every bit pattern, and three ranges that matter most. */
static void fill(int round, real *v, int stride) {
  static const double special[] = {
      0,     -0.0,  1,    -1,      0.5,      -0.5,     1.5,   2.5,
      -1.5,  -2.5,  88.7, 89,      -87.4,    -104,     -110,  1e10,
      -1e10, 1e-40, 3e38, -3e38,   INFINITY, -INFINITY, NAN,  16777216,
      8388607.5,    4194303.5,     0.99999994,          1.0000001,
      3,     4,     9,    1e-30};
  for (int i = 0; i < COUNT; ++i) {
    double unit = (double)(int64_t)next() * 0x1p-63;
    if (round == 0)
      v[i] = (real)special[i / stride % 32];
    else if (round == 1) {
      uint64_t bits = next();
      memcpy(&v[i], &bits, sizeof(real));
    } else
      v[i] = (real)(unit * (round == 2 ? 1 : round == 3 ? 10 : 100));
  }
}

/* The error relative to the larger of `want` and the least normal number; what
   is below that may be zero. */
static double error(double got, double want) {
  if (isnan(want) || isnan(got))
    return isnan(want) && isnan(got) ? 0 : INFINITY;
  if (got == want || (got == 0 && fabs(want) < LEAST))
    return 0;
  return fabs(got - want) / fmax(fabs(want), LEAST);
}

/* Some functions of f64 go through f32, for arguments that f32 has. */
static int isOutsideSingle(double v) {
  return isfinite(v) && v != 0 && (fabs(v) < 1e-15 || fabs(v) > 1e15);
}

static int check(const char *name, double limit, double bound,
                 double (*reference)(int)) {
  for (int i = 0; i < COUNT; ++i) {
    if (isfinite(x[i]) && fabs((double)x[i]) > bound)
      continue;
    if (sizeof(real) == 8 && limit > 1e-6 &&
        (isOutsideSingle(x[i]) || isOutsideSingle(z[i])))
      continue;
    double want = (real)reference(i);
    if (!(error(y[i], want) <= limit)) {
      printf("%s(%a, %a): %a, not %a\n", name, (double)x[i], (double)z[i],
             (double)y[i], want);
      return 1;
    }
  }
  return 0;
}

#define REFERENCE1(NAME, LIBM, ...)                                            \
  static double reference_##NAME(int i) { return LIBM((double)x[i]); }
#define REFERENCE2(NAME, LIBM, ...)                                            \
  static double reference_##NAME(int i) {                                      \
    return LIBM((double)x[i], (double)z[i]);                                   \
  }
UNARY(REFERENCE1)
BINARY(REFERENCE2)

int main(void) {
  int failures = 0, isDouble = sizeof(real) == 8;
  for (int round = 0; round < 5; ++round) {
    fill(round, x, 1);
    fill(round, z, 32);
#define CHECK1(NAME, LIBM, SINGLE, DOUBLE_, BOUND)                             \
  test_##NAME(x, y);                                                           \
  failures += check(#NAME, isDouble ? DOUBLE_ : SINGLE, BOUND, reference_##NAME);
#define CHECK2(NAME, LIBM, SINGLE, DOUBLE_, BOUND)                             \
  test_##NAME(x, z, y);                                                        \
  failures += check(#NAME, isDouble ? DOUBLE_ : SINGLE, BOUND, reference_##NAME);
    UNARY(CHECK1)
    BINARY(CHECK2)
  }
  printf("%d failures\n", failures);
  return failures != 0;
}
