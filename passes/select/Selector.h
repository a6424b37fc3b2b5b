//===- Selector.h - From nn operators to kernel families --------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the functions that choose kernels share. `select` walks the graph in
// order; each nn operator has one function here that picks a family and its
// configuration for the target and creates it on physical buffers.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_PASSES_SELECT_SELECTOR_H
#define MEGCC_PASSES_SELECT_SELECTOR_H

#include "codegen/kernels/GemmTile.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "megcc/Target.h"
#include "mlir/IR/AffineMap.h"
#include "passes/select/Algorithm.h"
#include "passes/select/Scalars.h"
#include "llvm/ADT/StringMap.h"

namespace megcc {

/// One operator to be selected, with the elementwise operators fused behind it.
/// An operator outside nn.fused is a node without followers.
struct Node {
  mlir::Operation *root;
  /// Elementwise operators that lead to the root's first operand, in order.
  llvm::SmallVector<mlir::Operation *> leaders;
  /// Elementwise operators that consume the root's result, in order. Where the
  /// whole region is elementwise, root is the first of them.
  llvm::SmallVector<mlir::Operation *> followers;
  /// The value in the region -> the tensor outside that it stands for.
  mlir::IRMapping outside;
  /// The node's results in the graph.
  mlir::ValueRange results;

  /// The tensor outside the region that is operand `i` of the root; null for
  /// an absent optional operand.
  mlir::Value operand(mlir::Value inside) const {
    return inside ? outside.lookupOrDefault(inside) : mlir::Value();
  }
  mlir::RankedTensorType resultType(unsigned i = 0) const {
    return llvm::cast<mlir::RankedTensorType>(results[i].getType());
  }
  /// The leaders as a node of their own, whose result is inside the region.
  Node prologue() const {
    return {leaders.front(),
            {},
            llvm::SmallVector<mlir::Operation *>(
                llvm::ArrayRef(leaders).drop_front()),
            outside,
            leaders.back()->getResults()};
  }
  /// What the root itself computes, before its followers.
  mlir::RankedTensorType rootType(unsigned i = 0) const {
    return llvm::cast<mlir::RankedTensorType>(root->getResult(i).getType());
  }
};

/// The scalar code of a node's elementwise operators. Tensors that hold one
/// number throughout become constants in the code, all others inputs.
class ScalarCode {
public:
  /// `withRoot`: the root is elementwise too and belongs to the code.
  ScalarCode(const Node &node, bool withRoot);
  /// The tensors outside that the code reads, each once.
  llvm::ArrayRef<mlir::Value> inputs() const { return tensors; }
  /// Emits the code for one element; `accumulator` stands for the root's result
  /// (null with root), `elements` are one of each of the inputs.
  mlir::Value build(mlir::OpBuilder &builder, mlir::Value accumulator,
                    mlir::ValueRange elements) const;

private:
  const Node &node;
  llvm::SmallVector<mlir::Operation *> operations;
  llvm::SmallVector<mlir::Value> tensors;
};

/// Index arithmetic between a tensor's dimensions and its buffer's.
/// A blocked layout splits one dimension into blocks placed innermost.
namespace layout {
/// The type of the buffer that holds a tensor: physical shape, signless.
mlir::MemRefType bufferType(mlir::RankedTensorType type);
/// Element type without signedness.
mlir::Type storageType(mlir::Type type);
/// The tensor's index, given expressions for the buffer's index.
llvm::SmallVector<mlir::AffineExpr>
logicalIndex(mlir::RankedTensorType type,
             llvm::ArrayRef<mlir::AffineExpr> physical);
/// The buffer's index, given expressions for the tensor's index.
llvm::SmallVector<mlir::AffineExpr>
physicalIndex(mlir::RankedTensorType type,
              llvm::ArrayRef<mlir::AffineExpr> logical);
/// The index at which `operand`, broadcast to `result`, is read when `result`
/// is at the buffer index `physical`.
llvm::SmallVector<mlir::AffineExpr>
broadcastIndex(mlir::RankedTensorType operand, mlir::RankedTensorType result,
               llvm::ArrayRef<mlir::AffineExpr> physical);
/// Elements per block of the blocked dimension; 1 for a plain layout.
int64_t blockSize(mlir::RankedTensorType type);
/// Whether dimension `dim` is the blocked one.
bool isBlocked(mlir::RankedTensorType type, int64_t dim);
} // namespace layout

/// Collects what a kernel.nest consists of.
struct NestSpec {
  llvm::StringRef kind;
  llvm::SmallVector<int64_t> extents;
  int64_t reductionRank = 0;
  struct Input {
    mlir::Value buffer;
    mlir::AffineMap map; // null: the buffer itself goes to the region
  };
  llvm::SmallVector<Input> bodyInputs, finishInputs;
  mlir::Value output;
  mlir::AffineMap outputMap;
  mlir::TypedAttr init; // zero of the output's element type if unset
  mlir::AffineMap guards;
  llvm::SmallVector<int64_t> guardExtents;
  /// Builds scalar code from a region's arguments; returns what it yields.
  using Region =
      llvm::function_ref<mlir::Value(const Scalars &, mlir::ValueRange)>;
};

/// Collects what a kernel.gemm consists of; see the operator for the maps.
struct GemmSpec {
  llvm::StringRef kind;
  llvm::SmallVector<int64_t> outer, rows, depth;
  int64_t columns, lanes;
  /// lhs, rhs, the bias if there is one, then the epilogue's inputs.
  llvm::SmallVector<mlir::Value> inputs;
  mlir::Value output;
  mlir::AffineMap lhsMap, rhsMap, outMap;
  llvm::SmallVector<mlir::AffineMap>
      epilogueMaps; // of inputs from the third on
  bool hasBias = false;
  /// Narrow integers are extended with zeros.
  bool lhsUnsigned = false, rhsUnsigned = false;
  /// Columns of a narrow group, of which vectors have several; 0 elsewhere.
  int64_t diagonal = 0;
  /// What the kernel makes the lhs from, if not the lhs itself: `inputs` begins
  /// with the block that holds it then.
  struct Prologue {
    int64_t blocks = 0;
    llvm::SmallVector<mlir::Value> inputs;
    llvm::SmallVector<mlir::AffineMap> maps;
  } prologue;
};

class Selector {
public:
  Selector(mlir::func::FuncOp function, mlir::OpBuilder &builder,
           const Target &target, AlgorithmRules &rules, bool threads)
      : function(function), builder(builder), target(target), rules(rules),
        threads(threads) {}

