//===- BuildChain.cpp - A chain's kernels as slices -----------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each kernel is built anew with an index that is given. Of what vanishes a
// list of one slice's elements is left, which a later kernel may take for its
// own result where it reads for the last time what lies at the same place.
//
// Dimensions of a nest merge as merge-nest-dimensions would have merged them,
// so that sums are split over lanes in the same way.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/Choices.h"
#include "passes/kernel/Embedding.h"
#include "passes/kernel/chains/ChainSlices.h"

#include <algorithm>

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

/// sum of coefficient * dimension, plus a constant.
struct LinearSum {
  SmallVector<int64_t> coefficients;
  int64_t constant = 0;

  bool add(AffineExpr expr, int64_t factor) {
    if (auto number = dyn_cast<AffineConstantExpr>(expr)) {
      constant += factor * number.getValue();
      return true;
    }
    if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
      coefficients[dim.getPosition()] += factor;
      return true;
    }
    auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
    if (!binary)
      return false;
    if (expr.getKind() == AffineExprKind::Add)
      return add(binary.getLHS(), factor) && add(binary.getRHS(), factor);
    auto scale = dyn_cast<AffineConstantExpr>(binary.getRHS());
    return expr.getKind() == AffineExprKind::Mul && scale &&
           add(binary.getLHS(), factor * scale.getValue());
  }
};

class ChainBuilder {
public:
  ChainBuilder(const ChainForm &form, const ChainForm::Slicing &slicing,
               OpBuilder &builder)
      : form(form), slicing(slicing), builder(builder),
        slices(form, slicing, builder) {}

  ChainOp build(bool stack) {
    for (unsigned number = 0; number < form.getKernels().size(); ++number)
      addOperands(number);
    return create(stack);
  }

private:
  /// One operand of a slice's kernel.
  struct Operand {
    /// From outside, or null for a buffer of the slice.
    Value value;
    int64_t scratch = -1;
    AffineMap map;
  };
  struct Kernel {
    SmallVector<Operand> operands;
    /// A nest's extents; a gemm's outer dimensions and rows.
    SmallVector<int64_t> extents, rows;
    int64_t reductions = 0, columns = 0;
    AffineMap guards;
  };

  AffineExpr constant(int64_t value) {
    return builder.getAffineConstantExpr(value);
  }

  //===--------------------------------------------------------------------===//
  // What is between kernels
  //===--------------------------------------------------------------------===//

  /// The buffer for what kernel `number` makes, once its inputs are known: that
  /// of an input at the same place which nobody reads later, or a new one.
  int64_t takeScratch(unsigned number, const ChainTensor &tensor,
                      const Kernel &kernel, AffineMap map) {
    SliceTensor &own = slices.of(&tensor);
    auto nest = dyn_cast<NestOp>(form.getKernels()[number].op.getOperation());
    for (auto [i, input] : llvm::enumerate(kernel.operands)) {
      const ChainTensor *read = form.getTensor(number, i);
      if (!nest || input.scratch < 0 || input.map != map ||
          read->element != tensor.element || read->readers.back() != number ||
          (nest.getReductionRank() > 0 && i < nest.getBodyInputs()) ||
          slices.of(read).elements < own.elements)
        continue;
      // Others may read the same place through another tensor.
      unsigned uses = llvm::count_if(
          kernel.operands, [&, &input = input](const Operand &other) {
            return other.scratch == input.scratch && other.map != map;
          });
      if (uses == 0)
        return own.buffer = input.scratch;
    }
    own.buffer = buffers.size();
    buffers.push_back(MemRefType::get({own.elements}, tensor.element));
    return own.buffer;
  }

  //===--------------------------------------------------------------------===//
  // Operands
  //===--------------------------------------------------------------------===//

  void addOperands(unsigned number) {
    Kernel &kernel = kernels.emplace_back();
    if (form.getKernels()[number].isGemm())
      addGemm(number, kernel);
    else
      addNest(number, kernel);
  }

