// SPDX-License-Identifier: BSL-1.0
// claim_rows over a small table: one winner for each row.
#include "lockstep/claim.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>

#include "support/target.hpp"

using namespace lockstep;
using namespace lockstep::tests;

TEST_SUITE_BEGIN("claims");

namespace {

constexpr Sql drop_tickets{"test.drop_tickets", "DROP TABLE IF EXISTS tickets"};
constexpr Sql create_tickets{
    "test.create_tickets",
    "CREATE TABLE tickets (id INTEGER NOT NULL CONSTRAINT pk_tickets PRIMARY KEY, holder TEXT, "
    "held_until TEXT, fence INTEGER NOT NULL)",
    {.postgres = "CREATE TABLE tickets (id BIGINT NOT NULL CONSTRAINT pk_tickets PRIMARY KEY, "
                 "holder VARCHAR(255), held_until TIMESTAMPTZ(6), fence BIGINT NOT NULL)",
     .mysql =
         "CREATE TABLE tickets (id BIGINT NOT NULL, holder VARCHAR(255), held_until DATETIME(6), "
         "fence BIGINT NOT NULL, CONSTRAINT pk_tickets PRIMARY KEY (id)) ENGINE=InnoDB"}};
constexpr Sql insert_ticket{"test.insert_ticket", "INSERT INTO tickets (id, fence) VALUES (?, 0)"};
constexpr Sql free_tickets{"test.free_tickets",
                           "SELECT COUNT(*) FROM tickets WHERE holder IS NULL"};
constexpr Sql free_ticket{
    "test.free_ticket",
    "UPDATE tickets SET holder = NULL WHERE id = :id AND holder = :holder AND fence = :fence"};

constexpr std::string_view free_text =
    "SELECT id FROM tickets WHERE holder IS NULL ORDER BY id LIMIT :limit";
constexpr std::string_view free_skip_text =
    "SELECT id FROM tickets WHERE holder IS NULL ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED";
constexpr Sql candidates{
    "test.candidates", free_text, {.postgres = free_skip_text, .mysql = free_skip_text}};
constexpr Sql candidates_unlocked{"test.candidates_unlocked", free_text};
constexpr Sql mark{
    "test.mark",
    "UPDATE tickets SET holder = :holder, fence = fence + 1, "
    "held_until = strftime('%Y-%m-%d %H:%M:%f000', 'now', '+60 seconds') "
    "WHERE id = :key AND holder IS NULL",
    {.postgres = "UPDATE tickets SET holder = :holder, fence = fence + 1, "
                 "held_until = clock_timestamp() + INTERVAL '60 seconds' "
                 "WHERE id = :key AND holder IS NULL",
     .mysql =
         "UPDATE tickets SET holder = :holder, fence = fence + 1, "
         "held_until = UTC_TIMESTAMP(6) + INTERVAL 60 SECOND WHERE id = :key AND holder IS NULL"}};
constexpr Sql read_ticket{"test.read_ticket",
                          "SELECT id, holder, held_until, fence FROM tickets WHERE id = :key"};
constexpr ClaimSql ticket_claim{.candidates = candidates,
                                .candidates_unlocked = candidates_unlocked,
                                .mark = mark,
                                .read = read_ticket};

struct Ticket {
  std::int64_t id = 0;
  std::string holder;
  Timestamp until = {};
  std::int64_t fence = 0;

  static constexpr void columns(auto&& column) {
    column("id", &Ticket::id);
    column("holder", &Ticket::holder);
    column("held_until", &Ticket::until);
    column("fence", &Ticket::fence);
  }
};

std::vector<Ticket> claim(Database& db, std::string_view holder, int limit,
                          const ClaimSql& sql = ticket_claim) {
  return claim_rows<Ticket, std::int64_t>(db, sql, {}, named("holder", holder),
                                          named("limit", limit));
}

// Fixture: a table of tickets, empty at first.
class Tickets {
 public:
  Tickets() {
    db.execute(drop_tickets);
    db.execute(create_tickets);
  }
  Tickets(const Tickets&) = delete;
  Tickets& operator=(const Tickets&) = delete;
  ~Tickets() { db.execute(drop_tickets); }

  void fill(int count) {
    db.transaction([&](Transaction& tx) {
      for (int i = 1; i <= count; ++i) tx.execute(insert_ticket, i);
    });
  }

