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

// Visit this member's part of every block, weights by kUpdateRows rows.
template <class T, class F> static void visit(const Session<T>& s, int member, F&& act) {
  for (int i = 0; i < s.blocks; i++) {
    const Block& b = s.block[i];
    const Range mine = s.chunks[member * s.blocks + i];
    const long most = is_weights(s, b) ? kUpdateRows : mine.to - mine.from;
    for (long from = mine.from; from < mine.to; from += most)
      act(b, from, mine.to - from < most ? mine.to : from + most);
  }
}
}  // namespace glassnet::GN_ISA
