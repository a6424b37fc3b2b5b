// RUN: megcc-opt --loops-to-c=target=x86-64-v4+amx %s -o %t.mlir
// RUN: megcc-translate --mlir-to-c --target=x86-64-v4+amx %t.mlir -o %t.c
// RUN: FileCheck %s < %t.c
// RUN: %gcc_strict -O2 -c %t.c -o %t.o
// RUN: %clang_strict -O2 -c %t.c -o %t.o
// RUN: gcc -std=c11 -O2 -S %t.c -o - | FileCheck %s --check-prefix=ASM
// RUN: clang-19 -std=c11 -O2 -fno-unroll-loops -S %t.c -o - | FileCheck %s --check-prefix=ASM
// RUN: not megcc-translate --mlir-to-c --target=x86-64-v4 %t.mlir 2>&1 | FileCheck %s --check-prefix=NONE
// REQUIRES: gcc, clang

// NONE: 'isa.tile_{{.*}}' op is no instruction of x86-64-v4

// CHECK-LABEL: void tiles(
// CHECK: static const uint8_t tiles[64] = {1, [16] = 64, [18] = 64, [20] = 64, [22] = 64, [24] = 64, [26] = 64, [28] = 64, [30] = 64,
// CHECK-NEXT: [48] = 16, [49] = 16, [50] = 12, [51] = 12, [52] = 16, [53] = 12, [54] = 16, [55] = 16};
// CHECK-NEXT: __asm__ volatile("" ::: "memory");
// CHECK-NEXT: _tile_loadconfig(tiles);
// CHECK-NEXT: for (
// CHECK: _tile_loadd(4, &x[{{.*}}], 1536);
// CHECK: _tile_dpbf16ps(3, 5, 7);
// CHECK-NEXT: }
// CHECK-NEXT: _tile_stored(0, &y[0], 128);
// CHECK-NEXT: _tile_stored(1, &y[0] + 16, 128);
// CHECK-NEXT: _tile_stored(2, &y[0] + 512, 128);
// CHECK-NEXT: _tile_stored(3, &y[0] + 528, 128);
// CHECK-NEXT: _tile_release();
// CHECK-NEXT: __asm__ volatile("" ::: "memory");

// In a turn of the loop as many loads as products.
// ASM: ldtilecfg
// ASM: .L{{.*}}:
// ASM-COUNT-4: tileload
// ASM-COUNT-4: tdpbf16ps
// ASM-NOT: til
// ASM: {{j[a-z]+}}
// ASM-COUNT-4: tilestore
// ASM: tilerelease
func.func @tiles(%x: memref<28x768xbf16>, %w: memref<2x384x32xbf16>, %y: memref<28x32xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c24 = arith.constant 24 : index
  %c32 = arith.constant 32 : index
  isa.tile_sums %y[%c0, %c0] rows [16, 12] vectors 2 depth 32 {
    scf.for %k = %c0 to %c24 step %c1 {
      %0 = arith.muli %k, %c32 : index
      %1 = arith.muli %k, %c16 : index
      isa.tile_load 6 %w[%c0, %1, %c0] rows 16 along 1 by 1 columns 32 : memref<2x384x32xbf16>
      isa.tile_load 7 %w[%c1, %1, %c0] rows 16 along 1 by 1 columns 32 : memref<2x384x32xbf16>
      isa.tile_load 4 %x[%c0, %0] rows 16 along 0 by 1 columns 32 : memref<28x768xbf16>
      isa.tile_load 5 %x[%c16, %0] rows 12 along 0 by 1 columns 32 : memref<28x768xbf16>
      isa.tile_dot 0, 4, 6 : bf16
      isa.tile_dot 1, 4, 7 : bf16
      isa.tile_dot 2, 5, 6 : bf16
      isa.tile_dot 3, 5, 7 : bf16
    }
  } : memref<28x32xf32>
  return
}
