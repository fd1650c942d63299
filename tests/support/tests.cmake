# SPDX-License-Identifier: BSL-1.0
# How a test program is made and how it is registered.

# The databases that every test of a kind runs on; see LOCKSTEP_TEST_TARGET in CONTRIBUTING.md.
set(LOCKSTEP_TEST_TARGETS sqlite-memory sqlite-file postgres mysql)

# Not UTC on purpose, and with daylight saving: a time that forgets its zone fails here.
set(LOCKSTEP_TEST_ENVIRONMENT TZ=America/New_York)

# Lets <target> include private headers as "core/...", "dialects/..." and "support/...".
function(lockstep_for_tests target)
  target_include_directories(${target} PRIVATE
    "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(${target} PRIVATE
    lockstep::testing lockstep::lockstep lockstep_warnings doctest::doctest)
endfunction()

# lockstep_test_program(<name> <pattern>...): one executable of all files that match.
function(lockstep_test_program name)
  file(GLOB sources CONFIGURE_DEPENDS ${ARGN})
  add_executable(${name} ${sources})
  lockstep_for_tests(${name})
  target_link_libraries(${name} PRIVATE test_support)
endfunction()

# lockstep_add_test(<name> LABEL <label> [TARGET <database>] COMMAND <program> [<argument>...])
# A doctest run that finds no test case is a failure: it would prove nothing.
function(lockstep_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TARGET" "COMMAND")
  add_test(NAME ${name} COMMAND ${arg_COMMAND})
  set(environment ${LOCKSTEP_TEST_ENVIRONMENT})
  if(arg_TARGET)
    list(APPEND environment LOCKSTEP_TEST_TARGET=${arg_TARGET})
  endif()
  set_tests_properties(${name} PROPERTIES
    LABELS ${arg_LABEL}
    ENVIRONMENT "${environment}"
    FAIL_REGULAR_EXPRESSION "test cases: +0 "
    TIMEOUT 600)
endfunction()
