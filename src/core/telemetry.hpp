// SPDX-License-Identifier: BSL-1.0
// What a pool and its connections tell to the outside: events, warnings, counts.
//
// Thread rule: every member function may be called from any thread.
#pragma once

#include <atomic>

#include "core/statement_cache.hpp"
#include "lockstep/database.hpp"

namespace lockstep::detail {

class Telemetry {
 public:
  // Keeps a reference to the options.
  Telemetry(Engine engine, const DatabaseOptions& options);

  // Whether events of statements are wanted; without, nobody needs to look at the clock.
  [[nodiscard]] bool watches_statements() const noexcept { return watches_statements_; }
  [[nodiscard]] std::chrono::steady_clock::time_point now() const {
    return options_.steady_clock();
  }

  // Completes the event with the engine. What a callback throws is dropped.
  void statement(StatementEvent event) const noexcept;
  void pool(PoolEvent::Kind kind, std::chrono::nanoseconds duration,
            std::string_view message = {}) const noexcept;
  void warn(std::string_view text) const noexcept;

  CacheCounters cache;

 private:
  void warn_if_slow(const StatementEvent& event) const;

  const Engine engine_;
  const DatabaseOptions& options_;
  const bool watches_statements_;
};

}  // namespace lockstep::detail
