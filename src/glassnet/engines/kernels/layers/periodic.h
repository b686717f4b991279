// A column and its waves: A = [A_prev, weight cos(2 pi t) + bias], t = frequency x + phase, and back. Forward and
// dA_prev have rows in the lanes, gradients have waves in them: neither adds up across lanes.
#pragma once
#include "arithmetic/mathematics.h"
#include "step/batch.h"

namespace glassnet::GN_ISA {
constexpr long kTogether = 4;  // sums of waves that are computed together

// What belongs to one column: its number, and where its parameters lie, or their gradients.
template <class T> struct Column {
  long j;
  T *frequency, *phase, *weight, *bias;
  long ld;  // of a row of `weight`, one for each sum

  Column(const Session<T>& s, const Layer<T>& layer, T* vector, long column) : j(column) {
    const Block* b = &s.block[layer.W];
    T** at[4] = {&frequency, &phase, &weight, &bias};
    for (int i = 0; i < 4; i++) *at[i] = vector + b[i].at + j * b[i].unit;
    ld = b->unit;
  }
};

template <int k> struct Count { static constexpr int n = k; };

// act(Count, first) for the sums of a column, up to kTogether together.
template <class F> static void by_sums(long sums, F act) {
  for (long o = 0; o < sums; o += kTogether) switch (sums - o) {
      case 1: act(Count<1>(), o); break;
      case 2: act(Count<2>(), o); break;
      case 3: act(Count<3>(), o); break;
      default: act(Count<kTogether>(), o);
    }
}

// Number i of up to N rows, the last row again where there are no more.
template <class T> static Vec<T> down(const T* rows, long ld, long n) {
  T lane[N<T>];
  for (long i = 0; i < N<T>; i++) lane[i] = rows[(i < n ? i : n - 1) * ld];
  return load<T>(lane);
}

// Sums [o, o + C) of a column of up to N rows of A (n, ld_out).
template <class T, int C>
static void wave_sums(const Layer<T>& layer, const Column<T>& p, Vec<T> x, long o, T* A, long n) {
  Vec<T> sum[C];
  for (int c = 0; c < C; c++) sum[c] = all<Vec<T>>(p.bias[o + c]);
  for (long f = 0; f < layer.features; f++) {
    const Vec<T> wave = cos_turns(fma(x, all<Vec<T>>(p.frequency[f]), all<Vec<T>>(p.phase[f])));
    for (int c = 0; c < C; c++) sum[c] = fma(wave, all<Vec<T>>(p.weight[(o + c) * p.ld + f]), sum[c]);
  }
  A += layer.n_in + p.j * layer.sums + o;
  for (int c = 0; c < C; c++)
    for (long i = 0; i < n; i++) A[i * layer.ld_out + c] = sum[c][i];
}

// Rows of A (rows, ld_out) from A_prev (rows, lda), of which nothing behind a row is read.
template <class T>
static void periodic_forward(const Session<T>& s, const Layer<T>& layer, const T* A_prev, long lda, T* A, long rows) {
  for (long r = 0; r < rows; r++) copy_row(A_prev + r * lda, A + r * layer.ld_out, layer.n_in);
  for (long j = 0; j < layer.columns; j++) {
    const Column<T> p(s, layer, s.theta, j);
    for (long r = 0; r < rows; r += N<T>) {
      const long n = rows - r < N<T> ? rows - r : N<T>;
      const Vec<T> x = down(A_prev + r * lda + j, lda, n);
      by_sums(layer.sums,
              [&](auto C, long o) { wave_sums<T, decltype(C)::n>(layer, p, x, o, A + r * layer.ld_out, n); });
    }
  }
}

// -1 / (2 pi) of the slope along a column of up to N rows of d (n, ld_out), by its sums [o, o + C).
template <class T, int C>
static Vec<T> wave_slope(const Layer<T>& layer, const Column<T>& p, Vec<T> x, long o, const T* d, long n) {
  Vec<T> slope = {}, arriving[C];
  d += layer.n_in + p.j * layer.sums + o;
  for (int c = 0; c < C; c++) arriving[c] = down(d + c, layer.ld_out, n);
  for (long f = 0; f < layer.features; f++) {
    const Vec<T> frequency = all<Vec<T>>(p.frequency[f]);
    Vec<T> sum = {};
    for (int c = 0; c < C; c++) sum = fma(arriving[c], all<Vec<T>>(p.weight[(o + c) * p.ld + f]), sum);
    slope = fma(sum * frequency, sin_turns(fma(x, frequency, all<Vec<T>>(p.phase[f]))), slope);
  }
  return slope;
}

// Rows of dA_prev (rows, ld_in) from A_prev (rows, ld_in) and d (rows, ld_out).
template <class T>
static void periodic_backward(const Session<T>& s, const Layer<T>& layer, const T* A_prev, const T* d, T* dA_prev,
                              long rows) {
  const Vec<T> turn = all<Vec<T>>(-Number<T>::kTurns);
  for (long r = 0; r < rows; r++) copy_row(d + r * layer.ld_out, dA_prev + r * layer.ld_in, layer.n_in);
  for (long j = 0; j < layer.columns; j++) {
    const Column<T> p(s, layer, s.theta, j);
    for (long r = 0; r < rows; r += N<T>) {
      const long n = rows - r < N<T> ? rows - r : N<T>;
      const Vec<T> x = down(A_prev + r * layer.ld_in + j, layer.ld_in, n);
      Vec<T> slope = {};
      by_sums(layer.sums,
              [&](auto C, long o) { slope += wave_slope<T, decltype(C)::n>(layer, p, x, o, d + r * layer.ld_out, n); });
      slope *= turn;
      for (long i = 0; i < n; i++) dA_prev[(r + i) * layer.ld_in + j] += slope[i];
    }
  }
}

template <class T> static void put(T* place, Vec<T> v, bool on_top) {
  store<T>(place, on_top ? load<T>(place) + v : v);
}

// The gradients of N waves from f on by the sums [o, o + C) of m rows: x (m, ld_in) is the column, d (m, ld_out) begins
// at these sums. Those of frequency and phase, but for a factor, are added to two vectors, those of weight written.
template <class T, int C>
static void wave_gradient(const Layer<T>& layer, const Column<T>& p, const Column<T>& to, long o, long f, const T* x,
                          const T* d, long m, bool on_top, Vec<T>& of_frequency, Vec<T>& of_phase) {
  typedef Vec<T> V;
  const V frequency = load<T>(p.frequency + f), phase = load<T>(p.phase + f);
  V weight[C], sum[C] = {};
  for (int c = 0; c < C; c++) weight[c] = load<T>(p.weight + (o + c) * p.ld + f);
  for (long r = 0; r < m; r++, x += layer.ld_in, d += layer.ld_out) {
    const V at = all<V>(*x), t = fma(at, frequency, phase), wave = cos_turns(t);
    V slope = {};
    for (int c = 0; c < C; c++) {
      const V arriving = all<V>(d[c]);
      sum[c] = fma(arriving, wave, sum[c]);
      slope = fma(arriving, weight[c], slope);
    }
    slope *= sin_turns(t);
    of_phase += slope;
    of_frequency = fma(slope, at, of_frequency);
  }
  for (int c = 0; c < C; c++) put<T>(to.weight + (o + c) * p.ld + f, sum[c], on_top);
}

// The gradients, in `gradient` as long as theta, of columns [from, to) of all four parameters by some rows, `depth` of
// them in one go.
template <class T>
static void periodic_gradient(const Session<T>& s, const Layer<T>& layer, const T* A_prev, Range rows, long depth,
                              long from, long to, T* gradient) {
  const Vec<T> turn = all<Vec<T>>(-Number<T>::kTurns);
  for (long j = from; j < to; j++) {
    const Column<T> p(s, layer, s.theta, j), g(s, layer, gradient, j);
    for (long r = rows.from; r == rows.from || r < rows.to; r += depth) {
      const long m = rows.to - r < depth ? rows.to - r : depth;
      const bool on_top = r > rows.from;
      const T *x = A_prev + r * layer.ld_in + j, *d = layer.d + r * layer.ld_out + layer.n_in + j * layer.sums;
      for (long f = 0; f < layer.features; f += N<T>) {
        Vec<T> of_frequency = {}, of_phase = {};
        by_sums(layer.sums, [&](auto C, long o) {
          wave_gradient<T, decltype(C)::n>(layer, p, g, o, f, x, d + o, m, on_top, of_frequency, of_phase);
        });
        put<T>(g.frequency + f, of_frequency * turn, on_top);
        put<T>(g.phase + f, of_phase * turn, on_top);
      }
      for (long o = 0; o < layer.sums; o++) {
        T sum = 0;
        for (long i = 0; i < m; i++) sum += d[i * layer.ld_out + o];
        g.bias[o] = on_top ? g.bias[o] + sum : sum;
      }
    }
    clear_padding(g.weight, layer.sums, layer.features, g.ld);  // cos(0) is 1
  }
}
}  // namespace glassnet::GN_ISA
