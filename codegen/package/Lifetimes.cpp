//===- Lifetimes.cpp - When bytes of a package's buffers matter -----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Lifetimes.h"
#include "llvm/ADT/STLExtras.h"

#include <climits>
#include <map>

using namespace llvm;

namespace megcc {

Steps::Steps(const Variant &variant) {
  for (size_t i = 0; i < variant.layers.size(); ++i) {
    const Layer &layer = variant.layers[i];
    if (!layer.turn) {
      stepOf.push_back(end++);
      continue;
    }
    bool isNew = streams.size() == layer.turn->stream;
    if (isNew)
      streams.push_back(
          {int64_t(i), int64_t(i), variant.streams[layer.turn->stream], end});
    Stream &stream = streams.back();
    stream.lastLayer = int64_t(i);
    stepOf.push_back(stream.firstStep);
    end = stream.firstStep + stream.ticks * stream.layers();
  }
}

namespace {

struct Span {
  int64_t first = INT64_MAX, last = INT64_MIN;

  void touch(int64_t step) {
    first = std::min(first, step);
    last = std::max(last, step);
  }
};

/// What is done with one place.
struct Uses {
  /// When each run of bytes is touched.
  std::map<ByteRange, Span> runs;
  /// Whether it is used in one stream only, and what is read there was written
  /// in the same tick.
  bool isWithinTick = true;
  std::optional<unsigned> stream;
  Span positions;
  std::map<int64_t, int64_t> writtenIn;
};

class LifetimeFinder {
public:
  LifetimeFinder(const Variant &variant, const Steps &steps)
      : variant(variant), steps(steps), uses(variant.places.size()) {}

  std::vector<PlaceLifetime> run() {
    addPorts();
    for (auto [i, layer] : enumerate(variant.layers))
      if (!layer.turn)
        addLayer(layer, steps.stepOf[i]);
    for (auto [number, stream] : enumerate(steps.streams))
      addStream(number, stream);
    std::vector<PlaceLifetime> lifetimes;
    for (const Uses &use : uses)
      lifetimes.push_back(getLifetime(use));
    return lifetimes;
  }

private:
  void addPorts() {
    for (auto [i, place] : enumerate(variant.places)) {
      // What is preloaded serves the next run as well.
      bool isPreloaded = place.role == Place::Preloaded;
      bool isBefore = place.kind == Operand::Input ||
                      place.role == Place::InputPort || isPreloaded;
      bool isAfter = place.kind == Operand::Output ||
                     place.role == Place::OutputPort || isPreloaded;
      uses[i].isWithinTick &= !isBefore && !isAfter;
      if (isBefore && place.bytes != 0)
        uses[i].runs[{0, place.bytes}].touch(-1);
      if (isAfter && place.bytes != 0)
        uses[i].runs[{0, place.bytes}].touch(steps.end);
    }
  }

  void addLayer(const Layer &layer, int64_t step) {
    for (const Operand &operand : layer.operands) {
      if (!operand.place)
        continue;
      Uses &use = uses[*operand.place];
      use.isWithinTick = false;
      int64_t begin = getBegin(operand);
      addRuns(use, begin, operand.elementBytes, operand.dims,
              getTouched(layer, operand, {false, true}), step);
    }
  }

  void addStream(unsigned number, const Steps::Stream &stream) {
    for (int64_t tick = 0; tick < stream.ticks; ++tick)
      for (int64_t position = 0; position < stream.layers(); ++position) {
        const Layer &layer = variant.layers[stream.firstLayer + position];
        int64_t since = tick - layer.turn->start;
        if (since < 0 || since % layer.turn->period != 0 ||
            since / layer.turn->period >= layer.turn->count)
          continue;
        int64_t step = stream.firstStep + tick * stream.layers() + position;
        // What a firing reads was there before what it writes.
        for (bool isWrite : {false, true})
          for (const RowAccess &access : layer.rows)
            if (access.isWrite == isWrite)
              addRows(layer, access, since / layer.turn->period, number, tick,
                      position, step);
      }
  }

  void addRows(const Layer &layer, const RowAccess &access, int64_t firing,
               unsigned stream, int64_t tick, int64_t position, int64_t step) {
    const Operand &operand = layer.operands[access.operand];
    if (!operand.place)
      return;
    Uses &use = uses[*operand.place];
    if (use.stream.value_or(stream) != stream)
      use.isWithinTick = false;
    use.stream = stream;
    use.positions.touch(position);
    for (const RowAccess::Row &row : access.firings[firing]) {
      if (access.isWrite)
        use.isWithinTick &=
            use.writtenIn.try_emplace(row.number, tick).first->second == tick;
      else if (auto it = use.writtenIn.find(row.number);
               it == use.writtenIn.end() || it->second != tick)
        use.isWithinTick = false;
      addRuns(use, row.offset, access.elementBytes, access.dims,
              getTouched(layer, operand, access.isWrite), step);
    }
  }

  /// Where in its place an operand begins.
  int64_t getBegin(const Operand &operand) const {
    return operand.offset - variant.places[*operand.place].offset;
  }

  /// From where to where of its place an operand is read or written at most.
  ByteRange getTouched(const Layer &layer, const Operand &operand,
                       ArrayRef<bool> accesses) const {
    int64_t begin = getBegin(operand);
    if (layer.isUsers)
      return {begin, begin + operand.bytes};
    Span touched;
    for (bool isWrite : accesses) {
      bool isDone = isWrite ? operand.written : operand.read;
      auto range = isWrite ? operand.bytesWritten : operand.bytesRead;
      if (!isDone || !range)
        continue;
      touched.touch(begin + range->first);
      touched.touch(begin + range->second);
    }
    return {touched.first, touched.last};
  }

