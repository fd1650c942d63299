// SPDX-License-Identifier: BSL-1.0
// Other ways to the same databases, each as its own documentation has it: what it keeps prepared is
// kept, and what it does by itself it does.
#pragma once

#include <memory>

#include "benchmarks/peers/target.hpp"
#include "benchmarks/support/side.hpp"

namespace lockstep::benchmarks {

// What a contest does not ask of a peer.
class PeerSide : public Side {
 public:
  void stream(const std::function<void(const Job&)>& visit) override {
    for (const Job& job : list()) visit(job);
  }
  [[nodiscard]] std::vector<scheduler::ClaimedRun> claim(const scheduler::ClaimRequest&) override {
    return {};
  }
  void give_back_runs() override {}
  void clear() override {}
};

// An instant from a text as
// "YYYY-MM-DD HH:MM:SS.ffffff", or as PostgreSQL has it: with the zone, and no zeros at the end.
// For peers whose own type of time has no microseconds.
[[nodiscard]] Timestamp instant_of(std::string_view text);

// A statement of jobs.hpp that reads jobs, with its times cast to text where they are not text.
[[nodiscard]] std::string times_as_text(std::string_view text, Engine engine);

// SOCI as in its examples: a statement and its exchange objects for each call.
[[nodiscard]] std::unique_ptr<Side> soci_once(const Target& target);
// With statements that are kept, bound to the same variables.
[[nodiscard]] std::unique_ptr<Side> soci_kept(const Target& target);
// Lists and many rows by vectors of 1,000.
[[nodiscard]] std::unique_ptr<Side> soci_vectors(const Target& target);

[[nodiscard]] std::unique_ptr<Side> sqlitecpp(const Target& target);
[[nodiscard]] std::unique_ptr<Side> libpqxx(const Target& target);
[[nodiscard]] std::unique_ptr<Side> qt_sql(const Target& target);
[[nodiscard]] std::unique_ptr<Side> poco_data(const Target& target);

}  // namespace lockstep::benchmarks