  // Eight threads claim, until nothing is free or, giving back, for some rounds. The
  // fences that each ticket was claimed under must be 1, 2, 3 ... without a gap.
  void race(const DatabaseOptions& options, bool give_back) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        try {
          if (shareable()) {
            Database own = open_again(options);
            work(own, t, give_back);
          } else {
            work(db, t, give_back);
          }
        } catch (const Error& e) {
          MESSAGE(std::string(e.what()));
          ++wrong;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
    for (auto& entry : fences) {
      CAPTURE(entry.first);
      auto& list = entry.second;
      std::ranges::sort(list);
      for (std::size_t i = 0; i < list.size(); ++i) {
        CHECK(list[i] == static_cast<std::int64_t>(i) + 1);
      }
    }
  }

  Migrated base;
  Database& db = base.db;
  std::mutex mutex;
  std::map<std::int64_t, std::vector<std::int64_t>> fences;
  std::atomic<int> wrong{0};

 private:
  void work(Database& own, int t, bool give_back) {
    const std::string holder = "h-" + std::to_string(t);
    for (int round = 0; give_back ? round < 15 : own.fetch_value<int>(free_tickets) > 0; ++round) {
      for (const Ticket& ticket : claim(own, holder, 1 + t % 3)) {
        {
          const std::lock_guard lock(mutex);
          fences[ticket.id].push_back(ticket.fence);
        }
        if (ticket.holder != holder) ++wrong;
        if (give_back) own.execute_one(free_ticket, ticket.id, holder, ticket.fence);
      }
    }
  }
};

}  // namespace

TEST_CASE_FIXTURE(Tickets, "claim_rows: returns what is stored, in the order of the candidates") {
  fill(3);
  const auto claimed = claim(db, "one", 2);
  REQUIRE(claimed.size() == 2);
  CHECK(claimed[0].id == 1);
  CHECK(claimed[1].id == 2);
  CHECK(claimed[0].holder == "one");
  CHECK(claimed[0].fence == 1);
  const Timestamp now =
      std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  CHECK(claimed[0].until > now);
  CHECK(claimed[0].until <= now + std::chrono::seconds(60));
  CHECK(claim(db, "two", 5).size() == 1);
  CHECK(claim(db, "three", 5).empty());
  CHECK(db.fetch_value<std::string>("SELECT holder FROM tickets WHERE id = 3") == "two");
}

TEST_CASE_FIXTURE(Tickets, "claim_rows: an error undoes the whole claim") {
  fill(3);
  static constexpr Sql narrow{"test.narrow", "SELECT id FROM tickets WHERE id = :key"};
  const ClaimSql broken{.candidates = candidates,
                        .candidates_unlocked = candidates_unlocked,
                        .mark = mark,
                        .read = narrow};
  CHECK_THROWS_AS(static_cast<void>(claim(db, "one", 2, broken)), MappingError);
  CHECK(db.fetch_value<int>(free_tickets) == 3);
  CHECK_THROWS_AS(
      static_cast<void>(claim_rows<Ticket, std::int64_t>(db, ticket_claim, {}, named("limit", 1))),
      InvalidArgument);
  CHECK_THROWS_AS(static_cast<void>(claim_rows<Ticket, std::int64_t>(
                      db, ticket_claim, {.retries = -1}, named("limit", 1))),
                  InvalidArgument);
  CHECK(db.fetch_value<int>(free_tickets) == 3);
}

TEST_CASE_FIXTURE(Tickets, "claim_rows: candidates that are no longer free are not returned") {
  fill(2);
  // Candidates that lie: all rows, also those that are taken.
  static constexpr Sql all{"test.all", "SELECT id FROM tickets ORDER BY id LIMIT :limit"};
  const ClaimSql lying{
      .candidates = all, .candidates_unlocked = all, .mark = mark, .read = read_ticket};
  CHECK(claim(db, "one", 1, lying).size() == 1);
  const auto rest = claim(db, "two", 2, lying);
  REQUIRE(rest.size() == 1);
  CHECK(rest.front().id == 2);
  CHECK(claim(db, "three", 2, lying).empty());
}

TEST_CASE_FIXTURE(Tickets, "claim_rows: eight threads, each row has one winner") {
  fill(150);
  race({}, false);
  CHECK(fences.size() == 150);
  for (const auto& [id, list] : fences) CHECK(list.size() == 1);
}

TEST_CASE_FIXTURE(Tickets, "claim_rows: eight threads, one winner also without SKIP LOCKED") {
  fill(60);
  race({.allowed = {.skip_locked = false}}, false);
  CHECK(fences.size() == 60);
  for (const auto& [id, list] : fences) CHECK(list.size() == 1);
}

TEST_CASE_FIXTURE(Tickets, "claim_rows: eight threads claim and give back, fences grow by one") {
  fill(10);
  race({}, true);
  std::size_t claims = 0;
  for (const auto& [id, list] : fences) claims += list.size();
  CHECK(claims > 10);
}

TEST_SUITE_END();
