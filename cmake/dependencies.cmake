# SPDX-License-Identifier: BSL-1.0
# What is needed from outside. SOCI 4.1 and later bring a CMake package; for 4.0 there is our own module.

find_package(Threads REQUIRED)
find_package(SOCI CONFIG QUIET)
if(NOT SOCI_FOUND)
  find_package(SOCI 4.0 MODULE REQUIRED COMPONENTS SQLite3 PostgreSQL MySQL)
endif()
find_package(SQLite3 REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
if(NOT TARGET yaml-cpp::yaml-cpp)  # before 0.8
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
find_package(PkgConfig REQUIRED)
pkg_search_module(MYSQL_CLIENT REQUIRED IMPORTED_TARGET libmariadb mysqlclient)

if(LOCKSTEP_BUILD_CLI)
  find_package(CLI11 REQUIRED)
endif()
if(LOCKSTEP_BUILD_TESTS)
  find_package(doctest REQUIRED)
endif()
if(LOCKSTEP_BUILD_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()
