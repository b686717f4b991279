// The order of an epoch: randomness.py is the specification, this gives the same numbers.

#include "epoch_order.h"

namespace glassnet {
namespace {
// Four random numbers of a key: Philox 4x64 of ten rounds (Salmon et al. 2011).
void philox(uint64_t key, uint64_t other_key, uint64_t counter, uint64_t x[4]) {
  x[0] = counter, x[1] = x[2] = x[3] = 0;
  for (int round = 0; round < 10; round++) {
    const unsigned __int128 a = (unsigned __int128)x[0] * 0xD2E7470EE14C6C93u;
    const unsigned __int128 b = (unsigned __int128)x[2] * 0xCA5A826395121157u;
    x[0] = uint64_t(b >> 64) ^ x[1] ^ key, x[1] = uint64_t(b);
    x[2] = uint64_t(a >> 64) ^ x[3] ^ other_key, x[3] = uint64_t(a);
    key += 0x9E3779B97F4A7C15u, other_key += 0xBB67AE8584CAA73Bu;
  }
}
}  // namespace

void order_rows(uint64_t seed, uint64_t epoch, int64_t m, int64_t* order) {
  uint64_t x[4];
  for (int64_t i = 0; i < m; i++) order[i] = i;
  for (int64_t i = m - 1; i >= 0; i--) {
    if (i % 4 == 3 || i == m - 1) philox(seed, epoch, uint64_t(i / 4 + 1), x);
    const int64_t j = int64_t((unsigned __int128)x[i % 4] * uint64_t(i + 1) >> 64), row = order[i];
    order[i] = order[j], order[j] = row;
  }
}
}  // namespace glassnet
