// What a session made for looking keeps of its last step, copied out under the deck's names. It is the memory that the
// step worked in, so that nothing is computed for the eye alone but predictions: training needs no link.

#ifndef GLASSNET_SEEN_H
#define GLASSNET_SEEN_H

#include "predict.h"

namespace glassnet {
namespace GN_ISA {

template <class T> static int unpadded(const T* from, long ld, long rows, long n, void* out) {
  for (long r = 0; from && r < rows; r++) memcpy(static_cast<T*>(out) + r * n, from + r * ld, n * sizeof(T));
  return from ? gn_done : gn_not_there;
}

template <class T> static int seen_in_layer(const Layer<T>& layer, int64_t what, long rows, void* out) {
  const bool drops = layer.kind == kDropout;
  const T* kept[] = {layer.A,
                     drops ? nullptr : layer.Z,
                     layer.dA ? layer.dA : layer.d,
                     drops ? nullptr : layer.d,
                     layer.N,
                     nullptr,
                     layer.kept};
  if (what == gn_scale) {
    const bool by_row = layer.kind == kLayerNorm;
    return unpadded(layer.scale, 1, by_row ? rows : layer.n_out, 1, out);
  }
  return unpadded(what >= gn_A && what <= gn_kept ? kept[what - gn_A] : nullptr, layer.ld_out, rows, layer.n_out, out);
}

template <class T> static int seen_in_step(const Session<T>& s, int64_t what, long rows, void* out) {
  const Layer<T>& last = s.layers[s.count - 1];
  switch (what) {
    case gn_A: return unpadded(s.X, s.ld_inputs, rows, s.inputs, out);
    case gn_dA: return unpadded(s.dX, s.ld_inputs, rows, s.inputs, out);
    case gn_losses: return unpadded(s.each_loss, 1, rows, 1, out);
    case gn_shares: return unpadded(s.share, 1, rows, 1, out);
    case gn_predictions: return linked(s, last.A, last.ld_out, rows, static_cast<T*>(out), s.scratch_of(0)), gn_done;
    case gn_clipped: return collect(s, s.gradient, out), gn_done;
    case gn_penalty: return *static_cast<double*>(out) = penalties_of(s), gn_done;
  }
  return gn_not_there;
}

template <class T> static int seen_session(const void* session, int64_t l, int64_t what, int64_t rows, void* out) {
  const Session<T>& s = *static_cast<const Session<T>*>(session);
  if (rows < 0 || rows > s.rows) return gn_bad_row;
  if (!s.seen || l < 0 || l > s.count) return gn_not_there;
  return l ? seen_in_layer(s.layers[l - 1], what, rows, out) : seen_in_step(s, what, rows, out);
}

}  // namespace GN_ISA
}  // namespace glassnet

#endif
