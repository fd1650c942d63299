// SPDX-License-Identifier: BSL-1.0
#include "migrate/statement_chain.hpp"

#include "migrate/checksum.hpp"

namespace lockstep::detail {
namespace {

constexpr std::size_t digest_size = 16;

std::string digest_of(const MigrationStatement& statement) {
  return text_checksum(statement.text).substr(0, digest_size);
}

}  // namespace

std::string statement_digests(std::span<const MigrationStatement> statements) {
  std::string all;
  for (const MigrationStatement& statement : statements) all += digest_of(statement);
  return all;
}

std::string extend_chain(std::string_view chain, const MigrationStatement& statement) {
  return sha256(std::string(chain) + text_checksum(statement.text));
}

std::string statement_chain(std::span<const MigrationStatement> statements) {
  std::string chain;
  for (const MigrationStatement& statement : statements) {
    chain = extend_chain(chain, statement);
  }
  return chain;
}

std::optional<std::size_t> first_difference(std::span<const MigrationStatement> statements,
                                            std::string_view digests, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const bool known = i < statements.size() && (i + 1) * digest_size <= digests.size();
    if (!known || digests.substr(i * digest_size, digest_size) != digest_of(statements[i])) {
      return i;
    }
  }
  return std::nullopt;
}

}  // namespace lockstep::detail
