// Calls the C interface as Python does, with every layer, activation, loss and optimizer, by 1 to 3 threads, on memory
// that ends where it must; run under sanitizers by tests/kernels/sanitize. Says what is wrong and returns 1 if
// anything.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <numeric>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "../../src/glassnet/engines/kernels/interface.h"

extern "C" {
int gn_version(void);
const char* gn_isa(void);
const char* gn_isas(int);
const gn_rule* gn_rules(const char*, int64_t);
const gn_field* gn_layout(int64_t);
int64_t gn_bytes(const gn_plan*);
void* gn_make(const gn_plan*);
void gn_free(void*);
int gn_load(void*, const gn_vectors*);
int gn_borrow(void*, const gn_vectors*);
int gn_save(void*, const gn_vectors*);
int gn_train(void*, const gn_rows*, gn_steps*);
int gn_train_epochs(void*, const gn_rows*, gn_steps*, gn_epochs*);
int gn_judge(void*, gn_judged*);
int gn_gradient(void*, const gn_rows*, uint64_t, int64_t, int64_t, void*, int64_t, double*);
int gn_predict(const void*, const void*, int64_t, int64_t, void*, int64_t, int);
int gn_recorded(const void*, int64_t, int64_t, int64_t, void*, int64_t);
void gn_order(uint64_t, uint64_t, int64_t, int64_t*);
}

