// The order that sorts random numbers, the rows of an epoch: what a stable argsort gives, in a few passes.

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

namespace glassnet {

namespace {

struct Entry {
  uint64_t bits;
  int64_t row;
};

}  // namespace

// Random numbers fall evenly into as many buckets as there are rows; what shares one is put in order by insertion.
bool sort_rows(const uint64_t* bits, int64_t m, int64_t* order) {
  int width = 1;
  while (width < 24 && (int64_t(1) << width) < m) width++;
  const int64_t buckets = int64_t(1) << width;
  const int shift = 64 - width;
  int64_t* end = static_cast<int64_t*>(calloc(buckets + 1, sizeof(int64_t)));
  Entry* entries = static_cast<Entry*>(malloc((m ? m : 1) * sizeof(Entry)));
  if (end && entries) {
    for (int64_t i = 0; i < m; i++) end[(bits[i] >> shift) + 1]++;
    for (int64_t b = 0; b < buckets; b++) end[b + 1] += end[b];
    for (int64_t i = 0; i < m; i++) entries[end[bits[i] >> shift]++] = {bits[i], i};
    for (int64_t i = 1; i < m; i++) {
      const Entry entry = entries[i];
      int64_t at = i;
      for (; at > 0 && entries[at - 1].bits > entry.bits; at--) entries[at] = entries[at - 1];
      entries[at] = entry;
    }
    for (int64_t i = 0; i < m; i++) order[i] = entries[i].row;
  }
  const bool done = end && entries;
  free(end);
  free(entries);
  return done;
}

}  // namespace glassnet
