// What activations, losses, optimizers and kinds of layers have in common: a name, and lists of them that Python reads.
//
// A rule is one struct, and one word in the list at the end of its file; Python finds it by name.
#pragma once
#include "interface.h"

namespace glassnet::GN_ISA {
// What a rule has where it does not say otherwise. Names of settings and of slots stand in one text, between spaces, in
// the order in which the rule reads them: "beta_1 beta_2 epsilon".
struct Rule { static constexpr const char *settings = "", *slots = "", *link = ""; };

constexpr int words(const char* text) {
  int n = 0;
  for (const char* c = text; *c; c++) n += *c != ' ' && (c == text || c[-1] == ' ');
  return n;
}

template <class... R> struct List { static constexpr int64_t size = sizeof...(R); };

// The i-th rule of a list; nullptr behind the last.
template <class... R> static const gn_rule* described(List<R...>, int64_t i) {
  static constexpr gn_rule all[] = {{R::name, R::settings, R::slots, R::link}...};
  return i >= 0 && i < int64_t(sizeof...(R)) ? all + i : nullptr;
}
}  // namespace glassnet::GN_ISA
