// exp, expm1, log, log1p, tanh, sigmoid, softplus, the normal distribution, sine and cosine of turns, on whole vectors
// of float or double, to the same bits on every instruction set that has fused multiply-add: only exactly rounded
// operations, in one order.
//
//     exp, log  expm1, log1p  softplus, cos_turns, sin_turns  tanh, sigmoid  ndtr
//        1          1.5                   2                        2.6       3.5      ulp at most, in float and double
//
// All let NaN through, and are right at +-0, +-inf and outside their domain (log(0) = -inf, log(-1) = NaN). Results
// fade out through the denormals; only sigmoid is 0 already where e^-z is inf, below -88.7 (float) or -709.8 (double).
// Without fused multiply-add errors are half as large again, of ndtr(z) about z^2 / 2 ulp more.
// tests/kernels/mathematics asserts all this; derive.py there makes the polynomials.
#pragma once
#include "arithmetic/simd.h"

namespace glassnet::GN_ISA {
typedef uint64_t VW __attribute__((vector_size(kBytes)));

// How a type is laid out, where its functions end, and its polynomials: highest power first, with what their error
// is to the result. Bits are unsigned, as AVX2 has no shift of 64 bits with sign.
template <class T> struct Number;

// clang-format off
template <> struct Number<float> {
  typedef VU U;
  typedef uint32_t Bits;
  static constexpr int kFraction = 23, kBias = 127;
  static constexpr Bits kOne = 0x3f800000, kRootHalf = 0x3f3504f3, kBase = 0x4b000000;  // 1, sqrt(1/2), 2^23
  static constexpr float kTwoTo = 0x1p23f;
  static constexpr float kLog2High = 0x1.63p-1f, kLog2Low = -0x1.bd0106p-13f;  // n kLog2High is exact
  static constexpr float kTiny = 0x1p-126f, kInf = __builtin_inff(), kNan = __builtin_nanf("");
  static constexpr float kExpLow = -104.5f, kExpHigh = 89, kExpm1Low = -18, kTanhEnd = 10, kTailEnd = 15;
  static constexpr float kExp[] = {  // 0.1 eps
      1.386443e-03f, 8.367057e-03f, 4.166751e-02f, 1.6666539e-01f, 4.9999997e-01f};
  static constexpr float kLog[] = {  // 0.007 eps
      2.9874602e-01f, 3.99775e-01f, 6.6666776e-01f};
  static constexpr float kLogOfSum[] = {  // 0.04 eps
      2.8036395e-01f, 2.7997246e-01f, 4.002178e-01f, 6.666641e-01f};
  static constexpr float kTail[] = {  // 0.04 eps
      -2.3166664e-04f, -3.5807613e-04f, 2.1880455e-03f, -7.537975e-04f, -1.936952e-02f, 8.527238e-02f,
      -2.2051477e-01f, 4.1822755e-01f, -6.251298e-01f, 7.595542e-01f};
  static constexpr float kTurns = 0x1.921fb6p2f;  // 2 pi
  static constexpr float kTurn[] = {              // 0.05 eps
      3.9725006e+01f, -7.657697e+01f, 8.160232e+01f, -4.134168e+01f, -2.082465e-07f};
};

template <> struct Number<double> {
  typedef VW U;
  typedef uint64_t Bits;
  static constexpr int kFraction = 52, kBias = 1023;
  static constexpr Bits kOne = 0x3ff0000000000000, kRootHalf = 0x3fe6a09e667f3bcd, kBase = 0x4330000000000000;
  static constexpr double kTwoTo = 0x1p52;
  static constexpr double kLog2High = 0x1.62e42feep-1, kLog2Low = 0x1.a39ef35793c76p-33;
  static constexpr double kTiny = 0x1p-1022, kInf = __builtin_inf(), kNan = __builtin_nan("");
  static constexpr double kExpLow = -746, kExpHigh = 710, kExpm1Low = -38, kTanhEnd = 20, kTailEnd = 39;
  static constexpr double kExp[] = {  // 0.09 eps
      2.50574304644886e-08, 2.762640024338431e-07, 2.7557396102722186e-06, 2.48015043007344e-05,
      1.9841269731862593e-04, 1.3888888932462131e-03, 8.333333333383493e-03, 4.1666666666573496e-02,
      1.66666666666666e-01, 5.000000000000006e-01};
  static constexpr double kLog[] = {  // 0.006 eps
      1.4796864800905637e-01, 1.5313977033677936e-01, 1.8183566423892455e-01, 2.2222198549781771e-01,
      2.857142874241985e-01, 3.9999999999415653e-01, 6.666666666666734e-01};
  static constexpr double kLogOfSum[] = {  // 0.006 eps
      1.701507555169559e-01, 8.342228686309977e-02, 1.210554305952922e-01, 1.3301049548691454e-01,
      1.538655357485559e-01, 1.8181744249130205e-01, 2.2222223959816573e-01, 2.857142854802364e-01,
      4.000000000015584e-01, 6.666666666666631e-01};
  static constexpr double kTail[] = {  // 0.2 eps
      -9.791004464100107e-10, -4.241966064610817e-09, 9.675286327674253e-10, 3.3110989922896643e-08,
      3.1351919044739585e-08, -1.5891646038644895e-07, -2.9641316832039164e-07, 6.764944268712438e-07,
      2.0032996206407464e-06, -3.1962072460638915e-06, -1.2619433079466746e-05, 2.0648839922565648e-05,
      7.800533880056931e-05, -1.921229533235571e-04, -4.0445622859275836e-04, 2.1493826833952614e-03,
      -7.453379432710405e-04, -1.9358324077460413e-02, 8.527207614563966e-02, -2.2051601745279698e-01,
      4.1822752582252903e-01, -6.251297770834485e-01, 7.595542082672071e-01};
  static constexpr double kTurns = 0x1.921fb54442d18p2;
  static constexpr double kTurn[] = {  // 0.002 eps
      1.0080589948866703e-01, -7.17710355387513e-01, 3.8199256288229133e+00, -1.5094641540016053e+01,
      4.205869392122362e+01, -7.670585975275344e+01, 8.160524927607301e+01, -4.1341702240399755e+01,
      2.433120643153781e-16};
};
// clang-format on

template <class V> using NumberOf = Number<typename Of<V>::T>;
template <class V> using Bits = typename NumberOf<V>::U;

template <int k = 1, class V, int n> GN_INLINE V horner(V x, const typename Of<V>::T (&c)[n], V p) {
  if constexpr (k < n) return horner<k + 1>(x, c, fma(p, x, all<V>(c[k])));
  return p;
}
template <class V, int n> GN_INLINE V polynomial(V x, const typename Of<V>::T (&c)[n]) {
  return horner(x, c, all<V>(c[0]));
}

// `size`, not negative, with the sign of `x`.
template <class V> GN_INLINE V with_sign(V size, V x) {
  typedef Bits<V> U;
  return (V)((U)size | ((U)x & (U)all<V>(typename Of<V>::T(-0.0))));
}

// ---- e^x = 2^n e^r, x = n log 2 + r, |r| <= log(2) / 2 ----

// `low` is what rounding took from r; the lowest bits of `n` hold n + 2 bias.
// clang-format off
template <class V> struct Power { V r, low; Bits<V> n; };
// clang-format on

template <class V> GN_INLINE Power<V> reduce(V x) {
  typedef NumberOf<V> C;
  // Near 1.5 * 2^23 a float (2^52: a double) has no bits for a fraction: adding rounds, the low bits are the integer.
  constexpr auto rounder = C::kTwoTo * 3 / 2 + 2 * C::kBias;
  V t = fma(x, all<V>(1.4426950408889634), all<V>(rounder));
  V n = t - all<V>(rounder);
  V high = fma(n, all<V>(-C::kLog2High), x);
  V r = fma(n, all<V>(-C::kLog2Low), high);
  return {r, fma(n, all<V>(-C::kLog2Low), high - r), (Bits<V>)t};
}

// Of x + more, `more` far below x.
template <class V> GN_INLINE Power<V> reduce(V x, V more) {
  Power<V> p = reduce(x);
  V rest = p.low + more;
  V r = p.r + rest;
  return {r, rest - (r - p.r), p.n};
}

// 2^k, where the lowest bits hold k + bias.
template <class V> GN_INLINE V two_to(Bits<V> biased) { return (V)(biased << NumberOf<V>::kFraction); }

// e^(r + low) - 1 - r
template <class V> GN_INLINE V curve(Power<V> p) { return fma(p.r * p.r, polynomial(p.r, NumberOf<V>::kExp), p.low); }

template <class V> GN_INLINE V exp_of_rest(V r) {
  V one = all<V>(1);
  return fma(fma(polynomial(r, NumberOf<V>::kExp), r, one), r, one);
}

// y 2^n, in two factors: 2^128 is not a float, and into the denormals only the last product may round.
template <class V> GN_INLINE V times_two_to(V y, Bits<V> n) {
  Bits<V> half = n >> 1;
  return y * two_to<V>(half) * two_to<V>(n - half);
}

// For x between kExpLow and kExpHigh.
template <class V> GN_INLINE V exp_within(V x) {
  Power<V> p = reduce(x);
  return times_two_to(exp_of_rest(p.r), p.n);
}
template <class V> GN_INLINE V exp(V x) {
  return exp_within(min(all<V>(NumberOf<V>::kExpHigh), max(all<V>(NumberOf<V>::kExpLow), x)));
}

// 2^(n-1), whose n may be one larger than that of 2^n.
template <class V> GN_INLINE V half_two_to(Bits<V> n) { return two_to<V>(n - (NumberOf<V>::kBias + 1)); }

// (e^x - 1) / 2, for x between kExpm1Low and kExpHigh. r and its low part stay apart, as 2^n - 1 may cancel with r.
template <class V> GN_INLINE V half_expm1(V x) {
  Power<V> p = reduce(x);
  V scale = half_two_to<V>(p.n);
  return fma(scale, curve(p), fma(scale, p.r, scale - all<V>(0.5)));
}

template <class V> GN_INLINE V expm1(V x) {
  V h = half_expm1(min(all<V>(NumberOf<V>::kExpHigh), max(all<V>(NumberOf<V>::kExpm1Low), x)));
  return abs(x) < all<V>(NumberOf<V>::kTiny * 4) ? x : h + h;  // so small, half of it is no longer exact
}

template <class V> GN_INLINE V tanh(V x) {
  V size = min(all<V>(NumberOf<V>::kTanhEnd), abs(x));
  V h = half_expm1(size + size);  // not of x: near -1/2 its error would grow
  return with_sign(h / (h + all<V>(1)), x);
}

template <class V> GN_INLINE V sigmoid(V z) {
  Power<V> p = reduce(min(all<V>(NumberOf<V>::kExpHigh), max(all<V>(-40), -z)));  // 1 + e^-40 is 1
  V h = exp_of_rest(p.r) * half_two_to<V>(p.n);
  return all<V>(1) / fma(h, all<V>(2), all<V>(1));
}

// ---- log x = k log 2 + log(1 + f), x = 2^k (1 + f), 1 + f between sqrt(1/2) and sqrt(2) ----

// log(1 + f) + low = 2 s + s^3 P(s^2) + low, s = f / (2 + f); 2 s = f - s f, whose rounding stays small, as in msun.
template <class V, int n> GN_INLINE V log_of_rest(V f, V low, const typename Of<V>::T (&c)[n]) {
  V s = f / (f + all<V>(2));
  V s2 = s * s;
  V half = all<V>(0.5) * f * f;
  return f - (half - fma(s, fma(s2, polynomial(s2, c), half), low));
}
template <class V> GN_INLINE V log_of_parts(V k, V f) {
  typedef NumberOf<V> C;
  return fma(k, all<V>(C::kLog2High), log_of_rest(f, k * all<V>(C::kLog2Low), C::kLog));
}

// u = 2^k m, u positive, finite and not denormal.
template <class V> struct Parts { V k, m, unit; };  // unit = 2^-k

template <class V> GN_INLINE Parts<V> parts(V u) {
  typedef NumberOf<V> C;
  Bits<V> biased = ((Bits<V>)u + (C::kOne - C::kRootHalf)) >> C::kFraction;
  Bits<V> shift = (biased - C::kBias) << C::kFraction;
  V k = (V)(biased | C::kBase) - all<V>(C::kTwoTo + C::kBias);
  return {k, (V)((Bits<V>)u - shift), (V)(C::kOne - shift)};
}

template <class V> GN_INLINE V log(V x) {
  typedef NumberOf<V> C;
  auto denormal = x < all<V>(C::kTiny);
  Parts<V> p = parts(denormal ? x * all<V>(C::kTwoTo) : x);
  V y = log_of_parts(p.k - (denormal ? all<V>(C::kFraction) : V{}), p.m - all<V>(1));
  V outside = x == V{} ? all<V>(-C::kInf) : all<V>(C::kNan);
  return x > V{} ? (x < all<V>(C::kInf) ? y : x) : outside;
}

template <class V> GN_INLINE V log1p(V x) {
  typedef NumberOf<V> C;
  V one = all<V>(1);
  V large = max(one, x), small = min(one, x);
  V u = large + small;
  V lost = small - (u - large);  // of 1 + x, by rounding
  Parts<V> p = parts(u);
  V f = p.m - one;
  f = u < all<V>(4 * C::kTwoTo) ? fma(lost, p.unit, f) : f;  // beyond, nothing lost counts; 2^-k may not be a number
  V y = log_of_parts(p.k, f);
  V outside = x == -one ? all<V>(-C::kInf) : all<V>(C::kNan);
  return x > -one ? (((x < all<V>(C::kInf)) & (x != V{})) ? y : x) : outside;
}

// log(1 + e^z)
template <class V> GN_INLINE V softplus(V z) {
  V down = exp_within(max(all<V>(NumberOf<V>::kExpLow), -abs(z)));
  return max(V{}, z) + log_of_rest(down, V{}, NumberOf<V>::kLogOfSum);
}

// ---- the normal distribution ----

constexpr float kTailCentre = 4.25f;

// Phi(-x) = e^(-x^2/2) P(q) / (x + k), q = (x - k) / (x + k), for x >= 0: relative precision far into the tail.
template <class V> struct Normal { V below, bell; };  // Phi(z), e^(-z^2/2)

template <class V> GN_INLINE Normal<V> normal(V z) {
  typedef NumberOf<V> C;
  V k = all<V>(kTailCentre), x = min(all<V>(C::kTailEnd), abs(z));
  V square = x * x;
  Power<V> p = reduce(all<V>(-0.5) * square, all<V>(-0.5) * fma(x, x, -square));
  V rise = p.r + curve(p);  // e^r - 1
  V inverse = all<V>(1) / (x + k);
  inverse = fma(inverse, fma(-inverse, x, fma(-k, inverse, all<V>(1))), inverse);  // x + k was rounded
  V ratio = inverse * polynomial(fma(all<V>(2), x * inverse, all<V>(-1)), C::kTail);
  V tail = times_two_to(fma(rise, ratio, ratio), p.n);
  return {z > V{} ? all<V>(1) - tail : tail, times_two_to(rise + all<V>(1), p.n)};
}

template <class V> GN_INLINE V ndtr(V z) { return normal(z).below; }

// ---- cos(2 pi t), sin(2 pi t): t = n + r, |r| <= 1/2, without rounding; then the sine of at most a quarter turn ----

// r of a t that is not negative.
template <class V> GN_INLINE V rest_of_turns(V t) {
  const V fine = all<V>(NumberOf<V>::kTwoTo), n = (t + fine) - fine;
  return t - (t < fine ? n : t);
}

template <class V> GN_INLINE V sin_of_quarter(V s) {
  const V s2 = s * s;
  return fma(s, all<V>(NumberOf<V>::kTurns), s * polynomial(s2, NumberOf<V>::kTurn));
}

template <class V> GN_INLINE V cos_turns(V t) { return sin_of_quarter(all<V>(0.25) - abs(rest_of_turns(abs(t)))); }

template <class V> GN_INLINE V sin_turns(V t) {
  typedef Bits<V> U;
  const V r = rest_of_turns(abs(t)), size = abs(r);
  return with_sign(sin_of_quarter(min(all<V>(0.5) - size, size)), (V)((U)r ^ (U)t));
}
}  // namespace glassnet::GN_ISA
