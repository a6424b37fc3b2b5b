//===- KernelOps.td - Kernel families ----------------------*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_KERNEL_OPS
#define MEGCC_KERNEL_OPS

include "dialects/Kernel/KernelBase.td"
include "dialects/Kernel/KernelInterfaces.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Kernel_Op<string mnemonic, list<Trait> traits = []>
    : Op<Kernel_Dialect, mnemonic, traits>;

/// A family: reads `inputs`, writes `outputs`.
class Kernel_FamilyOp<string mnemonic, list<Trait> traits = []>
    : Kernel_Op<mnemonic, [
        DeclareOpInterfaceMethods<KernelOpInterface>,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
        AttrSizedOperandSegments] # traits> {
  let extraClassDefinition = [{
    void $cppClass::getEffects(::llvm::SmallVectorImpl<::mlir::SideEffects::EffectInstance<::mlir::MemoryEffects::Effect>> &effects) {
      addEffects(getInputsMutable(), getOutputsMutable(), effects);
    }
  }];
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

def Kernel_ConstantOp : Kernel_Op<"constant", [Pure]> {
  let summary = "Weights, packed when the package is written";
  let description = [{
    A constant buffer. `pack`, where present, maps an index of the buffer to an
    index of `value`; where that lies outside `value`'s shape the buffer holds
    zero. Packing runs when the weights are emitted, one constant at a time, so
    no packed copy of the network is ever held.

    With `winograd` m the filters of 3x3 taps are transformed as well, in
    double: the buffer's first dimension is the (m+2)^2 components, and `pack`
    takes two more dimensions, the tap's row and column.

    ```mlir
    // A 24x96 matrix in panels of 16 rows, the last one filled up with zeros.
    %w = kernel.constant dense_resource<w17> : tensor<24x96xf32>
      packed affine_map<(v, k, l) -> (v * 16 + l, k)> : memref<2x96x16xf32>
    // Filters for kernel.winograd.
    %u = kernel.constant dense_resource<w18> : tensor<24x96x3x3xf32> winograd 4
      packed affine_map<(t, v, k, l, i, j) -> (v * 16 + l, k, i, j)>
      : memref<36x2x96x16xf32>
    ```
  }];
  let arguments = (ins ElementsAttr:$value, OptionalAttr<I64Attr>:$winograd,
                   OptionalAttr<AffineMapAttr>:$pack);
  let results = (outs AnyStaticShapeMemRef:$result);
  let builders = [
    OpBuilder<(ins "::mlir::MemRefType":$type, "::mlir::ElementsAttr":$value,
                   CArg<"::mlir::AffineMapAttr", "{}">:$pack),
              [{ build($_builder, $_state, type, value, nullptr, pack); }]>];
  let assemblyFormat = [{
    $value (`winograd` $winograd^)? (`packed` $pack^)? attr-dict `:` type($result)
  }];
  let hasVerifier = 1;
}

