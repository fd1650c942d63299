// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"
#include "support/threads.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

void create_parts(Executor& ex) {
  create_job(ex, job("job-1"));
  create_job_run(ex, run("job-1", "run-1"));
  create_job_run(ex, run("job-1", "run-2", noon + 1h));
}

TEST_CASE_FIXTURE(Migrated, "create_webhook_delivery: every member but created_at as it went in") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    WebhookDelivery given = delivery("d-1", "run-1");
    given.trigger = Trigger::on_timeout;
    given.url += "?" + std::string(10'000, 'u');
    given.attempt_count = 3;
    given.status_code = 503;
    given.success = true;
    given.error = "unavailable";
    given.request_duration = 1234ms;
    given.created_at = noon + 7us;
    given.delivered_at = noon + 8us;
    WebhookDelivery made = create_webhook_delivery(ex, given);
    CHECK(made.created_at == Clock::start);
    CHECK(get_webhook_delivery(ex, "d-1") == made);
    given.created_at = Clock::start;
    CHECK(made == given);
    const WebhookDelivery bare = create_webhook_delivery(ex, delivery("d-2", "run-1"));
    CHECK(get_webhook_delivery(ex, "d-2") == bare);
    CHECK(bare.attempt_count == 0);
    CHECK_FALSE(bare.status_code.has_value());
  });
}

TEST_CASE_FIXTURE(Migrated, "create_webhook_delivery: Duplicate and ForeignKey") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    create_webhook_delivery(ex, delivery("d-1", "run-1"));
    const auto e = caught<Duplicate>(
        ex, [](Executor& on) { create_webhook_delivery(on, delivery("d-1", "run-2")); });
    CHECK(e.constraint() == "pk_webhook_deliveries");
    const auto orphan = caught<ForeignKey>(
        ex, [](Executor& on) { create_webhook_delivery(on, delivery("d-2", "nobody")); });
    if (ex.capabilities().names_foreign_keys) {
      CHECK(orphan.constraint() == "fk_webhook_deliveries_run_id");
    }
    CHECK(count(ex, "webhook_deliveries") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "update_webhook_delivery: a failure, another, and a success") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    WebhookDelivery expected = create_webhook_delivery(ex, delivery("d-1", "run-1"));
    create_webhook_delivery(ex, delivery("d-2", "run-1"));
    clock.advance(1s);
    expected.attempt_count = 1;
    expected.status_code = 503;
    expected.error = "unavailable";
    expected.request_duration = 250ms;
    CHECK(update_webhook_delivery(
              ex, "d-1", {.status_code = 503, .error = "unavailable", .request_duration = 250ms}) ==
          expected);
    expected.attempt_count = 2;
    expected.status_code.reset();
    expected.error = "no answer";
    expected.request_duration.reset();
    CHECK(update_webhook_delivery(ex, "d-1", {.error = "no answer"}) == expected);
    clock.advance(1s);
    expected.attempt_count = 3;
    expected.success = true;
    expected.status_code = 204;
    expected.error.reset();
    expected.request_duration = 17ms;
    expected.delivered_at = Clock::start + 2s;
    CHECK(update_webhook_delivery(
              ex, "d-1", {.success = true, .status_code = 204, .request_duration = 17ms}) ==
          expected);
    CHECK(get_webhook_delivery(ex, "d-1") == expected);
    CHECK_FALSE(update_webhook_delivery(ex, "d-1", {}).delivered_at.has_value());
    CHECK(get_webhook_delivery(ex, "d-2").attempt_count == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "webhook deliveries: an id that is not there is NotFound") {
  on_both([&](Executor& ex) {
    caught<NotFound>(ex, [](Executor& on) { update_webhook_delivery(on, "nobody", {}); });
    caught<NotFound>(ex,
                     [](Executor& on) { static_cast<void>(get_webhook_delivery(on, "nobody")); });
  });
}

TEST_CASE_FIXTURE(Migrated, "webhook deliveries: of a run and of all, latest first, ties by id") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    create_webhook_delivery(ex, delivery("b", "run-1"));
    create_webhook_delivery(ex, delivery("a", "run-1"));
    create_webhook_delivery(ex, delivery("d", "run-2"));
    clock.advance(1us);
    create_webhook_delivery(ex, delivery("c", "run-1"));
    CHECK(ids(get_webhook_deliveries(ex, "run-1")) == Ids{"c", "b", "a"});
    CHECK(get_webhook_deliveries(ex, "nobody").empty());
    CHECK(ids(list_webhook_deliveries(ex)) == Ids{"c", "d", "b", "a"});
    CHECK(ids(list_webhook_deliveries(ex, 2)) == Ids{"c", "d"});
    CHECK(list_webhook_deliveries(ex, 0).empty());
    caught<InvalidArgument>(
        ex, [](Executor& on) { static_cast<void>(list_webhook_deliveries(on, -1)); });
  });
}