  mlir::func::FuncOp function;
  mlir::OpBuilder &builder;
  const Target &target;
  AlgorithmRules &rules;
  /// Whether kernels will run in parts.
  bool threads;

  mlir::Location loc() const { return currentLoc; }
  void setLoc(mlir::Location loc) {
    currentLoc = loc;
    otherChoices.clear();
  }

  /// An algorithm as --algorithm takes it, and what it is estimated to take.
  struct Estimate {
    std::string choice;
    double cycles;
  };
  /// What else could compute the current node.
  std::vector<Estimate> otherChoices;
  /// Says at `op`, which computes the node, among what it was chosen: `choices`
  /// and `otherChoices`; and why.
  void explain(mlir::Operation *op, const Node &node,
               std::vector<Estimate> choices);

  /// The buffer that holds `tensor`. Constants become kernel.constant, read
  /// through movement operators that packing can do (transpose, reshape).
  mlir::Value buffer(mlir::Value tensor);
  /// Makes `memref` the buffer of `tensor`.
  void bind(mlir::Value tensor, mlir::Value memref);
  mlir::Value allocate(mlir::MemRefType type);
  /// A buffer for a block that the next kernel makes and reads: with threads of
  /// its own.
  mlir::Value allocateBlock(mlir::MemRefType type);
  /// A fresh buffer, bound to `tensor`.
  mlir::Value allocateFor(mlir::Value tensor);
  /// `source` under another type, from an element offset on.
  mlir::Value alias(mlir::Value source, mlir::MemRefType type,
                    int64_t offset = 0);

  /// The constant behind `tensor`, if there is one: its value, and the map from
  /// the tensor's index to the value's index.
  struct Constant {
    mlir::ElementsAttr value;
    mlir::AffineMap map;
  };
  std::optional<Constant> constant(mlir::Value tensor) const;
  /// A constant packed into `type`; `map` takes an index of the buffer to an
  /// index of the tensor, outside of which the buffer holds zero.
  mlir::Value packed(const Constant &constant, mlir::MemRefType type,
                     mlir::AffineMap map);
  /// Filters transformed for kernel.winograd with tiles of `tile`; `map` takes
  /// an index of the buffer and of a tap.
  mlir::Value packedFilters(const Constant &constant, mlir::MemRefType type,
                            mlir::AffineMap map, int64_t tile);
  /// As the first, for any tensor: at compile time for a constant, else by a
  /// copy at run time.
  mlir::Value packed(mlir::Value tensor, mlir::MemRefType type,
                     mlir::AffineMap map);

  /// `tensor` as an operand read beside a result of type `result`: where the
  /// result is blocked along a dimension that the tensor spans in plain layout
  /// and whole blocks would run past its end, a blocked copy.
  struct Operand {
    mlir::RankedTensorType type;
    mlir::Value buffer;
  };
  Operand operandFor(mlir::Value tensor, mlir::RankedTensorType result);
  /// `operand` with zeros around its spatial dimensions (all after the second).
  Operand padded(Operand operand, llvm::ArrayRef<int64_t> pads);

