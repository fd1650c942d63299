// SPDX-License-Identifier: BSL-1.0
#include "lockstep/workflow/files/watcher.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <set>

#include "repository_impl.hpp"

namespace lockstep::workflow {
namespace {

using detail::Descriptor;
using detail::suffix;

constexpr std::uint32_t what_to_watch = IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM |
                                        IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR |
                                        IN_DONT_FOLLOW;
constexpr std::chrono::milliseconds longest_wait = std::chrono::years(100);
constexpr std::size_t buffer_size = 65536;

Descriptor open_watch(const std::filesystem::path& folder) {
  Descriptor fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!fd) detail::fail("inotify", errno);
  if (::inotify_add_watch(fd.get(), folder.c_str(), what_to_watch) < 0) {
    if (errno == ENOSPC) raise(ErrorKind::unavailable, "inotify: no watch is left");
    detail::fail("inotify", errno);
  }
  return fd;
}

Descriptor open_event() {
  Descriptor fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!fd) detail::fail("eventfd", errno);
  return fd;
}

// The id that a file of this name has; nullopt if list() passes it over.
std::optional<std::string> id_of(std::string_view file) {
  if (!file.ends_with(suffix)) return std::nullopt;
  file.remove_suffix(suffix.size());
  if (!detail::is_id(file)) return std::nullopt;
  return std::string(file);
}

// What is left until `end`, at least 0 and in milliseconds that poll takes.
int remaining(std::chrono::steady_clock::time_point end) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
}

}  // namespace

struct Watcher::Impl {
  // The watch comes before the list, so that no change falls between them.
  explicit Impl(const std::filesystem::path& path)
      : watch(open_watch(path / FileRepository::Impl::workflows_name)),
        base(detail::Folder::make(path)),
        known(ids_now()) {}

  // Opened each time: as long as a descriptor is open, the kernel does not tell that it is gone.
  [[nodiscard]] std::optional<detail::Folder> folder() const {
    try {
      return base.find(FileRepository::Impl::workflows_name);
    } catch (const InvalidData&) {  // another thing is in its place
      return std::nullopt;
    }
  }

  [[nodiscard]] std::set<std::string> ids_now() const {
    std::set<std::string> ids;
    const auto now = folder();
    if (!now) return ids;
    for (const std::string& file : now->names()) {
      if (auto id = id_of(file); id && now->has_file(file)) ids.insert(std::move(*id));
    }
    return ids;
  }

  // Takes all events that the kernel has.
  void drain() {
    alignas(inotify_event) std::array<char, buffer_size> buffer;
    for (;;) {
      const ssize_t got = ::read(watch.get(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) detail::fail("inotify", errno);
      std::size_t at = 0;
      while (at < static_cast<std::size_t>(got)) {
        inotify_event event;
        std::memcpy(&event, &buffer[at], sizeof event);
        at += sizeof event;
        take(event.mask, event.len > 0 ? &buffer[at] : "");
        at += event.len;
      }
    }
  }

  void take(std::uint32_t mask, std::string_view file) {
    if ((mask & (IN_IGNORED | IN_UNMOUNT | IN_MOVE_SELF | IN_DELETE_SELF)) != 0) {
      is_gone = true;
    } else if ((mask & IN_Q_OVERFLOW) != 0) {
      known = ids_now();
      changes.push_back({.id = "", .change = FileChange::rescan});
    } else if (auto id = id_of(file); id && (mask & IN_ISDIR) == 0) {
      compare(std::move(*id), std::string(file), (mask & IN_CREATE) != 0);
    }
  }

  // A file that is being made is told once it is closed; one that is a link to another, at once.
  void compare(std::string id, const std::string& file, bool is_new_name) {
    const auto now = folder();
    const bool is_there = now && now->has_file(file);
    if (is_new_name && (!is_there || !now->is_linked(file))) return;
    const bool was_there = known.contains(id);
    if (!is_there && !was_there) return;
    FileChange change = FileChange::changed;
    if (!was_there) {
      change = FileChange::created;
      known.insert(id);
    } else if (!is_there) {
      change = FileChange::removed;
      known.erase(id);
    }
    changes.push_back({.id = std::move(id), .change = change});
  }

  [[nodiscard]] std::optional<WorkflowChange> pop() {
    if (changes.empty()) return std::nullopt;
    WorkflowChange change = std::move(changes.front());
    changes.pop_front();
    return change;
  }

  Descriptor watch;
  detail::Folder base;
  std::set<std::string> known;
  std::deque<WorkflowChange> changes;
  bool is_gone = false;
};

Watcher::Watcher(const FileRepository& repository)
    : impl_(std::make_unique<Impl>(repository.impl_->options.folder)) {}
Watcher::Watcher(Watcher&&) noexcept = default;
Watcher& Watcher::operator=(Watcher&&) noexcept = default;
Watcher::~Watcher() = default;

int Watcher::descriptor() const noexcept { return impl_->watch.get(); }

std::optional<WorkflowChange> Watcher::next(std::chrono::milliseconds timeout,
                                            const std::stop_token& stop) {
  const auto end = std::chrono::steady_clock::now() + std::min(timeout, longest_wait);
  const Descriptor stopped = open_event();
  const std::stop_callback wake(stop,
                                [&] { static_cast<void>(::eventfd_write(stopped.get(), 1)); });
  for (;;) {
    if (auto change = impl_->pop()) return change;
    if (stop.stop_requested()) return std::nullopt;
    if (impl_->is_gone) raise(ErrorKind::not_found, "workflows: the folder is gone");
    std::array<pollfd, 2> waits{{{impl_->watch.get(), POLLIN, 0}, {stopped.get(), POLLIN, 0}}};
    const int ready = ::poll(waits.data(), waits.size(), remaining(end));
    if (ready < 0 && errno != EINTR) detail::fail("poll", errno);
    if (ready > 0) impl_->drain();
    if (ready == 0 && std::chrono::steady_clock::now() >= end) return std::nullopt;
  }
}

}  // namespace lockstep::workflow
