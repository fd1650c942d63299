// SPDX-License-Identifier: BSL-1.0
#include "cli/story.hpp"

#include <algorithm>

#include "cli/terminal.hpp"

namespace lockstep::cli {

Timestamp StoryClock::now() const {
  if (now_) return *now_;
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::string pad(std::string_view text, std::size_t width) {
  std::string out(text);
  out.resize(std::max(width, out.size() + 1), ' ');
  return out;
}

std::string clock_time(Timestamp t) { return format_timestamp(t).substr(11, 5); }

std::string listed(const std::vector<std::string>& texts) {
  if (texts.empty()) return "none";
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

void title(std::string_view text) {
  print("");
  print(styled(Style::bold, text));
}

void title(StoryClock& clock, std::chrono::minutes after_midnight, std::string_view text) {
  clock.set(after_midnight);
  title(clock_time(clock.now()) + ", " + std::string(text));
}

void tell(std::string_view what, std::string_view name, std::string_view rest) {
  print("  " + pad(what, 17) + pad(name, 22) + std::string(rest));
}

// Of a foreign key the operation is told: SQLite knows neither its name nor its table.
void tell_error(std::string_view what, const Error& error) {
  std::string text = error.info().what;
  if (text.empty()) text = phrase(error.kind());
  if (error.kind() == ErrorKind::duplicate && !error.engine().empty()) {
    text += " on " + error.table() + ", " + error.constraint();
  } else if (error.kind() == ErrorKind::foreign_key) {
    text += " in " + error.statement();
  }
  const std::string code =
      error.native_code() != 0 ? std::to_string(error.native_code()) : error.sqlstate();
  if (!code.empty()) text += "  [" + std::string(error.engine()) + " " + code + "]";
  tell(to_string(error.kind()), what, text);
}

}  // namespace lockstep::cli
