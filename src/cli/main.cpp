// SPDX-License-Identifier: BSL-1.0
// The command `lockstep`.
#include <cstdlib>
#include <exception>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"

namespace {

using namespace lockstep::cli;

std::optional<std::string> from_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

void warn_of_password(const Options& options) {
  if (options.database && lockstep::redact(*options.database) != *options.database) {
    message(
        "warning: others can see a password on the command line; "
        "LOCKSTEP_DATABASE_URL keeps it from them");
  }
}

int run(const Options& options) {
  warn_of_password(options);
  return options.action(options, from_environment);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    Options options;
    if (const auto code = parse_command_line(argc, argv, options)) return *code;
    return run(options);
  } catch (const lockstep::Error& error) {
    return report(error);
  } catch (const std::exception& error) {
    message(std::string("error[1]: ") + error.what());
    return exit_internal;
  }
}
