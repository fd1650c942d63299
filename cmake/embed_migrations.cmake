# SPDX-License-Identifier: BSL-1.0
# Migrations inside a program, so that it needs no files beside it. Lockstep's own are embedded by the
# same function as a user's.

# lockstep_embed_migrations(TARGET <target> DIRECTORY <folder> NAMESPACE <namespace>
#   [DOMAIN <name>] [FORM <detect|itinerary>] [ENGINES <sqlite|postgres|mysql>...]
#   [STEM_IS_VERSION] [ALLOW_MISSING] [FOREIGN_KEYS] [NO_PARITY] [DOMAINS])
#
# Compiles the migrations of <folder> into <target>, which links lockstep::lockstep, and gives it the header
# <namespace>/migrations.hpp ("a/b/migrations.hpp" for a::b) with
#
#     lockstep::MigrationSet <namespace>::migrations(lockstep::Engine engine);
#
# <folder> holds files of a form of docs/migrations.md, or a folder of them for each engine. They are read
# in the build by the code that would read them at run time: what is wrong with one (two files for a
# version, a file of no form, an open quote, an unknown directive), and a version that another engine lacks
# or names otherwise, ends the build with the file and the line. A file that is added, changed or deleted is
# seen by the next build.
#
# Folders for several engines have to make one schema: SQLite's is made in memory, the others are read from
# their texts, as `lockstep migrate parity` does without servers, and what <folder>/parity.toml does not
# explain ends the build. NO_PARITY leaves that out: for files that need SQL functions of the program.
#
# DOMAIN, FORM, STEM_IS_VERSION, ALLOW_MISSING and FOREIGN_KEYS are lockstep::FolderOptions. ENGINES says
# what a folder without engines' folders is for; without it, the files have to be good for all of them.
# DOMAINS is the layout of lockstep's own, <engine>/<domain>/NNNN_name.<up|down>.sql with parity.toml beside
# the engines; then there is no header, only `std::span<const lockstep::FolderFile> migration_files()`.
function(lockstep_embed_migrations)
  cmake_parse_arguments(PARSE_ARGV 0 arg "STEM_IS_VERSION;ALLOW_MISSING;FOREIGN_KEYS;NO_PARITY;DOMAINS"
    "TARGET;DIRECTORY;NAMESPACE;DOMAIN;FORM" "ENGINES")
  foreach(needed IN ITEMS TARGET DIRECTORY NAMESPACE)
    if(NOT arg_${needed})
      message(FATAL_ERROR "lockstep_embed_migrations: ${needed} is missing")
    endif()
  endforeach()
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "lockstep_embed_migrations: what is ${arg_UNPARSED_ARGUMENTS}?")
  endif()
  if(NOT arg_NAMESPACE MATCHES "^[A-Za-z_][A-Za-z0-9_]*(::[A-Za-z_][A-Za-z0-9_]*)*$")
    message(FATAL_ERROR "lockstep_embed_migrations: ${arg_NAMESPACE} is no name of a namespace")
  endif()
  foreach(option IN ITEMS STEM_IS_VERSION ALLOW_MISSING FOREIGN_KEYS DOMAINS)
    set(${option} false)
    if(arg_${option})
      set(${option} true)
    endif()
  endforeach()
  set(PARITY true)
  if(arg_NO_PARITY)
    set(PARITY false)
  endif()
  set(DOMAIN default)
  if(arg_DOMAIN)
    set(DOMAIN "${arg_DOMAIN}")
  endif()
  set(FORM detect)
  if(arg_FORM)
    set(FORM "${arg_FORM}")
  endif()
  set(NAMESPACE "${arg_NAMESPACE}")
  cmake_path(ABSOLUTE_PATH arg_DIRECTORY BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
  string(REPLACE "::" "/" path "${arg_NAMESPACE}")
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/embedded_migrations/${arg_TARGET}")

  # The list of files is a file of its own that the step depends on: a deleted migration changes no
  # remaining file, but it changes the list.
  file(GLOB_RECURSE files CONFIGURE_DEPENDS
    "${arg_DIRECTORY}/*.[sS][qQ][lL]" "${arg_DIRECTORY}/*.sql.conf" "${arg_DIRECTORY}/*.go"
    "${arg_DIRECTORY}/*.fizz" "${arg_DIRECTORY}/*/metadata.toml" "${arg_DIRECTORY}/parity.toml"
    "${arg_DIRECTORY}/.lockstepignore")
  list(SORT files)
  list(JOIN files "\n" lines)
  set(list "${generated}/${path}/files.txt")
  file(GENERATE OUTPUT "${list}" CONTENT "${lines}\n")

  set(source "${generated}/${path}/migrations.cpp")
  list(TRANSFORM arg_ENGINES PREPEND "--engine;" OUTPUT_VARIABLE engines)
  add_custom_command(OUTPUT "${source}"
    COMMAND lockstep::embed --directory "${arg_DIRECTORY}" --namespace "${NAMESPACE}" --out "${source}"
      --domain "${DOMAIN}" --form "${FORM}" --stem-is-version "${STEM_IS_VERSION}"
      --allow-missing "${ALLOW_MISSING}" --domains "${DOMAINS}" --parity "${PARITY}" ${engines}
    DEPENDS "${list}" lockstep::embed ${files}
    COMMENT "Embedding the migrations of ${arg_DIRECTORY}"
    VERBATIM)
  target_sources(${arg_TARGET} PRIVATE "${source}")
  if(arg_DOMAINS)
    return()
  endif()
  set(ENGINES ${arg_ENGINES})
  if(NOT ENGINES)
    set(ENGINES sqlite postgres mysql)
  endif()
  list(TRANSFORM ENGINES PREPEND "lockstep::Engine::")
  list(JOIN ENGINES ", " ENGINES)
  configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embedded_migrations.hpp.in"
    "${generated}/${path}/migrations.hpp" @ONLY)
  target_include_directories(${arg_TARGET} PUBLIC "$<BUILD_INTERFACE:${generated}>")
endfunction()
