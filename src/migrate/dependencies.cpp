// SPDX-License-Identifier: BSL-1.0
// What `Depends` says, before anything is applied.
#include <algorithm>

#include "lockstep/error.hpp"
#include "migrate/assemble.hpp"
#include "migrate/version.hpp"

namespace lockstep::detail {
namespace {

// The scripts are sorted by version.
class Dependencies {
 public:
  Dependencies(const FormFolder& folder, std::span<const Script> scripts)
      : folder_(folder), scripts_(scripts) {}

  void check() {
    for (const Script& script : scripts_) {
      for (const Dependency& dependency : script.depends) {
        read_part(folder_, [&] { check(script, dependency); });
      }
    }
  }

 private:
  void check(const Script& script, const Dependency& dependency);
  [[nodiscard]] const Script* find(std::string_view version) const;
  [[nodiscard]] bool leads_to(const Script& from, const Script& to, std::vector<const Script*>& way,
                              std::vector<const Script*>& seen) const;
  [[noreturn]] void refuse(const Script& script, const Dependency& dependency,
                           const std::string& why) const {
    refuse_place(
        folder_.options.domain + '/' + script.file + ':' + std::to_string(dependency.line),
        "it depends on version " + dependency.version + ", " + why);
  }

  const FormFolder& folder_;
  std::span<const Script> scripts_;
};

const Script* Dependencies::find(std::string_view version) const {
  const auto found = std::ranges::partition_point(scripts_, [&](const Script& script) {
    return std::is_lt(compare_versions(script.version, version));
  });
  if (found == scripts_.end() || !found->up || !same_version(found->version, version)) {
    return nullptr;
  }
  return &*found;
}

// Fills `way` with the scripts from one to the other.
bool Dependencies::leads_to(const Script& from, const Script& to, std::vector<const Script*>& way,
                            std::vector<const Script*>& seen) const {
  if (std::ranges::find(seen, &from) != seen.end()) return false;
  seen.push_back(&from);
  way.push_back(&from);
  for (const Dependency& dependency : from.depends) {
    const Script* next = find(dependency.version);
    if (next == &to) return true;
    if (next != nullptr && leads_to(*next, to, way, seen)) return true;
  }
  way.pop_back();
  return false;
}

// A version with its domain is looked for in the whole set: see in_order().
void Dependencies::check(const Script& script, const Dependency& dependency) {
  if (dependency.version.find('/') != std::string::npos) return;
  const Script* other = find(dependency.version);
  if (other == nullptr) refuse(script, dependency, "which is not there");
  if (other == &script || same_version(other->version, script.version)) {
    refuse(script, dependency, "which is itself");
  }
  if (script.repeatable || std::is_lt(compare_versions(other->version, script.version))) return;
  std::vector<const Script*> way;
  std::vector<const Script*> seen;
  if (!leads_to(*other, script, way, seen)) {
    refuse(script, dependency, "which comes after it: give it a higher version than that");
  }
  std::string circle = script.version;
  for (const Script* step : way) circle += " -> " + step->version;
  refuse(script, dependency, "which is a circle: " + circle + " -> " + script.version);
}

}  // namespace

void check_dependencies(const FormFolder& folder, std::span<const Script> scripts) {
  Dependencies(folder, scripts).check();
}

}  // namespace lockstep::detail
