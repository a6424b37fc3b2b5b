//===- KernelIrregular.td - Families whose accesses are data --------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What kernel.nest cannot say: accesses that depend on values, results that
// depend on the order of the loops, several outputs. Row-major buffers are
// taken in the smallest number of dimensions that has the meaning; `select`
// brings them there by `kernel.alias`.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_KERNEL_IRREGULAR
#define MEGCC_KERNEL_IRREGULAR

include "dialects/Kernel/KernelOps.td"
include "mlir/IR/EnumAttr.td"

class Kernel_Enum<string name, list<string> words>
    : I32EnumAttr<name, "", !foreach(i, !range(!size(words)),
        I32EnumAttrCase<words[i], i>)> {
  let cppNamespace = "::megcc::kernel";
}

/// A family with buffers `inputs`, buffers `outputs` and attributes.
class Kernel_IrregularOp<string mnemonic, dag attributes = (ins),
                         string words = "">
    : Kernel_FamilyOp<mnemonic> {
  let arguments = !con((ins Variadic<AnyStaticShapeMemRef>:$inputs,
                            Variadic<AnyStaticShapeMemRef>:$outputs),
                       attributes);
  let assemblyFormat = words # [{
    `ins` `(` $inputs `:` type($inputs) `)`
    `outs` `(` $outputs `:` type($outputs) `)` attr-dict
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Along one axis
//===----------------------------------------------------------------------===//

def Kernel_ArgReduceOp : Kernel_IrregularOp<"arg_reduce",
    (ins UnitAttr:$least, UnitAttr:$select_last, UnitAttr:$is_unsigned)> {
  let summary = "Where the greatest element along an axis is";
  let description = [{
    The index of the greatest element along the middle dimension, of the least
    with `least`; of equal ones the first, the last with `select_last`. The
    output is of i64 or i32.

    ```mlir
    kernel.arg_reduce ins(%x : memref<2x10x5xf32>) outs(%y : memref<2x5xi64>)
    ```
  }];
}

def Kernel_ScanOp : Kernel_IrregularOp<"scan",
    (ins UnitAttr:$exclusive, UnitAttr:$reverse)> {
  let summary = "Running sum along an axis";
  let description = [{
    Element i of the middle dimension is the sum of the elements up to i,
    without i with `exclusive`; from the other end with `reverse`.

    ```mlir
    kernel.scan ins(%x : memref<2x10x5xf32>) outs(%y : memref<2x10x5xf32>)
    ```
  }];
  let extraClassDeclaration = [{
    /// Each element is read just before its place is written.
    bool mayRunInPlace(unsigned input) { return true; }
  }];
}

def Kernel_TopKOp : Kernel_IrregularOp<"top_k",
    (ins UnitAttr:$least, UnitAttr:$is_unsigned)> {
  let summary = "Greatest elements along an axis, in order";
  let description = [{
    The greatest elements along the middle dimension in descending order, the
    least in ascending order with `least`, equal ones by ascending index; as
    many as the outputs hold. The outputs are values and indices (i64 or i32).

    ```mlir
    kernel.top_k ins(%x : memref<2x100x1xf32>)
      outs(%values, %indices : memref<2x5x1xf32>, memref<2x5x1xi64>)
    ```
  }];
}

//===----------------------------------------------------------------------===//
// Scattering
//===----------------------------------------------------------------------===//

def Kernel_ScatterKind : Kernel_Enum<"ScatterKind",
    ["assign", "add", "mul", "min", "max"]>;

class Kernel_Scatter<string mnemonic, dag attributes>
    : Kernel_IrregularOp<mnemonic,
        !con((ins Kernel_ScatterKind:$reduction, UnitAttr:$is_unsigned),
             attributes), "$reduction "> {
  let extraClassDeclaration = [{
    /// Only what is copied first may lie where the output does.
    bool mayRunInPlace(unsigned input) { return input == 0; }
  }];
}

def Kernel_ScatterElementsOp : Kernel_Scatter<"scatter_elements",
    (ins I64Attr:$axis)> {
  let summary = "Replacement of single elements along an axis";
  let description = [{
    Inputs x, indices, updates. The output is x, but at indices[i, j, k] in
    place of the index along `axis` it is updates[i, j, k], or combined with it.
    Negative indices count from the end; one outside is moved to the nearest
    element.

    ```mlir
    kernel.scatter_elements add ins(%x, %i, %u : memref<4x8xf32>, memref<4x2xi64>,
      memref<4x2xf32>) outs(%y : memref<4x8xf32>) {axis = 1}
    ```
  }];
}

def Kernel_ScatterNDOp : Kernel_Scatter<"scatter_nd", (ins)> {
  let summary = "Replacement of slices by index tuples";
  let description = [{
    Inputs x [d0, .., dq-1, slice], indices [tuples, q], updates [tuples,
    slice]. The output is x, but each slice that a tuple selects is replaced by
    one of updates, or combined with it. Indices as in `scatter_elements`.

    ```mlir
    kernel.scatter_nd assign ins(%x, %i, %u : memref<4x8xf32>, memref<2x1xi64>,
      memref<2x8xf32>) outs(%y : memref<4x8xf32>)
    ```
  }];
}

def Kernel_MaxUnpoolOp : Kernel_IrregularOp<"max_unpool"> {
  let summary = "Zeros with given elements at given places";
  let description = [{
    Inputs x [n] and indices [n]; the output [m] is zero but for x[i] at
    indices[i]. Indices outside are ignored.

    ```mlir
    kernel.max_unpool ins(%x, %i : memref<32xf32>, memref<32xi64>)
      outs(%y : memref<128xf32>)
    ```
  }];
}

def Kernel_ReverseSequenceOp : Kernel_IrregularOp<"reverse_sequence",
    (ins I64Attr:$batch_axis, I64Attr:$time_axis)> {
  let summary = "Opposite order of the beginning of each sequence";
  let description = [{
    Inputs x and lengths [batch]. The first lengths[b] elements along
    `time_axis` in opposite order, for each b along `batch_axis`; the others
    stay. Lengths are moved into [0, extent].

    ```mlir
    kernel.reverse_sequence ins(%x, %n : memref<4x8x3xf32>, memref<4xi64>)
      outs(%y : memref<4x8x3xf32>) {batch_axis = 0, time_axis = 1}
    ```
  }];
}

//===----------------------------------------------------------------------===//
// Vision
//===----------------------------------------------------------------------===//

def Kernel_MaxPoolOp : Kernel_IrregularOp<"max_pool",
    (ins DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides,
         DenseI64ArrayAttr:$pads, DenseI64ArrayAttr:$dilations,
         UnitAttr:$is_unsigned)> {
  let summary = "Greatest element of each window, and where it is";
  let description = [{
    Input x [planes, spatial...]; outputs are values [planes, positions...] and
    indices, the flat row-major position in x of the first greatest element. One
    entry per spatial dimension in each attribute; `pads` only at the beginning.
    Pooling without indices is a `kernel.nest`.

    ```mlir
    kernel.max_pool ins(%x : memref<8x6x6xf32>)
      outs(%y, %i : memref<8x3x3xf32>, memref<8x3x3xi64>)
      {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>,
       pads = array<i64: 0, 0>, dilations = array<i64: 1, 1>}
    ```
  }];
}

def Kernel_NonMaxSuppressionOp : Kernel_IrregularOp<"non_max_suppression",
    (ins I64Attr:$max_boxes, F64Attr:$iou_threshold,
         OptionalAttr<F64Attr>:$score_threshold, UnitAttr:$center_point)> {
  let summary = "Selection of boxes that overlap little";
  let description = [{
    As `nn.non_max_suppression`. Inputs boxes [batch, box, 4] and scores [batch,
    class, box]; outputs indices [rows, 3], count [] and, for the kernel's own
    use, one i8 per box [box].

    ```mlir
    kernel.non_max_suppression
      ins(%boxes, %scores : memref<1x100x4xf32>, memref<1x3x100xf32>)
      outs(%indices, %count, %alive : memref<30x3xi64>, memref<i64>, memref<100xi8>)
      {max_boxes = 10, iou_threshold = 0.5}
    ```
  }];
}

def Kernel_RoiAlignOp : Kernel_IrregularOp<"roi_align",
    (ins UnitAttr:$maximum, I64Attr:$sampling_ratio, F64Attr:$spatial_scale,
         UnitAttr:$half_pixel)> {
  let summary = "Sampling of regions of interest";
  let description = [{
    As `nn.roi_align`; the mean of the samples, their maximum with `maximum`.
    Inputs x [images, channels, height, width], regions [regions, 4], image of
    each region [regions]; output [regions, channels, bins, bins]. With
    `sampling_ratio` 0 a bin has as many samples per direction as elements,
    rounded up, but no more than x has.

    ```mlir
    kernel.roi_align ins(%x, %r, %i : memref<1x8x32x32xf32>, memref<5x4xf32>,
      memref<5xi64>) outs(%y : memref<5x8x7x7xf32>)
      {sampling_ratio = 2, spatial_scale = 0.0625}
    ```
  }];
}

def Kernel_Interpolation : Kernel_Enum<"Interpolation",
    ["nearest", "linear", "cubic"]>;
def Kernel_Border : Kernel_Enum<"Border", ["zeros", "border", "reflection"]>;

def Kernel_GridSampleOp : Kernel_IrregularOp<"grid_sample",
    (ins Kernel_Interpolation:$mode, Kernel_Border:$padding,
         UnitAttr:$align_corners), "$mode $padding "> {
  let summary = "Sampling at given positions";
  let description = [{
    As `nn.grid_sample`. Inputs x [images, channels, spatial...] and grid
    [images, positions..., rank]; output [images, channels, positions...].

    ```mlir
    kernel.grid_sample linear border ins(%x, %g : memref<1x8x4x4xf32>,
      memref<1x6x6x2xf32>) outs(%y : memref<1x8x6x6xf32>)
    ```
  }];
}

//===----------------------------------------------------------------------===//
// Recurrent networks and linear algebra
//===----------------------------------------------------------------------===//

def Kernel_Cell : Kernel_Enum<"Cell", ["rnn", "gru", "lstm"]>;
def Kernel_Direction : Kernel_Enum<"Direction",
    ["forward", "reverse", "bidirectional"]>;

def Kernel_RecurrentOp : Kernel_IrregularOp<"recurrent",
    (ins Kernel_Cell:$cell, Kernel_Direction:$direction, UnitAttr:$has_bias,
         UnitAttr:$has_lengths, UnitAttr:$has_initial_h,
         UnitAttr:$has_initial_c, UnitAttr:$has_peepholes,
         OptionalAttr<F64Attr>:$clip, UnitAttr:$linear_before_reset,
         UnitAttr:$input_forget)> {
  let summary = "A recurrent layer over a whole sequence";
  let description = [{
    The cells of `nn.rnn`, `nn.gru` and `nn.lstm`, all float buffers of one
    type. Inputs x [steps, batch, inputs], w [directions, gates * hidden,
    inputs], r [directions, gates * hidden, hidden], then those of bias
    [directions, 2 * gates * hidden], lengths [batch], initial_h and initial_c
    [directions, batch, hidden], peepholes [directions, 3 * hidden] that the
    attributes name, in this order. Outputs y [steps, directions, batch,
    hidden], y_h [directions, batch, hidden], for lstm y_c of that shape, and
    for the kernel's own use the gates of one step, [gates + 1, hidden].

    One region per activation, of all directions one after another, takes and
    yields a scalar. Gates and activations are in the order of ONNX.

    ```mlir
    kernel.recurrent rnn forward ins(%x, %w, %r : memref<5x1x3xf32>,
        memref<1x4x3xf32>, memref<1x4x4xf32>)
      outs(%y, %h, %g : memref<5x1x1x4xf32>, memref<1x1x4xf32>, memref<2x4xf32>)
      activations {
    ^bb0(%0: f32):
      %1 = math.tanh %0 : f32
      kernel.yield %1 : f32
    }
    ```
  }];
  let regions = (region VariadicRegion<SizedRegion<1>>:$activations);
  let assemblyFormat = [{
    $cell $direction `ins` `(` $inputs `:` type($inputs) `)`
    `outs` `(` $outputs `:` type($outputs) `)` attr-dict
    `activations` $activations
  }];
  let extraClassDeclaration = [{
    int64_t getGateCount() {
      return getCell() == Cell::lstm ? 4 : getCell() == Cell::gru ? 3 : 1;
    }
    int64_t getDirectionCount() {
      return getDirection() == Direction::bidirectional ? 2 : 1;
    }
    /// How many optional inputs there are.
    int64_t getOptionalInputCount() {
      return getHasBias() + getHasLengths() + getHasInitialH() +
             getHasInitialC() + getHasPeepholes();
    }
  }];
}

def Kernel_DetOp : Kernel_IrregularOp<"det"> {
  let summary = "Determinants";
  let description = [{
    Input [matrices, n, n]; outputs [matrices] and, for the kernel's own use,
    one matrix [n, n]. Gaussian elimination with partial pivoting.

    ```mlir
    kernel.det ins(%x : memref<5x3x3xf32>)
      outs(%y, %s : memref<5xf32>, memref<3x3xf32>)
    ```
  }];
}

#endif // MEGCC_KERNEL_IRREGULAR
