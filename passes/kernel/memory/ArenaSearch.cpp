//===- ArenaSearch.cpp - Tree search for an arena of given size -----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// After Moffitt 2024, "MiniMalloc: A Lightweight Memory Allocator for
// Hardware-Accelerated Machine Learning". If there is a solution, there is a
// canonical one, in which no buffer can be moved down; it can be built from
// the bottom up, each buffer resting on those below it. So the search places
// buffers by rising offset, each at the lowest offset that those placed before
// leave. It gives up a partial solution as soon as, at some step, the buffers
// still to be placed there do not fit above the lowest offset that any of them
// can get; and it places none where another one would have fitted below it.
// When what is left falls apart into parts with no step in common, each part is
// a problem of its own.
//
// A buffer that was refused at its lowest offset teaches something: in every
// solution left it rests on one that is not yet placed. So its bound rises to
// the lowest end that any such buffer can have, with it the floors; where
// nothing is left for it to rest on, there is no solution.
//
// Among the buffers with the lowest offset those come first that live in the
// most crowded places. What decides between these is a matter of luck, so
// several orders take turns, with ever larger shares of the effort.
//
//===----------------------------------------------------------------------===//

#include "passes/kernel/memory/ArenaSearch.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

using namespace megcc;

namespace {

/// By what the buffers of a part are ranked, the largest first.
enum class Key { Crowding, Area, Lifetime, Bytes };
using Keys = std::array<Key, 3>;

class Search {
public:
  Search(const std::vector<ArenaBuffer> &buffers, int64_t capacity,
         int64_t &effort, const std::function<bool()> &isOver);

  /// One depth-first search. True if it found a solution; false if there is
  /// none or `share` of the effort is spent, in which case `isComplete` is
  /// false.
  bool run(const Keys &keys, int64_t share);

  std::vector<int64_t> offsets;
  bool isComplete = true;

private:
  /// Buffers that share no step with any other that is not yet placed.
  struct Part {
    /// By rank; some of them may have been placed since.
    std::vector<unsigned> buffers;
    unsigned firstSection, endSection;
  };
  Part makePart(std::vector<unsigned> buffers) const;

  /// Places the buffers of `part`: none below `floor`, and none at it that
  /// ranks before `leastRank`.
  bool placePart(const Part &part, int64_t floor, unsigned leastRank);
  bool placeRest(const Part &part, unsigned rank, unsigned buffer);
  /// Whether `share` or the caller's patience is at its end.
  bool isSpent();

  /// Places one buffer at its lowest offset; false if that leaves too little
  /// room for others.
  bool place(const Part &part, unsigned buffer);
  /// Takes note that no solution has `buffer` at its lowest offset; false if
  /// that leaves none.
  bool refuse(const Part &part, unsigned buffer);
  /// Whether what is to be placed at each step of `part` fits above `offset`.
  bool fits(const Part &part, int64_t offset);
  void raiseFloors(unsigned begin, unsigned end);
  void setFloor(unsigned section, int64_t floor);

  /// How much there is to undo.
  struct Mark {
    size_t placed, raised, floors, bounded;
  };
  Mark getMark() const {
    return {placed.size(), raised.size(), floors.size(), bounded.size()};
  }
  void undo(Mark mark);

  const std::vector<ArenaBuffer> &buffers;
  const int64_t capacity;
  int64_t &effort;
  const std::function<bool()> &isOver;
  int64_t limit = 0, nextPoll = 0;
  Keys keys;

  /// Steps at which the set of live buffers changes cut time into sections;
  /// each buffer spans those from `firstSection` up to `endSection`.
  std::vector<unsigned> firstSection, endSection;
  struct Section {
    std::vector<unsigned> buffers;
    /// Bytes still to be placed, and the lowest offset at which they may be.
    int64_t rest = 0, floor = 0;
    /// How many of the buffers still to be placed live on in the next section.
    unsigned crossing = 0;
  };
  std::vector<Section> sections;

  /// Who is alive together with whom.
  std::vector<std::vector<unsigned>> conflicts;
  /// The lowest offset left for each buffer by those placed.
  std::vector<int64_t> lowest;
  /// What refusals say of the offset that it will get; may be higher.
  std::vector<int64_t> bound;
  std::vector<bool> isPlaced;

  /// For undo(): what was placed, and what were the lowest offsets, bounds and
  /// floors before.
  std::vector<unsigned> placed;
  std::vector<std::pair<unsigned, int64_t>> raised, floors, bounded;
};

} // namespace

