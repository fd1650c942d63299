// SPDX-License-Identifier: BSL-1.0
// lockstep-embed: what lockstep_embed_migrations() of cmake/embed_migrations.cmake runs in a build.
// Prints what is wrong with the files, one fault a line, and writes nothing then.
#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "embed/source_text.hpp"
#include "lockstep/error.hpp"

namespace {

using namespace lockstep;

constexpr int exit_bad_files = 1;
constexpr int exit_usage = 2;

struct Order {
  embed::TreeOptions tree;
  std::string name_space;
  std::string out;
};

Engine engine_of(std::string_view name) {
  for (const Engine engine : {Engine::sqlite, Engine::postgres, Engine::mysql}) {
    if (name == to_string(engine)) return engine;
  }
  throw std::invalid_argument("there is no engine " + std::string(name) +
                              "; there are sqlite, postgres and mysql");
}

FolderForm form_of(std::string_view name) {
  if (name == "detect") return FolderForm::detect;
  if (name == "itinerary") return FolderForm::itinerary;
  throw std::invalid_argument("there is no form " + std::string(name) +
                              "; there are detect and itinerary");
}

bool is_on(const std::string& value) { return value == "true"; }

struct Setting {
  std::string_view name;
  void (*set)(Order& order, const std::string& value);
};

constexpr auto settings = std::to_array<Setting>({
    {"--directory", [](Order& order, const std::string& v) { order.tree.directory = v; }},
    {"--namespace", [](Order& order, const std::string& v) { order.name_space = v; }},
    {"--out", [](Order& order, const std::string& v) { order.out = v; }},
    {"--engine",
     [](Order& order, const std::string& v) { order.tree.engines.push_back(engine_of(v)); }},
    {"--domain", [](Order& order, const std::string& v) { order.tree.folder.domain = v; }},
    {"--domains", [](Order& order, const std::string& v) { order.tree.domains = is_on(v); }},
    {"--parity", [](Order& order, const std::string& v) { order.tree.parity = is_on(v); }},
    {"--form", [](Order& order, const std::string& v) { order.tree.folder.form = form_of(v); }},
    {"--stem-is-version",
     [](Order& order, const std::string& v) { order.tree.folder.stem_is_version = is_on(v); }},
    {"--allow-missing",
     [](Order& order, const std::string& v) { order.tree.folder.allow_missing = is_on(v); }},
});

// Every option is followed by its value.
Order read_order(int argc, char** argv) {
  Order order;
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    const auto setting = std::ranges::find(settings, name, &Setting::name);
    if (setting == settings.end()) throw std::invalid_argument("there is no option " + name);
    if (i + 1 == argc) throw std::invalid_argument(name + ": a value is missing");
    setting->set(order, argv[i + 1]);
  }
  if (order.tree.directory.empty() || order.name_space.empty() || order.out.empty()) {
    throw std::invalid_argument("--directory, --namespace and --out are needed");
  }
  return order;
}

void write_file(const std::string& name, const std::string& text) {
  std::ofstream file(name, std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  if (!file) throw std::runtime_error(name + ": cannot be written");
}

int run(const Order& order) {
  const embed::Tree tree = embed::read_tree(order.tree);
  for (const std::string& fault : tree.faults) std::fprintf(stderr, "%s\n", fault.c_str());
  if (!tree.faults.empty()) return exit_bad_files;
  write_file(order.out, embed::source_text(tree, order.name_space));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(read_order(argc, argv));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "lockstep-embed: %s\n", e.what());
    return exit_usage;
  }
}
