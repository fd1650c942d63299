// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/support/print.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

namespace lockstep::benchmarks {
namespace {

struct Scale {
  double one;  // in seconds, bytes or times
  const char* name;
};

Scale scale_of(double value, Row::Unit unit) {
  const double size = std::abs(value);
  if (unit == Row::Unit::times) return {1, "x"};
  if (unit == Row::Unit::bytes) return size < 1e6 ? Scale{1e3, " kB"} : Scale{1e6, " MB"};
  if (size < 1e-6) return {1e-9, " ns"};
  if (size < 1e-3) return {1e-6, " us"};
  return size < 1 ? Scale{1e-3, " ms"} : Scale{1, " s"};
}

std::string digits(double value, Scale scale) {
  const double scaled = value / scale.one;
  std::array<char, 32> text{};
  const int decimals = std::abs(scaled) < 10 ? 2 : std::abs(scaled) < 100 ? 1 : 0;
  std::snprintf(text.data(), text.size(), "%.*f", decimals, scaled);
  return text.data();
}

constexpr std::array signs{"<", ">=", "<="};  // of Row::Bound

std::string limit_text(const Row& row) {
  if (!row.limit) return {};
  const Scale scale = scale_of(*row.limit, row.unit);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%s %g%s", signs[static_cast<std::size_t>(row.bound)],
                *row.limit / scale.one, scale.name);
  return text.data();
}

std::string verdict_text(const Row& row) {
  const std::optional<bool> held = row.held();
  if (!held) return {};
  if (row.stretch) return *held ? "stretch-PASS" : "stretch-open";
  return *held ? "PASS" : "SHORT";
}

std::string parts_text(const Row& row) {
  if (row.parts.empty()) return {};
  return shown(row.parts[0], row.parts_unit) + " / " + shown(row.parts[1], row.parts_unit);
}

using Cells = std::vector<std::string>;

const Cells heads{"engine", "case", "of", "clock", "median", "min - max", "as told", "limit", ""};

Cells cells_of(const Row& row) {
  const Scale scale = scale_of(row.value.median, row.unit);
  return {row.engine,
          row.what,
          parts_text(row),
          row.parts.empty() || row.parts_unit == Row::Unit::bytes ? "" : row.cpu ? "CPU" : "real",
          digits(row.value.median, scale) + scale.name,
          digits(row.value.least, scale) + " - " + digits(row.value.most, scale) + scale.name,
          row.told,
          limit_text(row),
          verdict_text(row)};
}

// Without the columns that would be empty but for their head.
std::vector<Cells> table_of(const Report& report) {
  std::vector<Cells> table{heads};
  for (const Row& row : report.rows) table.push_back(cells_of(row));
  for (std::size_t i = heads.size() - 1; i-- > 0;) {
    const auto empty = [i](const Cells& cells) { return cells[i].empty(); };
    if (!std::all_of(table.begin() + 1, table.end(), empty)) continue;
    for (Cells& cells : table) cells.erase(cells.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return table;
}

const char* unit_text(Row::Unit unit) {
  return unit == Row::Unit::times ? "times" : unit == Row::Unit::bytes ? "bytes" : "seconds";
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
  std::vector<std::size_t> widths(heads.size());
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
    out += "\n";
    if (!std::exchange(head, false)) continue;
    for (std::size_t i = 0; i < cells.size(); ++i) out += "|---";
    out += "|\n";
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
                               {"unit", unit_text(row.unit)},
                               {"median", row.value.median},
                               {"min", row.value.least},
                               {"max", row.value.most}};
    if (!row.parts.empty()) {
      one["of"] = row.parts;
      if (row.parts_unit == Row::Unit::seconds) one["clock"] = row.cpu ? "cpu" : "real";
    }
    if (!row.told.empty()) one["as_told"] = row.told;
    if (row.limit) {
      one["bound"] = signs[static_cast<std::size_t>(row.bound)];
      one["limit"] = *row.limit;
    }
    if (const auto held = row.held()) one["held"] = *held;
    if (row.stretch) one["stretch"] = true;
    rows.push_back(std::move(one));
  }
  return nlohmann::ordered_json{{"facts", std::move(facts)}, {"rows", std::move(rows)}}.dump(2) +
         "\n";
}

}  // namespace lockstep::benchmarks
