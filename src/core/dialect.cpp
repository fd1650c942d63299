// SPDX-License-Identifier: BSL-1.0
#include "lockstep/dialect.hpp"

namespace lockstep {

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

std::int64_t Session::copy_to(const CopyOrder& /*order*/) {
  raise(ErrorKind::unsupported, "this engine has tools of its own for a copy");
}

}  // namespace lockstep