TEST_CASE_FIXTURE(Migrated, "list_failed_webhook_deliveries: tried in vain, earliest first") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    for (const char* id : {"b", "a", "delivered", "untried"}) {
      create_webhook_delivery(ex, delivery(id, "run-1"));
    }
    clock.advance(1us);
    create_webhook_delivery(ex, delivery("0", "run-2"));
    for (const char* id : {"b", "a", "0"}) update_webhook_delivery(ex, id, {});
    update_webhook_delivery(ex, "delivered", {.success = true});
    CHECK(ids(list_failed_webhook_deliveries(ex)) == Ids{"a", "b", "0"});
    CHECK(ids(list_failed_webhook_deliveries(ex, 2)) == Ids{"a", "b"});
    CHECK(list_failed_webhook_deliveries(ex, 0).empty());
    caught<InvalidArgument>(
        ex, [](Executor& on) { static_cast<void>(list_failed_webhook_deliveries(on, -1)); });
  });
}

TEST_CASE_FIXTURE(Migrated, "webhook deliveries: go with their run") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    create_webhook_delivery(ex, delivery("a", "run-1"));
    create_webhook_delivery(ex, delivery("b", "run-2"));
    ex.execute("DELETE FROM job_runs WHERE run_id = 'run-1'");
    CHECK(ids(list_webhook_deliveries(ex)) == Ids{"b"});
  });
}

void refuse(Executor& ex, std::string_view what, WebhookDelivery wrong) {
  const auto e =
      caught<InvalidArgument>(ex, [&](Executor& on) { create_webhook_delivery(on, wrong); });
  CHECK(std::string_view(e.what()).starts_with(what));
}

TEST_CASE_FIXTURE(Migrated, "webhook deliveries: what no row may be is refused before sending") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    const auto refuse_keys = [&](std::string_view what, auto member, std::size_t max) {
      check_refuses_bad_keys(
          ex, what,
          [&](Executor& on, std::string key) {
            WebhookDelivery wrong = delivery("d", "run-1");
            wrong.*member = std::move(key);
            create_webhook_delivery(on, wrong);
          },
          max);
    };
    refuse_keys("webhook_delivery.id", &WebhookDelivery::id, 255);
    refuse_keys("webhook_delivery.run_id", &WebhookDelivery::run_id, 255);
    refuse_keys("webhook_delivery.webhook_type", &WebhookDelivery::webhook_type, 64);
    check_refuses_bad_keys(ex, "webhook_delivery.id", [](Executor& on, const std::string& key) {
      static_cast<void>(get_webhook_delivery(on, key));
    });
    check_refuses_bad_keys(ex, "webhook_delivery.id", [](Executor& on, const std::string& key) {
      update_webhook_delivery(on, key, {});
    });
    check_refuses_bad_keys(ex, "webhook_delivery.run_id", [](Executor& on, const std::string& key) {
      static_cast<void>(get_webhook_deliveries(on, key));
    });
    WebhookDelivery wrong = delivery("d", "run-1");
    wrong.url.clear();
    refuse(ex, "webhook_delivery.url: ", wrong);
    wrong = delivery("d", "run-1");
    wrong.attempt_count = -1;
    refuse(ex, "webhook_delivery.attempt_count: ", wrong);
    wrong = delivery("d", "run-1");
    wrong.trigger = static_cast<Trigger>(9);
    refuse(ex, "", wrong);
    CHECK(count(ex, "webhook_deliveries") == 0);
  });
}

TEST_SUITE_BEGIN("concurrent");

TEST_CASE_FIXTURE(Migrated, "update_webhook_delivery: no attempt is lost between ten threads") {
  create_parts(db);
  create_webhook_delivery(db, delivery("d-1", "run-1"));
  const int errors = in_threads(db, 10, [](Database& own, int) {
    for (int i = 0; i < 10; ++i) update_webhook_delivery(own, "d-1", {.error = "no answer"});
  });
  CHECK(errors == 0);
  CHECK(get_webhook_delivery(db, "d-1").attempt_count == 100);
}

TEST_SUITE_END();

}  // namespace
}  // namespace lockstep::tests
