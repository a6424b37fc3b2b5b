// RUN: megcc-opt %s --expand-kernels=target=x86-64-v4 --prove-bounds | FileCheck %s

// F(2,3) with padding: two groups of three tiles, the second one tile short.
// Tiles that reach outside read zeros through the buffer on the stack; the
// products are 16 matrix products; what lies beyond the output is not stored.

#x = affine_map<(n, c, y, x) -> (n, c, y, x, 0)>
#b = affine_map<(n, v, y, x) -> (v, 0)>
// CHECK-LABEL: func.func @padded
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<1x2x5x1x16xf32> {{.*}}, %[[U:[a-z0-9]+]]: memref<16x1x20x16xf32> {{.*}}, %[[B:[a-z0-9]+]]: memref<1x16xf32> {{.*}}, %[[Y:[a-z0-9]+]]: memref<1x1x9x2x16xf32> {{.*}}, %[[V:[a-z0-9]+]]: memref<16x3x32xf32> {{.*}}, %[[Z:[a-z0-9]+]]: memref<16x3x16xf32> {{.*}})
func.func @padded(%x: memref<1x2x5x1x16xf32>, %u: memref<16x1x20x16xf32>, %b: memref<1x16xf32>,
    %y: memref<1x1x9x2x16xf32>, %v: memref<16x3x32xf32>, %z: memref<16x3x16xf32>) {
  // CHECK: %[[PATCH:.*]] = memref.alloca() : memref<4x4x16xf32>
  // CHECK: scf.for %{{.*}} = %c0 to %c2
  // CHECK:   scf.for %[[TILE:.*]] = %c0 to %c3
  // CHECK:     %[[EXISTS:.*]] = arith.cmpi slt, %{{.*}}, %c5
  // CHECK:     scf.if %[[EXISTS]]
  // A tile's inputs never lie inside completely: no second copy of the code.
  // CHECK:       scf.for %{{.*}} = %c0 to %c2
  // CHECK:         scf.if {{.*}} -> (vector<16xf32>)
  // CHECK:           vector.load %[[X]]
  // CHECK:         vector.store %{{.*}}, %[[PATCH]]
  // CHECK-NOT:     vector.load %[[X]]
  // CHECK:         arith.subf
  // CHECK:         vector.store %{{.*}}, %[[V]][%{{.*}}, %[[TILE]],
  // CHECK:   scf.for %[[T:.*]] = %c0 to %c16
  // CHECK:     scf.for %{{.*}} = %c0 to %c20
  // CHECK:       vector.load %[[U]][%[[T]],
  // CHECK:       math.fma
  // CHECK:     vector.store %{{.*}}, %[[Z]][%[[T]],
  // CHECK:   scf.for %{{.*}} = %c0 to %c3
  // CHECK:     vector.load %[[Z]]
  // CHECK:     arith.cmpi slt, %{{.*}}, %c9
  // CHECK:     arith.addf
  // CHECK:     vector.store %{{.*}}, %[[Y]]
  kernel.winograd "conv" tile 2 images 1 in [5, 1] channels 20 lanes 16 out [9, 2] columns 16 lanes 16 pads [3, 1]
    ins(%x, %u, %b : memref<1x2x5x1x16xf32>, memref<16x1x20x16xf32>, memref<1x16xf32>)
    outs(%y, %v, %z : memref<1x1x9x2x16xf32>, memref<16x3x32xf32>, memref<16x3x16xf32>)
    {in_map = #x, out_map = #x, epilogue_maps = [#b], tile_rows = 3 : i64, tile_vectors = 1 : i64} epilogue {
  ^bb0(%acc: f32, %bias: f32):
    %0 = arith.addf %acc, %bias : f32
    kernel.yield %0 : f32
  }
  return
}

// Without padding, and with tiles that fit, there are no conditions.

// CHECK-LABEL: func.func @whole
// CHECK-NOT: scf.if
// CHECK: return
func.func @whole(%x: memref<1x1x6x10x16xf32>, %u: memref<36x1x16x16xf32>,
    %y: memref<1x1x4x8x16xf32>, %v: memref<36x2x16xf32>, %z: memref<36x2x16xf32>) {
  kernel.winograd "conv" tile 4 images 1 in [6, 10] channels 16 lanes 16 out [4, 8] columns 16 lanes 16 pads [0, 0]
    ins(%x, %u : memref<1x1x6x10x16xf32>, memref<36x1x16x16xf32>)
    outs(%y, %v, %z : memref<1x1x4x8x16xf32>, memref<36x2x16xf32>, memref<36x2x16xf32>)
    {in_map = #x, out_map = #x, epilogue_maps = [], tile_rows = 2 : i64, tile_vectors = 1 : i64} epilogue {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}