Search::Search(const std::vector<ArenaBuffer> &buffers, int64_t capacity,
               int64_t &effort, const std::function<bool()> &isOver)
    : offsets(buffers.size(), 0), buffers(buffers), capacity(capacity),
      effort(effort), isOver(isOver), firstSection(buffers.size()),
      endSection(buffers.size()), conflicts(buffers.size()) {
  std::vector<int64_t> cuts;
  for (const ArenaBuffer &buffer : buffers) {
    cuts.push_back(buffer.first);
    cuts.push_back(buffer.last + 1);
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  auto sectionAt = [&](int64_t step) {
    return std::lower_bound(cuts.begin(), cuts.end(), step) - cuts.begin();
  };
  sections.resize(cuts.size());
  for (unsigned i = 0; i < buffers.size(); ++i) {
    firstSection[i] = sectionAt(buffers[i].first);
    endSection[i] = sectionAt(buffers[i].last + 1);
    for (unsigned s = firstSection[i]; s < endSection[i]; ++s)
      sections[s].buffers.push_back(i);
    for (unsigned j = 0; j < i; ++j)
      if (buffers[j].first <= buffers[i].last &&
          buffers[i].first <= buffers[j].last) {
        conflicts[i].push_back(j);
        conflicts[j].push_back(i);
      }
  }
}

bool Search::run(const Keys &order, int64_t share) {
  keys = order;
  limit = effort - share;
  nextPoll = effort;
  isComplete = true;
  placed.clear();
  raised.clear();
  floors.clear();
  bounded.clear();
  lowest.assign(buffers.size(), 0);
  bound.assign(buffers.size(), 0);
  isPlaced.assign(buffers.size(), false);
  for (unsigned s = 0; s < sections.size(); ++s) {
    Section &section = sections[s];
    section.rest = section.floor = section.crossing = 0;
    for (unsigned i : section.buffers) {
      section.rest += buffers[i].bytes;
      section.crossing += endSection[i] > s + 1;
    }
    if (section.rest > capacity)
      return false;
  }
  std::vector<unsigned> all(buffers.size());
  std::iota(all.begin(), all.end(), 0);
  return placePart(makePart(std::move(all)), 0, 0);
}

Search::Part Search::makePart(std::vector<unsigned> members) const {
  Part part;
  part.firstSection = sections.size();
  part.endSection = 0;
  std::vector<std::array<int64_t, 3>> values(buffers.size());
  for (unsigned i : members) {
    part.firstSection = std::min(part.firstSection, firstSection[i]);
    part.endSection = std::max(part.endSection, endSection[i]);
    int64_t lifetime = buffers[i].last - buffers[i].first + 1;
    for (unsigned k = 0; k < keys.size(); ++k) {
      int64_t &value = values[i][k];
      switch (keys[k]) {
      case Key::Crowding:
        value = 0;
        for (unsigned s = firstSection[i]; s < endSection[i]; ++s)
          value = std::max(value, sections[s].rest);
        break;
      case Key::Area:
        value = buffers[i].bytes * lifetime;
        break;
      case Key::Lifetime:
        value = lifetime;
        break;
      case Key::Bytes:
        value = buffers[i].bytes;
        break;
      }
    }
  }
  std::stable_sort(members.begin(), members.end(), [&](unsigned a, unsigned b) {
    return values[a] > values[b];
  });
  part.buffers = std::move(members);
  return part;
}

void Search::setFloor(unsigned section, int64_t floor) {
  floors.emplace_back(section, sections[section].floor);
  sections[section].floor = floor;
}

/// A section's floor is the lowest offset that any buffer left there can get.
void Search::raiseFloors(unsigned begin, unsigned end) {
  for (unsigned s = begin; s < end; ++s) {
    Section &section = sections[s];
    if (section.rest == 0)
      continue;
    int64_t floor = std::numeric_limits<int64_t>::max();
    effort -= section.buffers.size();
    for (unsigned i : section.buffers)
      if (!isPlaced[i])
        floor = std::min(floor, std::max(lowest[i], bound[i]));
    if (floor > section.floor)
      setFloor(s, floor);
  }
}

bool Search::place(const Part &part, unsigned buffer) {
  int64_t offset = lowest[buffer], end = offset + buffers[buffer].bytes;
  placed.push_back(buffer);
  isPlaced[buffer] = true;
  offsets[buffer] = offset;
  for (unsigned s = firstSection[buffer]; s < endSection[buffer]; ++s) {
    sections[s].rest -= buffers[buffer].bytes;
    sections[s].crossing -= s + 1 < endSection[buffer];
  }
  unsigned firstRaised = firstSection[buffer], endRaised = endSection[buffer];
  effort -= conflicts[buffer].size();
  for (unsigned other : conflicts[buffer]) {
    if (isPlaced[other] || lowest[other] >= end)
      continue;
    raised.emplace_back(other, lowest[other]);
    lowest[other] = end;
    if (std::max(end, bound[other]) + buffers[other].bytes > capacity)
      return false;
    firstRaised = std::min(firstRaised, firstSection[other]);
    endRaised = std::max(endRaised, endSection[other]);
  }
  raiseFloors(firstRaised, endRaised);
  return fits(part, offset);
}

bool Search::fits(const Part &part, int64_t offset) {
  effort -= part.endSection - part.firstSection;
  for (unsigned s = part.firstSection; s < part.endSection; ++s)
    if (sections[s].rest > 0 &&
        std::max(sections[s].floor, offset) + sections[s].rest > capacity)
      return false;
  return true;
}

bool Search::refuse(const Part &part, unsigned buffer) {
  int64_t offset = lowest[buffer];
  int64_t next = std::numeric_limits<int64_t>::max();
  effort -= conflicts[buffer].size();
  for (unsigned other : conflicts[buffer])
    if (!isPlaced[other])
      next = std::min(next, std::max({offset, lowest[other], bound[other]}) +
                                buffers[other].bytes);
  if (next > capacity - buffers[buffer].bytes)
    return false;
  if (next <= bound[buffer])
    return true;
  bounded.emplace_back(buffer, bound[buffer]);
  bound[buffer] = next;
  raiseFloors(firstSection[buffer], endSection[buffer]);
  return fits(part, offset);
}

void Search::undo(Mark mark) {
  for (; bounded.size() > mark.bounded; bounded.pop_back())
    bound[bounded.back().first] = bounded.back().second;
  for (; floors.size() > mark.floors; floors.pop_back())
    sections[floors.back().first].floor = floors.back().second;
  for (; raised.size() > mark.raised; raised.pop_back())
    lowest[raised.back().first] = raised.back().second;
  for (; placed.size() > mark.placed; placed.pop_back()) {
    unsigned buffer = placed.back();
    isPlaced[buffer] = false;
    for (unsigned s = firstSection[buffer]; s < endSection[buffer]; ++s) {
      sections[s].rest += buffers[buffer].bytes;
      sections[s].crossing += s + 1 < endSection[buffer];
    }
  }
}

bool Search::isSpent() {
  constexpr int64_t pollEvery = 1'000'000;
  if (isOver && effort <= nextPoll) {
    nextPoll = effort - pollEvery;
    if (isOver())
      effort = std::min<int64_t>(effort, 0);
  }
  return effort <= 0 || effort < limit;
}

bool Search::placePart(const Part &part, int64_t floor, unsigned leastRank) {
  if (isSpent()) {
    isComplete = false;
    return false;
  }
  // Nothing goes where another buffer would have fitted below it.
  int64_t ceiling = std::numeric_limits<int64_t>::max();
  std::vector<std::pair<int64_t, unsigned>> candidates;
  effort -= part.buffers.size();
  bool isEmpty = true;
  for (unsigned rank = 0; rank < part.buffers.size(); ++rank) {
    unsigned i = part.buffers[rank];
    if (isPlaced[i])
      continue;
    isEmpty = false;
    ceiling = std::min(ceiling, lowest[i] + buffers[i].bytes);
    std::pair<int64_t, unsigned> candidate(lowest[i], rank);
    if (lowest[i] >= bound[i] && candidate >= std::pair(floor, leastRank))
      candidates.push_back(candidate);
  }
  if (isEmpty)
    return true;
  std::sort(candidates.begin(), candidates.end());

  for (auto [offset, rank] : candidates) {
    if (offset >= ceiling)
      break;
    unsigned buffer = part.buffers[rank];
    Mark mark = getMark();
    if (place(part, buffer) && placeRest(part, rank, buffer))
      return true;
    undo(mark);
    if (!isComplete || !refuse(part, buffer))
      return false;
  }
  return false;
}

/// Goes on after `buffer` of `part` was placed: what is left may have fallen
/// apart where it ended a chain of overlapping lifetimes.
bool Search::placeRest(const Part &part, unsigned rank, unsigned buffer) {
  std::vector<unsigned> ends;
  for (unsigned s = firstSection[buffer]; s + 1 < endSection[buffer]; ++s)
    if (sections[s].crossing == 0)
      ends.push_back(s + 1);
  if (ends.empty())
    return placePart(part, offsets[buffer], rank);
  ends.push_back(part.endSection);
  unsigned begin = part.firstSection;
  for (unsigned end : ends) {
    std::vector<unsigned> members;
    effort -= part.buffers.size();
    for (unsigned i : part.buffers)
      if (!isPlaced[i] && firstSection[i] >= begin && firstSection[i] < end)
        members.push_back(i);
    if (!members.empty() && !placePart(makePart(std::move(members)), 0, 0))
      return false;
    begin = end;
  }
  return true;
}

std::optional<std::vector<int64_t>>
megcc::searchArena(const std::vector<ArenaBuffer> &buffers, int64_t capacity,
                   int64_t &effort, const std::function<bool()> &isOver) {
  constexpr Keys orders[] = {
      {Key::Crowding, Key::Area, Key::Lifetime},
      {Key::Crowding, Key::Lifetime, Key::Area},
      {Key::Lifetime, Key::Area, Key::Crowding},
      {Key::Crowding, Key::Bytes, Key::Lifetime},
  };
  Search search(buffers, capacity, effort, isOver);
  for (int64_t share = 1'000'000; effort > 0; share *= 2)
    for (const Keys &keys : orders) {
      if (search.run(keys, std::min(share, effort)))
        return search.offsets;
      if (search.isComplete || effort <= 0)
        return std::nullopt;
    }
  return std::nullopt;
}