namespace {

int faults = 0;

void expect(bool good, const std::string& what) {
  if (good) return;
  std::printf("FAULT: %s\n", what.c_str());
  faults++;
}

struct Random {  // Knuth's MMIX generator: the same numbers everywhere
  uint64_t state = 1;
  uint64_t bits() { return state = state * 6364136223846793005u + 1442695040888963407u; }
  double uniform() { return double(bits() >> 11) * 0x1p-53; }
};

template <class T> std::vector<T> numbers(Random& random, size_t n, double low, double high) {
  std::vector<T> made(n);
  for (T& x : made) x = T(low + (high - low) * random.uniform());
  return made;
}

// Rules by name, as Python finds them.
int64_t index_of(const char* list, const std::string& name) {
  for (int64_t i = 0; const gn_rule* rule = gn_rules(list, i); i++)
    if (name == rule->name) return i;
  return expect(false, std::string(list) + ": there is no " + name), -1;
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::vector<std::string> names(const char* list) {
  std::vector<std::string> all;
  for (int64_t i = 0; const gn_rule* rule = gn_rules(list, i); i++) all.push_back(rule->name);
  return all;
}

constexpr int64_t kWaves = 17, kSums = 5;  // of a column of a periodic layer

// A value for each setting of a rule.
void add_settings(const char* list, int64_t i, std::vector<double>& settings) {
  const bool layer = !strcmp(list, "layer");
  for (const std::string& name : words(gn_rules(list, i)->settings))
    settings.push_back(name == "rate"                ? 0.3
                       : name == "features"          ? double(kWaves)
                       : name == "outputs"           ? double(kSums)
                       : name == "epsilon"           ? (layer ? 1e-3 : 1e-8)
                       : name == "beta_2"            ? 0.999
                       : name == "weight_decay"      ? 0.01
                       : name == "momentum" && layer ? 0.2
                       : !strcmp(list, "loss")       ? 0.1
                                                     : 0.9);
}

bool is(const gn_layer& layer, const char* kind) { return !strcmp(gn_rules("layer", layer.kind)->name, kind); }
bool is_norm(const gn_layer& layer) { return is(layer, "batch_norm") || is(layer, "layer_norm"); }

const std::string squared = "squared_error", poisson = "poisson", binary = "binary_cross_entropy",
                  cross = "cross_entropy";

gn_layer dense(const std::string& g, int64_t in, int64_t out) {
  return {index_of("layer", "dense"), index_of("activation", g), in, out};
}
gn_layer drop(int64_t n) { return {index_of("layer", "dropout"), -1, n, n}; }
gn_layer batch_norm(const std::string& g, int64_t n) {
  return {index_of("layer", "batch_norm"), index_of("activation", g), n, n};
}
gn_layer scale(int64_t n) { return {index_of("layer", "scale"), -1, n, n}; }
gn_layer periodic(int64_t n, int64_t columns) { return {index_of("layer", "periodic"), -1, n, n + columns * kSums}; }
gn_layer mix(const std::string& g, int64_t n) { return {index_of("layer", "mix"), index_of("activation", g), n, n}; }
gn_layer layer_norm(const std::string& g, int64_t n) {
  return {index_of("layer", "layer_norm"), index_of("activation", g), n, n};
}

struct Case {
  std::string name;
  std::vector<gn_layer> layers;
  std::string loss, optimizer;
  double l1, l2, clip_norm, clip_value;
  bool labels, weighted, factored;
  int64_t rows, batch;
  std::vector<double> settings = {};  // of all rules, in the plan's order
  std::vector<gn_group> groups = {};
};

int64_t parameters(const Case& c) {
  int64_t n = 0;
  for (const gn_layer& layer : c.layers)
    n += is(layer, "dense")      ? (layer.inputs + 1) * layer.outputs
         : is(layer, "periodic") ? (layer.outputs - layer.inputs) / kSums * ((2 + kSums) * kWaves + kSums)
         : is(layer, "dropout")  ? 0
                                 : (is_norm(layer) ? 2 : 1) * layer.outputs;
  return n;
}

// The weights are decayed; of a factored case they and the rest have factors of their own.
Case with_settings(Case c) {
  int64_t weights = 0;
  for (const gn_layer& layer : c.layers) weights += is(layer, "dense") ? layer.inputs * layer.outputs : 0;
  if (c.factored) c.groups = {{weights, weights, 0.5, 2}, {weights, parameters(c), 0.1, 1}};
  else c.groups = {{weights, parameters(c), 1, 1}};
  for (const gn_layer& layer : c.layers) add_settings("layer", layer.kind, c.settings);
  add_settings("loss", index_of("loss", c.loss), c.settings);
  add_settings("optimizer", index_of("optimizer", c.optimizer), c.settings);
  return c;
}

int64_t slots_of(const Case& c) {
  return int64_t(words(gn_rules("optimizer", index_of("optimizer", c.optimizer))->slots).size());
}

int64_t statistics(const Case& c) {
  int64_t n = 0;
  for (const gn_layer& layer : c.layers) n += is(layer, "batch_norm") ? 2 * layer.outputs : 0;
  return n;
}

gn_plan plan_of(const Case& c, int64_t bytes, int64_t threads) {
  gn_plan plan = {};
  plan.bytes = bytes, plan.count = int64_t(c.layers.size()), plan.layers = c.layers.data();
  plan.loss = index_of("loss", c.loss), plan.optimizer = index_of("optimizer", c.optimizer);
  plan.settings = c.settings.data(), plan.settings_count = int64_t(c.settings.size());
  plan.l1 = c.l1, plan.l2 = c.l2, plan.per_example = 1, plan.clip_norm = c.clip_norm, plan.clip_value = c.clip_value;
  plan.rows = c.batch, plan.threads = threads;
  plan.groups = c.groups.data(), plan.groups_count = int64_t(c.groups.size());
  return plan;
}

// Whether a layer has it, and how many numbers it is; by layer from 1, or 0 for the inputs and the step.
int64_t numbers_recorded(const Case& c, int64_t l, int64_t what, int64_t m) {
  if (l == 0) {
    const int64_t inputs = m * c.layers.front().inputs, outputs = m * c.layers.back().outputs;
    return what == gn_A || what == gn_dA            ? inputs
           : what == gn_losses || what == gn_shares ? m
           : what == gn_predictions                 ? outputs
           : what == gn_clipped                     ? parameters(c)
                                                    : 0;
  }
  const gn_layer& layer = c.layers[l - 1];
  const bool drops = is(layer, "dropout"), norm = is_norm(layer), bends = norm || is(layer, "dense"),
             all = what == gn_A || what == gn_dA;
  if (what == gn_scale && norm) return is(layer, "batch_norm") ? layer.outputs : m;
  return all || (what == gn_mask && drops) || (what == gn_N && norm) || ((what == gn_Z || what == gn_dZ) && bends)
             ? m * layer.outputs
             : 0;
}

template <class T>
gn_vectors vectors(const std::vector<T>& theta, const std::vector<T>* slots, const std::vector<T>& running) {
  const auto at = [](const std::vector<T>& one) { return const_cast<T*>(one.data()); };
  const int64_t slots_size = slots ? int64_t(slots->size()) : 0;
  return {at(theta),  slots ? at(*slots) : nullptr, at(running), int64_t(theta.size()),
          slots_size, int64_t(running.size())};
}

template <class T>
void load(void* session, const std::vector<T>& theta, const std::vector<T>* slots, const std::vector<T>& running) {
  const gn_vectors own = vectors(theta, slots, running);
  expect(gn_load(session, &own) == gn_done, "vectors of the right sizes are not loaded");
}

// A size that is one off is refused, whichever it is.
void wrong_sizes(const Case& c, void* session, const gn_vectors& right, const gn_rows& rows, const gn_steps& steps) {
  for (int64_t gn_vectors::* size : {&gn_vectors::theta_size, &gn_vectors::slots_size, &gn_vectors::running_size})
    for (int64_t more : {-1, 1}) {
      gn_vectors wrong = right;
      wrong.*size += more;
      if (!right.slots && size == &gn_vectors::slots_size) continue;
      expect(gn_load(session, &wrong) == gn_bad_size, c.name + ": loaded what does not fit");
      expect(gn_save(session, &wrong) == gn_bad_size, c.name + ": saved where it does not fit");
      expect(gn_borrow(session, &wrong) == gn_bad_size, c.name + ": borrowed what does not fit");
    }
  gn_rows wide = rows, many = rows;
  wide.inputs++, many.outputs++;
  gn_steps no_rates = steps, taken = steps;
  no_rates.alphas_count--;
  double cost;
  const int64_t n = right.theta_size, k = c.layers.back().outputs;
  expect(gn_train(session, &wide, &taken) == gn_bad_size, c.name + ": trained on other columns");
  expect(gn_train(session, &rows, &no_rates) == gn_bad_size, c.name + ": trained without rates");
  expect(rows.labels || gn_train(session, &many, &taken) == gn_bad_size, c.name + ": trained on other targets");
  expect(gn_gradient(session, &wide, 0, 0, 2, right.theta, n, &cost) != gn_done, c.name + ": gradient, other columns");
  expect(gn_gradient(session, &rows, 0, 0, 2, right.theta, n - 1, &cost) != gn_done,
         c.name + ": gradient without room");
  expect(gn_predict(session, rows.X, rows.inputs + 1, 1, right.theta, k, 0) == gn_bad_size &&
             gn_predict(session, rows.X, rows.inputs, 1, right.theta, k + 1, 0) == gn_bad_size,
         c.name + ": predicted other sizes");
}

// A session that records takes the step of one that does not; all it keeps goes into arrays of just that length.
template <class T>
std::vector<T> recorded(const Case& c, gn_plan plan, const gn_rows& rows, const std::vector<T>& theta) {
  const int64_t m = std::min(c.rows, c.batch), count = int64_t(c.layers.size());
  std::vector<T> slots(slots_of(c) * theta.size()), running(statistics(c), T(1)), found;
  std::vector<int64_t> order(m);
  std::iota(order.begin(), order.end(), 0);
  const double alpha = 0.01;
  for (int64_t recording : {0, 1}) {
    plan.recording = recording;
    void* session = gn_make(&plan);
    if (!session) return expect(false, c.name + ": no session that records"), found;
    std::vector<T> moved = theta, slots_moved = slots, running_moved = running;
    load(session, theta, &slots, running);
    gn_steps steps = {order.data(), m, m, plan.threads, &alpha, 1, 42, 5, 0, 0, 0, 0};
    expect(gn_train(session, &rows, &steps) == gn_done, c.name + ": did not take a step");
    const gn_vectors out = vectors(moved, &slots_moved, running_moved);
    expect(gn_save(session, &out) == gn_done, c.name + ": not saved");
    moved.insert(moved.end(), slots_moved.begin(), slots_moved.end());
    moved.insert(moved.end(), running_moved.begin(), running_moved.end());
    moved.push_back(T(steps.cost_sum));
    if (!recording) found = moved;
    expect(!memcmp(found.data(), moved.data(), moved.size() * sizeof(T)), c.name + ": recording changed the step");
    T none;
    double penalty = NAN;
    for (int64_t l = 0; l <= count; l++)
      for (int64_t what = gn_A; what < gn_penalty; what++) {
        const int64_t size = recording ? numbers_recorded(c, l, what, m) : 0;
        std::vector<T> out(size);
        if (size) expect(gn_recorded(session, l, what, m, out.data(), size + 1) == gn_bad_size, c.name + ": room");
        const int status = gn_recorded(session, l, what, m, size ? out.data() : &none, size);
        expect(status == (size ? gn_done : gn_not_there), c.name + ": what is recorded of layer " + std::to_string(l));
        found.insert(found.end(), out.begin(), out.end());
      }
    expect(gn_recorded(session, 0, gn_penalty, m, &penalty, 1) == (recording ? gn_done : gn_not_there),
           c.name + ": the penalty");
    if (recording) found.push_back(T(penalty));
    gn_free(session);
  }
  return found;
}

// A training with all that belongs to it; every array is as long as the interface says, and no longer.
template <class T> std::vector<T> trained(const Case& c, int64_t threads) {
  Random random;
  const int64_t n = parameters(c), inputs = c.layers.front().inputs, k = c.layers.back().outputs;
  std::vector<T> X = numbers<T>(random, c.rows * inputs, -1, 1), Y = numbers<T>(random, c.rows * k, 0, 1);
  std::vector<T> theta = numbers<T>(random, n, -0.4, 0.4), slots(slots_of(c) * n), running(statistics(c), T(1)),
                 gradient(n);
  std::vector<T> factors = numbers<T>(random, n, 0.5, 2);
  std::vector<double> weights = numbers<double>(random, c.rows, 0, 2), alphas(3 * c.rows, 0.01);
  std::vector<int64_t> labels(c.rows), order(c.rows);
  for (int64_t i = 0; i < c.rows; i++) labels[i] = int64_t(random.bits() >> 33) % k, order[i] = (i * 7 + 3) % c.rows;
  const gn_rows rows = {X.data(),
                        inputs,
                        c.rows,
                        c.labels ? nullptr : Y.data(),
                        k,
                        c.labels ? labels.data() : nullptr,
                        c.weighted ? weights.data() : nullptr};

  gn_plan plan = plan_of(c, sizeof(T), threads);
  if (c.factored) {
    plan.factors = factors.data(), plan.factors_count = n + 1;
    expect(gn_bytes(&plan) == -1, c.name + ": more factors than parameters");
    plan.factors_count = n;
  }
  expect(gn_bytes(&plan) > n * int64_t(sizeof(T)), c.name + ": no bytes");
  void* session = gn_make(&plan);
  if (!session) return expect(false, c.name + ": no session"), std::vector<T>();
  const gn_vectors own = vectors(theta, &slots, running);
  std::vector<T> found = recorded(c, plan, rows, theta);
  const int64_t rates = (c.rows + c.batch - 1) / c.batch;
  gn_steps steps = {order.data(), c.rows, c.batch, threads, alphas.data(), rates, 42, 5, 0, 0, 0, 0};
  wrong_sizes(c, session, own, rows, steps);
  load(session, theta, &slots, running);
  expect(gn_train(session, &rows, &steps) == gn_done, c.name + ": did not train");
  expect(steps.rows_done == c.rows && steps.steps_done == (c.rows + c.batch - 1) / c.batch,
         c.name + ": rows left over");
  std::vector<double> costs(2), times(2), each(4 * c.rows), sums(8);
  std::vector<T> kept(n), kept_running(statistics(c));
  gn_judged judged = {&rows, each.data(), 0, 0, 0, 0};
  gn_epochs epochs = {};
  epochs.order = order.data(), epochs.epoch = 1, epochs.most = 2, epochs.seconds = 1e9, epochs.patience = INFINITY;
  epochs.heldout = &judged, epochs.heldout_sums = sums.data(), epochs.watched = 4, epochs.factor = -1;
  gn_vectors best = vectors<T>(kept, nullptr, kept_running);
  epochs.divisor = double(c.rows), epochs.best = -INFINITY, epochs.kept = &best;
  epochs.costs = costs.data(), epochs.times = times.data();
  steps.alphas = alphas.data(), steps.alphas_count = 2 * rates - 1;
  expect(gn_train_epochs(session, &rows, &steps, &epochs) == gn_bad_size, c.name + ": epochs without rates");
  steps.alphas_count = 2 * rates, best.theta_size--;
  expect(gn_train_epochs(session, &rows, &steps, &epochs) == gn_bad_size, c.name + ": no room for the best");
  best.theta_size++;
  gn_rows narrow = rows;
  narrow.inputs--;
  gn_judged others = {&narrow, each.data(), 0, 0, 0, 0};
  expect(gn_judge(session, &others) == gn_bad_size, c.name + ": judged other columns");
  expect(gn_train_epochs(session, &rows, &steps, &epochs) == gn_done && epochs.done == 2,
         c.name + ": epochs left over");
  const double losses = judged.losses;
  expect(gn_judge(session, &judged) == gn_done && judged.losses == losses, c.name + ": another judgment");
  gn_rows few = rows;
  few.count = std::min(c.rows, c.batch);
  double cost = NAN;
  expect(gn_gradient(session, &few, 42, 9, 2, gradient.data(), n, &cost) == gn_done, c.name + ": no gradient");
  expect(gn_save(session, &own) == gn_done, c.name + ": not saved");
  gn_free(session);

  plan.rows = 0, plan.factors = nullptr;
  session = gn_make(&plan);
  load<T>(session, theta, nullptr, running);
  found.insert(found.end(), theta.begin(), theta.end());
  for (int64_t m : {int64_t(0), int64_t(1), c.rows})
    for (int link = 0; link < 2; link++) {
      std::vector<T> out(m * k);
      expect(gn_predict(session, X.data(), inputs, m, out.data(), m * k, link) == 0, c.name + ": no prediction");
      found.insert(found.end(), out.begin(), out.end());
    }
  std::vector<T> lent(k), laid_out(k);
  gn_predict(session, X.data(), inputs, 1, laid_out.data(), k, 1);
  const gn_vectors lender = vectors<T>(theta, nullptr, running);
  expect(gn_borrow(session, &lender) == gn_done, c.name + ": not borrowed");
  expect(gn_predict(session, X.data(), inputs, 1, lent.data(), k, 1) == 0 && lent == laid_out,
         c.name + ": another answer by what is borrowed");
  gn_free(session);
  for (const std::vector<T>* more : {&slots, &running, &gradient, &kept, &kept_running})
    found.insert(found.end(), more->begin(), more->end());
  for (double x : {cost, steps.cost_sum, steps.weight_sum, costs[0], costs[1], sums[0], sums[4]}) found.push_back(T(x));
  expect(std::all_of(found.begin(), found.end(), [](T x) { return std::isfinite(x); }), c.name + ": not finite");
  return found;
}

template <class T> void by_all_threads(const Case& c) {
  const std::vector<T> alone = trained<T>(c, 1);
  for (int64_t threads : {2, 3}) {
    const std::vector<T> found = trained<T>(c, threads);
    const bool same = found.size() == alone.size() && !memcmp(found.data(), alone.data(), found.size() * sizeof(T));
    expect(same, c.name + ": other bits by " + std::to_string(threads) + " threads");
  }
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const std::string& g : names("activation"))
    all.push_back({g,
                   {dense(g, 3, 17), batch_norm(g, 17), layer_norm(g, 17), mix(g, 17), dense("identity", 17, 2)},
                   squared,
                   "adam",
                   0,
                   0,
                   0,
                   0,
                   false,
                   false,
                   false,
                   37,
                   10});
  for (const std::string& loss : names("loss"))
    for (bool weighted : {false, true})
      all.push_back({loss,
                     {dense("tanh", 5, 4), dense("identity", 4, 3)},
                     loss,
                     "gradient_descent",
                     0,
                     0,
                     0,
                     0,
                     loss == cross && weighted,
                     weighted,
                     false,
                     21,
                     20});
  for (const std::string& optimizer : names("optimizer"))
    for (double clip : {0.0, 0.1})
      all.push_back({optimizer,
                     {dense("relu", 1, 1), dense("relu", 1, 33), dense("identity", 33, 1)},
                     squared,
                     optimizer,
                     0.01,
                     0.02,
                     clip,
                     2 * clip,
                     false,
                     true,
                     true,
                     19,
                     4});
  all.push_back({"every layer twice",
                 {drop(6), scale(6), batch_norm("identity", 6), layer_norm("sigmoid", 6), dense("relu", 6, 40),
                  mix("silu", 40), drop(40), batch_norm("relu", 40), dense("gelu", 40, 9), layer_norm("identity", 9),
                  mix("tanh", 9), scale(9), drop(9)},
                 cross,
                 "adamw",
                 0.01,
                 0.01,
                 0.5,
                 0.2,
                 true,
                 true,
                 true,
                 50,
                 16});
  all.push_back({"waves first and in the middle",
                 {periodic(3, 2), scale(13), dense("tanh", 13, 6), periodic(6, 6), mix("mish", 36),
                  layer_norm("relu", 36), periodic(36, 1), dense("identity", 41, 2)},
                 squared,
                 "adamw",
                 0.01,
                 0.01,
                 0.5,
                 0.2,
                 false,
                 true,
                 true,
                 37,
                 10});
  all.push_back(
      {"one of everything", {dense("identity", 1, 1)}, binary, "adam", 0, 0, 0, 0, false, false, false, 1, 1});
  all.push_back({"batches of one",
                 {dense("relu", 2, 3), batch_norm("identity", 3), dense("identity", 3, 2)},
                 cross,
                 "adam",
                 0,
                 0,
                 0,
                 0,
                 true,
                 false,
                 false,
                 3,
                 1});
  all.push_back(
      {"few units",
       {dense("sigmoid", 70, 80), dense("softplus", 80, 3), dense("sigmoid", 3, 65), dense("identity", 65, 1)},
       binary,
       "adam",
       0.1,
       0.1,
       0,
       0,
       false,
       true,
       true,
       45,
       22});
  all.push_back({"a batch split in halves that differ",
                 {dense("relu", 9, 30), dense("identity", 30, 2)},
                 cross,
                 "adamw",
                 0.01,
                 0.01,
                 0.1,
                 0.05,
                 true,
                 true,
                 false,
                 31,
                 7});
  for (int64_t width : {64, 70, 99})
    all.push_back({"a first layer of two panels",
                   {dense("sigmoid", 256 + width, width), batch_norm("relu", width), drop(width),
                    dense("mish", width, 20), dense("identity", 20, 3)},
                   cross,
                   "adamw",
                   0.01,
                   0.01,
                   width == 70 ? 0.1 : 0,
                   0,
                   true,
                   true,
                   true,
                   50,
                   33});
  all.push_back({"two panels alone",
                 {dense("identity", 300, 66)},
                 squared,
                 "momentum",
                 0,
                 0.1,
                 0,
                 0.1,
                 false,
                 false,
                 false,
                 40,
                 16});
  all.push_back({"wide and deep sums",
                 {dense("relu", 1100, 70), dense("identity", 70, 200)},
                 cross,
                 "adam",
                 0,
                 0,
                 1,
                 0,
                 true,
                 false,
                 false,
                 230,
                 220});
  for (Case& c : all) c = with_settings(c);
  return all;
}

// Plans and rows that cannot be are refused, not run.
void hostile() {
  const int64_t huge = int64_t(1) << 62;
  const Case plain = with_settings(
      {"", {dense("identity", 3, 2), dense("identity", 2, 2)}, cross, "adam", 0, 0, 0, 0, true, false, false, 4, 2});
  const auto refused = [&](const char* what, auto spoil) {
    Case c = plain;
    gn_plan plan = plan_of(c, 4, 1);
    spoil(plan, c.layers);
    expect(gn_bytes(&plan) == -1 && gn_make(&plan) == nullptr, std::string("not refused: ") + what);
  };
  using Layers = std::vector<gn_layer>;
  refused("half precision", [](gn_plan& p, Layers&) { p.bytes = 2; });
  refused("no layer", [](gn_plan& p, Layers&) { p.count = 0; });
  refused("too many layers", [&](gn_plan& p, Layers&) { p.count = huge; });
  refused("rows below 0", [](gn_plan& p, Layers&) { p.rows = -1; });
  refused("more rows than can be", [&](gn_plan& p, Layers&) { p.rows = huge; });
  refused("no thread", [](gn_plan& p, Layers&) { p.threads = 0; });
  refused("more threads than can be", [&](gn_plan& p, Layers&) { p.threads = huge; });
  refused("a recording that is neither on nor off", [](gn_plan& p, Layers&) { p.recording = 2; });
  refused("unknown loss", [](gn_plan& p, Layers&) { p.loss = int64_t(names("loss").size()); });
  refused("a loss below 0", [](gn_plan& p, Layers&) { p.loss = -1; });
  refused("unknown optimizer", [](gn_plan& p, Layers&) { p.optimizer = int64_t(names("optimizer").size()); });
  refused("a setting too few", [](gn_plan& p, Layers&) { p.settings_count--; });
  refused("settings without end", [&](gn_plan& p, Layers&) { p.settings_count = huge; });
  refused("unknown kind", [](gn_plan&, Layers& l) { l[0].kind = int64_t(names("layer").size()); });
  refused("unknown activation", [](gn_plan&, Layers& l) { l[0].activation = int64_t(1) << 32; });
  refused("no input", [](gn_plan&, Layers& l) { l[0].inputs = 0; });
  refused("no output", [](gn_plan&, Layers& l) { l[1].outputs = 0; });
  refused("an overflowing width", [&](gn_plan&, Layers& l) { l[1].outputs = huge; });
  refused("widths that do not meet", [](gn_plan&, Layers& l) { l[1].inputs = 3; });
  for (double rate : {1.0, -0.1, double(NAN)}) {
    std::vector<double> settings = plain.settings;
    settings.insert(settings.begin(), rate);
    const gn_group first = {6, 8, 1, 1};  // of the one layer that is left
    const auto drops = [&](gn_plan& p, Layers& l) {
      l[1] = drop(2), p.settings = settings.data(), p.settings_count++, p.groups = &first;
    };
    refused("dropout of everything, or of less than nothing", drops);
    settings[0] = 0.5;
    refused("dropout that changes the width", [&](gn_plan& p, Layers& l) { drops(p, l), l[1].outputs = 3; });
  }
  for (const gn_group& group : std::vector<gn_group>{
           {10, 13, 1, 1}, {10, 15, 1, 1}, {-1, 14, 1, 1}, {15, 14, 1, 1}, {10, 14, -1, 1}, {10, 14, 1, double(NAN)}})
    refused("groups of parameters that the plan does not have", [&](gn_plan& p, Layers&) { p.groups = &group; });
  refused("no groups", [](gn_plan& p, Layers&) { p.groups_count = 0; });
  refused("an overflowing product", [](gn_plan& p, Layers& l) {
    l[0].outputs = l[1].inputs = l[1].outputs = int64_t(1) << 31, p.rows = int64_t(1) << 36;
  });

  gn_plan plan = plan_of(plain, 4, 2);
  plan.rows = 2;
  void* session = gn_make(&plan);
  std::vector<float> X(12, 1.f), theta(14, 0.1f), slots(28), running, gradient(14);
  std::vector<double> alphas(2, 0.1);
  load(session, theta, &slots, running);
  const auto status = [&](std::vector<int64_t> order, std::vector<int64_t> labels, int64_t batch) {
    const gn_rows rows = {X.data(), 3, 4, nullptr, 0, labels.data(), nullptr};
    gn_steps steps = {order.data(), int64_t(order.size()), batch, 2, alphas.data(), 2, 0, 0, 0, 0, 0, 0};
    return gn_train(session, &rows, &steps);
  };
  expect(status({0, 1, 2, 3}, {0, 1, 1, 0}, 2) == gn_done, "good rows refused");
  expect(status({0, 1, 2, 4}, {0, 1, 1, 0}, 2) == gn_bad_row, "a row too many");
  expect(status({0, -1}, {0, 1, 1, 0}, 2) == gn_bad_row, "a row below 0");
  expect(status({0, 1, 2}, {0, 1, 1, 0}, 3) == gn_bad_row, "a batch larger than planned");
  expect(status({0, 1}, {0, 1, 1, 0}, 0) == gn_bad_row, "a batch of none");
  expect(status({0, 1}, {0, 2, 1, 0}, 2) == gn_bad_class, "a class too many");
  expect(status({0, 1}, {-1, 0, 1, 0}, 2) == gn_bad_class, "a class below 0");
  const std::vector<int64_t> labels(4);
  const gn_rows rows = {X.data(), 3, 4, nullptr, 0, labels.data(), nullptr};
  double cost;
  expect(gn_gradient(session, &rows, 0, 0, 2, gradient.data(), 14, &cost) == gn_bad_row,
         "a gradient of more rows than planned");
  X[4] = NAN;
  load(session, theta, &slots, running);
  expect(status({2, 3, 0, 1}, {0, 1, 1, 0}, 2) == gn_diverged, "what is not a number went through");
  X[4] = 1;
  load(session, theta, &slots, running);
  expect(status({2, 3, 0, 1}, {0, 1, 1, 0}, 2) == gn_done, "a session that diverged and was loaded again is spoilt");
  gn_free(session);

  plan.recording = 1;
  session = gn_make(&plan);
  load(session, theta, &slots, running);
  float none;
  for (int64_t l : {-1, 3}) expect(gn_recorded(session, l, gn_A, 2, &none, 1) == gn_not_there, "a layer too many");
  for (int64_t what : {-1, 0, 13})
    for (int64_t l : {0, 1, 2})
      expect(gn_recorded(session, l, what, 2, &none, 1) == gn_not_there, "recorded, but there is no such thing");
  for (int64_t m : {int64_t(-1), int64_t(3), huge})
    expect(gn_recorded(session, 1, gn_A, m, &none, 1) == gn_bad_row, "rows not planned");
  gn_free(session);
}

void orders() {
  for (int64_t m : {-1, 0, 1, 2, 5, 1000, 70000}) {
    std::vector<int64_t> order(m < 0 ? 0 : m), all_rows(order.size());
    gn_order(42, 7, m, order.data());
    std::iota(all_rows.begin(), all_rows.end(), 0);
    std::sort(order.begin(), order.end());
    expect(order == all_rows, "an order of " + std::to_string(m) + " rows does not have each of them once");
  }
  std::vector<int64_t> order(8);
  gn_order(42, 7, 8, order.data());
  expect(order == std::vector<int64_t>{6, 4, 1, 5, 7, 3, 0, 2}, "another order than the specification's");
}

// Four trainings at once, all asking for the pool; and predictions of one session by many.
void at_once(const Case& c) {
  const std::vector<float> alone = trained<float>(c, 1);
  std::vector<std::thread> threads;
  std::vector<std::vector<float>> found(4);
  for (auto& one : found) threads.emplace_back([&one, &c] { one = trained<float>(c, 2); });
  for (auto& thread : threads) thread.join();
  for (auto& one : found) expect(one == alone, c.name + ": other bits next to others");

  const gn_plan plan = [&] {
    gn_plan p = plan_of(c, 4, 2);
    p.rows = 0;
    return p;
  }();
  void* session = gn_make(&plan);
  Random random;
  const std::vector<float> theta = numbers<float>(random, parameters(c), -1, 1), running(statistics(c), 1.f);
  load<float>(session, theta, nullptr, running);
  const int64_t inputs = c.layers.front().inputs, k = c.layers.back().outputs;
  for (int64_t m : {1, 8, 3000}) {
    const std::vector<float> X = numbers<float>(random, m * inputs, -1, 1);
    std::vector<std::vector<float>> outs(4, std::vector<float>(m * k));
    threads.clear();
    for (auto& out : outs)
      threads.emplace_back([&] {
        for (int64_t times = 0; times < 3000 / m; times += 100)
          gn_predict(session, X.data(), inputs, m, out.data(), m * k, 1);
      });
    for (auto& thread : threads) thread.join();
    for (auto& out : outs) expect(out == outs[0], c.name + ": other predictions next to others");
  }
  gn_free(session);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--isas") == 0) {
    for (int i = 0; const char* name = gn_isas(i); ++i) std::puts(name);
    return 0;
  }
  const std::vector<Case> all = cases();
  for (const Case& c : all) {
    by_all_threads<float>(c);
    by_all_threads<double>(c);
  }
  hostile();
  orders();
  at_once(*std::find_if(all.begin(), all.end(), [](const Case& c) { return c.name == "every layer twice"; }));
  at_once(all.back());
  at_once(with_settings({"layers shared out",
                         {dense("relu", 600, 700), dense("tanh", 700, 530)},
                         squared,
                         "adam",
                         0,
                         0,
                         0,
                         0,
                         false,
                         false,
                         false,
                         8,
                         4}));
  std::printf("%s, interface %d: %zu trainings, %d faults\n", gn_isa(), gn_version(), all.size() * 6, faults);
  return faults ? 1 : 0;
}
