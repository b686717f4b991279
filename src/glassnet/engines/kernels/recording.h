// What a recording session keeps of its last step, copied out under the workshop's names. It is the memory that the
// step worked in: nothing is computed for it but predictions, since training needs no link.
#pragma once
#include "predict.h"
#include "step/penalties.h"

namespace glassnet::GN_ISA {
struct Out {
  void* at;
  int64_t size;
};

// Rows of n numbers, out of rows of `ld`.
template <class T> static int copy_unpadded(const T* from, long ld, long rows, long n, Out out) {
  if (!from) return gn_not_there;
  if (out.size != rows * n) return gn_bad_size;
  for (long r = 0; r < rows; r++) memcpy(static_cast<T*>(out.at) + r * n, from + r * ld, n * sizeof(T));
  return gn_done;
}

template <class T> static int recorded_in_layer(const Layer<T>& layer, int64_t what, long rows, Out out) {
  const auto copy = [&](const T* from) { return copy_unpadded(from, layer.ld_out, rows, layer.n_out, out); };
  switch (what) {
    case gn_A: return copy(layer.A);
    case gn_Z: return copy(ends_in_activation(layer.kind) ? layer.Z : nullptr);
    case gn_dA: return copy(layer.dA ? layer.dA : layer.d);
    case gn_dZ: return copy(ends_in_activation(layer.kind) ? layer.d : nullptr);
    case gn_N: return copy(layer.N);
    case gn_mask: return copy(layer.mask);
    case gn_scale: return copy_unpadded(layer.scale, 1, layer.kind == kLayerNorm ? rows : layer.n_out, 1, out);
  }
  return gn_not_there;
}

template <class T> static int recorded_in_step(const Session<T>& s, int64_t what, long rows, Out out) {
  const Layer<T>& last = s.layers[s.count - 1];
  const long numbers = what == gn_predictions ? rows * s.outputs : what == gn_clipped ? s.flat_size : 1;
  if (what >= gn_predictions && out.size != numbers) return gn_bad_size;
  switch (what) {
    case gn_A: return copy_unpadded(s.X, s.ld_inputs, rows, s.inputs, out);
    case gn_dA: return copy_unpadded(s.dX, s.ld_inputs, rows, s.inputs, out);
    case gn_losses: return copy_unpadded(s.each_loss, 1, rows, 1, out);
    case gn_shares: return copy_unpadded(s.share, 1, rows, 1, out);
    case gn_predictions: predictions_of(s, last.A, last.ld_out, rows, static_cast<T*>(out.at), s.scratch_of(0)); break;
    case gn_clipped: copy_out(s, s.gradient, out.at); break;
    case gn_penalty: *static_cast<double*>(out.at) = penalties_of(s); break;
    default: return gn_not_there;
  }
  return gn_done;
}

template <class T>
static int recorded_session(const void* session, int64_t l, int64_t what, int64_t rows, void* at, int64_t size) {
  const Session<T>& s = *static_cast<const Session<T>*>(session);
  if (rows < 0 || rows > s.rows) return gn_bad_row;
  if (!s.plan.recording || l < 0 || l > s.count) return gn_not_there;
  return l ? recorded_in_layer(s.layers[l - 1], what, rows, {at, size}) : recorded_in_step(s, what, rows, {at, size});
}
}  // namespace glassnet::GN_ISA
