// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/support/jobs.hpp"

#include <array>
#include <cstdio>

namespace lockstep::benchmarks {
namespace {

template <class... A>
std::string printed(const char* format, A... values) {
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

// FNV-1a.
std::uint64_t mixed(std::uint64_t hash, std::string_view text) noexcept {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return (hash ^ text.size()) * 0x100000001b3U;
}

std::uint64_t mixed(std::uint64_t hash, std::int64_t number) noexcept {
  hash = (hash ^ static_cast<std::uint64_t>(number)) * 0x9e3779b97f4a7c15U;
  return hash ^ (hash >> 29);
}

}  // namespace

std::string job_id(int number) { return printed("%08d-5eed-4000-8000-000000000000", number); }

std::string constraint_id(int number) { return printed("constraint-%02d", number); }

Job job_of(int number, int version) {
  constexpr Timestamp begin = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);
  const Timestamp created = begin + std::chrono::microseconds(61'000'007) * number;
  Job job{.id = job_id(number),
          .name = printed("Nightly report %06d, edition %d", number, version),
          .schedule = "*/5 2 * * 1-5",
          .created_at = created,
          .updated_at = created + std::chrono::microseconds(3'600'000'011) * version};
  if (number % 8 != 7) {
    job.pod_spec = Json{printed(R"({"image": "report:1.%d", "args": ["--all"], "cpu": "%03dm"})",
                                version, number % 1000)};
  }
  if (number % 4 == 1) job.constraint_id = constraint_id(number / 4 % constraint_count);
  return job;
}

scheduler::JobRun run_of(int number) {
  constexpr Timestamp begin = std::chrono::sys_days(std::chrono::year(2026) / 6 / 1);
  return {.job_id = job_id(number),
          .run_id = printed("run-%08d", number),
          .scheduled_at = begin + std::chrono::microseconds(60'000'001) * number};
}

std::vector<Job> jobs_of(int count, int version) {
  std::vector<Job> jobs;
  jobs.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) jobs.push_back(job_of(i, version));
  return jobs;
}

void Total::add(const Job& job) noexcept {
  std::uint64_t hash = mixed(0xcbf29ce484222325U, job.id);
  hash = mixed(mixed(hash, job.name), job.schedule);
  hash = job.pod_spec ? mixed(hash, job.pod_spec->text) : mixed(hash, -1);
  hash = job.constraint_id ? mixed(hash, *job.constraint_id) : mixed(hash, -2);
  hash = mixed(hash, job.created_at.time_since_epoch().count());
  checksum += mixed(hash, job.updated_at.time_since_epoch().count());
  ++count;
}

Total total_of(const std::vector<Job>& jobs) noexcept {
  Total total;
  for (const Job& job : jobs) total.add(job);
  return total;
}

Total total_of(int count) {
  Total total;
  for (int i = 0; i < count; ++i) total.add(job_of(i));
  return total;
}

}  // namespace lockstep::benchmarks