  /// The contiguous pieces of a region, as far as they lie within `touched`; as
  /// one piece if they are very many.
  static void addRuns(Uses &use, int64_t begin, int64_t elementBytes,
                      ByteDims dims, ByteRange touched, int64_t step) {
    auto add = [&](int64_t from, int64_t to) {
      from = std::max(from, touched.first);
      to = std::min(to, touched.second);
      if (from < to)
        use.runs[{from, to}].touch(step);
    };
    constexpr int64_t mostRuns = 4096;
    stable_sort(dims, [](auto a, auto b) { return a.second < b.second; });
    int64_t length = elementBytes, count = 1, reach = elementBytes;
    ByteDims outer;
    for (auto [extent, stride] : dims) {
      if (extent == 0)
        return;
      reach += (extent - 1) * stride;
      if (outer.empty() && stride == length) {
        length *= extent;
        continue;
      }
      outer.push_back({extent, stride});
      count *= extent;
    }
    if (count > mostRuns) {
      add(begin, begin + reach);
      return;
    }
    for (int64_t i = 0; i < count; ++i) {
      int64_t at = begin, rest = i;
      for (auto [extent, stride] : outer) {
        at += rest % extent * stride;
        rest /= extent;
      }
      add(at, at + length);
    }
  }

  static PlaceLifetime getLifetime(const Uses &use) {
    PlaceLifetime lifetime;
    std::vector<int64_t> cuts;
    for (auto [run, span] : use.runs) {
      cuts.push_back(run.first);
      cuts.push_back(run.second);
    }
    sort(cuts);
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    if (cuts.empty())
      return lifetime;
    if (use.isWithinTick && use.stream)
      lifetime.turns = PlaceLifetime::Turns{*use.stream, use.positions.first,
                                            use.positions.last};
    std::vector<Span> cells(cuts.size() - 1);
    for (auto [run, span] : use.runs)
      for (size_t i = lower_bound(cuts, run.first) - cuts.begin();
           i < cells.size() && cuts[i] < run.second; ++i) {
        cells[i].touch(span.first);
        cells[i].touch(span.last);
      }
    for (auto [i, cell] : enumerate(cells)) {
      if (cell.last < cell.first)
        continue;
      AlivePart part{cuts[i], cuts[i + 1] - cuts[i], cell.first, cell.last};
      if (!lifetime.parts.empty()) {
        AlivePart &before = lifetime.parts.back();
        if (before.offset + before.bytes == part.offset &&
            before.first == part.first && before.last == part.last) {
          before.bytes += part.bytes;
          continue;
        }
      }
      lifetime.parts.push_back(part);
    }
    return lifetime;
  }

  const Variant &variant;
  const Steps &steps;
  std::vector<Uses> uses;
};

} // namespace

std::vector<PlaceLifetime> findLifetimes(const Variant &variant,
                                         const Steps &steps) {
  return LifetimeFinder(variant, steps).run();
}

/// Calls `visit` with the ranges of steps in which `lifetime`'s part is alive.
static void forEachAlive(const PlaceLifetime &lifetime, const AlivePart &part,
                         const Steps &steps,
                         function_ref<void(int64_t, int64_t)> visit) {
  if (!lifetime.turns)
    return visit(part.first, part.last);
  const Steps::Stream &stream = steps.streams[lifetime.turns->stream];
  for (int64_t tick = 0; tick < stream.ticks; ++tick) {
    int64_t begin = stream.firstStep + tick * stream.layers();
    int64_t first = std::max(part.first, begin + lifetime.turns->first);
    int64_t last = std::min(part.last, begin + lifetime.turns->last);
    if (first <= last)
      visit(first, last);
  }
}

LiveWitness findLiveWitness(const Variant &variant, const Steps &steps,
                            const std::vector<PlaceLifetime> &lifetimes) {
  LiveWitness witness;
  // From step -1 on.
  std::vector<int64_t> change(steps.end + 3, 0);
  for (auto [i, lifetime] : enumerate(lifetimes)) {
    if (variant.places[i].kind != Operand::Arena)
      continue;
    for (const AlivePart &part : lifetime.parts)
      forEachAlive(lifetime, part, steps, [&](int64_t first, int64_t last) {
        change[first + 1] += part.bytes;
        change[last + 2] -= part.bytes;
      });
    // A place is in one piece even where its parts are never alive together.
    if (variant.places[i].bytes > witness.bytes) {
      witness.bytes = variant.places[i].bytes;
      witness.alive = {{unsigned(i), witness.bytes}};
    }
  }
  int64_t live = 0, most = 0, at = -1;
  for (int64_t step = -1; step <= steps.end; ++step) {
    live += change[step + 1];
    if (live > most) {
      most = live;
      at = step;
    }
  }
  if (most < witness.bytes)
    return witness;
  witness = {most, at, {}};
  for (auto [i, lifetime] : enumerate(lifetimes)) {
    if (variant.places[i].kind != Operand::Arena)
      continue;
    int64_t bytes = 0;
    for (const AlivePart &part : lifetime.parts)
      forEachAlive(lifetime, part, steps, [&](int64_t first, int64_t last) {
        if (first <= at && at <= last)
          bytes += part.bytes;
      });
    if (bytes != 0)
      witness.alive.push_back({unsigned(i), bytes});
  }
  return witness;
}

} // namespace megcc
