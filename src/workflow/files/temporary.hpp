// SPDX-License-Identifier: BSL-1.0
// A file that is written beside another, to take its place.
#pragma once

#include <sys/types.h>

#include "folder.hpp"

namespace lockstep::workflow::detail {

// ".<name>.<16 hexadecimal digits>.tmp" in the same folder, made by this object and no other; gone
// with it, unless it was renamed.
class TemporaryFile {
 public:
  // Mode 0644 less the umask. `folder` stays open while it lives.
  TemporaryFile(int folder, const std::string& name);
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile();

  void write(std::string_view text) const;
  void set_mode(mode_t mode) const;
  // Synced and closed, so that who watches the folder sees one change: the rename.
  void finish();
  // Over what has the name.
  void rename();

  [[nodiscard]] static bool is_name(std::string_view name) noexcept;

 private:
  int folder_;
  std::string name_, own_name_;
  Descriptor file_;
};

}  // namespace lockstep::workflow::detail
