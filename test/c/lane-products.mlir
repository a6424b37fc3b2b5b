// REQUIRES: qemu-aarch64
// RUN: megcc-translate --mlir-to-c --target=armv8.2-a+dotprod+fp16fml %s -o %t.c
// RUN: FileCheck %s < %t.c
// RUN: aarch64-linux-gnu-gcc -std=c11 -Wall -Wextra -Wconversion -Werror -O2 -S %t.c -o - | FileCheck %s --check-prefix=ASM
// RUN: not megcc-translate --mlir-to-c --target=armv8.2-a+dotprod+fp16 %s 2>&1 | FileCheck %s --check-prefix=NONE

// NONE: 'isa.lane_fma' op is no instruction of armv8.2-a+dotprod+fp16

// CHECK: vfmlalq_lane_low_f16(load_f32x4(&y[0]), (float16x8_t)(v2), (float16x4_t)(v1), 3)
// CHECK: vfmlalq_lane_high_f16(v3, (float16x8_t)(v2), (float16x4_t)(v1), 0)
// ASM: fmlal v{{[0-9]+}}.4s, v{{[0-9]+}}.4h, v{{[0-9]+}}.h[3]
// ASM: fmlal2 v{{[0-9]+}}.4s, v{{[0-9]+}}.4h, v{{[0-9]+}}.h[0]
func.func @lanes(%x: memref<4xf16>, %w: memref<8xf16>, %y: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %0 = vector.load %x[%c0] : memref<4xf16>, vector<4xf16>
  %1 = vector.load %w[%c0] : memref<8xf16>, vector<8xf16>
  %2 = vector.load %y[%c0] : memref<4xf32>, vector<4xf32>
  %3 = isa.lane_fma %0[3], %1[0], %2 : vector<4xf16>, vector<8xf16> into vector<4xf32>
  %4 = isa.lane_fma %0[0], %1[1], %3 : vector<4xf16>, vector<8xf16> into vector<4xf32>
  vector.store %4, %y[%c0] : memref<4xf32>, vector<4xf32>
  return
}
