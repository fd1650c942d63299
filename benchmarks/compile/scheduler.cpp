// SPDX-License-Identifier: BSL-1.0
// A worker that takes the runs that are due and ends them, with a statement of its own.
#include <lockstep/database.hpp>
#include <lockstep/scheduler/scheduler.hpp>

namespace {

struct Load {
  std::string job_id;
  std::int64_t runs = 0;
  static constexpr void columns(auto&& column) {
    column("job_id", &Load::job_id);
    column("runs", &Load::runs);
  }
};

constexpr lockstep::Sql loads{"report.loads",
                              "SELECT job_id, COUNT(*) AS runs FROM job_runs WHERE status = :status "
                              "GROUP BY job_id ORDER BY job_id"};

}  // namespace

int main(int argc, char** argv) {
  using namespace lockstep;
  auto db = Database::open(argc > 1 ? argv[1] : "sqlite:jobs.db");
  const scheduler::Job job{.id = "report", .name = "Daily report", .schedule = "0 2 * * *"};
  db.transaction([&](Transaction& tx) {
    scheduler::create_job(tx, job);
    scheduler::create_job_run(
        tx, {.job_id = job.id, .run_id = "report-1", .scheduled_at = tx.now()});
  });
  for (const auto& run : scheduler::claim_due_runs(db, {.worker = "w-1", .now = db.now()})) {
    scheduler::complete_claimed_run(db, run.run_id, run.worker, run.fence, true);
  }
  std::int64_t total = 0;
  for (const Load& load : db.fetch_all<Load>(loads, scheduler::RunStatus::completed)) {
    total += load.runs;
  }
  return total > 0 ? 0 : 1;
}
