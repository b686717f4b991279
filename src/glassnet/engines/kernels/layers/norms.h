// Normalizing layers: N = (A_prev - mean) / sqrt(variance + epsilon), Z = gamma N + beta. Only batch normalization
// looks across rows; what it needs of the others is computed column by column, between two barriers
// (forward_backward.h).
#pragma once
#include "session/session.h"

namespace glassnet::GN_ISA {
// The sum of f(j) over the n numbers of a row, in the order of the lanes.
template <class T, class F> static T sum_of(long n, F f) {
  Lanes<T> lanes;
  T tail[kLanes];
  long j = 0;
  for (; j + kLanes <= n; j += kLanes) {
    for (int i = 0; i < kLanes; i++) tail[i] = f(j + i);
    lanes.add(tail);
  }
  if (j < n) {
    for (int i = 0; i < kLanes; i++) tail[i] = j + i < n ? f(j + i) : T(0);
    lanes.add(tail);
  }
  return lanes.sum();
}

// A row of Z (ld_out) from one of N.
template <class T> static void scale_and_shift(const Session<T>& s, const Layer<T>& layer, const T* normal, T* Z) {
  const T *gamma = s.theta + s.block[layer.W].at, *beta = s.theta + s.block[layer.b].at;
  for (long j = 0; j < layer.ld_out; j += N<T>)
    store<T>(Z + j, fma(load<T>(gamma + j), load<T>(normal + j), load<T>(beta + j)));
}

// A row of N (n_out) from one of A_prev; returns 1 / sqrt(variance + epsilon).
template <class T> static T layer_norm_row(const Layer<T>& layer, const T* A_prev, T* normal) {
  const long n = layer.n_out;
  const T mean = sum_of<T>(n, [=](long j) { return A_prev[j]; }) / T(n);
  const T variance = sum_of<T>(n, [=](long j) { return (A_prev[j] - mean) * (A_prev[j] - mean); }) / T(n);
  const Vec<T> v = root(all<Vec<T>>(variance + layer.epsilon));
  const T scale = T(1) / v[0];
  for (long j = 0; j < n; j++) normal[j] = (A_prev[j] - mean) * scale;
  return scale;
}

// n numbers of a row of N by the mean and scale of each column.
template <class T> static void batch_norm_row(const Layer<T>& layer, const T* A_prev, T* normal, long n) {
  for (long j = 0; j < n; j++) normal[j] = (A_prev[j] - layer.mean[j]) * layer.scale[j];
}

// A row of dA_prev from one of dZ; `mean` and `along` are the means of dN and of dN N.
template <class T>
static void layer_norm_backward(const Session<T>& s, const Layer<T>& layer, const T* dZ, const T* normal, T scale,
                                T* dA_prev) {
  const long n = layer.n_out;
  const T* gamma = s.theta + s.block[layer.W].at;
  const T mean = sum_of<T>(n, [=](long j) { return dZ[j] * gamma[j]; }) / T(n);
  const T along = sum_of<T>(n, [=](long j) { return dZ[j] * gamma[j] * normal[j]; }) / T(n);
  for (long j = 0; j < n; j++) dA_prev[j] = (dZ[j] * gamma[j] - mean - normal[j] * along) * scale;
}

// Mean and scale of the columns [from, to) of A (m, lda); with `learn` the running statistics move towards them.
template <class T>
static void batch_statistics(const Session<T>& s, const Layer<T>& layer, const T* A, long lda, long m, long from,
                             long to, bool learn) {
  typedef Vec<T> V;
  T *mean_at = s.running + layer.running, *variance_at = mean_at + layer.ld_out;
  const V count = all<V>(T(m)), momentum = all<V>(layer.momentum);
  for (long j = from; j < to; j += N<T>) {
    V mean = V{}, variance = V{};
    for (long r = 0; r < m; r++) mean += load<T>(A + r * lda + j);
    mean /= count;
    for (long r = 0; r < m; r++) {
      const V apart = load<T>(A + r * lda + j) - mean;
      variance = fma(apart, apart, variance);
    }
    variance /= count;
    store<T>(layer.mean + j, mean);
    store<T>(layer.scale + j, all<V>(1) / root(variance + all<V>(layer.epsilon)));
    if (!learn) continue;
    const V old_mean = load<T>(mean_at + j), old_variance = load<T>(variance_at + j);
    store<T>(mean_at + j, fma(momentum, mean - old_mean, old_mean));
    store<T>(variance_at + j, fma(momentum, variance - old_variance, old_variance));
  }
}

// A row of dA_prev (ld_out) from one of dZ, dgamma and dbeta: their means are those of dN N and of dN.
template <class T>
static void batch_norm_backward(const Session<T>& s, const Layer<T>& layer, const T* dZ, const T* normal, long m,
                                T* dA_prev) {
  const T *gamma = s.theta + s.block[layer.W].at, *dgamma = s.gradient + s.block[layer.W].at;
  const T* dbeta = s.gradient + s.block[layer.b].at;
  const T count = T(m);
  for (long j = 0; j < layer.ld_out; j++)
    dA_prev[j] = (dZ[j] - dbeta[j] / count - normal[j] * (dgamma[j] / count)) * gamma[j] * layer.scale[j];
}
}  // namespace glassnet::GN_ISA
