// The kinds of layers: their names and settings. What each does is in rows.h.
#pragma once
#include "rules/rule.h"

namespace glassnet::GN_ISA {
struct Dense : Rule { static constexpr const char* name = "dense"; };
struct Dropout : Rule { static constexpr const char *name = "dropout", *settings = "rate"; };
struct BatchNorm : Rule { static constexpr const char *name = "batch_norm", *settings = "epsilon momentum"; };
struct LayerNorm : Rule { static constexpr const char *name = "layer_norm", *settings = "epsilon"; };

enum Kind { kDense, kDropout, kBatchNorm, kLayerNorm };  // in the order of the list
using Kinds = List<Dense, Dropout, BatchNorm, LayerNorm>;
}  // namespace glassnet::GN_ISA