  /// Adds what is between kernels as an operand; `inSlice` is its index in the
  /// list of a slice.
  void addTensor(unsigned number, unsigned operand, Kernel &kernel,
                 unsigned dims, AffineExpr inSlice) {
    const ChainTensor *tensor = form.getTensor(number, operand);
    const SliceTensor &slice = slices.of(tensor);
    if (!tensor->vanishes) {
      SmallVector<AffineExpr> index(slice.rows);
      bool isList = cast<MemRefType>(slice.kept.getType()).getRank() == 1;
      if (isList && !index.empty())
        index.back() = index.back() + inSlice;
      else
        index.push_back(inSlice);
      kernel.operands.push_back(
          {slice.kept, -1,
           AffineMap::get(dims, 0, index, builder.getContext())});
      return;
    }
    AffineMap map = AffineMap::get(dims, 0, inSlice);
    bool isOutput = operand >= form.getKernels()[number].op.getInputs().size();
    int64_t buffer =
        isOutput ? takeScratch(number, *tensor, kernel, map) : slice.buffer;
    kernel.operands.push_back({Value(), buffer, map});
  }

  void addGemm(unsigned number, Kernel &kernel) {
    const ChainKernel &given = form.getKernels()[number];
    auto gemm = cast<kernel::GemmOp>(given.op.getOperation());
    unsigned outer = gemm.getOuter().size();
    auto isRow = [&](unsigned dim) {
      return llvm::is_contained(given.rowDims, dim);
    };
    // The new dimensions, in the order of the gemm's.
    SmallVector<AffineExpr> place(given.extents.size(), constant(0));
    AffineExpr within;
    unsigned lastRow = given.rowDims.back();
    SmallVector<unsigned> outerDims, rowDims;
    kernel.extents.push_back(slices.getCount());
    for (unsigned dim = 0; dim < given.parallel; ++dim) {
      bool isInner = dim == lastRow && slices.isBlocked();
      if ((isRow(dim) && !isInner) || (dim < outer && given.extents[dim] == 1))
        continue;
      (dim < outer ? outerDims : rowDims).push_back(dim);
      (dim < outer ? kernel.extents : kernel.rows)
          .push_back(isInner ? slicing.size : given.extents[dim]);
    }
    bool addsRow = kernel.rows.empty();
    if (addsRow)
      kernel.rows.push_back(1);

    kernel.columns = gemm.getColumns();
    for (unsigned i = 0; i < gemm->getNumOperands(); ++i) {
      unsigned next = 1;
      auto assign = [&](unsigned dim) {
        AffineExpr expr = builder.getAffineDimExpr(next++);
        if (dim == lastRow && slices.isBlocked())
          within = expr;
        place[dim] = expr;
      };
      for (unsigned dim : outerDims)
        assign(dim);
      if (i != 1) {
        for (unsigned dim : rowDims)
          assign(dim);
        next += addsRow;
      }
      if (i != 0)
        assign(given.parallel);
      if (i <= 1)
        for (unsigned dim = given.parallel + 1; dim < given.extents.size();
             ++dim)
          assign(dim);
      slices.replaceRows(given, place, within);
      const ChainTensor *tensor = form.getTensor(number, i);
      if (tensor) {
        AffineExpr index = slices.getIndex(number, i);
        // Of rows only the place in the block counts.
        SmallVector<AffineExpr> inSlice(place);
        for (unsigned dim : given.rowDims)
          inSlice[dim] =
              dim == lastRow && slices.isBlocked() ? within : constant(0);
        addTensor(number, i, kernel, next, index.replaceDims(inSlice));
        if (i == gemm.getInputs().size() && tensor->vanishes)
          if (int64_t padded = slices.getPaddedColumns(number, *tensor))
            kernel.columns = padded;
        continue;
      }
      SmallVector<AffineExpr> results;
      for (AffineExpr result : given.getIndex(i))
        results.push_back(result.replaceDims(place));
      kernel.operands.push_back(
          {gemm->getOperand(i), -1,
           AffineMap::get(next, 0, results, builder.getContext())});
    }
  }

  //===--------------------------------------------------------------------===//
  // Nests
  //===--------------------------------------------------------------------===//

  /// A nest's dimensions in a slice: groups of what was consecutive.
  struct NestDims {
    /// What each dimension of the slice, from the second on, is made of.
    SmallVector<SmallVector<unsigned>> groups;
    SmallVector<int64_t> extents;
  };

  /// How operand `i` of a nest is seen, over the nest's own dimensions.
  struct View {
    /// In elements from the first of the buffer, or of the slice's list, if
    /// that is linear.
    std::optional<LinearSum> sum;
    /// Each dimension moves through one of the buffer's alone.
    bool isPlain = false;
    bool isBetween = false;
  };

