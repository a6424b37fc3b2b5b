//===- Pipeline.cpp - The whole compiler, top to bottom -------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/CodeSize.h"
#include "codegen/kernels/KernelFamilies.h"
#include "dialects/ISA/ISA.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "megcc/Compiler.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/Passes.h"
#include "passes/kernel/Passes.h"
#include "passes/kernel/memory/Planning.h"
#include "passes/loops/Passes.h"
#include "passes/nn/Passes.h"
#include "passes/select/Passes.h"

using namespace mlir;
using namespace megcc;

void megcc::registerDialects(DialectRegistry &registry) {
  registry
      .insert<arith::ArithDialect, func::FuncDialect, math::MathDialect,
              memref::MemRefDialect, scf::SCFDialect, vector::VectorDialect,
              instructions::ISADialect, kernel::KernelDialect, nn::NNDialect>();
  registerKernelFamilies(registry);
}

void megcc::registerPasses() {
  nn::registerNNPasses();
  registerSelectPasses();
  kernel::registerKernelPasses();
  loops::registerLoopPasses();
  registerCanonicalizerPass();
  registerCSEPass();
}

std::unique_ptr<MLIRContext> megcc::createContext() {
  DialectRegistry registry;
  registerDialects(registry);
  auto context =
      std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  return context;
}

static void addBound(OpPassManager &pm, const CompileOptions &options) {
  if (!options.boundsMemory)
    return;
  kernel::BoundMemoryOptions bound;
  bound.rows = options.rowsBudget.has_value();
  pm.addPass(kernel::createBoundMemory(bound));
}

/// Operators, and which kernels run when and how often; buffers are not yet
/// where they will be.
static void buildPlanning(OpPassManager &pm, const Target &target, Level level,
                          const CompileOptions &options) {
  // Meaning: fold, normalise, choose layouts, fuse. Layers that take turns keep
  // a row of what a prologue would make, patches a patch.
  nn::PipelineOptions meaning;
  meaning.precision = options.precision;
  meaning.saveMemory = options.memoryBudget > 0;
  meaning.prologues = !options.rowsBudget && !options.patches;
  meaning.separateResizes =
      meaning.prologues && !meaning.saveMemory && !options.exact;
  for (llvm::StringRef choice : options.algorithms)
    meaning.blocked.push_back(choice.rsplit('=').first.str());
  nn::buildNNPipeline(pm, target.name, meaning);
  // What has its layout and its epilogue is cut with them.
  if (options.patches) {
    nn::SplitPatchesOptions split;
    split.aim = options.patches->bytes;
    split.slack = options.patches->slack;
    split.ioInArena = options.ioInArena;
    pm.addPass(nn::createSplitPatches(split));
    pm.addNestedPass<func::FuncOp>(createCanonicalizerPass());
    pm.addNestedPass<func::FuncOp>(createCSEPass());
  }
  if (level == Level::NN)
    return;

  // From tensors to buffers: a family and a configuration for every operator.
  SelectKernelsOptions select;
  select.targetName = target.name.str();
  select.exact = options.exact;
  select.algorithms = options.algorithms;
  select.threads = options.partWork != 0;
  pm.addPass(createSelectKernels(select));

  // The passes that share buffers have to know which are theirs. A budget is
  // not exceeded by a byte; threads share the arena alone.
  kernel::AssignMemoryOptions memory;
  memory.ioInArena = options.ioInArena;
  memory.stackNumbers = options.memoryBudget > 0 && options.partWork == 0;
  pm.addPass(kernel::createAssignMemory(memory));

  // What runs when, and how often: each search may take half the time.
  if (options.plan.order) {
    kernel::ReorderKernelsOptions reorder;
    reorder.alias = options.plan.alias;
    reorder.seconds = options.planSeconds / 2;
    pm.addPass(kernel::createReorderKernels(reorder));
  }
  if (options.plan.recompute && options.memoryBudget > 0) {
    kernel::RecomputeTensorsOptions recompute;
    recompute.budget = options.memoryBudget;
    recompute.alias = options.plan.alias;
    recompute.rows = options.rowsBudget.has_value();
    recompute.seconds = options.planSeconds / 2;
    pm.addPass(kernel::createRecomputeTensors(recompute));
  }

  // Buffers move into others before dimensions merge: a part of a concat has
  // the shape of what its producer writes only until then. Padding comes last,
  // because only then is it known what holds up the arena. Rows come before
  // results take the place of inputs: what is a buffer of its own then can be a
  // ring.
  if (options.plan.alias)
    pm.addPass(kernel::createElideCopies());
  addBound(pm, options);
  if (options.rowsBudget) {
    kernel::StreamRowsOptions rows;
    rows.budget = *options.rowsBudget;
    rows.targetName = target.name.str();
    if (options.plan.alias) {
      kernel::ElidePaddingOptions padding;
      padding.forRows = true;
      pm.addPass(kernel::createElidePadding(padding));
    }
    pm.addPass(kernel::createStreamRows(rows));
  }
}

