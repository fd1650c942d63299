// SPDX-License-Identifier: BSL-1.0
// DataVersion: what a Session is besides, if its engine tells whether others have written.
#pragma once

#include <cstdint>
#include <optional>

namespace lockstep {

class DataVersion {
 public:
  // Another number after each write to the database, of this connection or another, that was
  // committed when this connection's transaction, or else its last read, began. None: not known.
  [[nodiscard]] virtual std::optional<std::uint32_t> data_version() noexcept = 0;

 protected:
  DataVersion() = default;
  DataVersion(const DataVersion&) = default;
  DataVersion& operator=(const DataVersion&) = default;
  ~DataVersion() = default;
};

}  // namespace lockstep
