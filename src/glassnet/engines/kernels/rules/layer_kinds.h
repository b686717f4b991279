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

enum Kind { kDense, kDropout, kBatchNorm, kLayerNorm, kScale, kMix };  // in the order of the list
using Kinds = List<Dense, Dropout, BatchNorm, LayerNorm, Scale, Mix>;

static bool is_norm(int64_t kind) { return kind == kBatchNorm || kind == kLayerNorm; }
static bool ends_in_activation(int64_t kind) { return kind == kDense || is_norm(kind); }
static int64_t vectors_of(int64_t kind) { return is_norm(kind) ? 2 : kind == kDropout ? 0 : 1; }  // b, or gamma and beta
}  // namespace glassnet::GN_ISA
