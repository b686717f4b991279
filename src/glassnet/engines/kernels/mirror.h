// The layout of interface.h as data, which Python compares with its mirror when it loads the library.
#pragma once
#include <stddef.h>

#include "interface.h"

namespace glassnet {
constexpr int64_t type_of(int64_t) { return 'i'; }
constexpr int64_t type_of(uint64_t) { return 'u'; }
constexpr int64_t type_of(double) { return 'd'; }
constexpr int64_t type_of(const void*) { return 'p'; }

#define GN_RECORD(record) {#record, 's', 0, sizeof(record)}
#define GN_FIELD(record, field) \
  {#record "." #field, type_of(decltype(record::field)()), offsetof(record, field), sizeof(record::field)}
#define GN_VALUE(name) {#name, 'e', name, 0}

// clang-format off
constexpr gn_field layout[] = {
    GN_RECORD(gn_rule), GN_FIELD(gn_rule, name), GN_FIELD(gn_rule, settings), GN_FIELD(gn_rule, slots),
    GN_FIELD(gn_rule, link),
    GN_RECORD(gn_field), GN_FIELD(gn_field, name), GN_FIELD(gn_field, type), GN_FIELD(gn_field, offset),
    GN_FIELD(gn_field, bytes),
    GN_RECORD(gn_layer), GN_FIELD(gn_layer, kind), GN_FIELD(gn_layer, activation), GN_FIELD(gn_layer, inputs),
    GN_FIELD(gn_layer, outputs),
    GN_RECORD(gn_group), GN_FIELD(gn_group, decayed), GN_FIELD(gn_group, stop), GN_FIELD(gn_group, rate),
    GN_FIELD(gn_group, decay),
    GN_RECORD(gn_plan), GN_FIELD(gn_plan, bytes), GN_FIELD(gn_plan, count), GN_FIELD(gn_plan, layers),
    GN_FIELD(gn_plan, loss), GN_FIELD(gn_plan, optimizer), GN_FIELD(gn_plan, settings),
    GN_FIELD(gn_plan, settings_count), GN_FIELD(gn_plan, l1), GN_FIELD(gn_plan, l2), GN_FIELD(gn_plan, per_example),
    GN_FIELD(gn_plan, clip_norm), GN_FIELD(gn_plan, clip_value), GN_FIELD(gn_plan, rows), GN_FIELD(gn_plan, threads),
    GN_FIELD(gn_plan, factors), GN_FIELD(gn_plan, factors_count), GN_FIELD(gn_plan, groups),
    GN_FIELD(gn_plan, groups_count), GN_FIELD(gn_plan, recording),
    GN_RECORD(gn_vectors), GN_FIELD(gn_vectors, theta), GN_FIELD(gn_vectors, slots), GN_FIELD(gn_vectors, running),
    GN_FIELD(gn_vectors, theta_size), GN_FIELD(gn_vectors, slots_size), GN_FIELD(gn_vectors, running_size),
    GN_RECORD(gn_rows), GN_FIELD(gn_rows, X), GN_FIELD(gn_rows, inputs), GN_FIELD(gn_rows, count), GN_FIELD(gn_rows, Y),
    GN_FIELD(gn_rows, outputs), GN_FIELD(gn_rows, labels), GN_FIELD(gn_rows, weights),
    GN_RECORD(gn_steps), GN_FIELD(gn_steps, order), GN_FIELD(gn_steps, count), GN_FIELD(gn_steps, batch),
    GN_FIELD(gn_steps, threads), GN_FIELD(gn_steps, alphas), GN_FIELD(gn_steps, alphas_count), GN_FIELD(gn_steps, seed),
    GN_FIELD(gn_steps, step), GN_FIELD(gn_steps, steps_done), GN_FIELD(gn_steps, rows_done),
    GN_FIELD(gn_steps, cost_sum), GN_FIELD(gn_steps, weight_sum),
    GN_RECORD(gn_judged), GN_FIELD(gn_judged, rows), GN_FIELD(gn_judged, each), GN_FIELD(gn_judged, losses),
    GN_FIELD(gn_judged, right), GN_FIELD(gn_judged, squares), GN_FIELD(gn_judged, distances),
    GN_RECORD(gn_epochs), GN_FIELD(gn_epochs, order), GN_FIELD(gn_epochs, epoch), GN_FIELD(gn_epochs, most),
    GN_FIELD(gn_epochs, seconds), GN_FIELD(gn_epochs, training), GN_FIELD(gn_epochs, heldout), 
    GN_FIELD(gn_epochs, training_sums), GN_FIELD(gn_epochs, heldout_sums), GN_FIELD(gn_epochs, watched), GN_FIELD(gn_epochs, offset),
    GN_FIELD(gn_epochs, factor), GN_FIELD(gn_epochs, divisor), GN_FIELD(gn_epochs, tolerance), GN_FIELD(gn_epochs, patience),
    GN_FIELD(gn_epochs, best), GN_FIELD(gn_epochs, best_epoch), GN_FIELD(gn_epochs, stale), GN_FIELD(gn_epochs, kept),
    GN_FIELD(gn_epochs, costs), GN_FIELD(gn_epochs, times), GN_FIELD(gn_epochs, done),
    GN_VALUE(gn_done), GN_VALUE(gn_diverged), GN_VALUE(gn_bad_row), GN_VALUE(gn_bad_class), GN_VALUE(gn_not_there),
    GN_VALUE(gn_bad_size), GN_VALUE(gn_A), GN_VALUE(gn_Z), GN_VALUE(gn_dA), GN_VALUE(gn_dZ), GN_VALUE(gn_N), GN_VALUE(gn_scale),
    GN_VALUE(gn_mask), GN_VALUE(gn_losses), GN_VALUE(gn_shares), GN_VALUE(gn_predictions), GN_VALUE(gn_clipped),
    GN_VALUE(gn_penalty),
};
// clang-format on
constexpr int64_t kLayoutLines = sizeof layout / sizeof layout[0];
}  // namespace glassnet
