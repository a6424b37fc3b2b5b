//===- PatchSearch.cpp - Which layers run patch by patch ------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/nn/PatchSearch.h"
#include "passes/nn/PatchOps.h"

#include <algorithm>
#include <limits>

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

//===----------------------------------------------------------------------===//
// Grids
//===----------------------------------------------------------------------===//

int64_t PatchGrid::getCount() const {
  int64_t count = 1;
  for (const Cut &cut : cuts)
    count *= cut.count;
  return count;
}

Box PatchGrid::getCell(RankedTensorType type, int64_t number) const {
  Box cell = Box::whole(type);
  for (const Cut &cut : llvm::reverse(cuts)) {
    int64_t extent = type.getDimSize(cut.dim), at = number % cut.count;
    number /= cut.count;
    // The larger cells come first.
    int64_t size = extent / cut.count, larger = extent % cut.count;
    int64_t begin = at * size + std::min(at, larger);
    cell.setDim(cut.dim, begin, begin + size + (at < larger), extent);
  }
  return cell;
}

std::string PatchGrid::getName() const {
  std::string name = std::to_string(cuts[0].count) + "x";
  return name + std::to_string(cuts.size() > 1 ? cuts[1].count : 1);
}

/// What a tensor may be cut into.
static std::vector<PatchGrid> getGrids(RankedTensorType type) {
  constexpr int64_t mostCuts = 8;
  std::vector<PatchGrid> grids;
  auto mayCut = [&](int64_t dim, int64_t count) {
    auto layout = getLayout(type);
    return type.getDimSize(dim) >= count && !(layout && layout->dim == dim);
  };
  // Rows and columns of an image, in whichever place; what else has a dimension
  // is cut along it.
  int64_t rank = type.getRank();
  for (int64_t count = 2; count <= mostCuts; ++count)
    for (int64_t dim = rank > 2 ? 1 : 0; dim < rank; ++dim) {
      if (!mayCut(dim, count))
        continue;
      grids.push_back({{{dim, count}}});
      if (dim + 1 < rank && mayCut(dim + 1, count))
        grids.push_back({{{dim, count}, {dim + 1, count}}});
    }
  return grids;
}

//===----------------------------------------------------------------------===//
// The graph
//===----------------------------------------------------------------------===//

/// The convolution that `op` is or has as its root, if it reads a padded copy
/// of its input wherever it is padded.
static ConvOp getPaddingConv(Operation *op) {
  if (auto fused = dyn_cast<FusedOp>(op))
    op = fused.getRoot();
  auto conv = dyn_cast_or_null<ConvOp>(op);
  return conv && !conv.isDepthwise() ? conv : ConvOp();
}

/// The bytes of the copy that `conv` reads for part `box` of its result, of an
/// input of which it needs `input`; 0 without padding.
static int64_t getPaddedBytes(ConvOp conv, int64_t inputBytes, const Box &input,
                              const Box &box) {
  int64_t padded = inputBytes;
  bool isPadded = false;
  ArrayRef<int64_t> kernel = conv.getW().getType().getShape().drop_front(2);
  for (auto [i, taps] : llvm::enumerate(kernel)) {
    int64_t read = (box.sizes[2 + i] - 1) * conv.getStrides()[i] +
                   (taps - 1) * conv.getDilations()[i] + 1;
    isPadded |= read > input.sizes[2 + i];
    padded = padded / input.sizes[2 + i] * std::max(read, input.sizes[2 + i]);
  }
  return isPadded ? padded : 0;
}

void PatchGraph::addNode(Operation *op) {
  unsigned position = ops.size();
  Node node;
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    auto it = producers.find(operand);
    if (it == producers.end())
      continue;
    bool mayReuse = isa<ConcatOp>(op);
    if (auto reuse = dyn_cast<InPlaceOpInterface>(op))
      mayReuse |= op->getNumResults() > 0 && reuse.mayReuse(i, 0);
    auto [use, isNew] =
        node.uses.try_emplace(operand, Use{it->second, mayReuse});
    use->second.mayReuse |= mayReuse;
    nodes[it->second].lastUse = position;
  }
  for (Value result : op->getResults()) {
    producers[result] = position;
    node.bytes += physicalBytes(tensorType(result));
    node.elements = std::max<int64_t>(tensorType(result).getNumElements(), 1);
  }
  if (auto cost = dyn_cast<CostOpInterface>(op))
    node.macs = cost.getCost().macs;
  node.lastUse = position;
  ops.push_back(op);
  nodes.push_back(std::move(node));
}

