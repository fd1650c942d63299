// SPDX-License-Identifier: BSL-1.0
// The statistics of the syncer, of the collector and of the sender of webhooks, whose operations
// are alike.
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

template <class T>
struct Operations;

template <>
struct Operations<SyncerStats> {
  static constexpr std::string_view table = "syncer_stats";
  static constexpr auto create = create_syncer_stats;
  static constexpr auto get = get_syncer_stats;
};

template <>
struct Operations<StatsCollectorStats> {
  static constexpr std::string_view table = "stats_collector_stats";
  static constexpr auto create = create_stats_collector_stats;
  static constexpr auto get = get_stats_collector_stats;
};

template <>
struct Operations<WebhookHandlerStats> {
  static constexpr std::string_view table = "webhook_handler_stats";
  static constexpr auto create = create_webhook_handler_stats;
  static constexpr auto get = get_webhook_handler_stats;
};

template <class T>
T period(std::string id, Timestamp start, Timestamp end) {
  return {.stats_period_id = std::move(id), .start_time = start, .end_time = end};
}

// Gives each figure a value of its own.
template <class T>
struct Fill {
  T& row;
  std::int64_t next = 1;

  void operator()(std::string_view, auto member) { set(row.*member); }

 private:
  void set(std::string&) {}
  void set(Timestamp&) {}
  void set(std::int64_t& counter) { counter = next++; }
  void set(std::optional<std::int64_t>& figure) { figure = next++; }
  void set(std::optional<double>& figure) { figure = static_cast<double>(next++) + 0.1; }
  template <class R, class P>
  void set(std::optional<std::chrono::duration<R, P>>& figure) {
    R count{};
    if constexpr (std::is_floating_point_v<R>) {
      count = static_cast<R>(next++) + R(0.1);
    } else {
      count = next++;
    }
    figure = std::chrono::duration<R, P>(count);
  }
};

TEST_CASE_TEMPLATE("period statistics: every figure comes back as it went in", T, SyncerStats,
                   StatsCollectorStats, WebhookHandlerStats) {
  Migrated fixture;
  using On = Operations<T>;
  fixture.on_both([&](Executor& ex) {
    T given = period<T>("p-1", noon, noon + 1min);
    Columns<T>::each(Fill<T>{given});
    CHECK(On::create(ex, given) == given);
    const T bare = On::create(ex, period<T>("p-2", noon + 1min, noon + 2min));
    CHECK(On::get(ex, noon, noon + 1h) == std::vector<T>{given, bare});
    CHECK_FALSE(bare.avg_inbox_length.has_value());
  });
}

TEST_CASE_TEMPLATE("period statistics: a period that exists is Duplicate", T, SyncerStats,
                   StatsCollectorStats, WebhookHandlerStats) {
  Migrated fixture;
  using On = Operations<T>;
  fixture.on_both([&](Executor& ex) {
    On::create(ex, period<T>("p-1", noon, noon + 1min));
    const auto e = caught<Duplicate>(
        ex, [](Executor& on) { On::create(on, period<T>("p-1", noon + 1min, noon + 2min)); });
    CHECK(e.constraint() == "pk_" + std::string(On::table));
    CHECK(e.columns() == std::vector<std::string>{"stats_period_id"});
    CHECK(count(ex, On::table) == 1);
  });
}

TEST_CASE_TEMPLATE("period statistics: those that overlap a window, by start, ties by id", T,
                   SyncerStats, StatsCollectorStats, WebhookHandlerStats) {
  Migrated fixture;
  using On = Operations<T>;
  fixture.on_both([&](Executor& ex) {
    On::create(ex, period<T>("day", noon - 12h, noon + 12h));
    On::create(ex, period<T>("b", noon, noon + 1h));
    On::create(ex, period<T>("a", noon, noon + 2h));
    On::create(ex, period<T>("next", noon + 1h, noon + 2h));
    const auto found = [&](Timestamp start, Timestamp end) {
      return ids(On::get(ex, start, end), &T::stats_period_id);
    };
    CHECK(found(noon, noon + 90min) == Ids{"day", "a", "b", "next"});
    CHECK(found(noon + 1h, noon + 2h) == Ids{"day", "a", "next"});
    CHECK(found(noon - 1h, noon) == Ids{"day"});
    CHECK(found(noon + 12h, noon + 13h).empty());
    CHECK(found(noon + 1h - 1us, noon + 1h) == Ids{"day", "a", "b"});
    const auto e = caught<InvalidArgument>(
        ex, [](Executor& on) { static_cast<void>(On::get(on, noon, noon - 1us)); });
    CHECK(std::string_view(e.what()).starts_with(On::table));
  });
}

TEST_CASE_TEMPLATE("period statistics: keys and figures are checked before sending", T, SyncerStats,
                   StatsCollectorStats, WebhookHandlerStats) {
  Migrated fixture;
  using On = Operations<T>;
  fixture.on_both([&](Executor& ex) {
    check_refuses_bad_keys(ex, std::string(On::table) + ".stats_period_id",
                           [](Executor& on, std::string key) {
                             On::create(on, period<T>(std::move(key), noon, noon + 1h));
                           });
    T wrong = period<T>("p-1", noon, noon + 1h);
    wrong.avg_inbox_length = std::numeric_limits<double>::quiet_NaN();
    caught<InvalidArgument>(ex, [&](Executor& on) { On::create(on, wrong); });
    CHECK(count(ex, On::table) == 0);
  });
}

}  // namespace
}  // namespace lockstep::tests