  /// Creates a nest. `body` sees the accumulator and the body's inputs,
  /// `finish` the accumulator and its inputs (null: the accumulator is stored).
  void nest(const NestSpec &spec, NestSpec::Region body,
            NestSpec::Region finish = nullptr);

  /// Copies a buffer into another of the same shape.
  void copy(mlir::Value from, mlir::Value to);

  /// A reduction nest whose finish is the node's epilogue: adds the epilogue's
  /// inputs, indexed over `result`'s buffer (the first dimensions of the
  /// nest), runs `before` on the accumulator first.
  void nestWithEpilogue(NestSpec spec, const Node &node, NestSpec::Region body,
                        NestSpec::Region before = nullptr);

  /// Fills the region of a contraction that ends in `node`'s followers:
  /// `inputs` are the bias, if there is one, and what `epilogue` reads.
  void buildEpilogue(mlir::Region &region, const Node &node,
                     const ScalarCode &epilogue,
                     llvm::ArrayRef<mlir::Value> inputs, bool hasBias);

  /// Runs the node's leaders in a kernel of their own, and returns what is
  /// left.
  Node withoutPrologue(const Node &node);
  /// Into how many equal blocks the rows of a contraction are cut that makes
  /// its lhs with the node's leaders, each of some of `lines`; 0 where these
  /// had better run before it. `shape` is that of one image.
  int64_t getPrologueBlocks(const GemmShape &shape, int64_t lines,
                            const Node &node);
  /// Has the lhs of `spec` made in `blocks` blocks from the leaders' operands.
  /// `index` is where in `whole`, the leaders' result, an element of a block
  /// lies, given the block's number and the element's index in it.
  void setPrologue(GemmSpec &spec, mlir::RankedTensorType whole,
                   llvm::ArrayRef<Operand> operands, int64_t blocks,
                   llvm::ArrayRef<mlir::AffineExpr> index);

  /// Creates a GEMM whose epilogue adds the bias, converts to the root's result
  /// type and runs the node's followers. The tile follows from the target.
  void gemm(const GemmSpec &spec, const Node &node, const ScalarCode &epilogue);

  mlir::AffineExpr dim(unsigned i) { return builder.getAffineDimExpr(i); }
  llvm::SmallVector<mlir::AffineExpr> dims(unsigned from, unsigned to);
  mlir::AffineMap map(unsigned rank, llvm::ArrayRef<mlir::AffineExpr> results) {
    return mlir::AffineMap::get(rank, 0, results, builder.getContext());
  }
  /// One clear message at the current node; returns failure.
  mlir::LogicalResult unsupported(mlir::Operation *op, const llvm::Twine &why);

private:
  mlir::IRMapping buffers;
  mlir::Location currentLoc = builder.getUnknownLoc();
};

/// Operator name -> the function that selects it.
class SelectRegistry {
public:
  using Function = mlir::LogicalResult (*)(const Node &, Selector &);
  template <typename OpTy> void add(Function function) {
    functions[OpTy::getOperationName()] = function;
  }
  /// All elementwise operators share one function.
  void addElementwise(Function function) { elementwise = function; }
  Function lookup(mlir::Operation *op) const {
    if (llvm::isa<nn::ElementwiseOpInterface>(op))
      return elementwise;
    return functions.lookup(op->getName().getStringRef());
  }

private:
  llvm::StringMap<Function> functions;
  Function elementwise = nullptr;
};

/// Runs a node of elementwise operators.
mlir::LogicalResult selectElementwise(const Node &node, Selector &selector);

// One per file of this folder.
void addElementwise(SelectRegistry &registry);
void addConvolution(SelectRegistry &registry);
void addMatmul(SelectRegistry &registry);
void addPooling(SelectRegistry &registry);
void addReduction(SelectRegistry &registry);
void addNormalization(SelectRegistry &registry);
void addMovement(SelectRegistry &registry);
void addPadding(SelectRegistry &registry);
void addIndexing(SelectRegistry &registry);
void addResize(SelectRegistry &registry);
void addOrdering(SelectRegistry &registry);
void addScattering(SelectRegistry &registry);
void addVision(SelectRegistry &registry);
void addRecurrent(SelectRegistry &registry);
void addCustomCall(SelectRegistry &registry);

/// Max-pooling that also tells where each maximum lies.
mlir::LogicalResult selectMaxPoolWithIndices(const Node &node,
                                             Selector &selector);

} // namespace megcc

#endif // MEGCC_PASSES_SELECT_SELECTOR_H