void PatchGraph::addLifetimes(Block &block, bool ioInArena) {
  across.assign(ops.size(), 0);
  whole.assign(ops.size(), 0);
  for (Value result : block.getTerminator()->getOperands())
    if (auto it = producers.find(result); it != producers.end()) {
      nodes[it->second].lastUse = ops.size();
      if (!ioInArena)
        nodes[it->second].bytes = 0;
    }
  for (BlockArgument argument : block.getArguments())
    if (ioInArena) {
      unsigned last = 0;
      for (auto [k, op] : llvm::enumerate(ops))
        if (llvm::is_contained(op->getOperands(), argument))
          last = k + 1;
      for (unsigned k = 0; k < last; ++k)
        across[k] += physicalBytes(tensorType(argument));
    }
  for (auto [k, node] : llvm::enumerate(nodes))
    for (unsigned s = k + 1; s <= node.lastUse && s < ops.size(); ++s)
      across[s] += node.bytes;
  for (auto [k, node] : llvm::enumerate(nodes)) {
    int64_t reused = 0, scratch = 0, made = node.bytes;
    for (auto &[value, use] : node.uses) {
      const Node &producer = nodes[use.producer];
      if (producer.lastUse == k && use.mayReuse)
        reused = isa<ConcatOp>(ops[k]) ? reused + producer.bytes
                                       : std::max(reused, producer.bytes);
    }
    if (ConvOp conv = getPaddingConv(ops[k])) {
      Value x = ops[k]->getOperand(0);
      int64_t bytes = physicalBytes(tensorType(x));
      scratch = getPaddedBytes(conv, bytes, Box::whole(tensorType(x)),
                               Box::whole(tensorType(ops[k]->getResult(0))));
      auto it = producers.find(x);
      if (scratch && it != producers.end() && nodes[it->second].lastUse == k)
        scratch -= bytes;
    }
    whole[k] = across[k] + std::max<int64_t>(made - reused, 0) + scratch;
  }
}

PatchGraph::PatchGraph(Block &block, bool ioInArena) {
  for (Operation &op : block.without_terminator())
    if (!isa<ConstantOp>(op))
      addNode(&op);
  addLifetimes(block, ioInArena);
  constexpr unsigned mostLayers = 64;
  for (unsigned last = 1; last <= ops.size(); ++last) {
    unsigned first = last;
    while (first > 0 && last - first < mostLayers &&
           nn::hasParts(ops[first - 1]) &&
           (first == last || nodes[first - 1].lastUse < last))
      --first;
    nodes[last - 1].earliest = first;
  }
}

int64_t PatchGraph::getMacs() const {
  int64_t macs = 0;
  for (const Node &node : nodes)
    macs += node.macs;
  return macs;
}

bool PatchGraph::isSegment(unsigned first, unsigned last) const {
  return first < last && last <= ops.size() &&
         nodes[last - 1].earliest <= first;
}

//===----------------------------------------------------------------------===//
// One patch
//===----------------------------------------------------------------------===//

namespace {

/// What is needed of an operator's result in a patch.
struct Part {
  std::optional<Box> box;
  /// The last operator that reads it, what that reads of it, and whether it may
  /// put its own result there.
  unsigned lastUser = 0;
  Box lastRead;
  bool mayReuse = false;
};

} // namespace

/// Goes backwards through the operators before position `last`, as far as
/// `earliest`, for one cell of the last one's result.
class PatchGraph::Walk {
public:
  Walk(const PatchGraph &graph, unsigned last, const Box &cell)
      : graph(graph), last(last), earliest(graph.nodes[last - 1].earliest),
        parts(last - earliest), live(last - earliest, 0),
        isReused(last - earliest, false) {
    part(last - 1).box = cell;
  }

  /// Adds operator `k` in front.
  LogicalResult add(unsigned k);
  const std::optional<Box> &getBox(unsigned k) { return part(k).box; }

  /// What those added so far cost: bytes at once beside what they read and
  /// what they write, multiply-accumulates.
  int64_t peak = 0, macs = 0;

private:
  Part &part(unsigned k) { return parts[k - earliest]; }
  int64_t &liveAt(unsigned k) { return live[k - earliest]; }
  void addLive(unsigned k, int64_t bytes) {
    liveAt(k) += bytes;
    peak = std::max(peak, liveAt(k));
  }
  /// Of a part of the result of `k`; the last one's lies in the whole.
  int64_t getBytes(unsigned k, const Box &box) const {
    const Node &node = graph.nodes[k];
    return k + 1 == last ? 0
                         : node.bytes / node.elements * box.getNumElements() +
                               node.bytes % node.elements *
                                   box.getNumElements() / node.elements;
  }

  const PatchGraph &graph;
  unsigned last, earliest;
  std::vector<Part> parts;
  std::vector<int64_t> live;
  std::vector<bool> isReused;
};