def Kernel_WeightOp : Kernel_Op<"weight", [Symbol]> {
  let summary = "A constant with its place in the weight blob";
  let description = [{
    What `place-weights` makes of the distinct `kernel.constant`s of a module:
    `offset` is in bytes from the start of the weight blob.

    ```mlir
    kernel.weight @w17 dense_resource<w17> : tensor<24x96xf32>
      packed affine_map<(v, k, l) -> (v * 16 + l, k)> at 4096 : memref<2x96x16xf32>
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, ElementsAttr:$value,
                   OptionalAttr<I64Attr>:$winograd,
                   OptionalAttr<AffineMapAttr>:$pack, I64Attr:$offset,
                   TypeAttrOf<AnyStaticShapeMemRef>:$type);
  let assemblyFormat = [{
    $sym_name $value (`winograd` $winograd^)? (`packed` $pack^)?
    `at` $offset attr-dict `:` $type
  }];
}

def Kernel_ViewOp : Kernel_Op<"view", [Pure]> {
  let summary = "A buffer at a byte offset of the arena or the weight blob";
  let description = [{
    A view of the weight blob names the weight that lies there.

    ```mlir
    %x = kernel.view %arena[4096] : memref<65536xi8> to memref<6x3136x16xf32>
    %w = kernel.view %weights[0] @w17 : memref<9216xi8> to memref<2x96x16xf32>
    ```
  }];
  let arguments = (ins MemRefRankOf<[I8], [1]>:$base, I64Attr:$offset,
                   OptionalAttr<FlatSymbolRefAttr>:$weight);
  let results = (outs AnyStaticShapeMemRef:$result);
  let assemblyFormat = [{
    $base `[` $offset `]` ($weight^)? attr-dict `:` type($base) `to` type($result)
  }];
  let hasVerifier = 1;
}

def Kernel_AliasOp : Kernel_Op<"alias", [Pure]> {
  let summary = "The same bytes, from an offset on, under another type";
  let description = [{
    Reshapes, slices of a buffer and the parts of a concat without a copy.
    `offset` counts elements of the source's element type.

    ```mlir
    %part = kernel.alias %whole[3136] : memref<1x96x56x56xf32>
      to memref<1x24x56x56xf32>
    ```
  }];
  let arguments = (ins AnyStaticShapeMemRef:$source, I64Attr:$offset);
  let results = (outs AnyStaticShapeMemRef:$result);
  let assemblyFormat = [{
    $source `[` $offset `]` attr-dict `:` type($source) `to` type($result)
  }];
  let hasVerifier = 1;
}

def Kernel_YieldOp : Kernel_Op<"yield", [Pure, Terminator, ReturnLike]> {
  let summary = "Ends a scalar region";
  let arguments = (ins Variadic<AnyType>:$values);
  let builders = [OpBuilder<(ins), [{ build($_builder, $_state, ::mlir::ValueRange()); }]>];
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}

def Kernel_IndexOp : Kernel_Op<"index", [Pure]> {
  let summary = "The current index of a dimension of the enclosing nest";
  let arguments = (ins I64Attr:$dim);
  let results = (outs Index:$result);
  let assemblyFormat = "$dim attr-dict";
}

//===----------------------------------------------------------------------===//
// Line buffers
//===----------------------------------------------------------------------===//

def Kernel_StreamOp : Kernel_Op<"stream", [
    SingleBlock, NoTerminator, NoRegionArguments, RecursiveMemoryEffects]> {
  let summary = "Kernels that run row by row, in turns";
  let description = [{
    The body, kernels that each compute one slice of their iteration space, runs
    `ticks` times. In tick t a kernel runs if its `kernel.firing` fires. What
    one writes another may read in the same tick if it comes later; a buffer
    between them need only hold the rows that are still to be read, so the index
    of a row is taken modulo how many the buffer has.

    ```mlir
    // A 3x3 window over rows: row t of %x becomes row t mod 3 of %ring.
    kernel.stream ticks 57 {
      %0 = kernel.firing start 0 period 1 count 56
      kernel.nest "exp" extents [56, 64] at %0 ins(%x : memref<56x64xf32>)
        outs(%ring : memref<3x64xf32>)
        {maps = [(r, i) -> (r, i), (r, i) -> (r mod 3, i)], ...} ...
      %1 = kernel.firing start 1 period 1 count 56
      kernel.nest "max_pool" extents [56, 62, 3, 3] at %1 ins(%ring : ...) ...
    }
    ```
  }];
  let arguments = (ins I64Attr:$ticks);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`ticks` $ticks attr-dict-with-keyword $body";
  let hasVerifier = 1;
}

def Kernel_FiringOp : Kernel_Op<"firing", [Pure, HasParent<"StreamOp">]> {
  let summary = "Which slice a kernel of a stream computes";
  let description = [{
    Fires in ticks `start`, `start + period`, ..., `count` of them; its result
    counts them from 0 on. A kernel that takes the result runs when it fires.

    ```mlir
    %r = kernel.firing start 3 period 2 count 112
    ```
  }];
  let arguments = (ins I64Attr:$start, I64Attr:$period, I64Attr:$count);
  let results = (outs Index:$result);
  let assemblyFormat =
      "`start` $start `period` $period `count` $count attr-dict";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Families
//===----------------------------------------------------------------------===//

def Kernel_NestOp : Kernel_FamilyOp<"nest"> {
  let summary = "A loop nest around a scalar body";
  let description = [{
    The family for everything without a kernel of its own: elementwise work
    with broadcasting, data movement, pooling, reductions, direct convolution.

    The iteration space has `extents`; its last `reduction_rank` dimensions are
    reduced. For each point of the other dimensions

        acc = init
        for each point of the reduced dimensions where all guards hold
          acc = body(acc, inputs...)
        output = finish(acc, finish inputs...)

    `maps` has one entry per input, then one for the output: an affine map from
    the iteration space to an index of the buffer, or `unit` for an input whose
    buffer itself is passed to the region, which loads from it at indices of
    its own (gather, resize). The first `body_inputs` inputs go to the body, the
    rest to `finish`; the maps of these and of the output do not use reduced
    dimensions. A point holds a guard if `0 <= guards(point)[i] <
    guard_extents[i]` for all i; outside them no input is read. Without
    reduced dimensions the body runs once per point, or not at all if a guard
    fails (`init` is then what `finish` receives: padding).

    With `at`, the first dimension is no loop: its index is given, and what is
    computed is one slice of the iteration space.

    With `resumes`, acc begins with an element of the last input instead of
    `init`; that input goes to no region. A sum over all slices is then made
    slice by slice, in the order in which one nest would have made it.

    ```mlir
    // y = max(x + b, 0), b along dimension 1
    kernel.nest extents [1, 8, 49] ins(%x, %b : memref<1x8x49xf32>, memref<8xf32>)
      outs(%y : memref<1x8x49xf32>) {...} body {
    ^bb0(%acc: f32, %0: f32, %1: f32):
      %2 = arith.addf %0, %1 : f32
      kernel.yield %2 : f32
    } finish {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
    }
    ```
  }];
  let arguments = (ins Variadic<AnyStaticShapeMemRef>:$inputs,
                   Variadic<AnyStaticShapeMemRef>:$outputs,
                   DenseI64ArrayAttr:$extents, I64Attr:$reduction_rank,
                   ArrayAttr:$maps, I64Attr:$body_inputs, TypedAttrInterface:$init,
                   OptionalAttr<AffineMapAttr>:$guards,
                   OptionalAttr<DenseI64ArrayAttr>:$guard_extents,
                   StrAttr:$kind, Optional<Index>:$index,
                   UnitAttr:$resumes);
  let regions = (region SizedRegion<1>:$body, SizedRegion<1>:$finish);
  let assemblyFormat = [{
    $kind `extents` $extents (`at` $index^)?
    `ins` `(` ($inputs^ `:` type($inputs))? `)` `outs` `(` $outputs `:` type($outputs) `)`
    attr-dict `body` $body `finish` $finish
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The map of input `i`, or a null map if its buffer goes to the region.
    ::mlir::AffineMap getInputMap(unsigned i);
    ::mlir::AffineMap getOutputMap();
    int64_t getRank() { return getExtents().size(); }
    int64_t getParallelRank() { return getRank() - static_cast<int64_t>(getReductionRank()); }
    /// How many leading dimensions have a given index: 0 or 1.
    unsigned getGivenRank() { return getIndex() ? 1 : 0; }
    ::mlir::Value getOutput() { return getOutputs().front(); }
    /// The inputs that go to a region: body inputs, then those of finish.
    unsigned getRegionInputs() { return getInputs().size() - (getResumes() ? 1 : 0); }
    bool mayRunInPlace(unsigned input);
    bool acceptsType(unsigned operand, ::mlir::MemRefType type);
    void adoptType(unsigned operand);
  }];
}

def Kernel_GemmOp : Kernel_FamilyOp<"gemm"> {
  let summary = "Register-tiled contraction with packed columns";
  let description = [{
    Matrix multiplication and convolution in one family: for all outer
    dimensions o, rows r and columns n

        out[o, r, n] = epilogue(sum over depth d of lhs[o, r, d] * rhs[o, n, d])

    Columns come in vectors of `lanes`; vector v holds columns v*lanes up to
    (v+1)*lanes. Rows and depth are lists of dimensions, so that a
    convolution's rows are output positions and its depth is channels and taps.
    The maps say where the elements lie:

    - `lhs_map`:  (o..., r..., d...) -> lhs, one element
    - `rhs_map`:  (o..., v, d...) -> rhs, the first of `lanes` contiguous elements
    - `out_map` and the maps of the epilogue's inputs: (o..., r..., v) -> the
      first of `lanes` contiguous elements; an epilogue input whose map does not
      use v is one element for all lanes.

    The rhs is padded to whole vectors. `columns` is the number of columns that
    exist in out and in the epilogue's inputs that use v; they are padded too
    where it is a multiple of lanes. A tile of `tile_rows` positions of the last
    row dimension, or whole ones of several indices of the dimension before it,
    by `tile_vectors` vectors stays in registers for the whole depth (Goto & van
    de Geijn 2008). Element types: lhs and rhs may be
    narrower than the accumulator, whose type is that of the epilogue's first
    argument; integers are then sign-extended, or zero-extended where
    `lhs_unsigned` or `rhs_unsigned` says so.

    With `diagonal` the columns of a vector are narrow groups that meet only
    their own part of the last depth dimension, of as many elements as a vector
    has lanes: lane l takes part in the sum where d floordiv diagonal is
    l floordiv diagonal. A row then loads these elements as one vector, of which
    each group's lanes repeat one in turns.

    With `at`, the first outer dimension is no loop: its index is given, and
    what is computed is one slice of the iteration space.

    With a `prologue` the lhs is made from another tensor while the kernel runs,
    a block of rows at a time, so that it never exists as a whole. The last
    output holds the block; `lhs_map` leads to it, by taking rows modulo those
    of a block. For each index of the outer dimensions and each of the first
    `prologue_blocks` equal parts of the rows, the block is

        lhs[s] = prologue(x[(b, s)], inputs...[(b, s)])

    where b counts the blocks. The inputs are then x, rhs, the epilogue's and the
    prologue's; `prologue_maps`, one for x and for each of the prologue's inputs,
    take b and an index of the block.

    With `resumes`, sums begin with an element of the epilogue's last input
    instead of 0: what another kernel made of other depths.

    ```mlir
    kernel.gemm outer [] rows [3136] columns 24 lanes 16 depth [96]
      ins(%x, %w, %b : memref<6x3136x16xf32>, memref<2x96x16xf32>, memref<2x16xf32>)
      outs(%y : memref<2x3136x16xf32>) {lhs_map = affine_map<(r, d) -> (d floordiv 16, r, d mod 16)>, ...}
      epilogue {
    ^bb0(%acc: f32, %bias: f32):
      %0 = arith.addf %acc, %bias : f32
      kernel.yield %0 : f32
    }
    ```
  }];
  let arguments = (ins Variadic<AnyStaticShapeMemRef>:$inputs,
                   Variadic<AnyStaticShapeMemRef>:$outputs,
                   DenseI64ArrayAttr:$outer, DenseI64ArrayAttr:$rows,
                   I64Attr:$columns, I64Attr:$lanes, DenseI64ArrayAttr:$depth,
                   AffineMapAttr:$lhs_map, AffineMapAttr:$rhs_map,
                   AffineMapAttr:$out_map, AffineMapArrayAttr:$epilogue_maps,
                   I64Attr:$tile_rows, I64Attr:$tile_vectors,
                   UnitAttr:$lhs_unsigned, UnitAttr:$rhs_unsigned,
                   StrAttr:$kind, OptionalAttr<I64Attr>:$prologue_blocks,
                   OptionalAttr<AffineMapArrayAttr>:$prologue_maps,
                   OptionalAttr<I64Attr>:$diagonal,
                   Optional<Index>:$index, UnitAttr:$resumes);
  let regions = (region SizedRegion<1>:$epilogue, MaxSizedRegion<1>:$prologue);
  let assemblyFormat = [{
    $kind `outer` $outer `rows` $rows `columns` $columns `lanes` $lanes `depth` $depth
    (`at` $index^)?
    `ins` `(` $inputs `:` type($inputs) `)` `outs` `(` $outputs `:` type($outputs) `)`
    attr-dict `epilogue` $epilogue (`prologue` $prologue^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// What the sums are of: an input, or the block that a prologue makes.
    ::mlir::Value getLhs() {
      return hasPrologue() ? getOutputs()[1] : getInputs()[0];
    }
    ::mlir::Value getRhs() { return getInputs()[1]; }
    ::mlir::Value getOutput() { return getOutputs().front(); }
    ::mlir::OperandRange getEpilogueInputs() {
      return getInputs().slice(2, getEpilogueMaps().size());
    }
    bool hasPrologue() { return !getPrologue().empty(); }
    /// What a prologue reads: the tensor that it makes the lhs from, then its
    /// other inputs.
    ::llvm::SmallVector<::mlir::Value> getPrologueInputs();
    /// The map of operand `operand` from rows and the vector: of an input of the
    /// epilogue or the output; null for others.
    ::mlir::AffineMap getStoreMap(unsigned operand);
    /// Number of column vectors.
    int64_t getVectors() { return (getColumns() + getLanes() - 1) / getLanes(); }
    /// How many leading dimensions have a given index: 0 or 1.
    unsigned getGivenRank() { return getIndex() ? 1 : 0; }
    ::mlir::Type getAccumulatorType() {
      return getEpilogue().front().getArgument(0).getType();
    }
    bool mayRunInPlace(unsigned input);
    bool acceptsType(unsigned operand, ::mlir::MemRefType type);
  }];
}

def Kernel_ChainOp : Kernel_FamilyOp<"chain", [
    IsolatedFromAbove, SingleBlock, NoTerminator]> {
  let summary = "Kernels that run one after the other for each slice";
  let description = [{
    The body's kernels compute one slice of their iteration spaces each, whose
    index is the body's first argument; the others are the operands. For each of
    the `count` slices all of them run. What one makes and another reads of a
    slice is then still near, and a buffer for that alone need only hold one
    slice: it is an output that nobody reads, or, where threads take slices at
    the same time, lies on the stack of each.

    Slices read of a result only what the same slice wrote.

    ```mlir
    // The softmax of rows, of which one at a time is in %row.
    kernel.chain "softmax" count 2364 ins(%x : memref<2364x197xf32>)
      outs(%y, %row, %max : memref<2364x197xf32>, memref<197xf32>, memref<1xf32>) {
    ^bb0(%i: index, %0: memref<2364x197xf32>, %1: memref<2364x197xf32>,
         %2: memref<197xf32>, %3: memref<1xf32>):
      kernel.nest "max" extents [2364, 197] at %i ins(%0) outs(%3) ...
      kernel.nest "exp" extents [2364, 197] at %i ins(%0, %3) outs(%2) ...
      ...
    }
    ```
  }];
  let arguments = (ins StrAttr:$kind, I64Attr:$count,
                   Variadic<AnyStaticShapeMemRef>:$inputs,
                   Variadic<AnyStaticShapeMemRef>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $kind `count` $count
    `ins` `(` ($inputs^ `:` type($inputs))? `)` `outs` `(` $outputs `:` type($outputs) `)`
    attr-dict-with-keyword $body
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    bool mayRunInPlace(unsigned input);
    /// The body's argument that stands for operand `operand`.
    ::mlir::BlockArgument getInner(unsigned operand) {
      return getBody().front().getArgument(1 + operand);
    }
    /// What computes the slices, in order.
    ::llvm::SmallVector<::mlir::Operation *> getKernels();
  }];
}

def Kernel_WinogradOp : Kernel_FamilyOp<"winograd"> {
  let summary = "3x3 convolution of stride 1 with fewer multiplications";
  let description = [{
    F(m,3) in two dimensions (Lavin & Gray 2016): a tile of m x m outputs is the
    transform of (m+2)^2 components, each of which is one multiplication per
    input channel of a transformed input and a transformed filter, so that a
    component of many tiles is a matrix product. m is 2, 4 or 6; polynomials are
    multiplied at the points

        F(2,3)   0, 1, -1, infinity
        F(4,3)   0, 3/4, -3/4, 3/2, -3/2, infinity
        F(6,3)   0, 1, -1, 2, -2, 1/2, -1/2, infinity

    For each group of `tiles` tiles: the inputs of all channels are transformed
    into `v`, the products go to `z` as kernel.gemm computes them with its
    register tile, their transform goes through the epilogue to the output.

    Inputs are x, the filters (kernel.constant with `winograd`) as memref<(m+2)^2
    x vectors x channels x lanes>, or in blocks of several vectors as
    memref<(m+2)^2 x blocks x channels x block x lanes>, and the epilogue's. Outputs are y and, for the
    kernel's own use, v, memref<(m+2)^2 x tiles x channels> in whole vectors of
    channels or memref<(m+2)^2 x vectors of channels x tiles x channel_lanes>,
    and z, memref<(m+2)^2 x tiles x columns>; all may have strides that spread
    them over a cache.

    - `in_map`: (image, c, row, column) -> x, the first of `channel_lanes`
      contiguous elements, channels from c * channel_lanes on
    - `out_map` and the maps of the epilogue's inputs: (image, v, row, column) ->
      the first of `lanes` contiguous elements, as in kernel.gemm

    Positions outside `in_size` are zeros; `pads` says how many there are above
    and to the left.

    ```mlir
    kernel.winograd "conv" tile 4 images 1 in [56, 56] channels 64 lanes 16
      out [56, 56] columns 64 lanes 16 pads [1, 1]
      ins(%x, %u, %b : memref<1x4x56x56x16xf32>, memref<36x4x64x16xf32>, memref<4x16xf32>)
      outs(%y, %v, %z : memref<1x4x56x56x16xf32>, memref<36x28x64xf32>, memref<36x28x64xf32>)
      {in_map = affine_map<(n, c, y, x) -> (n, c, y, x, 0)>, ...}
      epilogue {
    ^bb0(%acc: f32, %bias: f32):
      %0 = arith.addf %acc, %bias : f32
      kernel.yield %0 : f32
    }
    ```
  }];
  let arguments = (ins StrAttr:$kind, Variadic<AnyStaticShapeMemRef>:$inputs,
                   Variadic<AnyStaticShapeMemRef>:$outputs,
                   I64Attr:$tile, I64Attr:$images,
                   DenseI64ArrayAttr:$in_size, I64Attr:$channels,
                   I64Attr:$channel_lanes, DenseI64ArrayAttr:$out_size,
                   I64Attr:$columns, I64Attr:$lanes, DenseI64ArrayAttr:$pads,
                   AffineMapAttr:$in_map, AffineMapAttr:$out_map,
                   AffineMapArrayAttr:$epilogue_maps, I64Attr:$tile_rows,
                   I64Attr:$tile_vectors);
  let regions = (region SizedRegion<1>:$epilogue);
  let assemblyFormat = [{
    $kind `tile` $tile `images` $images
    `in` $in_size `channels` $channels `lanes` $channel_lanes
    `out` $out_size `columns` $columns `lanes` $lanes `pads` $pads
    `ins` `(` $inputs `:` type($inputs) `)` `outs` `(` $outputs `:` type($outputs) `)`
    attr-dict `epilogue` $epilogue
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Value getX() { return getInputs()[0]; }
    ::mlir::Value getFilters() { return getInputs()[1]; }
    ::mlir::Value getY() { return getOutputs()[0]; }
    ::mlir::Value getV() { return getOutputs()[1]; }
    ::mlir::Value getZ() { return getOutputs()[2]; }
    /// Vectors of a block of the filters, 1 where they have no blocks.
    int64_t getPanels() {
      auto shape = ::llvm::cast<::mlir::MemRefType>(getFilters().getType()).getShape();
      return shape.size() == 5 ? shape[3] : 1;
    }
    /// Vectors of input and of output channels.
    int64_t getChannelVectors() {
      return (getChannels() + getChannelLanes() - 1) / getChannelLanes();
    }
    int64_t getVectors() { return (getColumns() + getLanes() - 1) / getLanes(); }
    /// Tiles of one image along dimension 0 or 1, and of all images.
    int64_t getTiles(unsigned dim) {
      return (getOutSize()[dim] + getTile() - 1) / getTile();
    }
    int64_t getAllTiles() { return getImages() * getTiles(0) * getTiles(1); }
    bool mayRunInPlace(unsigned input);
    bool acceptsType(unsigned operand, ::mlir::MemRefType type);
  }];
}

def Kernel_CallOp : Kernel_FamilyOp<"call"> {
  let summary = "A C function that the user supplies";
  let description = [{
    Calls `callee` with its inputs, then its outputs, all of them plain buffers;
    the package's header declares the function. Nothing is known about it beyond
    the rules for all families: it writes all of its outputs and nothing else.
    `elements` are the operands' element types with their signedness, which
    buffers lack; `parameters` are further arguments, the same in every run.

    ```mlir
    kernel.call "my_filter" ins(%x : memref<8xi8>) outs(%y : memref<8xf32>)
      elements = [ui8, f32] parameters = {gain = 2.000000e+00 : f32}
    ```
  }];
  let arguments = (ins StrAttr:$callee, Variadic<AnyStaticShapeMemRef>:$inputs,
                   Variadic<AnyStaticShapeMemRef>:$outputs,
                   OptionalAttr<TypeArrayAttr>:$elements,
                   OptionalAttr<DictionaryAttr>:$parameters);
  let assemblyFormat = [{
    $callee `ins` `(` ($inputs^ `:` type($inputs))? `)`
    `outs` `(` ($outputs^ `:` type($outputs))? `)`
    (`elements` `=` $elements^)? (`parameters` `=` $parameters^)? attr-dict
  }];
  let hasVerifier = 1;
}

#endif // MEGCC_KERNEL_OPS