  View getView(unsigned number, unsigned i) {
    const ChainKernel &given = form.getKernels()[number];
    auto nest = cast<NestOp>(given.op.getOperation());
    View view;
    LinearSum sum;
    sum.coefficients.resize(given.extents.size());
    const ChainTensor *tensor = form.getTensor(number, i);
    if (tensor) {
      view.isBetween = true;
      if (sum.add(slices.getIndex(number, i), 1))
        view.sum = sum;
      return view;
    }
    if (nest.getGuards())
      return view;
    Value value = nest->getOperand(i);
    AffineMap map =
        i < nest.getInputs().size() ? nest.getInputMap(i) : nest.getOutputMap();
    std::optional<Walk> walk = getWalk(value, map);
    auto type = cast<MemRefType>(value.getType());
    view.isPlain = map.isProjectedPermutation(/*allowZeroInResults=*/true);
    bool hasGaps = getSpanBytes(type) !=
                   type.getNumElements() * getBufferElementBytes(type);
    if (!walk || (!view.isPlain && hasGaps))
      return view;
    int64_t bytes = getBufferElementBytes(type);
    if (walk->offset % bytes != 0)
      return view;
    for (auto [to, stride] : llvm::zip_equal(sum.coefficients, walk->strides))
      to = stride / bytes;
    sum.constant = walk->offset / bytes;
    view.sum = sum;
    return view;
  }

  void addNest(unsigned number, Kernel &kernel) {
    const ChainKernel &given = form.getKernels()[number];
    auto nest = cast<NestOp>(given.op.getOperation());
    SmallVector<View> views;
    for (unsigned i = 0; i < nest->getNumOperands(); ++i)
      views.push_back(getView(number, i));

    NestDims dims = groupDims(given, nest, views);
    kernel.extents.push_back(slices.getCount());
    for (auto [group, extent] : llvm::zip_equal(dims.groups, dims.extents)) {
      kernel.extents.push_back(extent);
      kernel.reductions += group.front() >= given.parallel;
    }
    // Where each of the nest's own dimensions is, if it has not merged.
    AffineExpr within;
    SmallVector<AffineExpr> place(given.extents.size(), constant(0));
    for (auto [at, group] : llvm::enumerate(dims.groups))
      if (group.size() == 1)
        place[group.front()] = builder.getAffineDimExpr(1 + at);
    if (slices.isBlocked())
      within = place[given.rowDims.back()];
    slices.replaceRows(given, place, within);

    for (unsigned i = 0; i < nest->getNumOperands(); ++i) {
      unsigned rank = 1 + dims.groups.size();
      if (views[i].isBetween && views[i].sum) {
        AffineExpr sum = constant(views[i].sum->constant);
        for (auto [at, group] : llvm::enumerate(dims.groups))
          sum = sum + builder.getAffineDimExpr(1 + at) *
                          views[i].sum->coefficients[group.back()];
        addTensor(number, i, kernel, rank, sum);
      } else if (views[i].isBetween) {
        SmallVector<AffineExpr> inSlice(place);
        for (unsigned dim : given.rowDims)
          inSlice[dim] =
              dim == given.rowDims.back() && within ? within : constant(0);
        addTensor(number, i, kernel, rank,
                  slices.getIndex(number, i).replaceDims(inSlice));
      } else if (views[i].sum) {
        kernel.operands.push_back(
            seeFromOutside(given, nest->getOperand(i), views[i], dims));
      } else {
        SmallVector<AffineExpr> results;
        for (AffineExpr result : given.getIndex(i))
          results.push_back(result.replaceDims(place));
        kernel.operands.push_back(
            {nest->getOperand(i), -1,
             AffineMap::get(rank, 0, results, builder.getContext())});
      }
    }
    if (nest.getGuards()) {
      SmallVector<AffineExpr> guards;
      for (AffineExpr guard : nest.getGuards()->getResults())
        guards.push_back(guard.replaceDims(place));
      kernel.guards = AffineMap::get(1 + dims.groups.size(), 0, guards,
                                     builder.getContext());
    }
  }

