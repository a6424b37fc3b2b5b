//===- Package.h - The C library made of a planned module -------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `describe` reads a planned module once and says in plain structs what the
// package is made of; the emitters (one file per artefact) see these only.
// They print no path, date or name of the build machine: the same module and
// options give the same bytes everywhere.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_PACKAGE_PACKAGE_H
#define MEGCC_CODEGEN_PACKAGE_PACKAGE_H

#include "codegen/package/GraphOptions.h"
#include "codegen/package/OutputFolder.h"
#include "megcc/Target.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include <optional>
#include <string>
#include <vector>

namespace megcc {

/// Every address handed to the package (arena, weights) has this alignment.
constexpr int64_t packageAlignment = 64;

/// How the weights reach the program.
enum class WeightsForm {
  Auto,   ///< C below 256 KiB, Incbin above
  C,      ///< an array in NAME_weights.c
  Incbin, ///< NAME_weights.bin, taken in by the assembler through .incbin
  File    ///< NAME_weights.bin, loaded by the user, a pointer in the config
};

/// How the package uses threads.
enum class ThreadsForm {
  None, ///< no word of threads in it
  Pool, ///< its own, in NAME_pool.c, started by NAME_init
  User  ///< the program's, through a function in the config
};

/// How many threads a package of either form takes at most; fixes the size of
/// its context.
constexpr int64_t maxThreads = 64;

struct PackageOptions {
  /// Prefix of every name and file; a C identifier.
  std::string name;
  WeightsForm weights = WeightsForm::Auto;
  ThreadsForm threads = ThreadsForm::None;
  /// With report.html.
  bool page = false;
  /// With certificate.json.
  bool certificate = false;
  /// With memory_curve.svg, which whoever asked for it adds.
  bool curve = false;
  /// The code was made to be small: C compilers are told so too.
  bool small = false;
  /// What contractions multiply, for the report: f32, bf16 or f16.
  std::string precision = "f32";
};

/// How an input is cut into rows: row r has `bytes` at r * bytes of each plane.
struct PortRows {
  int64_t count = 0, planes = 0, bytes = 0;
  /// What the caller hands over, row-major: the input's shape without the rows.
  llvm::SmallVector<int64_t> shape;
  /// The dimension of the input that counts rows; none if it is but a part.
  std::optional<unsigned> dim;
  /// "input_row": the function's type and the macros begin so. The parameter
  /// that it is handed.
  std::string name, user;

  int64_t rowBytes() const { return planes * bytes; }
};

/// One input or output of the model as a parameter of the C functions.
struct Port {
  std::string name;        ///< as the model spells it
  std::string parameter;   ///< as C spells it
  std::string elementType; ///< f32, i64, u8, bool, ...
  std::string cType;       ///< float, int64_t, uint8_t, ...
  llvm::SmallVector<int64_t> shape;
  int64_t bytes = 0;
  /// Where in the arena it lies; the caller's own buffer if nowhere.
  std::optional<int64_t> arenaOffset;
  /// Of an input that the caller hands over row by row; it is nowhere whole.
  std::optional<PortRows> rows;

