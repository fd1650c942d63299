// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/support/compare.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace lockstep::benchmarks {
namespace {

using Json = nlohmann::json;
using Name = std::pair<std::string, std::string>;

std::vector<Json> ratios_of(const std::string& report) {
  try {
    const Json whole = Json::parse(report);
    std::vector<Json> out;
    for (const Json& row : whole.at("rows")) {
      if (row.at("unit") == "times") out.push_back(row);
    }
    return out;
  } catch (const Json::exception& e) {
    throw std::runtime_error(std::string("no figures of ./bench: ") + e.what());
  }
}

Name name_of(const Json& row) { return {row.at("engine"), row.at("case")}; }

bool got_worse(const Change& change) { return change.worse > tolerated; }

}  // namespace

std::vector<Change> changes(const std::string& before, const std::string& now) {
  std::map<Name, double> old;
  for (const Json& row : ratios_of(before)) old[name_of(row)] = row.at("median");
  std::vector<Change> out;
  for (const Json& row : ratios_of(now)) {
    const auto found = old.find(name_of(row));
    if (found == old.end()) continue;
    Change change{.engine = row.at("engine"),
                  .what = row.at("case"),
                  .before = found->second,
                  .now = row.at("median")};
    const double growth = change.now / change.before - 1;
    change.worse = row.value("bound", "") == ">=" ? -growth : growth;
    out.push_back(std::move(change));
  }
  return out;
}

int count_worse(const std::vector<Change>& changes) {
  return static_cast<int>(std::count_if(changes.begin(), changes.end(), got_worse));
}

std::string as_text(const std::vector<Change>& changes) {
  std::string out;
  std::array<char, 64> figures{};
  for (const Change& change : changes) {
    if (!got_worse(change)) continue;
    std::snprintf(figures.data(), figures.size(), ": %.2fx, was %.2fx: worse by %.0f %%\n",
                  change.now, change.before, change.worse * 100);
    out += change.engine + ", " + change.what + figures.data();
  }
  return out + std::to_string(count_worse(changes)) + " of " + std::to_string(changes.size()) +
         " ratios got worse by more than 5 %\n";
}

}  // namespace lockstep::benchmarks
