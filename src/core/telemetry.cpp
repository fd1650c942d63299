// SPDX-License-Identifier: BSL-1.0
#include "core/telemetry.hpp"

#include <array>
#include <charconv>

namespace lockstep {

std::string_view to_string(PoolEvent::Kind kind) noexcept {
  constexpr std::array<std::string_view, 10> names{
      "opened",        "open_failed", "acquired",         "acquire_failed",  "released",
      "closed_broken", "closed_idle", "closed_idle_time", "closed_lifetime", "closed_with_pool"};
  return names[static_cast<std::size_t>(kind)];
}

namespace detail {
namespace {

// "1.204 s"
std::string seconds(std::chrono::nanoseconds duration) {
  std::array<char, 32> text{};
  const double value = std::chrono::duration<double>(duration).count();
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, 3);
  return std::string(text.data(), end.ptr) + " s";
}

}  // namespace

Telemetry::Telemetry(Engine engine, const DatabaseOptions& options)
    : engine_(engine),
      options_(options),
      watches_statements_(
          options.observer != nullptr ||
          (options.slow_statement > std::chrono::nanoseconds(0) && options.warning != nullptr)) {}

void Telemetry::statement(StatementEvent event) const noexcept {
  event.engine = engine_;
  try {
    if (options_.observer != nullptr) options_.observer->on_statement(event);
  } catch (...) {
  }
  try {
    warn_if_slow(event);
  } catch (...) {
  }
}

void Telemetry::warn_if_slow(const StatementEvent& event) const {
  const auto total = event.wait + event.execute + event.fetch;
  if (options_.slow_statement <= std::chrono::nanoseconds(0) || !options_.warning) return;
  if (total <= options_.slow_statement) return;
  std::string text = "slow statement ";
  text += event.name;
  text += ": " + seconds(total) + " (wait " + seconds(event.wait) + ", execute " +
          seconds(event.execute) + ", fetch " + seconds(event.fetch) + "), " +
          std::to_string(event.rows) + " rows";
  if (event.error) text += ", " + std::string(to_string(*event.error));
  text += ", at " + std::string(event.at.file) + ":" + std::to_string(event.at.line);
  options_.warning(text);
}

void Telemetry::pool(PoolEvent::Kind kind, std::chrono::nanoseconds duration,
                     std::string_view message) const noexcept {
  if (options_.observer == nullptr) return;
  try {
    options_.observer->on_pool({kind, engine_, duration, message});
  } catch (...) {
  }
}

void Telemetry::warn(std::string_view text) const noexcept {
  if (!options_.warning) return;
  try {
    options_.warning(text);
  } catch (...) {
  }
}

}  // namespace detail
}  // namespace lockstep
