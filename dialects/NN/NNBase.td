//===- NNBase.td - The nn dialect, its types and attributes ---------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What all groups of operators share: the dialect, the layout attribute, the
// enumerations, the constraints on tensor types, the base class of operators.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_NN_BASE
#define MEGCC_NN_BASE

include "dialects/NN/NNInterfaces.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/TensorEncoding.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def NN_Dialect : Dialect {
  let name = "nn";
  let cppNamespace = "::megcc::nn";
  let summary = "Neural-network operators on tensors: what is computed";
  let description = [{
    A small, normalised set of operators with one meaning each: the differences
    between front ends and between versions of a format end before it. Axes are
    counted from 0, optional parameters are filled in, padding is explicit.

    Values are ranked tensors of static shape. Signless integers are signed,
    `uiN` is unsigned, `i1` is a truth value. The encoding slot of a type is
    empty (row-major) or holds an `#nn.info`. Graph names sit in the argument
    and result attributes `nn.name` of `@main` and in the module's `nn.model`.

    Every operator answers three questions through interfaces: which region of
    each input does a region of the output need, what does it cost, may it run
    in place.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect"];
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = [{
    /// Module attribute: the model's name.
    static constexpr ::llvm::StringLiteral kModelAttr = "nn.model";
    /// Argument and result attribute of @main: the name in the model.
    static constexpr ::llvm::StringLiteral kNameAttr = "nn.name";
    /// The same of @main on buffers: the tensor's type, with its signedness.
    static constexpr ::llvm::StringLiteral kTypeAttr = "nn.type";

  private:
    // Each group of operators is compiled and registered by a file of its own.
    void registerAttributes();
    void registerUnaryOps();
    void registerActivationOps();
    void registerBinaryOps();
    void registerConversionOps();
    void registerContractionOps();
    void registerPoolingOps();
    void registerReductionOps();
    void registerNormalizationOps();
    void registerMovementOps();
    void registerIndexingOps();
    void registerVisionOps();
    void registerRecurrentOps();
    void registerStructureOps();

  public:
  }];
}

//===----------------------------------------------------------------------===//
// Layout and bounds
//===----------------------------------------------------------------------===//

def NN_InfoAttr : AttrDef<NN_Dialect, "Info",
    [DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let mnemonic = "info";
  let summary = "Layout of a tensor and bounds of its dynamic dimensions";
  let description = [{
    The one thing that may stand in the encoding slot of an `nn` value.

    `layout = blocked<d x b>` splits dimension `d` into blocks of `b` elements
    that are placed innermost: with `blocked<1 x 16>` a tensor of logical shape
    [N, C, H, W] lies in memory as [N, ceil(C / 16), H, W, 16] (NCHW16c).
    Elements beyond the logical extent in the last block are unspecified. A
    type without layout is row-major.

    `bounds` has the largest extent of each dimension that is dynamic and 0 for
    each that is not.

    ```mlir
    tensor<1x96x56x56xf32, #nn.info<layout = blocked<1 x 16>>>
    tensor<?x10xf32, #nn.info<bounds = [8, 0]>>
    ```
  }];
  let parameters = (ins
    OptionalParameter<"std::optional<::megcc::nn::BlockedLayout>">:$layout,
    OptionalArrayRefParameter<"int64_t">:$bounds);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// Enumerations
//===----------------------------------------------------------------------===//

class NN_Enum<string name, string summary, list<string> words>
    : I32EnumAttr<name, summary, !foreach(i, !range(!size(words)),
        I32EnumAttrCase<words[i], i>)> {
  let cppNamespace = "::megcc::nn";
  let genSpecializedAttr = 0;
}
class NN_EnumAttr<NN_Enum info, string mnemonic>
    : EnumAttr<NN_Dialect, info, mnemonic>;

def NN_GeluKind : NN_Enum<"GeluKind", "formula of gelu", ["erf", "tanh"]>;
def NN_GeluKindAttr : NN_EnumAttr<NN_GeluKind, "gelu_kind">;

def NN_ReduceKind : NN_Enum<"ReduceKind", "how elements are combined",
  ["sum", "mean", "max", "min", "prod"]>;
def NN_ReduceKindAttr : NN_EnumAttr<NN_ReduceKind, "reduce_kind">;

def NN_ScatterKind : NN_Enum<"ScatterKind", "how an update meets the old value",
  ["assign", "add", "mul", "max", "min"]>;
def NN_ScatterKindAttr : NN_EnumAttr<NN_ScatterKind, "scatter_kind">;

def NN_PadMode : NN_Enum<"PadMode", "what stands in the padding",
  ["constant", "edge", "reflect", "wrap"]>;
def NN_PadModeAttr : NN_EnumAttr<NN_PadMode, "pad_mode">;

def NN_Interpolation : NN_Enum<"Interpolation", "how samples are combined",
  ["nearest", "linear", "cubic"]>;
def NN_InterpolationAttr : NN_EnumAttr<NN_Interpolation, "interpolation">;

def NN_Coordinates : NN_Enum<"Coordinates",
  "position in the input of an element of the resized result",
  ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners",
   "asymmetric", "tf_half_pixel_for_nn", "tf_crop_and_resize"]>;
def NN_CoordinatesAttr : NN_EnumAttr<NN_Coordinates, "coordinates">;

def NN_Rounding : NN_Enum<"Rounding", "nearest element of a position",
  ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]>;