LogicalResult PatchGraph::Walk::add(unsigned k) {
  Part &own = part(k);
  if (!own.box)
    return success();
  Operation *op = graph.ops[k];
  Box box = getPartBox(op, *own.box);
  // Cells of the result that overlap could not be put together.
  if (k + 1 == last && !(box == *own.box))
    return failure();
  own.box = box;
  const Node &node = graph.nodes[k];
  if (failed(forEachOperandBox(op, box, [&](Value value, const Box &needed) {
        auto it = node.uses.find(value);
        if (it == node.uses.end() || it->second.producer < earliest)
          return;
        Part &operand = part(it->second.producer);
        if (operand.box) {
          operand.box->unite(needed);
          return;
        }
        operand.box = operand.lastRead = needed;
        operand.lastUser = k;
        operand.mayReuse = it->second.mayReuse;
      })))
    return failure();

  macs += node.macs / node.elements * box.getNumElements() +
          node.macs % node.elements * box.getNumElements() / node.elements;
  int64_t bytes = getBytes(k, box);
  addLive(k, bytes);
  if (ConvOp conv = getPaddingConv(op)) {
    Value x = op->getOperand(0);
    RankedTensorType type = tensorType(x);
    Box input = conv.getOperandBox(0, 0, box);
    if (!input.isEmpty())
      addLive(k, getPaddedBytes(conv,
                                physicalBytes(type) / type.getNumElements() *
                                    input.getNumElements(),
                                input, box));
  }
  if (k + 1 == last)
    return success();
  for (unsigned s = k + 1; s < own.lastUser; ++s)
    addLive(s, bytes);
  // Results take the place of what is read for the last time, and so does a
  // padded copy.
  unsigned user = own.lastUser;
  if (own.mayReuse && own.lastRead == box && !isReused[user - earliest] &&
      getBytes(user, *part(user).box) >= bytes) {
    isReused[user - earliest] = !isa<ConcatOp>(graph.ops[user]);
    return success();
  }
  ConvOp conv = getPaddingConv(graph.ops[user]);
  Box read = own.lastRead;
  bool isPadded = conv && graph.ops[user]->getOperand(0) == op->getResult(0) &&
                  getPaddedBytes(conv, bytes, read, *part(user).box) > 0 &&
                  read == box;
  if (!isPadded)
    addLive(user, bytes);
  return success();
}

FailureOr<SmallVector<std::optional<Box>>>
PatchGraph::getBoxes(unsigned first, unsigned last, const Box &cell) const {
  Walk walk(*this, last, cell);
  SmallVector<std::optional<Box>> boxes(last - first);
  for (unsigned k = last; k-- > first;) {
    if (failed(walk.add(k)))
      return failure();
    boxes[k - first] = walk.getBox(k);
  }
  return boxes;
}

//===----------------------------------------------------------------------===//
// Stretches
//===----------------------------------------------------------------------===//

/// Visits all stretches that end before position `last` with this grid, the
/// shortest first.
void PatchGraph::walkBack(
    unsigned last, const PatchGrid &grid,
    llvm::function_ref<void(const PatchSegment &)> visit) const {
  unsigned earliest = nodes[last - 1].earliest, begin = earliest;
  RankedTensorType type = tensorType(ops[last - 1]->getResult(0));
  std::vector<int64_t> peaks(last - earliest, 0), macs(last - earliest, 0);
  for (int64_t cell = 0; cell < grid.getCount() && begin < last; ++cell) {
    Walk walk(*this, last, grid.getCell(type, cell));
    for (unsigned k = last; k-- > begin;) {
      if (failed(walk.add(k))) {
        begin = k + 1;
        break;
      }
      peaks[k - earliest] = std::max(peaks[k - earliest], walk.peak);
      macs[k - earliest] += walk.macs;
    }
  }
  int64_t plain = 0;
  for (unsigned k = last; k-- > begin;) {
    plain += nodes[k].macs;
    visit({k, last, grid,
           across[k] + nodes[last - 1].bytes + peaks[k - earliest],
           std::max<int64_t>(macs[k - earliest] - plain, 0)});
  }
}

std::optional<PatchSegment>
PatchGraph::getSegment(unsigned first, unsigned last,
                       const PatchGrid &grid) const {
  std::optional<PatchSegment> found;
  if (isSegment(first, last))
    walkBack(last, grid, [&](const PatchSegment &segment) {
      if (segment.first == first)
        found = segment;
    });
  return found;
}

/// Longer plans take too long to be tried out.
static constexpr int64_t mostParts = 1000;

static int64_t countParts(const PatchSegment &segment) {
  return segment.grid.getCount() * (segment.last - segment.first);
}

