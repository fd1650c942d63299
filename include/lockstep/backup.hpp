// SPDX-License-Identifier: BSL-1.0
// Backup and restore of SQLite databases. Servers have tools of their own: on PostgreSQL, MySQL and
// MariaDB both functions are Unsupported and name them.
//
//     lockstep::backup(db, "/backup/jobs-2026-11-20.db");
//     lockstep::restore("/backup/jobs-2026-11-20.db", "sqlite:jobs.db");   // nobody has it open
//
// Files are made with mode 0600, and appear whole or not at all: after an error, a full disk or a
// kill, whatever was under the name before is still there. Names of files are not symbolic links;
// folders may be.
#pragma once

#include "lockstep/database.hpp"

namespace lockstep {

struct BackupOptions {
  bool overwrite = false;  // replace a file of that name
  CallOptions call = {};
  // Called in the thread of the caller, some times a second; what it throws ends the call.
  std::function<void(const CopyProgress&)> progress = {};
};

struct BackupResult {
  std::int64_t bytes = 0;
  std::int64_t pages = 0;
};

// Copies one state of the whole database into `file`, while others read and write, and proves by
// SQLite's integrity_check that the copy is sound. A database in memory can be backed up, too: its
// other users wait. The copy is a file in itself, with no -wal beside it; while it is written, the
// -wal file of the database is not emptied.
//
// AlreadyExists unless options.overwrite; Busy for a file that is a database in use, which is one
// with a -wal or -journal beside it; Corrupt if the database is damaged; DiskFull, IoError,
// PermissionDenied, CannotOpen (no such folder); Timeout, Cancelled; LogicError in a thread that is
// inside a transaction of `db`.
BackupResult backup(Database& db, const std::string& file, const BackupOptions& options = {},
                    SourceLocation at = SourceLocation::current());

struct RestoreOptions {
  bool overwrite = false;  // replace an older .bak file
  CallOptions call = {};
  // As BackupOptions, but not at the end: then the target has changed.
  std::function<void(const CopyProgress&)> progress = {};
};

struct RestoreResult {
  std::int64_t bytes = 0;
  std::int64_t pages = 0;
  std::string previous;  // the file that has what was there before; empty: nothing was
};

// Puts the database of `file` in the place of `target`: a URL, or a path, which begins with '/' or
// '.' or has no ':' in it. The target may be missing, damaged or no database at all. What was there
// is kept beside it, under its name and ".bak". Sessions that come while this runs wait for it, as
// for any transaction, and find the new content: the file stays the same one.
//
// `file` is proved to be a sound database first: Corrupt if it is not. Then the target is locked
// exclusively: Busy, and nothing is changed, if anybody has it open, in this process or another.
// That is known for databases in WAL mode, as all are that lockstep has opened: who has one open
// holds a lock on it all the time. One in another mode can be restored while a program of another
// kind has it open and idle: that program finds the new content with its next statement.
//
// A `file` in WAL mode, which a backup is not but a copy by other means can be, gets a -wal and a
// -shm file beside it, as whenever SQLite reads one.
//
// InvalidArgument for a target that is in memory, read-only or `file` itself; AlreadyExists for a
// .bak file, unless options.overwrite; the others as for backup. Needs room for two databases
// beside the target, for a while.
RestoreResult restore(const std::string& file, const std::string& target,
                      const RestoreOptions& options = {},
                      SourceLocation at = SourceLocation::current());

}  // namespace lockstep
