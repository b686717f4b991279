// The kinds of layers: their names and settings. What each does is in rows.h.
#pragma once
#include "rules/rule.h"

namespace glassnet::GN_ISA {
struct Dense : Rule { static constexpr const char* name = "dense"; };
struct Dropout : Rule { static constexpr const char *name = "dropout", *settings = "rate"; };
struct BatchNorm : Rule { static constexpr const char *name = "batch_norm", *settings = "epsilon momentum"; };
struct LayerNorm : Rule { static constexpr const char *name = "layer_norm", *settings = "epsilon"; };

struct Scale : Rule { static constexpr const char* name = "scale"; };
struct Mix : Rule { static constexpr const char* name = "mix"; };
struct Periodic : Rule { static constexpr const char *name = "periodic", *settings = "features outputs"; };

enum Kind { kDense, kDropout, kBatchNorm, kLayerNorm, kScale, kMix, kPeriodic };  // in the order of the list
using Kinds = List<Dense, Dropout, BatchNorm, LayerNorm, Scale, Mix, Periodic>;

static bool is_norm(int64_t kind) { return kind == kBatchNorm || kind == kLayerNorm; }
static bool ends_in_activation(int64_t kind) { return kind == kDense || is_norm(kind); }
// As long as the outputs: b, or gamma and beta.
static int64_t vectors_of(int64_t kind) { return is_norm(kind) ? 2 : kind == kDropout || kind == kPeriodic ? 0 : 1; }
}  // namespace glassnet::GN_ISA
