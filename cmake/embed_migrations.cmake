# SPDX-License-Identifier: BSL-1.0
# Migrations inside the library, so that a program needs no files beside it.

# lockstep_embed_migrations(<target> FROM <folder>)
# Adds to <target> the generated source that defines lockstep::detail::embedded_migrations(), every
# <folder>/<engine>/<domain>/*.sql, and embedded_parity(), which is <folder>/parity.toml. The list of
# files is a file of its own that the step depends on: a deleted migration changes no remaining file,
# but it changes the list.
function(lockstep_embed_migrations target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FROM" "")
  set(root "${CMAKE_CURRENT_SOURCE_DIR}/${arg_FROM}")
  file(GLOB files CONFIGURE_DEPENDS "${root}/*/*/*.sql")
  list(SORT files)
  set(list "${PROJECT_BINARY_DIR}/generated/migrations.txt")
  set(source "${PROJECT_BINARY_DIR}/generated/embedded_migrations.cpp")
  list(JOIN files "\n" lines)
  file(CONFIGURE OUTPUT "${list}" CONTENT "${lines}\n" @ONLY)
  set(script "${PROJECT_SOURCE_DIR}/cmake/write_embedded_migrations.cmake")
  add_custom_command(OUTPUT "${source}"
    COMMAND "${CMAKE_COMMAND}" "-DLIST=${list}" "-DPARITY=${root}/parity.toml" "-DOUT=${source}"
      -P "${script}"
    DEPENDS "${list}" "${script}" "${root}/parity.toml" ${files}
    COMMENT "Embedding the migrations"
    VERBATIM)
  target_sources(${target} PRIVATE "${source}")
endfunction()
