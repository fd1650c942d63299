# SPDX-License-Identifier: BSL-1.0
# Finds SOCI where it brings no CMake package of its own (4.0, as in Debian). Call with MODULE, after
# find_package(SOCI CONFIG QUIET) has found nothing.
#
# Components: SQLite3 PostgreSQL MySQL. Imported targets: SOCI::Core and SOCI::<component>, the names of
# SOCI's own package. Result: SOCI_FOUND, SOCI_VERSION, SOCI_<component>_FOUND.

find_path(SOCI_INCLUDE_DIR soci/soci.h)
find_library(SOCI_Core_LIBRARY soci_core)
mark_as_advanced(SOCI_INCLUDE_DIR SOCI_Core_LIBRARY)

if(SOCI_INCLUDE_DIR AND EXISTS "${SOCI_INCLUDE_DIR}/soci/version.h")
  file(STRINGS "${SOCI_INCLUDE_DIR}/soci/version.h" line REGEX "define[ \t]+SOCI_LIB_VERSION[ \t]+\"")
  string(REGEX REPLACE ".*\"([0-9_]+)\".*" "\\1" SOCI_VERSION "${line}")
  string(REPLACE "_" "." SOCI_VERSION "${SOCI_VERSION}")
endif()

foreach(component IN LISTS SOCI_FIND_COMPONENTS)
  string(TOLOWER "${component}" backend)
  find_library(SOCI_${component}_LIBRARY "soci_${backend}")
  mark_as_advanced(SOCI_${component}_LIBRARY)
  if(SOCI_${component}_LIBRARY AND EXISTS "${SOCI_INCLUDE_DIR}/soci/${backend}/soci-${backend}.h")
    set(SOCI_${component}_FOUND TRUE)
  endif()
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SOCI
  REQUIRED_VARS SOCI_Core_LIBRARY SOCI_INCLUDE_DIR
  VERSION_VAR SOCI_VERSION
  HANDLE_COMPONENTS)

if(SOCI_FOUND)
  foreach(component IN ITEMS Core ${SOCI_FIND_COMPONENTS})
    if(SOCI_${component}_LIBRARY AND NOT TARGET SOCI::${component})
      add_library(SOCI::${component} UNKNOWN IMPORTED)
      set_target_properties(SOCI::${component} PROPERTIES
        IMPORTED_LOCATION "${SOCI_${component}_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${SOCI_INCLUDE_DIR}")
      if(NOT component STREQUAL "Core")
        target_link_libraries(SOCI::${component} INTERFACE SOCI::Core)
      endif()
    endif()
  endforeach()
endif()
