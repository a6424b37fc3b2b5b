// A planned network of one layer, whose second loop reads what all of the first
// has written: t = x + z, y = t backwards.
module attributes {kernel.arena_bytes = 64 : i64, kernel.arena_lower_bound = 32 : i64, kernel.weight_bytes = 0 : i64} {
  func.func private @sum_backwards(%x: memref<8xf32> {kernel.access = "read"},
                                   %z: memref<8xf32> {kernel.access = "read"},
                                   %y: memref<8xf32> {kernel.access = "write"},
                                   %t: memref<8xf32> {kernel.access = "write"}) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c7 = arith.constant 7 : index
    %c8 = arith.constant 8 : index
    scf.for %i = %c0 to %c8 step %c1 {
      %0 = memref.load %x[%i] : memref<8xf32>
      %1 = memref.load %z[%i] : memref<8xf32>
      %2 = arith.addf %0, %1 : f32
      memref.store %2, %t[%i] : memref<8xf32>
    }
    scf.for %i = %c0 to %c8 step %c1 {
      %3 = arith.subi %c7, %i : index
      %4 = memref.load %t[%3] : memref<8xf32>
      memref.store %4, %y[%i] : memref<8xf32>
    }
    return
  }
  func.func @main(%x: memref<2x4xf32> {nn.name = "x:0"}, %z: memref<8xf32> {nn.name = "float"},
                  %y: memref<2x4xf32> {nn.name = "y"}, %arena: memref<64xi8> {kernel.arena})
      attributes {kernel.inputs = 2 : i64} {
    %t = kernel.view %arena[32] : memref<64xi8> to memref<8xf32>
    %in = kernel.alias %x[0] : memref<2x4xf32> to memref<8xf32>
    %out = kernel.alias %y[0] : memref<2x4xf32> to memref<8xf32>
    func.call @sum_backwards(%in, %z, %out, %t) {kernel.layer = "sum backwards 8"}
      : (memref<8xf32>, memref<8xf32>, memref<8xf32>, memref<8xf32>) -> () loc("/sum")
    return
  }
}
