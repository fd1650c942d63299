// SPDX-License-Identifier: BSL-1.0
#include "support/statements_run.hpp"

#include <cstdlib>
#include <fstream>
#include <mutex>
#include <set>

namespace lockstep::tests {
namespace {

class Recorder final : public Observer {
 public:
  void on_statement(const StatementEvent& event) override {
    if (event.error || !ran_by_its_module(event)) return;
    const std::scoped_lock lock(mutex_);
    lines_.insert(std::string(to_string(event.engine)) + ' ' + std::string(event.name) + '\n');
  }

  [[nodiscard]] std::string text() {
    const std::scoped_lock lock(mutex_);
    std::string all;
    for (const std::string& line : lines_) all += line;
    return all;
  }

 private:
  // "scheduler.create_job" is run by a source of src/scheduler, or for it by a public header.
  static bool ran_by_its_module(const StatementEvent& event) {
    const auto dot = event.name.find('.');
    if (dot == std::string_view::npos) return false;
    const std::string folder = "src/" + std::string(event.name.substr(0, dot)) + "/";
    const std::string_view file = event.at.file;
    return file.find(folder) != std::string_view::npos ||
           file.find("include/lockstep/") != std::string_view::npos;
  }

  std::mutex mutex_;
  std::set<std::string> lines_;
};

const std::shared_ptr<Recorder>& recorder() {
  static const auto instance = std::make_shared<Recorder>();
  return instance;
}

}  // namespace

std::shared_ptr<Observer> statement_recorder() { return recorder(); }

bool write_statements_run() {
  const char* file = std::getenv("LOCKSTEP_TEST_STATEMENTS");
  if (file == nullptr) return true;
  std::ofstream out(file, std::ios::app | std::ios::binary);
  out << recorder()->text() << std::flush;
  return out.good();
}

}  // namespace lockstep::tests
