// SPDX-License-Identifier: BSL-1.0
// Upserts of several sessions at once.
#include <thread>

#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::provisioning;

// Runs body(Database&, thread's number) in two threads, each with a Database of its own if the
// target has more than one way in, and returns what went wrong.
template <class F>
std::vector<std::string> in_two_threads(Database& db, F&& body) {
  std::array<std::string, 2> errors;
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&, t] {
      try {
        if (shareable()) {
          Database own = open_again();
          body(own, t);
        } else {
          body(db, t);
        }
      } catch (const std::exception& e) {
        errors[static_cast<std::size_t>(t)] = e.what();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::string> told;
  for (const std::string& error : errors) {
    if (!error.empty()) told.push_back(error);
  }
  return told;
}

TEST_SUITE_BEGIN("concurrent");

TEST_CASE_FIXTURE(Migrated, "upsert_fact: the same facts from two sessions leave one row each") {
  constexpr int keys = 50;
  std::atomic<int> ready{0};
  const auto errors = in_two_threads(db, [&](Database& own, int t) {
    own.ping();
    for (++ready; ready < 2;) std::this_thread::yield();
    for (int k = 0; k < keys; ++k) {
      Fact fact = a_fact(std::to_string(t) + " " + std::to_string(k), std::to_string(k));
      fact.value = {std::to_string(t)};
      const Fact stored = upsert_fact(own, fact);
      if (stored.key != fact.key) throw std::logic_error("another fact");
    }
  });
  CHECK(errors == std::vector<std::string>{});
  CHECK(list_facts(db).size() == keys);
}

TEST_CASE_FIXTURE(Migrated, "upsert_resource_state: the same from two sessions leave one row") {
  create_run(db, a_run("run-1"));
  const auto errors = in_two_threads(db, [&](Database& own, int t) {
    for (int k = 0; k < 50; ++k) {
      upsert_resource_state(own, a_state(std::to_string(t), "apache2", "run-1"));
    }
  });
  CHECK(errors == std::vector<std::string>{});
  CHECK(list_resource_states(db).size() == 1);
}

TEST_CASE_FIXTURE(Migrated, "upsert_fact: two transactions that insert neighbours do not wait") {
  if (!db.capabilities().concurrent_writers) return;
  const TransactionOptions options{.deadline = 20s};
  Database second = open_again();
  Transaction one = db.begin(options);
  Transaction two = second.begin(options);
  upsert_fact(one, a_fact("1", "a"));
  upsert_fact(two, a_fact("2", "b"));
  upsert_fact(one, a_fact("3", "c"));
  upsert_fact(two, a_fact("4", "d"));
  one.commit();
  two.commit();
  CHECK(list_facts(db).size() == 4);
}

TEST_SUITE_END();

}  // namespace
}  // namespace lockstep::tests