/// Stretches that bring down what is alive somewhere, by their ends; of those
/// over the same operators none that is worse than another in all.
std::vector<PatchSegment> PatchGraph::getCandidates() const {
  int64_t largest = *std::max_element(whole.begin(), whole.end());
  std::vector<PatchSegment> candidates;
  for (unsigned last = 2; last <= ops.size(); ++last) {
    if (nodes[last - 1].earliest + 1 >= last ||
        nodes[last - 1].bytes >= largest)
      continue;
    std::vector<PatchSegment> ending;
    for (const PatchGrid &grid :
         getGrids(tensorType(ops[last - 1]->getResult(0)))) {
      int64_t before = 0;
      walkBack(last, grid, [&](const PatchSegment &segment) {
        before = std::max(before, whole[segment.first]);
        if (segment.last - segment.first > 1 && segment.peak < before &&
            countParts(segment) <= mostParts)
          ending.push_back(segment);
      });
    }
    llvm::stable_sort(ending, [](const PatchSegment &a, const PatchSegment &b) {
      return std::tuple(a.first, a.peak, a.extraMacs, a.grid.getCount()) <
             std::tuple(b.first, b.peak, b.extraMacs, b.grid.getCount());
    });
    size_t begin = candidates.size();
    for (const PatchSegment &segment : ending) {
      if (begin < candidates.size() && candidates[begin].first != segment.first)
        begin = candidates.size();
      bool isWorse =
          llvm::any_of(ArrayRef(candidates).drop_front(begin),
                       [&](const PatchSegment &other) {
                         return other.extraMacs <= segment.extraMacs &&
                                countParts(other) <= countParts(segment);
                       });
      if (!isWorse)
        candidates.push_back(segment);
    }
  }
  return candidates;
}

/// The smallest peak that stretches out of `candidates` leave.
int64_t PatchGraph::getSmallestPeak(ArrayRef<PatchSegment> candidates) const {
  std::vector<int64_t> peak(ops.size() + 1, 0);
  const auto *next = candidates.begin();
  for (unsigned last = 1; last <= ops.size(); ++last) {
    peak[last] = std::max(peak[last - 1], whole[last - 1]);
    for (; next != candidates.end() && next->last == last; ++next)
      peak[last] =
          std::min(peak[last], std::max(peak[next->first], next->peak));
  }
  return peak.back();
}

/// The stretches that compute least below the peak `bound`; of several, those
/// that leave most room below it if wanted, then those of the fewest parts.
std::vector<PatchSegment>
PatchGraph::getCheapest(ArrayRef<PatchSegment> candidates, int64_t bound,
                        bool leavesRoom) const {
  constexpr int64_t impossible = std::numeric_limits<int64_t>::max();
  struct Best {
    int64_t macs = impossible, tight = 0, parts = 0;
    const PatchSegment *segment = nullptr;
  };
  // By how much operators come near the bound.
  auto getTightness = [&](int64_t peak, unsigned count) {
    return leavesRoom ? std::max<int64_t>(peak - bound / 8 * 7, 0) * count : 0;
  };
  std::vector<Best> best(ops.size() + 1);
  best[0].macs = 0;
  const auto *next = candidates.begin();
  for (unsigned last = 1; last <= ops.size(); ++last) {
    Best &own = best[last];
    if (whole[last - 1] <= bound)
      own = {best[last - 1].macs,
             best[last - 1].tight + getTightness(whole[last - 1], 1),
             best[last - 1].parts, nullptr};
    for (; next != candidates.end() && next->last == last; ++next) {
      const Best &before = best[next->first];
      if (next->peak > bound || before.macs == impossible)
        continue;
      Best found{before.macs + next->extraMacs,
                 before.tight + getTightness(next->peak, last - next->first),
                 before.parts + countParts(*next), next};
      if (std::tuple(found.macs, found.tight, found.parts) <
          std::tuple(own.macs, own.tight, own.parts))
        own = found;
    }
  }
  std::vector<PatchSegment> found;
  for (unsigned at = ops.size(); at > 0;) {
    const PatchSegment *segment = best[at].segment;
    if (segment)
      found.push_back(*segment);
    at = segment ? segment->first : at - 1;
  }
  std::reverse(found.begin(), found.end());
  return found;
}

std::vector<PatchSegment> PatchGraph::findSegments(int64_t aim,
                                                   unsigned slack) const {
  if (ops.empty())
    return {};
  std::vector<PatchSegment> candidates = getCandidates();
  int64_t smallest = getSmallestPeak(candidates);
  int64_t bound = std::max(aim, smallest + smallest / 100 * slack);
  for (;; bound += std::max<int64_t>(bound / 16, 1)) {
    std::vector<PatchSegment> found =
        getCheapest(candidates, bound, aim == 0 && slack == 0);
    int64_t parts = 0;
    for (const PatchSegment &segment : found)
      parts += countParts(segment);
    if (parts <= mostParts)
      return found;
  }
}