def NN_RoundingAttr : NN_EnumAttr<NN_Rounding, "rounding">;

def NN_GridPadding : NN_Enum<"GridPadding", "samples outside the input",
  ["zeros", "border", "reflection"]>;
def NN_GridPaddingAttr : NN_EnumAttr<NN_GridPadding, "grid_padding">;

def NN_RoiMode : NN_Enum<"RoiMode", "how samples of a bin are combined",
  ["avg", "max"]>;
def NN_RoiModeAttr : NN_EnumAttr<NN_RoiMode, "roi_mode">;

def NN_Direction : NN_Enum<"Direction", "order in which steps are taken",
  ["forward", "reverse", "bidirectional"]>;
def NN_DirectionAttr : NN_EnumAttr<NN_Direction, "direction">;

def NN_Activation : NN_Enum<"Activation", "activation of a recurrent gate",
  ["sigmoid", "tanh", "relu", "leaky_relu", "thresholded_relu", "scaled_tanh",
   "hard_sigmoid", "elu", "softsign", "softplus", "affine"]>;
def NN_ActivationAttr : NN_EnumAttr<NN_Activation, "activation">;
def NN_ActivationArrayAttr
    : TypedArrayAttrBase<NN_ActivationAttr, "array of activations">;

//===----------------------------------------------------------------------===//
// Attributes with plain C++ values
//===----------------------------------------------------------------------===//

def NN_F64Attr : FloatAttrBase<F64, "64-bit float attribute"> {
  let returnType = "double";
  let convertFromStorage = "$_self.getValueAsDouble()";
  let constBuilderCall = "$_builder.getF64FloatAttr($0)";
}

def NN_I64Attr
    : TypedSignlessIntegerAttrBase<I64, "int64_t", "64-bit integer attribute"> {
  let convertFromStorage = "$_self.getInt()";
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// A tensor of static shape; `what` are its elements in words.
class NN_TensorOf<list<Type> elements, string what>
    : StaticShapeTensorOf<elements> {
  let summary = "statically shaped tensor of " # what;
}

defvar NN_Floats = [F16, BF16, F32, F64]<Type>;
defvar NN_SignedInts = [I8, I16, I32, I64]<Type>;
defvar NN_UnsignedInts = [UI8, UI16, UI32, UI64]<Type>;
defvar NN_Ints = !listconcat(NN_SignedInts, NN_UnsignedInts);

def NN_FloatTensor : NN_TensorOf<NN_Floats, "floats">;
def NN_IntTensor : NN_TensorOf<NN_Ints, "integers">;
def NN_BoolTensor : NN_TensorOf<[I1], "truth values (i1)">;
def NN_SignedTensor : NN_TensorOf<!listconcat(NN_Floats, NN_SignedInts),
                                  "floats or signed integers">;
def NN_NumberTensor : NN_TensorOf<!listconcat(NN_Floats, NN_Ints),
                                  "floats or integers">;
def NN_Tensor : NN_TensorOf<!listconcat(NN_Floats, NN_Ints, [I1]<Type>),
                            "floats, integers or truth values (i1)">;
def NN_F32Tensor : NN_TensorOf<[F32], "f32">;
/// Positions in a tensor.
def NN_IndexTensor : NN_TensorOf<[I32, I64], "i32 or i64">;
/// Lengths and starts that a front end hands over.
def NN_I64Tensor : NN_TensorOf<[I64], "i64">;
/// What 8- and 16-bit quantisation stores, and sums of it.
def NN_StorageTensor : NN_TensorOf<[I8, UI8, I16, UI16],
                                   "i8, ui8, i16 or ui16">;
def NN_QuantizedTensor : NN_TensorOf<[I8, UI8, I16, UI16, I32],
                                     "i8, ui8, i16, ui16 or i32">;

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

/// An operator without side effects. `answers` are those of the three
/// interfaces that it implements itself; the others have default answers.
class NN_Op<string mnemonic, list<OpInterface> answers = [],
            list<Trait> traits = []>
    : Op<NN_Dialect, mnemonic, !listconcat(
        !foreach(i, !listremove([RegionMapOpInterface, CostOpInterface,
                                 InPlaceOpInterface], answers),
          !cast<Trait>(i)),
        !foreach(i, answers, !cast<Trait>(NN_Answer<i>)),
        traits, [Pure])> {
  /// How nearly every format ends.
  string typed = " attr-dict `:` functional-type(operands, results)";
}

/// Result types follow from operands and attributes.
defvar NN_Infers = InferTypeOpAdaptor;

/// As NN_Infers, where the result may also have another encoding or a wider
/// element type than the inferred one.
defvar NN_InfersShape = InferTypeOpAdaptorWithIsCompatible;

/// A trait written in NNTraits.h.
class NN_CppTrait<string name> : NativeOpTrait<name> {
  let cppNamespace = "::megcc::nn";
}

/// Operands and results carry no layout.
def NN_RowMajor : NN_CppTrait<"RowMajor">;

#endif // MEGCC_NN_BASE
