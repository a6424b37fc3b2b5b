// A planned network of two layers: y = x * scale + bias in the arena, then the
// larger of that and z. `scale` is packed: its source is transposed, and the
// last column is padding.
module attributes {kernel.arena_bytes = 64 : i64, kernel.arena_lower_bound = 32 : i64, kernel.weight_bytes = 80 : i64} {
  kernel.weight @scale dense<[[1.0, 5.0], [2.0, 6.0], [3.0, 7.0]]> : tensor<3x2xf32>
    packed affine_map<(i, j) -> (j, i)> at 0 : memref<2x4xf32>
  kernel.weight @bias dense<[0.5, -0.5, 0.25, 0.0]> : tensor<4xf32> at 64 : memref<4xf32>

  func.func private @scale_2x4(%x: memref<2x4xf32> {kernel.access = "read"},
                               %w: memref<2x4xf32> {kernel.access = "read"},
                               %b: memref<4xf32> {kernel.access = "read"},
                               %y: memref<2x4xf32> {kernel.access = "write"}) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    scf.for %i = %c0 to %c2 step %c1 {
      scf.for %j = %c0 to %c4 step %c1 {
        %0 = memref.load %x[%i, %j] : memref<2x4xf32>
        %1 = memref.load %w[%i, %j] : memref<2x4xf32>
        %2 = memref.load %b[%j] : memref<4xf32>
        %3 = arith.mulf %0, %1 : f32
        %4 = arith.addf %3, %2 : f32
        memref.store %4, %y[%i, %j] : memref<2x4xf32>
      }
    }
    return
  }
  func.func private @max_8(%x: memref<8xf32> {kernel.access = "read"},
                           %z: memref<8xf32> {kernel.access = "read"},
                           %y: memref<8xf32> {kernel.access = "write"}) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    scf.for %i = %c0 to %c8 step %c1 {
      %0 = memref.load %x[%i] : memref<8xf32>
      %1 = memref.load %z[%i] : memref<8xf32>
      %2 = arith.cmpf ogt, %0, %1 : f32
      %3 = arith.select %2, %0, %1 : f32
      memref.store %3, %y[%i] : memref<8xf32>
    }
    return
  }
  func.func @main(%x: memref<2x4xf32> {nn.name = "x:0"}, %z: memref<8xf32> {nn.name = "float"},
                  %y: memref<2x4xf32> {nn.name = "y"},
                  %arena: memref<64xi8> {kernel.arena}, %weights: memref<80xi8> {kernel.weights})
      attributes {kernel.inputs = 2 : i64} {
    %w = kernel.view %weights[0] @scale : memref<80xi8> to memref<2x4xf32>
    %b = kernel.view %weights[64] @bias : memref<80xi8> to memref<4xf32>
    %t = kernel.view %arena[32] : memref<64xi8> to memref<2x4xf32>
    func.call @scale_2x4(%x, %w, %b, %t) {kernel.layer = "scale and shift 2x4", kernel.macs = 8 : i64}
      : (memref<2x4xf32>, memref<2x4xf32>, memref<4xf32>, memref<2x4xf32>) -> () loc(fused["/mul", "/add"])
    %flat = kernel.alias %t[0] : memref<2x4xf32> to memref<8xf32>
    %out = kernel.alias %y[0] : memref<2x4xf32> to memref<8xf32>
    func.call @max_8(%flat, %z, %out) {kernel.layer = "maximum 8"}
      : (memref<8xf32>, memref<8xf32>, memref<8xf32>) -> () loc("/a*/b\"??/")
    return
  }
}