  int64_t elements() const;
  /// Whether the caller has a buffer for it.
  bool isCallers() const { return !arenaOffset && !rows; }
};

/// A memory that the caller lends: the arena, or one of those that it consists
/// of.
struct ArenaRegion {
  std::string name;  ///< as C and the config spell it
  int64_t base = 0;  ///< where in the arena it begins
  int64_t bytes = 0; ///< how much of it is used
  /// How much of it there is, if that is known.
  std::optional<int64_t> capacity = std::nullopt;
};

/// A weight that `init` copies into the arena.
struct Preload {
  int64_t weightsOffset, arenaOffset, bytes;
};

/// One constant, packed when it is written.
struct Weight {
  mlir::ElementsAttr source;
  mlir::AffineMap packing; ///< packed index -> source index; null: as it is
  /// Tile for which filters are transformed, 0 for none; `packing` then takes
  /// a tap's row and column as well.
  int64_t winograd = 0;
  mlir::MemRefType type;
  int64_t offset = 0, bytes = 0;
};

/// From and to which byte.
using ByteRange = std::pair<int64_t, int64_t>;
/// Extents and strides, in bytes.
using ByteDims = llvm::SmallVector<std::pair<int64_t, int64_t>, 4>;

/// One argument of a kernel call.
struct Operand {
  enum Kind { Input, Output, Arena, Weights, Stack } kind;
  unsigned port = 0;  ///< for Input and Output
  int64_t offset = 0; ///< for all others, in bytes
  int64_t bytes = 0;
  std::string cType; ///< element type of the kernel's parameter
  bool read = false, written = false;
  /// Of Variant::places; weights have none.
  std::optional<unsigned> place;
  /// Where its elements are, from its first on.
  int64_t elementBytes = 0;
  ByteDims dims;
  /// What is proven to be all that is touched of it. Unknown of a function of
  /// the user's.
  std::optional<ByteRange> bytesRead, bytesWritten;
};

/// What a layer of a stream does with an operand: in each firing rows that are
/// alike, each from an offset in the operand's place on.
struct RowAccess {
  struct Row {
    int64_t number, offset; ///< number -1: no single row
  };
  unsigned operand = 0;
  bool isWrite = false;
  bool isRing = false; ///< rows take turns in its places
  int64_t planes = 1;  ///< a row's pieces in the buffer's shape
  int64_t elementBytes = 0;
  ByteDims dims;
  std::vector<std::vector<Row>> firings;
};

/// A buffer as kernels see it: the caller's, or a view of arena or stack.
struct Place {
  Operand::Kind kind;
  unsigned port = 0; ///< for Input and Output
  int64_t offset = 0, bytes = 0;
  /// In the arena: the input or output that lies there, or the weight that
  /// `init` has copied there.
  enum { Inner, InputPort, OutputPort, Preloaded } role = Inner;
};

/// When a layer that computes a slice runs: in ticks start, start + period, ...
struct Turn {
  unsigned stream;
  int64_t start, period, count;
};

/// Asks the caller for a row of an input.
struct RowRequest {
  unsigned port;
  int64_t places; ///< of the ring that rows go to
};

/// One call of the run function.
struct Layer {
  std::string kernel;      ///< the C function
  std::string description; ///< shapes and algorithm in words
  std::string reason;      ///< why this algorithm, where there were others
  std::vector<std::string> nodes;
  std::vector<Operand> operands;
  /// Further arguments, in C: the attributes of an operator of the user's.
  std::vector<std::string> parameters;
  int64_t macs = 0;
  /// What its function may take of the stack (codegen/c/StackBound.h).
  int64_t stackBytes = 0;
  bool isRepeated = false; ///< ran before; runs again to save memory
  /// How many units of work the function takes a range of, 0 if it takes none,
  /// and the most parts that they are worth.
  int64_t units = 0, parts = 1;
  /// Between which all parts wait for each other; each has these units.
  int64_t steps = 1;
  /// Where it takes turns with the other layers of a stream.
  std::optional<Turn> turn;
  /// What it writes there, and for a certificate what it reads.
  std::vector<RowAccess> rows;
  /// The nodes of the operator whose result it leaves, if these are not its
  /// own: none where it leaves part of one, or one in another order.
  std::optional<std::vector<std::string>> resultOf;
  /// A function of the user's.
  bool isUsers = false;
  /// A layer that is the caller's: its operand is the ring.
  std::optional<RowRequest> request;
};

/// A buffer of the arena.
struct Buffer {
  /// Bytes of it that are alive from one layer to another, both included.
  struct Part {
    int64_t offset, bytes, first, last; ///< offset in the arena
  };
  std::string name; ///< the nodes that make it
  int64_t offset = 0, bytes = 0;
  std::vector<Part> parts;
};

/// The network for one instruction set: its kernels, and the layers that call
/// them.
struct Variant {
  Target target;
  GraphOptions graph;
  /// Tells files and functions of several variants apart: "_x86_64_v3". Empty
  /// where the package has but one.
  std::string suffix;
  std::vector<Layer> layers;
  std::vector<Buffer> buffers;
  std::vector<Place> places;
  /// How many ticks each stream has; its layers are neighbours.
  std::vector<int64_t> streams;
  std::vector<std::string> decisions; ///< what was done to need less memory
  std::string layouts; ///< how they were chosen; empty without a choice
  /// Multiply-accumulates that patches do again in their halos.
  int64_t haloMacs = 0;
  std::string source; ///< the C text of kernels and layers
  int64_t arenaBytes = 0, arenaLowerBound = 0;
  /// Single numbers that layers leave each other, on the stack.
  int64_t numberBytes = 0;
  /// What it reads of the package's weights.
  int64_t weightsBytes = 0;

