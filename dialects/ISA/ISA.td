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

#endif // MEGCC_ISA
