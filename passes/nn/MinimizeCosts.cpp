//===- MinimizeCosts.cpp - The cheapest of all choices --------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/nn/MinimizeCosts.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace megcc::nn;

/// More neighbours than this have no table.
constexpr unsigned maxNeighbours = 12;

unsigned CostSum::addVariable(bool state) {
  preferred.push_back(state);
  return preferred.size() - 1;
}

void CostSum::add(ArrayRef<unsigned> variables,
                  function_ref<double(ArrayRef<bool>)> cost) {
  Term term;
  term.variables.assign(variables.begin(), variables.end());
  llvm::sort(term.variables);
  SmallVector<bool> states(variables.size());
  for (size_t index = 0; index < size_t(1) << variables.size(); ++index) {
    for (auto [at, variable] : enumerate(term.variables))
      states[find(variables, variable) - variables.begin()] = index >> at & 1;
    term.table.push_back(cost(states));
  }
  terms.push_back(std::move(term));
}

namespace {

/// Eliminates variables one by one.
class Eliminator {
public:
  struct Term {
    SmallVector<unsigned> variables;
    std::vector<double> table;
  };

  explicit Eliminator(const std::vector<bool> &preferred)
      : preferred(preferred), termsOf(preferred.size()),
        gone(preferred.size(), false), states(preferred) {}

  void add(Term term) {
    for (unsigned variable : term.variables)
      termsOf[variable].push_back(terms.size());
    terms.push_back(std::move(term));
  }

  unsigned run() {
    unsigned fixed = 0;
    for (size_t left = preferred.size(); left > 0; --left) {
      unsigned least = 0, most = 0;
      size_t fewest = SIZE_MAX, many = 0;
      for (unsigned variable = 0; variable < preferred.size(); ++variable) {
        if (gone[variable])
          continue;
        size_t count = getNeighbours(variable).size();
        if (count < fewest)
          fewest = count, least = variable;
        if (count >= many)
          many = count, most = variable;
      }
      bool fits = fewest <= maxNeighbours;
      fixed += !fits;
      fits ? eliminate(least) : fix(most);
    }
    // The last one's better state depends on nothing, and so backwards.
    for (const Choice &choice : reverse(choices)) {
      size_t index = 0;
      for (auto [at, variable] : enumerate(choice.neighbours))
        index |= size_t(states[variable]) << at;
      states[choice.variable] = choice.better[index];
    }
    return fixed;
  }

  std::vector<bool> takeStates() { return std::move(states); }

private:
  struct Choice {
    unsigned variable;
    SmallVector<unsigned> neighbours;
    std::vector<bool> better;
  };

  SmallVector<unsigned> getNeighbours(unsigned variable) const {
    SmallVector<unsigned> all;
    for (unsigned term : termsOf[variable])
      for (unsigned other : terms[term].variables)
        if (other != variable && !is_contained(all, other))
          all.push_back(other);
    return all;
  }

  void remove(unsigned term) {
    for (unsigned variable : terms[term].variables)
      llvm::erase(termsOf[variable], term);
  }

  /// The value of `term` where `variables` have the states of `index`.
  static double getValue(const Term &term, ArrayRef<unsigned> variables,
                         size_t index) {
    size_t own = 0;
    for (auto [at, variable] : enumerate(term.variables)) {
      size_t place = find(variables, variable) - variables.begin();
      own |= (index >> place & 1) << at;
    }
    return term.table[own];
  }

  void eliminate(unsigned variable) {
    Choice choice{variable, getNeighbours(variable), {}};
    llvm::sort(choice.neighbours);
    SmallVector<unsigned> all(choice.neighbours);
    all.push_back(variable);
    SmallVector<unsigned> used(termsOf[variable]);
    Term rest{choice.neighbours, {}};
    size_t size = size_t(1) << choice.neighbours.size();
    for (size_t index = 0; index < size; ++index) {
      double costs[2] = {0, 0};
      for (unsigned term : used)
        for (size_t state : {0, 1})
          costs[state] += getValue(terms[term], all,
                                   index | state << choice.neighbours.size());
      bool preference = preferred[variable];
      bool state =
          costs[!preference] < costs[preference] ? !preference : preference;
      choice.better.push_back(state);
      rest.table.push_back(costs[state]);
    }
    for (unsigned term : used)
      remove(term);
    gone[variable] = true;
    choices.push_back(std::move(choice));
    if (!rest.variables.empty())
      add(std::move(rest));
  }

  void fix(unsigned variable) {
    SmallVector<unsigned> used(termsOf[variable]);
    for (unsigned number : used) {
      Term old = terms[number], rest;
      remove(number);
      for (unsigned other : old.variables)
        if (other != variable)
          rest.variables.push_back(other);
      SmallVector<unsigned> all(rest.variables);
      all.push_back(variable);
      for (size_t i = 0; i < size_t(1) << rest.variables.size(); ++i)
        rest.table.push_back(
            getValue(old, all,
                     i | size_t(preferred[variable]) << rest.variables.size()));
      if (!rest.variables.empty())
        add(std::move(rest));
    }
    gone[variable] = true;
  }

  const std::vector<bool> &preferred;
  std::vector<Term> terms;
  std::vector<SmallVector<unsigned>> termsOf;
  std::vector<bool> gone, states;
  std::vector<Choice> choices;
};

} // namespace

CostSum::Minimum CostSum::minimize() const {
  Eliminator eliminator(preferred);
  for (const Term &term : terms)
    eliminator.add({term.variables, term.table});
  Minimum minimum;
  minimum.fixed = eliminator.run();
  minimum.states = eliminator.takeStates();
  return minimum;
}
