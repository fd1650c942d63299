// SPDX-License-Identifier: BSL-1.0
#include <algorithm>

#include "lockstep/parity.hpp"

namespace lockstep {
namespace {

constexpr auto reasons = std::to_array<std::string_view>(
    {"type", "partial index", "length check", "automatic index of a foreign key"});

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

[[noreturn]] void refuse(const std::string& place, const std::string& why) {
  raise(ErrorKind::invalid_data, place + ": " + why);
}

// A line `name = "text"`, without escapes; a comment may follow.
std::pair<std::string_view, std::string_view> parse_line(std::string_view line,
                                                         const std::string& place) {
  const std::size_t equals = line.find('=');
  const std::string_view value = trimmed(line.substr(std::min(equals, line.size() - 1) + 1));
  const std::size_t end = value.find('"', 1);
  if (equals == line.npos || !value.starts_with('"') || end == value.npos ||
      value.find('\\') < end) {
    refuse(place, "expected [[allow]] or name = \"text\"");
  }
  const std::string_view rest = trimmed(value.substr(end + 1));
  if (!rest.empty() && !rest.starts_with('#')) refuse(place, "something stands after the text");
  return {trimmed(line.substr(0, equals)), value.substr(1, end - 1)};
}

ParityReason parse_reason(std::string_view text, const std::string& place) {
  const auto found = std::ranges::find(reasons, text);
  if (found == reasons.end()) {
    refuse(place,
           "no such reason; there are: type, partial index, length check, automatic index of"
           " a foreign key");
  }
  return static_cast<ParityReason>(found - reasons.begin());
}

Engine parse_engine(std::string_view text, const std::string& place) {
  for (const Dialect* dialect : dialects()) {
    if (dialect->name == text) return dialect->engine;
  }
  refuse(place, "no such engine");
}

// The lines of one entry, each name at most once.
struct RawEntry {
  std::string place;
  std::vector<std::pair<std::string_view, std::string_view>> values;

  void add(std::pair<std::string_view, std::string_view> value, const std::string& at) {
    if (find(value.first) != nullptr) refuse(at, "given twice: " + std::string(value.first));
    values.push_back(value);
  }
  [[nodiscard]] const std::string_view* find(std::string_view name) const {
    const auto found =
        std::ranges::find(values, name, &std::pair<std::string_view, std::string_view>::first);
    return found == values.end() ? nullptr : &found->second;
  }
  [[nodiscard]] std::string get(std::string_view name) const {
    const std::string_view* value = find(name);
    return value == nullptr ? std::string() : std::string(*value);
  }
};

void check_names(const RawEntry& raw) {
  constexpr auto known =
      std::to_array<std::string_view>({"reason", "engine", "table", "name", "reference", "other"});
  for (const auto& [name, value] : raw.values) {
    if (std::ranges::find(known, name) == known.end()) {
      refuse(raw.place, "unknown: " + std::string(name));
    }
    if (value.empty()) refuse(raw.place, "empty: " + std::string(name));
  }
  for (const std::string_view needed : {"reason", "engine"}) {
    if (raw.find(needed) == nullptr) refuse(raw.place, "without its " + std::string(needed));
  }
  const bool of_types = raw.get("reason") == "type";
  for (const std::string_view side : {"reference", "other"}) {
    if ((raw.find(side) != nullptr) == of_types) continue;
    refuse(raw.place, of_types ? "the reason type needs reference and other"
                               : "reference and other belong to the reason type");
  }
}

std::vector<RawEntry> parse_entries(std::string_view text, std::string_view file) {
  std::vector<RawEntry> entries;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string place = std::string(file) + ':' + std::to_string(number);
    if (line.empty() || line.starts_with('#')) continue;
    if (line == "[[allow]]") {
      entries.push_back({place, {}});
    } else if (entries.empty()) {
      refuse(place, "it belongs below an [[allow]]");
    } else {
      entries.back().add(parse_line(line, place), place);
    }
  }
  return entries;
}

}  // namespace

std::string_view to_string(ParityReason reason) noexcept {
  return reasons[static_cast<std::size_t>(reason)];
}

std::string to_string(const SchemaDifference& difference) {
  std::string text = difference.table;
  if (difference.part != "table") {
    text += ", " + difference.part + (difference.name.empty() ? "" : ' ' + difference.name);
  }
  if (difference.what == "missing") {
    return text + ": missing on " + difference.other_name + ", on " + difference.reference_name +
           " it is " + difference.reference;
  }
  if (difference.what == "surplus") {
    return text + ": missing on " + difference.reference_name + ", on " + difference.other_name +
           " it is " + difference.other;
  }
  return text + ", " + difference.what + ": " + difference.reference + " on " +
         difference.reference_name + ", " + difference.other + " on " + difference.other_name;
}

ParityAllow ParityAllow::parse(std::string_view text, std::string_view file) {
  ParityAllow allow;
  for (const RawEntry& raw : parse_entries(text, file)) {
    check_names(raw);
    allow.entries_.push_back({parse_reason(raw.get("reason"), raw.place),
                              parse_engine(raw.get("engine"), raw.place), raw.get("table"),
                              raw.get("name"), raw.get("reference"), raw.get("other"), raw.place});
  }
  return allow;
}

bool ParityAllow::explains(const Entry& entry, const SchemaDifference& difference) {
  if (difference.reason != entry.reason || difference.other_engine != entry.engine) return false;
  if (!entry.table.empty() && entry.table != difference.table) return false;
  if (!entry.name.empty() && entry.name != difference.name) return false;
  return entry.reason != ParityReason::type ||
         (entry.reference == difference.reference && entry.other == difference.other);
}

ParityReport check_parity(std::span<const Schema> schemas, const ParityAllow& allow) {
  ParityReport report;
  std::vector<bool> used(allow.entries_.size(), false);
  std::vector<bool> concerned(allow.entries_.size(), false);
  for (std::size_t i = 1; i < schemas.size(); ++i) {
    for (std::size_t n = 0; n < used.size(); ++n) {
      if (allow.entries_[n].engine == schemas[i].engine) concerned[n] = true;
    }
    for (SchemaDifference& difference : compare(schemas.front(), schemas[i])) {
      bool explained = false;
      for (std::size_t n = 0; n < used.size(); ++n) {
        if (!ParityAllow::explains(allow.entries_[n], difference)) continue;
        used[n] = true;
        explained = true;
      }
      (explained ? report.explained : report.unexplained).push_back(std::move(difference));
    }
  }
  for (std::size_t n = 0; n < used.size(); ++n) {
    if (!concerned[n] || used[n]) continue;
    report.unused.push_back(allow.entries_[n].place + ": this entry explains nothing (" +
                            std::string(to_string(allow.entries_[n].reason)) + ", " +
                            std::string(to_string(allow.entries_[n].engine)) + ')');
  }
  return report;
}

}  // namespace lockstep
