//===- Passes.td - Passes of the kernel level --------------*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the order in which they run. Each is explained, with the IR before and
// after, at the head of the file named after it.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_KERNEL_PASSES
#define MEGCC_KERNEL_PASSES

include "mlir/Pass/PassBase.td"

def AssignMemory : Pass<"assign-memory", "::mlir::ModuleOp"> {
  let summary = "Decide which buffers lie outside the arena";
  let options = [
    Option<"ioInArena", "io-in-arena", "bool", /*default=*/"false",
           "Inputs and outputs are the planner's to place">,
    Option<"stackNumbers", "stack-numbers", "bool", /*default=*/"false",
           "What is a single number lies on the stack">
  ];
  let dependentDialects = ["::megcc::kernel::KernelDialect"];
}

def ReorderKernels : Pass<"reorder-kernels", "::mlir::ModuleOp"> {
  let summary = "Run kernels in an order that needs less memory";
  let description = [{
    Exact where few sets of kernels can have run at a time, else a beam search;
    the order given stays unless another needs less.
  }];
  let options = [
    Option<"alias", "alias", "bool", /*default=*/"true",
           "Buffers will share bytes">,
    Option<"effort", "effort", "int64_t", /*default=*/"100000000",
           "Steps that the search may take">,
    Option<"seconds", "seconds", "double", /*default=*/"0",
           "Seconds that the search may take instead; 0: steps count">
  ];
  let dependentDialects = ["::megcc::kernel::KernelDialect"];
}

def RecomputeTensors : Pass<"recompute-tensors", "::mlir::ModuleOp"> {
  let summary = "Drop tensors that wait, and compute them again";
  let description = [{
    Only as far as a budget asks for it, for the fewest multiply-accumulates
    found. Never a function of the user's.
  }];
  let options = [
    Option<"budget", "budget", "int64_t", /*default=*/"0",
           "Bytes that arena, inputs and outputs may take; 0: any number">,
    Option<"alias", "alias", "bool", /*default=*/"true",
           "Buffers will share bytes">,
    Option<"rows", "rows", "bool", /*default=*/"false",
           "Kernels will take turns row by row, for the same budget">,
    Option<"effort", "effort", "int64_t", /*default=*/"100000000",
           "Steps that the search may take">,
    Option<"seconds", "seconds", "double", /*default=*/"0",
           "Seconds that the search may take instead; 0: steps count">
  ];
  let dependentDialects = ["::megcc::kernel::KernelDialect",
                           "::mlir::memref::MemRefDialect"];
}

def ElideCopies : Pass<"elide-copies", "::mlir::ModuleOp"> {
  let summary = "Remove copies by writing or reading through aliases";
  let description = [{
    The parts of a concat are written where the concat has them, results where
    the caller wants them; slices are read where they lie.
  }];
  let dependentDialects = ["::megcc::kernel::KernelDialect"];
}

def BoundMemory : Pass<"bound-memory", "::mlir::ModuleOp"> {
  let summary = "Say what no plan can do without";
  let description = [{
    `kernel.plan_bound` of the module: the most that one kernel needs at one
    time, whatever the order and whatever shares bytes or is computed again.
  }];
  let options = [
    Option<"rows", "rows", "bool", /*default=*/"false",
           "Kernels may run row by row">
  ];
  let dependentDialects = ["::megcc::kernel::KernelDialect"];
}

def StreamRows : Pass<"stream-rows", "::mlir::ModuleOp"> {
  let summary = "Run kernels row by row, with buffers of a few rows between them";
  let description = [{
    Which consecutive kernels take turns is searched: those that bring the arena
    and the caller's buffers down to `budget` bytes with the fewest calls, or as
    far down as it goes. Where that is not enough, each row of a window may be a
    kernel of its own, and of two contractions that are added either may come
    first.
    Nothing is computed twice, and every result is the same to the bit.
  }];
  let options = [
    Option<"budget", "budget", "int64_t", /*default=*/"0",
           "Bytes of the arena and the caller's buffers that are enough">,
    Option<"targetName", "target", "std::string", /*default=*/"\"generic\"",
           "Target, which decides which sums are made in order">,
    Option<"splitsWindows", "split-windows", "bool", /*default=*/"true",
           "Rows of a window may be kernels of their own">,
    Option<"estimates", "estimates", "bool", /*default=*/"false",
           "Only bytes count: kernels may take turns that need not">,
    Option<"printPlan", "print-plan", "bool", /*default=*/"false",
           "Emit a remark for each stream">
  ];
  let dependentDialects = ["::megcc::kernel::KernelDialect"];
}

def FuseChains : Pass<"fuse-chains", "::mlir::ModuleOp"> {
  let summary = "Let kernels run slice by slice, with what is between them near";
  let description = [{
    Reductions and what uses them, as the parts of a softmax or of a
    normalisation, and the contractions around them, become one `kernel.chain`
    wherever they have rows in common. Every result is the same to the bit.
  }];
  let options = [
    Option<"targetName", "target", "std::string", /*default=*/"\"generic\"",
           "The target whose caches and lanes are meant">,
    Option<"stack", "stack", "bool", /*default=*/"false",
           "What holds a slice lies on the stack, as threads need one each">
  ];
  let dependentDialects = ["::megcc::kernel::KernelDialect",
                           "::mlir::memref::MemRefDialect"];
}