  int64_t macs() const;
  /// Whether a layer runs in several steps.
  bool hasSteps() const;
  /// The stack that a run takes at most: the interface's functions, three of
  /// which call each other, and the largest of the kernels'.
  int64_t stackBytes() const;
};

/// Where most of the arena is in use.
struct Peak {
  std::string layer; ///< the operator that runs there
  /// The tensors alive there: who makes each, its bytes.
  std::vector<std::pair<std::string, int64_t>> tensors;
};

/// A C function that the user supplies for an operator of the model.
struct CustomOperator {
  std::string function;
  std::string comment;                 ///< the node and its shapes
  std::vector<std::string> parameters; ///< "const float x[1 * 8]"
};

/// All that a package says.
struct PackageDescription {
  std::string name;  ///< mobilenet
  std::string macro; ///< MOBILENET
  /// What `init` chooses among, from the least to the most that a processor can
  /// do; usually one.
  std::vector<Variant> variants;
  WeightsForm weightsForm = WeightsForm::C; ///< never Auto
  /// The form was asked for: its files exist even where they hold nothing, so
  /// that a build rule can name them beforehand.
  bool weightsFormIsFixed = false;
  ThreadsForm threads = ThreadsForm::None;
  bool hasPage = false;
  bool hasCertificate = false;
  bool hasCurve = false;
  bool small = false;
  std::string precision;
  std::vector<Port> inputs, outputs;
  std::vector<Weight> weights;
  std::vector<CustomOperator> customOperators;
  /// What the arena consists of: itself, or several that follow each other.
  std::vector<ArenaRegion> regions = {{"arena"}};
  std::vector<Preload> preloads;
  /// The largest of the variants'; the weights of all together.
  int64_t arenaBytes = 0, arenaLowerBound = 0, weightsBytes = 0;
  Peak peak;
  /// What no plan can do without, and the operator that needs it; 0 if not
  /// known.
  int64_t arenaPlanBound = 0;
  std::string planBoundLayer;

  /// Whether inputs and outputs lie in the arena.
  bool ioInArena() const;
  /// The memory that byte `offset` of the arena is in.
  const ArenaRegion &regionAt(int64_t offset) const;
  /// Whether the user named memories.
  bool hasRegions() const { return regions.front().capacity.has_value(); }
  /// Whether inputs come row by row.
  bool hasStreamedInputs() const;
  /// The caller's input and output buffers.
  int64_t ioBytes() const;
  /// The context on a machine with 64-bit pointers; no other needs more.
  int64_t contextBytes() const;
  /// Multiply-accumulates beyond the model's that save memory.
  int64_t extraMacs() const;
  /// All that is written while the network runs, the stack left out.
  int64_t ramBytes() const { return arenaBytes + ioBytes() + contextBytes(); }
  int64_t ramLowerBound() const {
    return arenaLowerBound + ioBytes() + contextBytes();
  }

  /// Whether `init` chooses.
  bool hasLevels() const { return variants.size() > 1; }
  /// "x86-64-v2,x86-64-v3".
  std::string targetNames(llvm::StringRef separator = ",") const;
  /// The variant that does most, which is the only one where there is one.
  const Variant &best() const { return variants.back(); }
  /// The largest of the variants'.
  int64_t stackBytes() const;
  bool hasThreads() const { return threads != ThreadsForm::None; }
  bool hasWeights() const { return weightsBytes != 0; }
  bool hasWeightsFile() const {
    return hasWeights() && weightsForm == WeightsForm::File;
  }
  /// The package's files, in the order in which they are written.
  std::vector<std::string> files() const;
};

/// The node names of a location, each once, in the order they appear.
std::vector<std::string> nodesOf(mlir::Location loc);

/// A planned module whose functions are ready for the C printer, and the target
/// that it was made for.
struct PlannedModule {
  mlir::ModuleOp module;
  Target target;
};

/// Reads the planned modules of one model, ordered from the target that can do
/// least to that which can do most, as one package. Fails, with a diagnostic at
/// the operation, on anything else.
mlir::FailureOr<PackageDescription>
describePackage(llvm::ArrayRef<PlannedModule> modules, const PackageOptions &);

/// Writes every file of the package below `subfolder` of `folder`.
llvm::Error writePackage(const PackageDescription &package,
                         OutputFolder &folder, llvm::StringRef subfolder = "");

} // namespace megcc

#endif // MEGCC_CODEGEN_PACKAGE_PACKAGE_H
