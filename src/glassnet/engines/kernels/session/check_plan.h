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

// Of a periodic layer, whose settings are whole numbers.
struct Waves { int64_t columns, features, sums; };

static Waves waves_of(const gn_layer& layer, const double* settings) {
  const int64_t sums = int64_t(settings[1]);
  return {(layer.outputs - layer.inputs) / sums, int64_t(settings[0]), sums};
}

static bool is_count(double x) { return x >= 1 && x <= double(kMostUnits) && x == double(int64_t(x)); }

// Its sizes, of a kind that there is, and its settings.
static bool is_valid(const gn_plan& plan, int64_t l, const double* settings) {
  const gn_layer& layer = plan.layers[l];
  if (layer.inputs < 1 || layer.outputs < 1 || layer.inputs > kMostUnits || layer.outputs > kMostUnits) return false;
  if (l > 0 && layer.inputs != plan.layers[l - 1].outputs) return false;
  if (layer.kind == kPeriodic) {
    if (!is_count(settings[0]) || !is_count(settings[1])) return false;
    const Waves waves = waves_of(layer, settings);
    return waves.columns >= 1 && waves.columns <= layer.inputs &&
           waves.columns * waves.sums == layer.outputs - layer.inputs;
  }
  if (layer.kind != kDense && layer.inputs != layer.outputs) return false;
  if (layer.kind == kDropout && !(settings[0] >= 0 && settings[0] < 1)) return false;
  return !(ends_in_activation(layer.kind) || layer.kind == kMix) || activation<float>(layer.activation);
}

static __int128 parameters_of(const gn_layer& layer, const double* settings) {
  if (layer.kind == kPeriodic) {
    const Waves waves = waves_of(layer, settings);
    return __int128(waves.columns) * ((2 + waves.sums) * __int128(waves.features) + waves.sums);
  }
  const __int128 weights = layer.kind == kDense ? layer.inputs : 0;
  return (weights + vectors_of(layer.kind)) * layer.outputs;
}

// Groups follow each other up to the last parameter; their factors are numbers that are not negative.
static bool has_groups(const gn_plan& plan, __int128 parameters) {
  int64_t start = 0;
  for (int64_t i = 0; i < plan.groups_count; i++) {
    const gn_group& group = plan.groups[i];
    if (group.decayed < start || group.stop < group.decayed) return false;
    if (!(group.rate >= 0 && group.rate < __builtin_inf() && group.decay >= 0 && group.decay < __builtin_inf()))
      return false;
    start = group.stop;
  }
  return start == parameters;
}

static bool is_valid(const gn_plan& plan) {
  if (plan.bytes != 4 && plan.bytes != 8) return false;
  if (plan.count < 1 || plan.count > kMostLayers || plan.rows < 0 || plan.rows > kMostBatch) return false;
  if (plan.recording < 0 || plan.recording > 1 || plan.threads < 1 || plan.threads > kMostUnits) return false;
  if (!described(Losses(), plan.loss) || !described(Optimizers(), plan.optimizer)) return false;
  int64_t settings = settings_of(Losses(), plan.loss) + settings_of(Optimizers(), plan.optimizer);
  for (int64_t l = 0; l < plan.count; l++) {
    if (!described(Kinds(), plan.layers[l].kind)) return false;
    settings += settings_of(Kinds(), plan.layers[l].kind);
  }
  if (plan.settings_count != settings) return false;
  const double* setting = plan.settings;
  __int128 parameters = 0;
  for (int64_t l = 0; l < plan.count; l++) {
    if (!is_valid(plan, l, setting)) return false;
    parameters += parameters_of(plan.layers[l], setting);
    setting += settings_of(Kinds(), plan.layers[l].kind);
  }
  return has_groups(plan, parameters) && (!plan.factors || parameters == plan.factors_count);
}
}  // namespace glassnet::GN_ISA
