// SPDX-License-Identifier: BSL-1.0
#include "cli/commands.hpp"
#include "cli/terminal.hpp"

namespace lockstep::cli {
namespace {

Advice advice(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::invalid_argument:
      return {exit_usage, "see `lockstep --help`"};
    case ErrorKind::unauthenticated:
      return {exit_no_access, "check user and password of the URL"};
    case ErrorKind::permission_denied:
      return {exit_no_access, "use an account with more rights"};
    case ErrorKind::undefined_object:
      return {exit_no_access, "create the database, or run `lockstep migrate up`"};
    case ErrorKind::cannot_open:
      return {exit_no_access, "check the path; `lockstep migrate up` creates a missing file"};
    case ErrorKind::connection_lost:
    case ErrorKind::timeout:
    case ErrorKind::acquire_timeout:
    case ErrorKind::too_many_connections:
      return {exit_no_access, "check that the server runs and that host and port are right"};
    case ErrorKind::configuration:
      return {exit_no_access, "change the setting that is named"};
    case ErrorKind::invalid_data:
      return {exit_bad_files, "mend the file that is named"};
    case ErrorKind::invalid_state:
      return {exit_checksum,
              "`lockstep migrate verify` says what differs, `status` what the database has"};
    case ErrorKind::corrupt:
      return {exit_bad_files, "take another backup, or restore one over what is damaged"};
    case ErrorKind::corrupt_data:
      return {exit_bad_files, "mend the row that has the value"};
    case ErrorKind::already_exists:
      return {exit_refused, "choose another name, or give --force"};
    case ErrorKind::unsupported:
      return {exit_usage, "use what is named, or another database"};
    case ErrorKind::busy:
      return {exit_locked, "end the programs that use it, then try again"};
    case ErrorKind::disk_full:
    case ErrorKind::io_error:
      return {exit_failed, "make room, or mend the disk; what was there before is unchanged"};
    case ErrorKind::read_only:
      return {exit_no_access, "use a database and a folder that can be written"};
    case ErrorKind::cancelled:
      return {exit_stopped, "run it again: what is done is recorded"};
    case ErrorKind::migration_locked:
      return {exit_locked, "`lockstep migrate lock status` shows who has it"};
    case ErrorKind::migration_failed:
      return {exit_failed, "mend the cause, then run `lockstep migrate up` again"};
    default:
      return {exit_internal, ""};
  }
}

}  // namespace

int report(const Error& error) { return report(error, advice(error)); }

int report(const Error& error, const Advice& told) {
  message("error[" + std::to_string(told.code) + "]: " + error.what());
  if (!error.server_message().empty()) message("  " + error.server_message());
  if (!told.next.empty()) message("  next: " + std::string(told.next));
  return told.code;
}

}  // namespace lockstep::cli
