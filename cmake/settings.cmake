# SPDX-License-Identifier: BSL-1.0
# How everything below this folder is compiled: standard, visibility, sanitizers, coverage, ccache.
# Directory variables and options, so that a project that adds this one keeps its own.

set(LOCKSTEP_SANITIZE "" CACHE STRING "Sanitizers: empty, \"address,undefined\" or \"thread\"")
set_property(CACHE LOCKSTEP_SANITIZE PROPERTY STRINGS "" "address,undefined" "thread")
option(LOCKSTEP_COVERAGE "Instrument for gcov" OFF)
option(LOCKSTEP_FUZZ "Build the libFuzzer programs, by clang" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)  # target all_verify_interface_header_sets
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
  endif()
endif()

if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(LOCKSTEP_CCACHE ccache)
  mark_as_advanced(LOCKSTEP_CCACHE)
  if(LOCKSTEP_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${LOCKSTEP_CCACHE}")
  endif()
endif()

add_compile_definitions("$<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>")

if(LOCKSTEP_SANITIZE)
  add_compile_options("-fsanitize=${LOCKSTEP_SANITIZE}" -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options("-fsanitize=${LOCKSTEP_SANITIZE}")
endif()

if(LOCKSTEP_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

if(LOCKSTEP_COVERAGE)
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()
