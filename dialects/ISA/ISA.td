//===- ISA.td - The isa dialect ----------------------------*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_ISA
#define MEGCC_ISA

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def ISA_Dialect : Dialect {
  let name = "isa";
  let cppNamespace = "::megcc::instructions";
  let summary = "What processors compute that vectors alone cannot say";
  let description = [{
    Operators of the loop level that one instruction computes on the targets that
    have it, and that no sum of vector operations stands for well. Families use
    one where `findDotProduct` (lib/Target/DotProducts.h) says that the target
    has it; the printer spells it as the table in lib/Target/Intrinsics.cpp does.
  }];
}

class ISA_Op<string mnemonic, list<Trait> traits = []>
    : Op<ISA_Dialect, mnemonic, [Pure] # traits>;

def ISA_RepeatOp : ISA_Op<"repeat"> {
  let summary = "A few elements, again and again";
  let description = [{
    The result is as many copies of the source as fit, 32 bits each.

    ```mlir
    %1 = isa.repeat %0 : vector<2xbf16> to vector<32xbf16>
    ```
  }];
  let arguments = (ins AnyVector:$source);
  let results = (outs AnyVector:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `to` type($result)";
  let hasVerifier = 1;
}

def ISA_DotOp : ISA_Op<"dot", [AllTypesMatch<["lhs", "rhs"]>,
                               AllTypesMatch<["acc", "result"]>]> {
  let summary = "Products of neighbours, summed into the lanes above them";
  let description = [{
    With g elements of lhs and rhs for each lane of acc

        result[l] = acc[l] + sum over i < g of lhs[g*l + i] * rhs[g*l + i]

    Integers wrap, and are signed unless `lhs_unsigned` or `rhs_unsigned` says
    otherwise. Floats are summed in the accumulator's type; in which order, and
    whether denormals count, is the instruction's affair.

    ```mlir
    %1 = isa.dot %a, %b, %0 : vector<32xbf16> into vector<16xf32>
    %2 = isa.dot %c, %d, %1 {lhs_unsigned} : vector<64xi8> into vector<16xi32>
    ```
  }];
  let arguments = (ins AnyVector:$lhs, AnyVector:$rhs,
                       AnyVector:$acc, UnitAttr:$lhs_unsigned,
                       UnitAttr:$rhs_unsigned);
  let results = (outs AnyVector:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs `,` $acc attr-dict `:` type($lhs) `into` type($acc)
  }];
  let hasVerifier = 1;
}

def ISA_LaneFmaOp : ISA_Op<"lane_fma", [AllTypesMatch<["acc", "result"]>]> {
  let summary = "One lane times a part of a vector, added to wider sums";
  let description = [{
    With L lanes of acc, in the accumulator's type and rounded once,

        result[l] = acc[l] + lhs[lane] * rhs[part * L + l]

    ```mlir
    %1 = isa.lane_fma %a[3], %b[1], %0
      : vector<4xf16>, vector<8xf16> into vector<4xf32>
    ```
  }];
  let arguments = (ins AnyVector:$lhs, I64Attr:$lane, AnyVector:$rhs,
                       I64Attr:$part, AnyVector:$acc);
  let results = (outs AnyVector:$result);
  let assemblyFormat = [{
    $lhs `[` $lane `]` `,` $rhs `[` $part `]` `,` $acc attr-dict
    `:` type($lhs) `,` type($rhs) `into` type($acc)
  }];
  let hasVerifier = 1;
}

def ISA_TileSumsOp
    : Op<ISA_Dialect, "tile_sums", [SingleBlock, NoTerminator]> {
  let summary = "Sums of products of matrix tiles";
  let description = [{
    Shapes the processor's tile registers, runs the body, and stores what it has
    summed. The sums are a matrix of tiles: one row of tiles for each element of
    `rows`, which says how many rows these have, and `vectors` columns of 16
    numbers each. They begin at zero, the body's `isa.tile_dot` adds to them, and
    in the end they lie side by side in the buffer, from the indices on. Registers
    count through: the sums, row by row, then from 4 on the rows of the lhs, from
    6 on the columns of the rhs. Tiles of the factors hold `depth` elements along
    the depth.

    ```mlir
    isa.tile_sums %y[%c0, %c0] rows [16, 12] vectors 2 depth 32 {
      scf.for %k = %c0 to %c24 step %c1 {
        isa.tile_load 4 %x[%r, %k32] rows 16 along 0 by 1 columns 32 : memref<28x768xbf16>
        ...
        isa.tile_dot 0, 4, 6 : bf16
      }
    } : memref<28x32xf32>
    ```
  }];
  let arguments = (ins AnyMemRef:$buffer, Variadic<Index>:$indices,
                       DenseI64ArrayAttr:$rows, I64Attr:$vectors,
                       I64Attr:$depth);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $buffer `[` $indices `]` `rows` $rows `vectors` $vectors `depth` $depth
    $body attr-dict `:` type($buffer)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Rows and columns of the sums together.
    int64_t getTotalRows();
    int64_t getTotalColumns() { return 16 * static_cast<int64_t>(getVectors()); }
  }];
}

def ISA_TileLoadOp : Op<ISA_Dialect, "tile_load", []> {
  let summary = "Rows of memory into a tile register";
  let description = [{
    Row r of the tile is `columns` elements from the indices on, of which that of
    dimension `dim` is larger by r * `step`.

    ```mlir
    isa.tile_load 4 %x[%h, %w, %c] rows 14 along 1 by 2 columns 16 : memref<58x58x16xbf16>
    ```
  }];
  let arguments = (ins I64Attr:$tile, AnyMemRef:$base, Variadic<Index>:$indices,
                       I64Attr:$rows, I64Attr:$dim, I64Attr:$step,
                       I64Attr:$columns);
  let assemblyFormat = [{
    $tile $base `[` $indices `]` `rows` $rows `along` $dim `by` $step
    `columns` $columns attr-dict `:` type($base)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// From the first to the last index of `dim`, both counted.
    int64_t getSpan() {
      return (static_cast<int64_t>(getRows()) - 1) *
                 static_cast<int64_t>(getStep()) + 1;
    }
  }];
}

def ISA_TileDotOp : Op<ISA_Dialect, "tile_dot", []> {
  let summary = "Product of two tiles, added to a third";
  let description = [{
    With g elements of the factors' type in 32 bits

        sum[r, c] += sum over k, i < g of lhs[r, g*k + i] * rhs[k, g*c + i]

    ```mlir
    isa.tile_dot 0, 4, 6 : bf16
    ```
  }];
  let arguments = (ins I64Attr:$sum, I64Attr:$lhs, I64Attr:$rhs,
                       TypeAttr:$element);
  let assemblyFormat = "$sum `,` $lhs `,` $rhs attr-dict `:` $element";
}

#endif // MEGCC_ISA
