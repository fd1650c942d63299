// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/support/print.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace lockstep::benchmarks {
namespace {

struct Scale {
  double one;  // in seconds, or times
  const char* name;
};

Scale scale_of(double value, Row::Unit unit) {
  if (unit == Row::Unit::times) return {1, "x"};
  if (value < 1e-3) return {1e-6, " us"};
  return value < 1 ? Scale{1e-3, " ms"} : Scale{1, " s"};
}

std::string digits(double value, Scale scale) {
  const double scaled = value / scale.one;
  std::array<char, 32> text{};
  const int decimals = scaled < 10 ? 2 : scaled < 100 ? 1 : 0;
  std::snprintf(text.data(), text.size(), "%.*f", decimals, scaled);
  return text.data();
}

std::string limit_text(const Row& row) {
  if (!row.limit) return {};
  std::array<char, 32> text{};
  if (row.unit == Row::Unit::times) {
    std::snprintf(text.data(), text.size(), ">= %gx", *row.limit);
  } else {
    const Scale scale = scale_of(*row.limit, row.unit);
    std::snprintf(text.data(), text.size(), "< %g%s", *row.limit / scale.one, scale.name);
  }
  return text.data();
}

std::string verdict_text(const Row& row) {
  const std::optional<bool> held = row.held();
  return !held ? "" : *held ? "PASS" : "SHORT";
}

using Cells = std::array<std::string, 7>;

const Cells heads{"engine", "case", "median", "min - max", "as told", "limit", ""};

Cells cells_of(const Row& row) {
  const Scale scale = scale_of(row.value.median, row.unit);
  return {row.engine,
          row.what,
          digits(row.value.median, scale) + scale.name,
          digits(row.value.least, scale) + " - " + digits(row.value.most, scale) + scale.name,
          row.told,
          limit_text(row),
          verdict_text(row)};
}

std::vector<Cells> table_of(const Report& report) {
  std::vector<Cells> table{heads};
  for (const Row& row : report.rows) table.push_back(cells_of(row));
  return table;
}

std::string held_text(const Report& report) {
  return std::to_string(report.goals_held()) + " of " + std::to_string(report.goals()) +
         " goals held";
}

}  // namespace

std::string shown(double value, Row::Unit unit) {
  const Scale scale = scale_of(value, unit);
  return digits(value, scale) + scale.name;
}

std::string as_text(const Report& report) {
  const std::vector<Cells> table = table_of(report);
  std::array<std::size_t, heads.size()> widths{};
  for (const Cells& cells : table) {
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], cells[i].size());
  }
  std::string out;
  for (const auto& [name, value] : report.facts) out += name + ": " + value + "\n";
  out += "\n";
  for (const Cells& cells : table) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      line += cells[i] + std::string(widths[i] - cells[i].size() + 2, ' ');
    }
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return out + "\n" + held_text(report) + "\n";
}

std::string as_markdown(const Report& report) {
  std::string out;
  for (const auto& [name, value] : report.facts) out += "- " + name + ": " + value + "\n";
  out += "\n";
  bool head = true;
  for (const Cells& cells : table_of(report)) {
    out += "|";
    for (const std::string& cell : cells) out += cell.empty() ? " |" : " " + cell + " |";
    out += head ? "\n|---|---|---|---|---|---|---|\n" : "\n";
    head = false;
  }
  return out + "\n" + held_text(report) + ".\n";
}

std::string as_json(const Report& report) {
  nlohmann::ordered_json facts = nlohmann::ordered_json::object();
  for (const auto& [name, value] : report.facts) facts[name] = value;
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Row& row : report.rows) {
    nlohmann::ordered_json one{{"engine", row.engine},
                               {"case", row.what},
                               {"unit", row.unit == Row::Unit::times ? "times" : "seconds"},
                               {"median", row.value.median},
                               {"min", row.value.least},
                               {"max", row.value.most}};
    if (!row.told.empty()) one["as_told"] = row.told;
    if (row.limit) one["limit"] = *row.limit;
    if (const auto held = row.held()) one["held"] = *held;
    rows.push_back(std::move(one));
  }
  return nlohmann::ordered_json{{"facts", std::move(facts)}, {"rows", std::move(rows)}}.dump(2) +
         "\n";
}

}  // namespace lockstep::benchmarks
