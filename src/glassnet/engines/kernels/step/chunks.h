// Which part of the rows, and of the parameters, falls to each member of a team.
#pragma once
#include "session/layout.h"

namespace glassnet::GN_ISA {
static Range chunk_of(long n, int member, int size) { return {n * member / size, n * (member + 1) / size}; }

// The part of [0, n) that falls to a member when everything, of which these n units weigh `each` and begin at `before`,
// is cut into chunks of equal weight.
static Range chunk_of(double before, double each, long n, double all_of_it, int member, int size) {
  Range range;
  for (int side = 0; side < 2; side++) {
    const double cut = all_of_it * (member + side) / size;
    double at = (cut - before) / each + 0.5;
    if (member + side == size || at > double(n)) at = double(n);
    (side ? range.to : range.from) = at < 0 ? 0 : long(at);
  }
  if (member == 0) range.from = 0;
  return range;
}

// Give a member its part of every block, in units.
template <class T> static void assign_chunks(const Session<T>& s, int member, int size) {
  const double weights = double(s.weights), vectors = double(s.size - s.weights);
  for (int i = 0; i < s.blocks; i++) {
    const Block& b = s.block[i];
    const bool weighs = is_weights(s, b);
    Range* mine = s.chunks + member * s.blocks + i;
    *mine = b.joined ? mine[-1]
                     : chunk_of(double(b.at - (weighs ? 0 : s.weights)), double(b.unit), b.units,
                                weighs ? weights : vectors, member, size);
  }
}

// Visit this member's part, weights by kUpdateRows rows.
template <class T, class OnWeights, class OnVectors>
static void visit(const Session<T>& s, int member, OnWeights on_weights, OnVectors on_vectors) {
  for (int i = 0; i < s.blocks; i++) {
    const Block& b = s.block[i];
    const Range mine = s.chunks[member * s.blocks + i];
    if (!is_weights(s, b)) {
      if (mine.from < mine.to) on_vectors(b, mine.from, mine.to);
      continue;
    }
    for (long from = mine.from; from < mine.to; from += kUpdateRows)
      on_weights(b, from, mine.to - from < kUpdateRows ? mine.to : from + kUpdateRows);
  }
}
}  // namespace glassnet::GN_ISA