  /// Rows go, but those of a block; what is consecutive for all operands is one
  /// dimension.
  NestDims groupDims(const ChainKernel &given, NestOp nest,
                     ArrayRef<View> views) {
    NestDims dims;
    auto extentOf = [&](unsigned dim) {
      return slices.isBlocked() && dim == given.rowDims.back()
                 ? slicing.size
                 : given.extents[dim];
    };
    auto isFixed = [&](unsigned dim) {
      for (unsigned i = 0; i < views.size(); ++i)
        if (!views[i].sum)
          for (AffineExpr result : given.getIndex(i))
            if (result.isFunctionOfDim(dim))
              return true;
      return false;
    };
    auto continues = [&](unsigned dim, unsigned next) {
      return !nest.getGuards() &&
             (dim < given.parallel) == (next < given.parallel) &&
             !isFixed(dim) && !isFixed(next) &&
             llvm::all_of(views, [&](const View &view) {
               return !view.sum ||
                      view.sum->coefficients[dim] ==
                          view.sum->coefficients[next] * extentOf(next);
             });
    };
    for (unsigned dim = 0; dim < given.extents.size(); ++dim) {
      bool isRow = llvm::is_contained(given.rowDims, dim);
      bool isInner = slices.isBlocked() && dim == given.rowDims.back();
      if ((isRow && !isInner) || (given.extents[dim] == 1 && !isRow))
        continue;
      if (!dims.groups.empty() && continues(dims.groups.back().back(), dim)) {
        dims.groups.back().push_back(dim);
        dims.extents.back() *= extentOf(dim);
      } else {
        dims.groups.push_back({dim});
        dims.extents.push_back(extentOf(dim));
      }
    }
    return dims;
  }

  /// A buffer from outside, with a dimension for the rows' and one for each
  /// group that walks through it, or as a list where walks overlap.
  Operand seeFromOutside(const ChainKernel &given, Value value,
                         const View &view, const NestDims &dims) {
    const LinearSum &sum = *view.sum;
    SmallVector<int64_t> rowStrides;
    for (unsigned dim : given.rowDims)
      rowStrides.push_back(sum.coefficients[dim]);
    SmallVector<WalkDim> all = slices.getRowDims(rowStrides);
    int64_t first = sum.constant;
    first += slicing.first * sum.coefficients[given.rowDims.back()];
    for (auto [at, group] : llvm::enumerate(dims.groups))
      if (int64_t stride = sum.coefficients[group.back()])
        all.push_back(
            {dims.extents[at], stride, builder.getAffineDimExpr(1 + at)});
    llvm::stable_sort(all, [](const WalkDim &a, const WalkDim &b) {
      return a.stride > b.stride;
    });

    SmallVector<int64_t> shape, strides;
    SmallVector<AffineExpr> index;
    int64_t length = 1;
    AffineExpr inList = constant(0);
    for (const WalkDim &dim : all) {
      length += (dim.extent - 1) * dim.stride;
      inList = inList + dim.index * dim.stride;
      shape.push_back(dim.extent);
      strides.push_back(dim.stride);
      index.push_back(dim.index);
    }
    // The last dimension's elements follow each other, or there is but one.
    if (view.isPlain && !all.empty() && all.back().stride == 1) {
      length = all.back().extent;
      shape.pop_back(), strides.pop_back();
    } else if (view.isPlain) {
      length = 1;
      index.push_back(constant(0));
    } else {
      shape.clear(), strides.clear(), index = {inList};
    }
    Value seen =
        slices.getAlias(getBuffer(value), shape, strides, length, first,
                        cast<MemRefType>(value.getType()).getElementType());
    return {
        seen, -1,
        AffineMap::get(1 + dims.groups.size(), 0, index, builder.getContext())};
  }

  //===--------------------------------------------------------------------===//
  // The operator
  //===--------------------------------------------------------------------===//

  ChainOp create(bool stack) {
    // Operands: what is read, what is written, what holds a slice.
    SmallVector<Value> inputs, outputs;
    std::string kind;
    SmallVector<Location> locations;
    for (auto [given, kernel] : llvm::zip_equal(form.getKernels(), kernels)) {
      locations.push_back(given.op.getLoc());
      for (auto [i, operand] : llvm::enumerate(kernel.operands)) {
        auto &list = i < given.op.getInputs().size() ? inputs : outputs;
        if (operand.value && !llvm::is_contained(list, operand.value))
          list.push_back(operand.value);
      }
    }
    // What the last kernel makes is the chain's result, and the first output.
    std::rotate(outputs.begin(), outputs.end() - 1, outputs.end());
    // What is read after it was written is an output of the chain.
    llvm::erase_if(inputs, [&](Value value) {
      return llvm::is_contained(outputs, value);
    });
    Operation *last = form.getKernels().back().op;
    if (auto nest = dyn_cast<NestOp>(last))
      kind = nest.getKind().str();
    else
      kind = cast<kernel::GemmOp>(last).getKind().str();
    unsigned results = outputs.size();
    if (!stack)
      for (MemRefType type : buffers)
        outputs.push_back(
            builder.create<memref::AllocOp>(locations.front(), type));
    auto chain = builder.create<ChainOp>(builder.getFusedLoc(locations), kind,
                                         slices.getCount(), inputs, outputs);

    OpBuilder::InsertionGuard guard(builder);
    Block *body = builder.createBlock(&chain.getBody());
    body->addArgument(builder.getIndexType(), chain.getLoc());
    IRMapping inside;
    for (Value operand : chain.getOperands())
      inside.map(operand, body->addArgument(operand.getType(), chain.getLoc()));
    SmallVector<Value> scratch;
    for (auto [i, type] : llvm::enumerate(buffers))
      scratch.push_back(
          stack ? builder.create<memref::AllocaOp>(chain.getLoc(), type)
                : inside.lookup(outputs[results + i]));
    for (auto [given, kernel] : llvm::zip_equal(form.getKernels(), kernels)) {
      SmallVector<Value> values;
      SmallVector<AffineMap> maps;
      for (const Operand &operand : kernel.operands) {
        values.push_back(operand.value ? inside.lookup(operand.value)
                                       : scratch[operand.scratch]);
        maps.push_back(operand.map);
      }
      createKernel(given, kernel, values, maps, body->getArgument(0));
    }
    keepChoices(chain);
    return chain;
  }

