// SPDX-License-Identifier: BSL-1.0
// A provisioner's day. delete_expired_facts is left out: it deletes those of others too.
#include "cli/story.hpp"
#include "lockstep/provisioning/provisioning.hpp"

namespace lockstep::cli {
namespace {

using namespace std::chrono_literals;
using provisioning::RunStatus;
using provisioning::UnitAction;
using provisioning::UnitStatus;

constexpr Sql delete_audit{"demo.delete_audit", "DELETE FROM audit WHERE actor = :actor"};
constexpr std::string_view actor = "demo-operator";
constexpr std::string_view host = "demo-host";

// Deleting a run deletes its units and the events of both.
void remove_rows(Database& db) {
  db.transaction([](Transaction& tx) {
    for (const auto* id : {"demo-package", "demo-service"}) {
      ignore_not_found([&] { provisioning::delete_resource_state(tx, id); });
    }
    for (const auto* id : {"demo-run-1", "demo-run-2"}) {
      ignore_not_found([&] { provisioning::delete_run(tx, id); });
    }
    for (const auto* id : {"demo-family", "demo-load"}) {
      ignore_not_found([&] { provisioning::delete_fact(tx, id); });
    }
    tx.execute(delete_audit, actor);
  });
}

void tell_run(const provisioning::Run& run) {
  std::string rest = clock_time(run.started_at) + "  " + std::string(to_text(run.status));
  if (run.completed_at) rest += " at " + clock_time(*run.completed_at);
  if (run.error) rest += ": " + *run.error;
  tell("run", run.id, rest + "  (" + run.plan_path + ")");
}

void tell_unit(const provisioning::PlanUnit& unit) {
  std::string rest = std::string(to_text(unit.action)) + " " + unit.resource_type + " " +
                     unit.resource_name + ": " + std::string(to_text(unit.status));
  if (unit.dependencies.text != "[]") rest += ", after " + unit.dependencies.text;
  if (unit.error) rest += ", " + *unit.error;
  if (unit.retries > 0) rest += ", retries: " + std::to_string(unit.retries);
  if (unit.actual_state) rest += ", " + unit.actual_state->text;
  tell("unit", unit.id, rest);
}

void tell_units(Executor& db, std::string_view run_id) {
  for (const auto& unit : provisioning::list_plan_units_by_run(db, run_id)) tell_unit(unit);
}

void note(Executor& db, std::string_view action, std::string_view target) {
  provisioning::create_audit_entry(db, {.action = std::string(action),
                                        .actor = std::string(actor),
                                        .target_id = std::string(target),
                                        .ip_address = "192.0.2.7"});
}

void plan(Database& db, StoryClock& clock) {
  title(clock, 540min, "a plan of three units, stored in one transaction");
  db.transaction([](Transaction& tx) {
    provisioning::create_run(
        tx, {.id = "demo-run-1", .plan_path = "/plans/web", .started_at = tx.now()});
    const auto unit = [&tx](const char* id, const char* type, const char* name, UnitAction action,
                            const char* after) {
      provisioning::create_plan_unit(tx, {.id = id,
                                          .run_id = "demo-run-1",
                                          .resource_type = type,
                                          .resource_name = name,
                                          .action = action,
                                          .dependencies = Json{after},
                                          .desired_state = Json{R"({"state": "present"})"}});
    };
    unit("demo-unit-1", "linux.package", "demo-nginx", UnitAction::create, "[]");
    unit("demo-unit-2", "linux.service", "demo-nginx", UnitAction::create, R"(["demo-unit-1"])");
    unit("demo-unit-3", "linux.file", "demo-motd", UnitAction::remove, "[]");
    note(tx, "run.created", "demo-run-1");
  });
  tell_run(provisioning::get_run(db, "demo-run-1"));
  tell_units(db, "demo-run-1");
}

void append(Executor& db, provisioning::EventLevel level, std::string_view unit,
            std::string_view message) {
  provisioning::append_event(db, {.run_id = "demo-run-1",
                                  .plan_unit_id = std::string(unit),
                                  .level = level,
                                  .message = std::string(message)});
}

void run(Database& db, StoryClock& clock) {
  using enum provisioning::EventLevel;
  title(clock, 545min, "the units run, and one of them not at once");
  const auto set = [&db](std::string_view unit, UnitStatus status,
                         provisioning::UnitOutcome outcome = {}) {
    provisioning::update_plan_unit_status(db, unit, status, std::move(outcome));
  };
  provisioning::update_run_status(db, "demo-run-1", RunStatus::running);
  set("demo-unit-1", UnitStatus::running);
  append(db, info, "demo-unit-1", "downloads 1.3 MB");
  set("demo-unit-1", UnitStatus::completed, {.actual_state = Json{R"({"version": "1.22"})"}});
  set("demo-unit-2", UnitStatus::running);
  append(db, warning, "demo-unit-2", "port 80 is taken");
  set("demo-unit-2", UnitStatus::failed, {.error = "port 80 is taken"});
  set("demo-unit-3", UnitStatus::skipped);
  tell_units(db, "demo-run-1");
  clock.set(550min);
  provisioning::increment_plan_unit_retries(db, "demo-unit-2");
  append(db, info, "demo-unit-2", "starts again");
  set("demo-unit-2", UnitStatus::completed, {.actual_state = Json{R"({"active": true})"}});
  tell_unit(provisioning::get_plan_unit(db, "demo-unit-2"));
  tell_run(provisioning::update_run_status(db, "demo-run-1", RunStatus::completed));
  note(db, "run.completed", "demo-run-1");
  for (const auto& event : provisioning::get_events(db, {.run_id = "demo-run-1"})) {
    tell("event", event.plan_unit_id.value_or(""),
         clock_time(event.timestamp.value()) + "  " + std::string(to_text(event.level)) + ": " +
             event.message);
  }
}

void upsert(Executor& db, std::string_view id, std::string_view type, std::string_view hash,
            std::string_view run_id) {
  provisioning::upsert_resource_state(db, {.id = std::string(id),
                                           .resource_type = std::string(type),
                                           .resource_name = "demo-nginx",
                                           .state = Json{R"({"state": "present"})"},
                                           .hash = std::string(hash),
                                           .last_run_id = std::string(run_id),
                                           .last_applied = db.now()});
}

void tell_resource(Executor& db, std::string_view type) {
  const auto state = provisioning::get_resource_state(db, type, "demo-nginx");
  tell("resource", state.id,
       state.resource_type + " " + state.resource_name + ": hash " + state.hash + ", by " +
           state.last_run_id + " at " + clock_time(state.last_applied));
}

void keep_states(Database& db, StoryClock& clock) {
  title(clock, 600min, "what the next run left; a resource has one row, which keeps its id");
  upsert(db, "demo-package", "linux.package", "5f1c", "demo-run-1");
  upsert(db, "demo-service", "linux.service", "a07e", "demo-run-1");
  provisioning::create_run(db, {.id = "demo-run-2",
                                .plan_path = "/plans/web",
                                .status = RunStatus::running,
                                .started_at = db.now()});
  upsert(db, "demo-another", "linux.service", "c93b", "demo-run-2");
  tell_run(provisioning::update_run_status(db, "demo-run-2", RunStatus::failed, "host is down"));
  tell_resource(db, "linux.package");
  tell_resource(db, "linux.service");
}

void tell_facts(Executor& db) {
  for (const auto& fact : provisioning::list_facts(db, {.target_id = std::string(host)})) {
    tell("fact", fact.id,
         fact.namespace_ + "/" + fact.key + " of " + fact.target_id + " is " + fact.value.text +
             (fact.expires_at ? ", until " + clock_time(*fact.expires_at) : ", for ever"));
  }
}

void find_facts(Database& db, StoryClock& clock) {
  title(clock, 605min, "what is known of the host");
  const auto learn = [&db](const char* id, const char* name_space, const char* key,
                           const char* value, std::chrono::seconds ttl) {
    provisioning::upsert_fact(db, {.id = id,
                                   .target_id = std::string(host),
                                   .namespace_ = name_space,
                                   .key = key,
                                   .value = Json{value},
                                   .ttl = ttl});
  };
  learn("demo-family", "os", "family", R"("debian")", 0s);
  learn("demo-load", "cpu", "load", "0.75", 10min);
  tell_facts(db);
  title(clock, 615min, "ten minutes later");
  tell_facts(db);
  provoke("the load", [&] { static_cast<void>(provisioning::get_fact(db, host, "cpu", "load")); });
}

void make_mistakes(Database& db) {
  title("Mistakes, told alike by every engine");
  provoke("a run twice", [&] {
    provisioning::create_run(
        db, {.id = "demo-run-1", .plan_path = "/plans/web", .started_at = db.now()});
  });
  const provisioning::PlanUnit lost{.id = "demo-unit-4",
                                    .run_id = "demo-nobody",
                                    .resource_type = "linux.file",
                                    .resource_name = "demo-motd",
                                    .desired_state = Json{"{}"}};
  provoke("a unit of no run", [&] { provisioning::create_plan_unit(db, lost); });
  provoke("a run with resources", [&] { provisioning::delete_run(db, "demo-run-1"); });
  provoke("a ttl below zero", [&] {
    provisioning::upsert_fact(db, {.id = "demo-odd",
                                   .target_id = std::string(host),
                                   .namespace_ = "os",
                                   .key = "odd",
                                   .value = Json{"1"},
                                   .ttl = -1s});
  });
}

void tell_audit(Executor& db) {
  title("Who did what, the latest first");
  for (const auto& entry : provisioning::list_audit_entries(db, {.actor = std::string(actor)})) {
    tell("audit", entry.actor,
         clock_time(entry.timestamp.value()) + "  " + entry.action + " " +
             entry.target_id.value_or("") + " from " + entry.ip_address.value_or("nowhere"));
  }
}

void tell_story(Database& db, StoryClock& clock) {
  plan(db, clock);
  run(db, clock);
  keep_states(db, clock);
  find_facts(db, clock);
  make_mistakes(db);
  tell_audit(db);
}

}  // namespace

const Story provisioning_story{
    .domain = "provisioning",
    .title = "A provisioner's day",
    .tell = tell_story,
    .remove = remove_rows,
    .look_for = [](Database& db) {
      provoke("demo-run-1", [&] { static_cast<void>(provisioning::get_run(db, "demo-run-1")); });
      provoke("demo-unit-1",
              [&] { static_cast<void>(provisioning::get_plan_unit(db, "demo-unit-1")); });
    }};

}  // namespace lockstep::cli
