// SPDX-License-Identifier: BSL-1.0
#include "lockstep/dialect.hpp"

namespace lockstep {
namespace {

// For engines that answer each execution before they take the next.
class AtOnce final : public NativePipeline {
 public:
  void add(Statement& statement, std::span<const Value> arguments) override {
    try {
      statement.execute(arguments, Fetch::buffered);
      while (statement.next()) {
      }
      matched_.push_back(statement.rows_affected());
    } catch (...) {
      statement.reset();
      throw;
    }
    statement.reset();
  }
  std::vector<std::uint64_t> finish() override { return std::move(matched_); }

 private:
  std::vector<std::uint64_t> matched_;
};

}  // namespace

std::uint64_t Statement::execute_all(ArgumentRows& rows) {
  std::uint64_t count = 0;
  std::size_t index = 0;
  for (auto row = rows.next(); !row.empty(); row = rows.next(), ++index) {
    try {
      execute(row, Fetch::buffered);
      while (next()) {
      }
      count += rows_affected();
      reset();
    } catch (NativeError& e) {
      e.row = index;
      throw;
    }
  }
  return count;
}

std::unique_ptr<NativePipeline> Session::pipeline() { return std::make_unique<AtOnce>(); }

std::int64_t Session::copy_to(const CopyOrder& /*order*/) {
  raise(ErrorKind::unsupported, "this engine has tools of its own for a copy");
}

}  // namespace lockstep
