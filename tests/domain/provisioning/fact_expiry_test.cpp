// SPDX-License-Identifier: BSL-1.0
// When facts end, by the store's clock.
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::provisioning;

constexpr Timestamp start = Clock::start;

Fact lasting(std::string key, std::chrono::seconds ttl, std::optional<Timestamp> expires_at = {}) {
  Fact fact = a_fact("fact " + key, key);
  fact.ttl = ttl;
  fact.expires_at = expires_at;
  return fact;
}

Fact get(Executor& db, std::string_view key) { return get_fact(db, "host-001", "os.basic", key); }

TEST_CASE_FIXTURE(Migrated, "facts: of three the expired one is not seen, then removed") {
  on_both([&](Executor& ex) {
    upsert_fact(ex, lasting("for ever", 0s));
    upsert_fact(ex, lasting("future", 3600s, start + 1h));
    upsert_fact(ex, lasting("past", 1s, start - 1h));
    caught<NotFound>(ex, [](Executor& on) { static_cast<void>(get(on, "past")); });
    CHECK(list_facts(ex, {.target_id = "host-001"}).size() == 2);
    CHECK(count(ex, "facts") == 3);
    CHECK(delete_expired_facts(ex) == 1);
    CHECK(count(ex, "facts") == 2);
    CHECK(delete_expired_facts(ex) == 0);
    delete_fact(ex, "fact for ever");
    caught<NotFound>(ex, [](Executor& on) { static_cast<void>(get(on, "for ever")); });
  });
}

TEST_CASE_FIXTURE(Migrated, "facts: one is expired from the very instant of expires_at on") {
  on_both([&](Executor& ex) {
    const Fact made = upsert_fact(ex, lasting("a", 0s, start + 1h));
    const std::array<FactFilter, 4> filters{{{},
                                             {.target_id = "host-001"},
                                             {.namespace_ = "os.basic"},
                                             {.target_id = "host-001", .namespace_ = "os.basic"}}};
    clock.set(start + 1h - 1us);
    CHECK(get(ex, "a") == made);
    for (const FactFilter& filter : filters) CHECK(list_facts(ex, filter) == std::vector{made});
    CHECK(delete_expired_facts(ex) == 0);
    clock.set(start + 1h);
    caught<NotFound>(ex, [](Executor& on) { static_cast<void>(get(on, "a")); });
    for (const FactFilter& filter : filters) CHECK(list_facts(ex, filter).empty());
    CHECK(count(ex, "facts") == 1);
    CHECK(delete_expired_facts(ex) == 1);
    CHECK(count(ex, "facts") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_fact: expires_at is as given, or now + ttl, or never") {
  on_both([&](Executor& ex) {
    CHECK(upsert_fact(ex, lasting("ttl", 90s)).expires_at == start + 90s);
    CHECK_FALSE(upsert_fact(ex, lasting("never", 0s)).expires_at.has_value());
    CHECK(upsert_fact(ex, lasting("both", 90s, start + 5us)).expires_at == start + 5us);
    CHECK(upsert_fact(ex, lasting("given", 0s, start + 5us)).expires_at == start + 5us);
    CHECK(get(ex, "ttl").ttl == 90s);
    clock.advance(10s);
    CHECK(upsert_fact(ex, lasting("ttl", 90s)).expires_at == start + 100s);
    clock.advance(10s);
    CHECK_FALSE(upsert_fact(ex, lasting("ttl", 0s)).expires_at.has_value());
    clock.set(start + 24h * 365 * 1000);
    CHECK_FALSE(get(ex, "never").expires_at.has_value());
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_fact: an expired fact is found by its key, and good again") {
  on_both([&](Executor& ex) {
    const Fact first = upsert_fact(ex, lasting("a", 10s));
    clock.advance(10s);
    CHECK(list_facts(ex).empty());
    Fact again = lasting("a", 10s);
    again.id = "another id";
    again = upsert_fact(ex, again);
    CHECK(again.id == first.id);
    CHECK(again.created_at == first.created_at);
    CHECK(again.expires_at == start + 20s);
    CHECK(get(ex, "a") == again);
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_fact: an expired fact too") {
  on_both([&](Executor& ex) {
    upsert_fact(ex, lasting("a", 10s));
    clock.advance(10s);
    delete_fact(ex, "fact a");
    CHECK(count(ex, "facts") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_fact: a ttl below zero or beyond the year 9999 is refused") {
  on_both([&](Executor& ex) {
    const auto refused = [&](std::chrono::seconds ttl, std::string_view what) {
      const auto e =
          caught<InvalidArgument>(ex, [&](Executor& on) { upsert_fact(on, lasting("a", ttl)); });
      CHECK(e.what() == what);
    };
    refused(-1s, "fact.ttl: negative");
    refused(std::chrono::seconds::max(), "fact.ttl: ends after the year 9999");
    constexpr Timestamp end = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1);
    const auto left = std::chrono::floor<std::chrono::seconds>(end - start);
    refused(left + 1s, "fact.ttl: ends after the year 9999");
    CHECK(count(ex, "facts") == 0);
    CHECK(upsert_fact(ex, lasting("a", left)).expires_at == start + left);
    caught<InvalidArgument>(ex,
                            [&](Executor& on) { upsert_fact(on, lasting("b", -1s, start + 1h)); });
    caught<InvalidArgument>(ex, [&](Executor& on) { upsert_fact(on, lasting("b", 0s, end)); });
  });
}

}  // namespace
}  // namespace lockstep::tests
