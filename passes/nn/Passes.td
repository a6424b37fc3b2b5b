//===- Passes.td - Passes on the nn level ------------------*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_NN_PASSES
#define MEGCC_PASSES_NN_PASSES

include "mlir/Pass/PassBase.td"

def FoldConstants : Pass<"fold-constants", "::mlir::func::FuncOp"> {
  let summary = "Computes operators whose operands are all constants";
  let description = [{
    Runs the reference evaluation on every operator whose operands are
    constants. Operators whose result takes much more memory than their
    operands (a large expand) stay, so that a package doesn't store what costs
    nothing to compute.
  }];
  let options = [
    Option<"maxGrowth", "max-growth", "int64_t", /*default=*/"64 * 1024",
           "Bytes by which a result may exceed its operands in wider elements">
  ];
}

def DecomposeOps : Pass<"decompose-ops", "::mlir::func::FuncOp"> {
  let summary = "Writes operators that need no kernel of their own as others";
  let description = [{
    Transposed convolutions become convolutions of inputs padded inside, group
    normalisation a reshaped layer normalisation, batch normalisation a product
    and a sum: whatever makes the others fast makes these fast.
  }];
}

def RecognizeOps : Pass<"recognize-ops", "::mlir::func::FuncOp"> {
  let summary = "Finds operators that a model spells out in parts";
  let description = [{
    Layer normalisation, and GELU by the error function, as exporters write them
    for versions of ONNX without these operators.
  }];
}

def FoldBatchNorm : Pass<"fold-batch-norm", "::mlir::func::FuncOp"> {
  let summary = "Merges scales and shifts of channels into constant weights";
  let description = [{
    A batch normalisation, product or sum with one constant per channel that
    follows a convolution or matrix product with constant weights disappears
    into the weights and the bias.
  }];
}

def FoldPad : Pass<"fold-pad", "::mlir::func::FuncOp"> {
  let summary = "Merges explicit padding into convolutions and pools";
}

def SinkTransposes : Pass<"sink-transposes", "::mlir::func::FuncOp"> {
  let summary = "Moves transposes towards their inverses and cancels them";
  let description = [{
    Transposes move behind elementwise operators, reductions, concatenations,
    pads and slices. Two that meet become one or none; one that only moves
    dimensions of extent 1 becomes a reshape.
  }];
}

def StoreHalf : Pass<"store-half", "::mlir::func::FuncOp"> {
  let summary = "Keeps what contractions multiply in half precision";
  let description = [{
    Operands of convolutions and matrix products are rounded to a narrower type
    and stored so; sums, and all that is computed between them, stay f32.
  }];
  let options = [
    Option<"type", "type", "std::string", /*default=*/"\"bf16\"",
           "bf16 or f16">
  ];
}

def AssignLayouts : Pass<"assign-layouts", "::mlir::func::FuncOp"> {
  let summary = "Blocks channels for the vectors of the target";
  let description = [{
    Convolutions keep blocks of channels innermost, one block filling one
    vector, or pixels do where there are few channels; operators that do not
    care take either layout, all others the plain one. Which have which is the
    least cost of kernels and relayouts over the graph.
  }];
  let options = [
    Option<"targetName", "target", "std::string", /*default=*/"\"generic\"",
           "The target whose vectors blocks fill">,
    ListOption<"blocked", "blocked", "std::string",
               "Nodes that keep blocks of channels whatever they cost">
  ];
}

def SeparateResizes : Pass<"separate-resizes", "::mlir::func::FuncOp"> {
  let summary = "Interpolates in one dimension after the other";
  let description = [{
    An interpolation along several dimensions in the plain layout becomes one
    for each, in the order in which whole vectors move most of the elements.
  }];
  let options = [
    Option<"targetName", "target", "std::string", /*default=*/"\"generic\"",
           "The target whose vectors are meant">
  ];
}

def FuseEpilogues : Pass<"fuse-epilogues", "::mlir::func::FuncOp"> {
  let summary = "Groups operators into regions that one kernel computes";
  let description = [{
    A contraction, pool or reduction and the elementwise operators that follow
    it become one nn.fused, whose kernel applies them to each element before it
    is stored. Chains of elementwise operators alone are grouped, too.
  }];
  let options = [
    Option<"maxOps", "max-ops", "unsigned", /*default=*/"32",
           "Operators in one region at most">,
    Option<"maxTensors", "max-tensors", "unsigned", /*default=*/"0",
           "Tensors of the result's size that a group of elementwise operators "
           "alone may read; 0: any number. All have to be alive at one time">
  ];
}

def FusePrologues : Pass<"fuse-prologues", "::mlir::func::FuncOp"> {
  let summary = "Groups contractions with what prepares their operand";
  let description = [{
    Elementwise operators whose result one convolution or matrix product reads,
    as its first operand, and nobody else, join its region. Its kernel applies
    them as it reads, where that pays.
  }];
}

def SplitPatches : Pass<"split-patches", "::mlir::ModuleOp"> {
  let summary = "Runs layers patch by patch, halos computed again";
  let description = [{
    A stretch of operators that work locally is computed for each cell of a grid
    over its result, from the boxes of its inputs that the cell needs. What lies
    between is never there as a whole. Stretches and grids are searched: the
    fewest multiply-accumulates for an estimated peak.
  }];
  let options = [
    Option<"aim", "aim", "int64_t", /*default=*/"0",
           "Bytes of tensors that may be alive at once; 0: as few as can be">,
    Option<"slack", "slack", "unsigned", /*default=*/"0",
           "Percent by which the smallest peak may be exceeded">,
    Option<"ioInArena", "io-in-arena", "bool", /*default=*/"false",
           "Whether inputs and outputs count">,
    Option<"first", "first", "unsigned", /*default=*/"0",
           "First layer to be cut, from 1; 0: searched">,
    Option<"last", "last", "unsigned", /*default=*/"0",
           "Last layer to be cut">,
    ListOption<"counts", "grid", "int64_t",
               "Cells along dimensions 2 and 3 of that layer's result">
  ];
}

#endif // MEGCC_PASSES_NN_PASSES
