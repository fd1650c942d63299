# SPDX-License-Identifier: BSL-1.0
# cmake -DLIST=<file of paths> -DPARITY=<parity.toml> -DOUT=<source to write>
#   -P write_embedded_migrations.cmake
# Files are read as hexadecimal, so any byte survives: quotes, ';', '[', NUL, UTF-8.

file(STRINGS "${LIST}" files)
set(texts "")
set(entries "")
set(count 0)
foreach(file IN LISTS files)
  if(NOT file MATCHES "/(sqlite|postgres|mysql)/([a-z]+)/([0-9][0-9][0-9][0-9]_[a-z0-9_]+\\.(up|down)\\.sql)$")
    message(FATAL_ERROR "${file}: a migration is <sqlite|postgres|mysql>/<domain>/NNNN_name.<up|down>.sql")
  endif()
  set(names "\"${CMAKE_MATCH_1}\", \"${CMAKE_MATCH_2}\", \"${CMAKE_MATCH_3}\"")
  file(READ "${file}" text HEX)
  if(text STREQUAL "")
    string(APPEND entries "    {${names}, {}},\n")
  else()
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," text "${text}")
    string(APPEND texts "constexpr char text_${count}[] = {${text}};\n")
    string(APPEND entries "    {${names}, {text_${count}, sizeof text_${count}}},\n")
  endif()
  math(EXPR count "${count} + 1")
endforeach()

file(READ "${PARITY}" parity HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," parity "${parity}")

file(WRITE "${OUT}" "// Written by cmake/write_embedded_migrations.cmake; do not edit.
// NOLINTBEGIN
#include \"migrate/embedded.hpp\"

#include <array>

namespace lockstep::detail {
namespace {

${texts}
constexpr std::array<EmbeddedFile, ${count}> files{{
${entries}}};

constexpr char parity[] = {${parity}};

}  // namespace

std::span<const EmbeddedFile> embedded_migrations() noexcept { return files; }

std::string_view embedded_parity() noexcept { return {parity, sizeof parity}; }

}  // namespace lockstep::detail
// NOLINTEND
")