  /// What the kernels were chosen among stands at the chain, as equal chains
  /// of several layers share one body.
  void keepChoices(ChainOp chain) {
    SmallVector<Attribute> choices;
    std::string reasons;
    for (const ChainKernel &given : form.getKernels()) {
      if (auto own = given.op->getAttrOfType<ArrayAttr>(kChoicesAttr))
        llvm::append_range(choices, own);
      if (auto reason = given.op->getAttrOfType<StringAttr>(kReasonAttr))
        reasons += (reasons.empty() ? "" : "; ") + reason.str();
    }
    if (choices.empty())
      return;
    chain->setAttr(kChoicesAttr, builder.getArrayAttr(choices));
    chain->setAttr(kReasonAttr, builder.getStringAttr(reasons));
  }

  void createKernel(const ChainKernel &given, const Kernel &kernel,
                    ArrayRef<Value> values, ArrayRef<AffineMap> maps,
                    Value slice) {
    unsigned inputs = given.op.getInputs().size();
    ValueRange all(values);
    if (auto nest = dyn_cast<NestOp>(given.op.getOperation())) {
      auto built = builder.create<NestOp>(
          nest.getLoc(), all.take_front(inputs), all.drop_front(inputs),
          kernel.extents, kernel.reductions,
          builder.getAffineMapArrayAttr(maps), nest.getBodyInputs(),
          nest.getInit(),
          kernel.guards ? AffineMapAttr::get(kernel.guards) : AffineMapAttr(),
          nest.getGuardExtentsAttr(), nest.getKind(), slice);
      clone(nest.getBody(), built.getBody());
      clone(nest.getFinish(), built.getFinish());
      return;
    }
    auto gemm = cast<kernel::GemmOp>(given.op.getOperation());
    // As many rows at once as before, or equal parts of what a slice has.
    int64_t last = kernel.rows.back(), size = gemm.getTileRows();
    if (ArrayRef<int64_t>(kernel.rows) != gemm.getRows())
      size = llvm::divideCeil(
          last, llvm::divideCeil(last, std::min<int64_t>(last, size)));
    auto built = builder.create<kernel::GemmOp>(
        gemm.getLoc(), all.take_front(inputs), all.drop_front(inputs),
        kernel.extents, kernel.rows, kernel.columns, gemm.getLanes(),
        gemm.getDepth(), maps[0], maps[1], maps.back(),
        builder.getAffineMapArrayAttr(maps.drop_front(2).drop_back()), size,
        gemm.getTileVectors(), gemm.getLhsUnsigned(), gemm.getRhsUnsigned(),
        gemm.getKind(), /*prologue_blocks=*/IntegerAttr(),
        /*prologue_maps=*/ArrayAttr(), gemm.getDiagonalAttr(), slice);
    clone(gemm.getEpilogue(), built.getEpilogue());
  }

  static void clone(Region &from, Region &to) {
    IRMapping mapping;
    from.cloneInto(&to, mapping);
  }

  const ChainForm &form;
  ChainForm::Slicing slicing;
  OpBuilder &builder;
  ChainSlices slices;
  SmallVector<MemRefType> buffers;
  std::vector<Kernel> kernels;
};

} // namespace

ChainOp ChainForm::build(OpBuilder &builder, const Slicing &slicing,
                         bool stack) const {
  return ChainBuilder(*this, slicing, builder).build(stack);
}
