// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/raw/text.hpp"

#include <functional>
#include <stdexcept>

#include "lockstep/scheduler/scheduler.hpp"

namespace lockstep::benchmarks {
namespace {

std::string rewritten(std::string_view text, const std::function<std::string()>& placeholder) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz_";
  std::string out;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    out += text.substr(0, colon);
    if (colon == std::string_view::npos) break;
    out += placeholder();
    const std::size_t end = text.find_first_not_of(letters, colon + 1);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end);
  }
  return out;
}

}  // namespace

std::string numbered(std::string_view text) {
  int number = 0;
  return rewritten(text, [&] { return "$" + std::to_string(++number); });
}

std::string with_question_marks(std::string_view text) {
  return rewritten(text, [] { return "?"; });
}

const Sql& scheduler_statement(std::string_view name) {
  for (const Sql* sql : scheduler::statements()) {
    if (sql->name() == name) return *sql;
  }
  throw std::logic_error("the scheduler has no statement " + std::string(name));
}

}  // namespace lockstep::benchmarks
