// A plan is checked before anything is multiplied: its sizes come from files, too.
#pragma once
#include "interface.h"
#include "rules/activations.h"
#include "rules/layer_kinds.h"
#include "rules/losses.h"
#include "rules/optimizers.h"

namespace glassnet::GN_ISA {
template <class L> static int64_t settings_of(L list, int64_t i) { return words(described(list, i)->settings); }

// Widths, threads and rows up to these are multiplied without overflow in 128 bits.
constexpr int64_t kMostLayers = 100000, kMostUnits = int64_t(1) << 31, kMostBatch = kMostUnits * 64;

static bool is_valid(const gn_plan& plan, int64_t l) {
  const gn_layer& layer = plan.layers[l];
  if (!described(Kinds(), layer.kind)) return false;
  if (layer.inputs < 1 || layer.outputs < 1 || layer.inputs > kMostUnits || layer.outputs > kMostUnits) return false;
  if (l > 0 && layer.inputs != plan.layers[l - 1].outputs) return false;
  if (layer.kind != kDense && layer.inputs != layer.outputs) return false;
  return !(ends_in_activation(layer.kind) || layer.kind == kMix) || activation<float>(layer.activation);
}

static __int128 parameters_of(const gn_layer& layer) {
  const __int128 weights = layer.kind == kDense ? layer.inputs : 0;
  return (weights + vectors_of(layer.kind)) * layer.outputs;
}

static bool is_valid(const gn_plan& plan) {
  if (plan.bytes != 4 && plan.bytes != 8) return false;
  if (plan.count < 1 || plan.count > kMostLayers || plan.rows < 0 || plan.rows > kMostBatch) return false;
  if (plan.recording < 0 || plan.recording > 1 || plan.threads < 1 || plan.threads > kMostUnits) return false;
  if (!described(Losses(), plan.loss) || !described(Optimizers(), plan.optimizer)) return false;
  int64_t settings = settings_of(Losses(), plan.loss) + settings_of(Optimizers(), plan.optimizer);
  __int128 parameters = 0;
  for (int64_t l = 0; l < plan.count; l++) {
    if (!is_valid(plan, l)) return false;
    settings += settings_of(Kinds(), plan.layers[l].kind);
    parameters += parameters_of(plan.layers[l]);
  }
  if (plan.settings_count != settings || (plan.factors && parameters != plan.factors_count)) return false;
  const double* setting = plan.settings;
  for (int64_t l = 0; l < plan.count; l++) {
    if (plan.layers[l].kind == kDropout && !(setting[0] >= 0 && setting[0] < 1)) return false;
    setting += settings_of(Kinds(), plan.layers[l].kind);
  }
  return true;
}
}  // namespace glassnet::GN_ISA