def RunInPlace : Pass<"run-in-place", "::mlir::ModuleOp"> {
  let summary = "Let a kernel's result take the buffer of an input that dies";
  let dependentDialects = ["::megcc::kernel::KernelDialect"];
}

def ElidePadding : Pass<"elide-padding", "::mlir::ModuleOp"> {
  let summary = "Let producers write into the buffers that pad their results";
  let description = [{
    Only where the copy holds up the largest sum of live bytes: kernels may be
    a little slower on buffers with borders.
  }];
  let options = [
    Option<"forRows", "for-rows", "bool", /*default=*/"false",
           "Wherever it is possible, with borders of their own">
  ];
  let dependentDialects = ["::megcc::kernel::KernelDialect"];
}

def MergeNestDimensions : Pass<"merge-nest-dimensions", "::mlir::ModuleOp"> {
  let summary = "Make nests of few long loops";
  let description = [{
    Dimensions that all operands of a nest walk through without a gap become
    one; those of extent 1 vanish.
  }];
  let dependentDialects = ["::megcc::kernel::KernelDialect"];
}

def PlanArena : Pass<"plan-arena", "::mlir::ModuleOp"> {
  let summary = "Give every buffer of @main a place in the arena";
  let description = [{
    Buffers that are not live at the same time share bytes. The arena becomes
    an argument of @main, each `memref.alloc` a `kernel.view` of it. The
    module's attributes `kernel.arena_bytes` and `kernel.arena_lower_bound` say
    how large the arena is and that none can be smaller than; each kernel's
    `kernel.live_bytes` how much of it is in use there. With several memories
    the arena is a space of addresses in which they follow each other, as
    `kernel.regions` says; weights that are used often then lie in it as well.
  }];
  let options = [
    Option<"alignment", "alignment", "int64_t", /*default=*/"64",
           "Every offset is a multiple of this many bytes">,
    Option<"effort", "effort", "int64_t", /*default=*/"50000000",
           "Steps that the search for a smaller arena may take">,
    ListOption<"regions", "regions", "std::string",
               "Memories NAME=BYTES, the fastest first">,
    Option<"printPlan", "print-plan", "bool", /*default=*/"false",
           "Emit a remark with the sizes reached">
  ];
  let dependentDialects = ["::megcc::kernel::KernelDialect"];
}

def PlaceWeights : Pass<"place-weights", "::mlir::ModuleOp"> {
  let summary = "Give every distinct constant a place in the weight blob";
  let description = [{
    Each `kernel.constant` becomes a `kernel.view` of the weights, a further
    argument of @main; equal constants share one `kernel.weight`. The module's
    attribute `kernel.weight_bytes` is the size of the blob.
  }];
  let options = [
    Option<"alignment", "alignment", "int64_t", /*default=*/"64",
           "Every offset is a multiple of this many bytes">
  ];
  let dependentDialects = ["::megcc::kernel::KernelDialect"];
}

def VerifyArena : Pass<"verify-arena", "::mlir::ModuleOp"> {
  let summary = "Prove that no kernel reads bytes that another overwrote";
  let description = [{
    Independent of the planner: follows the bytes of the arena through @main.
    A failure is an error of megcc itself.
  }];
}

def OutlineKernels : Pass<"outline-kernels", "::mlir::ModuleOp"> {
  let summary = "Move every kernel of @main into a function of its own";
  let description = [{
    Equal kernels share one function. @main is left with views and calls; each
    call carries its layer's location and `kernel.*` attributes.
  }];
  let options = [
    Option<"targetName", "target", "std::string", /*default=*/"\"generic\"",
           "The target for which `kernel.layer` describes the kernels">
  ];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def RecordRows : Pass<"record-rows", "::mlir::ModuleOp"> {
  let summary = "Say which rows each call of a stream touches";
  let description = [{
    `kernel.row_accesses` lists them, firing by firing: those that it writes,
    for the report, or all for a certificate, where `kernel.buffer` keeps
    buffers apart that lie in one place.
  }];
  let options = [
    Option<"all", "all", "bool", /*default=*/"false",
           "Rows that are read as well">
  ];
}

def ExpandKernels : Pass<"expand-kernels", "::mlir::func::FuncOp"> {
  let summary = "Replace each kernel by its loops";
  let description = [{
    Asks each family (KernelFamilyInterface) for its loops on the target, then
    moves what loops need not compute again out of them and merges equal index
    computations, so that the C reads well.
  }];
  let options = [
    Option<"targetName", "target", "std::string", /*default=*/"\"native\"",
           "The target, by its name on the command line">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"
  ];
}

#endif // MEGCC_KERNEL_PASSES
