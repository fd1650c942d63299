// SPDX-License-Identifier: BSL-1.0
#include "lockstep/backup.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "upkeep/door.hpp"
#include "upkeep/new_file.hpp"

namespace lockstep {
namespace {

using detail::NewFile;

// Names for errors.
constexpr Sql backup_sql{"lockstep.backup", ""};
constexpr Sql restore_sql{"lockstep.restore", ""};

// SQLite would take what is beside the file for a part of the copy.
void require_unused(const std::string& file) {
  for (const char* beside : {"-wal", "-journal"}) {
    std::error_code failure;
    if (!std::filesystem::exists(file + beside, failure)) continue;
    raise(ErrorKind::busy, file + beside + " is there: the file is a database in use");
  }
}

std::int64_t size_of(const std::string& file) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(file, failure);
  if (failure) detail::raise_errno(failure.value(), file);
  return static_cast<std::int64_t>(size);
}

// A path, where it cannot be taken for a URL, as the URL's text.
Dsn target_of(const std::string& text) {
  const bool is_path = text.starts_with('/') || text.starts_with('.') ||
                       (!text.empty() && text.find_first_of(":=") == std::string::npos);
  if (!is_path) return Dsn::parse(text);
  std::string path;
  for (const char c : text) {
    if (c == '%') {
      path += "%25";
    } else if (c == '?') {
      path += "%3F";
    } else {
      path += c;
    }
  }
  return {.engine = Engine::sqlite, .text = std::move(path)};
}

// Writes what `read` hands out to the file `path` + ".bak".
void keep_previous(const std::string& path, const std::function<std::string()>& read,
                   bool overwrite) {
  NewFile file(path + ".bak", overwrite);
  std::ofstream out(file.temporary(), std::ios::binary);
  for (std::string part = read(); !part.empty(); part = read()) {
    out.write(part.data(), static_cast<std::streamsize>(part.size()));
    if (!out.flush()) break;
  }
  out.close();
  if (!out) detail::raise_errno(errno == 0 ? EIO : errno, file.path());
  file.publish();
}

}  // namespace

BackupResult backup(Database& db, const std::string& file, const BackupOptions& options,
                    SourceLocation at) {
  const Query query(backup_sql, at);
  return detail::named_as(query, [&] {
    const Dialect& dialect = db.dialect();
    if (!dialect.backup_tool.empty()) {
      raise(ErrorKind::unsupported, std::string(dialect.title) + " has a tool of its own: " +
                                        std::string(dialect.backup_tool));
    }
    const Limits limits = detail::limits_of(options.call.deadline, options.call.stop);
    require_unused(file);
    NewFile copy(file, options.overwrite);
    BackupResult result;
    {
      const detail::Lease lease = detail::UpkeepDoor::lease(db, limits, at);
      result.pages = detail::translated(dialect, query, [&] {
        lease->session().limit(limits);
        return lease->session().copy_to(
            {.file = copy.temporary(), .limits = limits, .progress = options.progress});
      });
    }
    result.bytes = size_of(copy.temporary());
    copy.publish();
    return result;
  });
}

RestoreResult restore(const std::string& file, const std::string& target,
                      const RestoreOptions& options, SourceLocation at) {
  const Query query(restore_sql, at);
  return detail::named_as(query, [&] {
    const Dsn dsn = target_of(target);
    const Dialect& dialect = lockstep::dialect(dsn.engine);
    if (dialect.restore == nullptr) {
      raise(ErrorKind::unsupported, std::string(dialect.title) + " has tools of its own: " +
                                        std::string(dialect.restore_tool));
    }
    RestoreResult result;
    CopyOrder order{.file = file,
                    .limits = detail::limits_of(options.call.deadline, options.call.stop),
                    .progress = options.progress};
    order.keep = [&](const std::string& path, const std::function<std::string()>& read) {
      keep_previous(path, read, options.overwrite);
      result.previous = path + ".bak";
    };
    try {
      result.pages = detail::translated(
          dialect, query, [&] { return dialect.restore(dialect.parse(dsn), order); });
    } catch (const Busy& error) {
      ErrorInfo info = error.info();
      info.what = "somebody has the target open";
      raise(std::move(info));
    }
    result.bytes = size_of(file);
    return result;
  });
}

}  // namespace lockstep
