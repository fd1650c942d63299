// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"
#include "support/threads.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::agent;

DeadLetter due(std::string id, UnixMs at) {
  DeadLetter letter = dead_letter(std::move(id));
  letter.next_retry_at = at;
  return letter;
}

TEST_CASE_FIXTURE(Migrated, "a dead letter's life: save, wait, retry, resolve") {
  on_both([&](Executor& ex) {
    const DeadLetter saved = save_dead_letter(ex, due("d-1", start_ms + 1h));
    CHECK(saved.created_at == start_ms);
    CHECK(get_dead_letter(ex, "d-1") == saved);
    CHECK(list_retryable(ex).empty());
    const DeadLetter tried = increment_retry(ex, "d-1", start_ms - 1s);
    CHECK(tried.retry_count == 1);
    CHECK(list_retryable(ex) == std::vector<DeadLetter>{tried});
    const DeadLetter resolved = resolve_dead_letter(ex, "d-1");
    CHECK(resolved.resolved_at == start_ms);
    CHECK(list_retryable(ex).empty());
    clock.advance(1s);
    CHECK(resolve_dead_letter(ex, "d-1").resolved_at == start_ms + 1s);
  });
}

TEST_CASE_FIXTURE(Migrated, "save_dead_letter: every member comes back; again overwrites them") {
  on_both([&](Executor& ex) {
    DeadLetter full = dead_letter("d-1");
    full.target_thread = "1.0";
    full.message = std::string(100'000, 'm');
    full.error = "";
    full.created_at = 1ms;
    full.retry_count = 3;
    full.next_retry_at = 2ms;
    full.resolved_at = 3ms;
    CHECK(save_dead_letter(ex, full) == full);
    CHECK(get_dead_letter(ex, "d-1") == full);
    DeadLetter bare = dead_letter("d-1");
    bare.target_thread = "";
    bare.next_retry_at = bare.resolved_at = 0ms;
    bare = save_dead_letter(ex, bare);
    CHECK_FALSE(bare.target_thread.has_value());
    CHECK_FALSE(bare.next_retry_at.has_value());
    CHECK_FALSE(bare.resolved_at.has_value());
    CHECK(bare.created_at == start_ms);
    CHECK(get_dead_letter(ex, "d-1") == bare);
    CHECK(count(ex, "dead_letters") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "list_retryable: due and open, those due first in front, limited") {
  on_both([&](Executor& ex) {
    save_dead_letter(ex, due("later", start_ms + 1ms));
    save_dead_letter(ex, due("now", start_ms));
    save_dead_letter(ex, dead_letter("given up"));
    save_dead_letter(ex, due("b", start_ms - 5ms));
    save_dead_letter(ex, due("a", start_ms - 5ms));
    DeadLetter old = due("z", start_ms - 5ms);
    old.created_at = start_ms - 1ms;
    save_dead_letter(ex, old);
    DeadLetter done = due("done", start_ms - 5ms);
    done.resolved_at = start_ms;
    save_dead_letter(ex, done);
    CHECK(ids(list_retryable(ex)) == Ids{"z", "a", "b", "now"});
    CHECK(ids(list_retryable(ex, 2)) == Ids{"z", "a"});
    CHECK(list_retryable(ex, 0).empty());
    caught<InvalidArgument>(ex, [](Executor& on) { static_cast<void>(list_retryable(on, -1)); });
  });
}

TEST_CASE_FIXTURE(Migrated, "increment_retry: no time and a time of 0 give up") {
  on_both([&](Executor& ex) {
    save_dead_letter(ex, due("d-1", start_ms));
    for (const auto never : {std::optional<UnixMs>(), std::optional(UnixMs(0))}) {
      increment_retry(ex, "d-1", start_ms);
      CHECK(list_retryable(ex).size() == 1);
      CHECK_FALSE(increment_retry(ex, "d-1", never).next_retry_at.has_value());
      CHECK(list_retryable(ex).empty());
    }
    CHECK(get_dead_letter(ex, "d-1").retry_count == 4);
  });
}

TEST_CASE_FIXTURE(Migrated, "dead letters: one that is not there is NotFound") {
  on_both([&](Executor& ex) {
    const auto statement_of = [&](auto&& f) { return caught<NotFound>(ex, f).statement(); };
    CHECK(statement_of([](Executor& on) { static_cast<void>(get_dead_letter(on, "x")); }) ==
          "agent.get_dead_letter");
    CHECK(statement_of([](Executor& on) { increment_retry(on, "x", 1ms); }) ==
          "agent.increment_retry");
    CHECK(statement_of([](Executor& on) { resolve_dead_letter(on, "x"); }) ==
          "agent.resolve_dead_letter");
  });
}

TEST_CASE_FIXTURE(Migrated, "dead letters: bad keys and members are InvalidArgument") {
  on_both([&](Executor& ex) {
    using Key = const std::string&;
    const auto refuse = [&](auto&& f) { check_refuses_bad_keys(ex, "dead_letter.id", f); };
    refuse([](Executor& on, Key key) { save_dead_letter(on, dead_letter(key)); });
    refuse([](Executor& on, Key key) { static_cast<void>(get_dead_letter(on, key)); });
    refuse([](Executor& on, Key key) { increment_retry(on, key, 1ms); });
    refuse([](Executor& on, Key key) { resolve_dead_letter(on, key); });
    const auto refuse_member = [&](std::string_view what, auto&& change) {
      DeadLetter bad = dead_letter("d-1");
      change(bad);
      const auto e = caught<InvalidArgument>(ex, [&](Executor& on) { save_dead_letter(on, bad); });
      CHECK(std::string_view(e.what()).starts_with(std::string(what) + ": "));
    };
    refuse_member("dead_letter.target_channel", [](DeadLetter& d) { d.target_channel = ""; });
    refuse_member("dead_letter.target_thread",
                  [](DeadLetter& d) { d.target_thread = std::string(65, '1'); });
    refuse_member("dead_letter.created_at", [](DeadLetter& d) { d.created_at = -1ms; });
    refuse_member("dead_letter.retry_count", [](DeadLetter& d) { d.retry_count = -1; });
    refuse_member("dead_letter.next_retry_at", [](DeadLetter& d) { d.next_retry_at = -1ms; });
    refuse_member("dead_letter.resolved_at", [](DeadLetter& d) { d.resolved_at = -1ms; });
    CHECK(count(ex, "dead_letters") == 0);
    save_dead_letter(ex, dead_letter("d-1"));
    check_refuses_negative_time(ex, "dead_letter.next_retry_at", [](Executor& on, UnixMs time) {
      increment_retry(on, "d-1", time);
    });
    CHECK(get_dead_letter(ex, "d-1").retry_count == 0);
  });
}

TEST_CASE("next_retry: twice as long each time, up to the cap") {
  const Backoff backoff{.base = 5min, .cap = 1h};
  CHECK(next_retry(1s, 0, backoff) == 1s + 5min);
  CHECK(next_retry(1s, 1, backoff) == 1s + 10min);
  CHECK(next_retry(1s, 3, backoff) == 1s + 40min);
  CHECK(next_retry(1s, 4, backoff) == 1s + 1h);
  CHECK(next_retry(1s, std::numeric_limits<std::int32_t>::max(), backoff) == 1s + 1h);
  CHECK(next_retry(0s, 0) == 5min);
  CHECK(next_retry(0s, 100) == 6h);
  CHECK(next_retry(1s, 7, {.base = 0s, .cap = 1h}) == 1s);
  CHECK(next_retry(0s, 63, {.base = 1ms, .cap = UnixMs::max()}) == UnixMs::max());
  CHECK(next_retry(1s, 0, {.base = 2h, .cap = 1h}) == 1s + 1h);
  CHECK_THROWS_AS(static_cast<void>(next_retry(0s, -1)), InvalidArgument);
  CHECK_THROWS_AS(static_cast<void>(next_retry(0s, 0, {.base = -1ms})), InvalidArgument);
  CHECK_THROWS_AS(static_cast<void>(next_retry(0s, 0, {.cap = -1ms})), InvalidArgument);
}

TEST_SUITE_BEGIN("concurrent");

TEST_CASE_FIXTURE(Migrated, "increment_retry: none is lost between threads") {
  save_dead_letter(db, dead_letter("d-1"));
  CHECK(in_threads(db, 8, [](Database& own, int) {
          for (int i = 0; i < 20; ++i) increment_retry(own, "d-1", 1ms);
        }) == 0);
  CHECK(get_dead_letter(db, "d-1").retry_count == 160);
}

TEST_SUITE_END();

}  // namespace
}  // namespace lockstep::tests
