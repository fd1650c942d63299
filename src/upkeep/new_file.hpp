// SPDX-License-Identifier: BSL-1.0
// NewFile: a file that appears under its name whole, or not at all.
//
//     NewFile file("jobs.csv", false);
//     std::ofstream(file.temporary()) << ...;
//     file.publish();
#pragma once

#include <string>

namespace lockstep::detail {

// Thread rule: one thread; several NewFiles of one name may live at once, and the last that is
// published wins, or the first if none overwrites.
class NewFile {
 public:
  // Makes an empty file beside `path`, for its owner alone, that was not there before.
  // AlreadyExists if `path` is there and must not be overwritten; CannotOpen, PermissionDenied,
  // DiskFull, ...
  NewFile(std::string path, bool overwrite);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  // Removes what was not published.
  ~NewFile();

  // Its name until then. It is open nowhere: write to it by its name, and close it.
  [[nodiscard]] const std::string& temporary() const noexcept { return temporary_; }
  // Absolute.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  // Brings it to the disk and gives it its name. If that is a symbolic link, the link is replaced.
  // AlreadyExists as above; after an error the name is what it was.
  void publish();

 private:
  std::string path_;
  std::string temporary_;
  bool overwrite_;
};

// Throws what an errno means, with what was tried.
[[noreturn]] void raise_errno(int error, const std::string& what);

}  // namespace lockstep::detail
