// The order in which an epoch visits its rows.
#pragma once
#include <stdint.h>

namespace glassnet {
// The order (m,) of the epoch of that number, a permutation of 0 ... m-1.
void order_rows(uint64_t seed, uint64_t epoch, int64_t m, int64_t* order);
}  // namespace glassnet