/// Where everything lies.
static void buildPlacing(OpPassManager &pm, const Target &target,
                         const CompileOptions &options) {
  // What is left reads and writes slices in turns, near the core, and needs
  // other buffers then.
  if (options.chains) {
    kernel::FuseChainsOptions chains;
    chains.targetName = target.name.str();
    chains.stack = options.partWork != 0;
    pm.addPass(kernel::createFuseChains(chains));
    addBound(pm, options);
  }
  if (options.plan.alias) {
    pm.addPass(kernel::createRunInPlace());
    pm.addPass(kernel::createElidePadding());
  }
  pm.addPass(kernel::createMergeNestDimensions());

  // Every buffer gets its place; the check does not trust the planner.
  pm.addPass(kernel::createPlaceWeights());
  llvm::SmallVector<std::string> regions;
  for (const MemoryRegion &region : options.regions)
    regions.push_back(region.name + "=" + std::to_string(region.bytes));
  kernel::PlanArenaOptions arena;
  arena.regions = regions;
  pm.addPass(kernel::createPlanArena(arena));
  pm.addPass(kernel::createVerifyArena());

  // One function per distinct kernel.
  kernel::OutlineKernelsOptions outline;
  outline.targetName = target.name.str();
  pm.addPass(kernel::createOutlineKernels(outline));
}

void megcc::buildPipeline(OpPassManager &pm, const Target &target, Level level,
                          const CompileOptions &options) {
  buildPlanning(pm, target, level, options);
  if (level == Level::NN)
    return;
  buildPlacing(pm, target, options);
  if (level != Level::Kernel)
    buildLowering(pm, target, level, options);
}

void megcc::buildLowering(OpPassManager &pm, const Target &target, Level level,
                          const CompileOptions &options) {
  // What kernels touch is known from their maps, which go now.
  kernel::RecordRowsOptions record;
  record.all = options.certificate;
  pm.addPass(kernel::createRecordRows(record));

  // Kernels become loops for this target.
  kernel::ExpandKernelsOptions expand;
  expand.targetName = target.name.str();
  pm.addNestedPass<func::FuncOp>(kernel::createExpandKernels(expand));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());

  // On normal loops, and before their bounds are proven: what is proven holds
  // for every part of a kernel.
  if (options.partWork) {
    loops::SplitKernelsOptions split;
    split.leastWork = options.partWork;
    pm.addPass(loops::createSplitKernels(split));
    pm.addPass(createCSEPass());
  }

  if (level == Level::Loops) {
    pm.addNestedPass<func::FuncOp>(loops::createProveBounds());
    return;
  }

  // Proves every access inside its buffer, always, then takes the loops to what
  // C has: functions made of arithmetic for exponentials and their like, names.
  loops::buildLoopsToC(pm, target.name);
}

/// Runs the passes that `build` adds.
static LogicalResult
runPasses(ModuleOp module,
          llvm::function_ref<LogicalResult(PassManager &)> configure,
          llvm::function_ref<void(PassManager &)> build) {
  PassManager pm(module.getContext());
  if (configure && failed(configure(pm)))
    return failure();
  build(pm);
  return pm.run(module);
}

/// Has the module say how it is compiled, as far as that is asked later.
static void markOptions(ModuleOp module, const CompileOptions &options) {
  Builder builder(module.getContext());
  if (options.small)
    module->setAttr(kSmallAttr, builder.getUnitAttr());
  NamedAttrList graph;
  if (options.memoryBudget > 0)
    graph.set("saves_memory", builder.getUnitAttr());
  if (options.rowsBudget)
    graph.set("takes_turns", builder.getUnitAttr());
  if (options.patches) {
    graph.set("patches",
              builder.getDenseI64ArrayAttr(
                  {options.patches->bytes, int64_t(options.patches->slack)}));
    if (options.ioInArena)
      graph.set("io_in_arena", builder.getUnitAttr());
  }
  if (!options.algorithms.empty()) {
    SmallVector<StringRef> algorithms(options.algorithms.begin(),
                                      options.algorithms.end());
    graph.set("algorithms", builder.getStrArrayAttr(algorithms));
  }
  if (!graph.empty())
    module->setAttr(kernel::kGraphAttr,
                    graph.getDictionary(module.getContext()));
}

LogicalResult megcc::compileModule(
    ModuleOp module, const Target &target, Level level,
    const CompileOptions &options,
    llvm::function_ref<LogicalResult(PassManager &)> configure) {
  markOptions(module, options);
  return runPasses(module, configure, [&](PassManager &pm) {
    buildPipeline(pm, target, level, options);
  });
}

LogicalResult
megcc::planModule(ModuleOp module, const Target &target,
                  const CompileOptions &options,
                  llvm::function_ref<LogicalResult(PassManager &)> configure) {
  markOptions(module, options);
  return runPasses(module, configure, [&](PassManager &pm) {
    buildPlanning(pm, target, Level::Kernel, options);
  });
}

LogicalResult
megcc::placeModule(ModuleOp module, const Target &target,
                   const CompileOptions &options,
                   llvm::function_ref<LogicalResult(PassManager &)> configure) {
  return runPasses(module, configure,
                   [&](PassManager &pm) { buildPlacing(pm, target, options); });
}

LogicalResult
megcc::lowerModule(ModuleOp module, const Target &target, Level level,
                   const CompileOptions &options,
                   llvm::function_ref<LogicalResult(PassManager &)> configure) {
  return runPasses(module, configure, [&](PassManager &pm) {
    buildLowering(pm, target, level, options);
  });
}
