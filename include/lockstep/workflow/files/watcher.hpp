// SPDX-License-Identifier: BSL-1.0
// Tells which workflows change, by whatever program.
//
//     workflow::Watcher watcher(files);
//     while (auto change = watcher.next(1min, stop)) reload(*change);
#pragma once

#include <stop_token>

#include "lockstep/workflow/files/repository.hpp"

namespace lockstep::workflow {

enum class FileChange : std::uint8_t { created, changed, removed, rescan };
[[nodiscard]] constexpr auto enum_texts(FileChange) {
  return std::array<std::string_view, 4>{"created", "changed", "removed", "rescan"};
}

struct WorkflowChange {
  std::string id;  // empty with rescan
  FileChange change = FileChange::rescan;
  friend bool operator==(const WorkflowChange&, const WorkflowChange&) = default;
};

// Compares the folder with what it has told so far, at each event of the kernel (inotify): changes
// that follow each other fast may be told as one, and a last one always is told. Files that
// list() passes over are passed over here. One thread.
class Watcher {
 public:
  // From now on. The repository may go before the watcher. Unavailable: the kernel has no watch
  // left.
  explicit Watcher(const FileRepository& repository);
  Watcher(Watcher&&) noexcept;
  Watcher& operator=(Watcher&&) noexcept;
  ~Watcher();

  // Readable (POLLIN) once something has happened. Then call next(0ms) until it has no more.
  // Belongs to the watcher.
  [[nodiscard]] int descriptor() const noexcept;

  // The next change; nullopt after `timeout`, or once a stop is asked for. `rescan`: the kernel has
  // dropped events, read the list again. NotFound: the folder itself is gone, and the watch ends.
  [[nodiscard]] std::optional<WorkflowChange> next(std::chrono::milliseconds timeout,
                                                   const std::stop_token& stop = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lockstep::workflow
