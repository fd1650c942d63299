// SPDX-License-Identifier: BSL-1.0
// What a server refuses an account: a wrong password, a right that it lacks, one connection too
// many. SQLite has no accounts.
#include <future>
#include <thread>

#include "support/faults.hpp"
#include "support/samples.hpp"
#include "support/server.hpp"

using namespace lockstep;
using namespace lockstep::tests;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(Samples, "Unauthenticated: a wrong password, which no message repeats") {
  if (!has_server()) return;
  ServerUrl url = server_url();
  url.password = "wrong-secret";
  const auto e = caught<Unauthenticated>(db, [&](Executor&) { (void)Database::open(url.text()); });
  check_told(e, db, "");
  CHECK(std::string_view(e.what()).find(url.database) != std::string_view::npos);
  CHECK(std::string_view(e.what()).find("wrong-secret") == std::string_view::npos);
  CHECK(e.server_message().find("wrong-secret") == std::string::npos);
}

TEST_CASE_FIXTURE(Samples, "PermissionDenied: a row that the account may not write") {
  if (!has_server()) return;
  Database guest = Database::open(guest_url().text());
  const auto alone = caught<PermissionDenied>(guest, [&](Executor& on) { insert(on, "a"); });
  check_told(alone, guest, "test.sample_insert");
  const auto inside =
      poisons<PermissionDenied>(guest, [&](Transaction& tx) { insert(tx, "secret-value"); });
  check_told(inside, guest, "test.sample_insert");
  CHECK(inside.server_message().find("secret-value") == std::string::npos);
  CHECK(count(db) == 0);
}

TEST_CASE_FIXTURE(Samples, "PermissionDenied: a table that the account may not make or drop") {
  if (!has_server()) return;
  Database guest = Database::open(guest_url().text());
  static constexpr Sql drop{"test.drop", "DROP TABLE counters"};
  check_told(caught<PermissionDenied>(guest, [](Executor& on) { on.execute(drop); }), guest,
             "test.drop");
  CHECK(db.fetch_value<int>("SELECT COUNT(*) FROM counters") == 0);
}

TEST_CASE_FIXTURE(Samples, "TooManyConnections: told at opening; a pool that works waits for one") {
  if (!has_server()) return;
  constexpr int surely_too_many = 20;
  Database pool = Database::open(guest_url().text());
  Transaction holder = pool.begin();
  std::vector<Database> guests;
  const auto e = caught<TooManyConnections>(db, [&](Executor&) {
    for (int i = 0; i < surely_too_many; ++i) guests.push_back(Database::open(guest_url().text()));
  });
  check_told(e, db, "");
  auto waiting = std::async(std::launch::async,
                            [&] { pool.begin({.deadline = std::chrono::minutes(1)}).commit(); });
  const auto waits = [&] { return waiting.wait_for(0s) != std::future_status::ready; };
  while (pool.stats().open_failures == 0 && waits()) std::this_thread::yield();
  CHECK(waits());
  guests.clear();
  CHECK_NOTHROW(waiting.get());
  CHECK(holder.fetch_value<int>("SELECT 1") == 1);
}
