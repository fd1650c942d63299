# SPDX-License-Identifier: BSL-1.0
# The floors of the library as CMake targets.

# lockstep_floor(<name> [GLOB <pattern>...] [EXCEPT <floor>...] [SEES <folder>...] [LINKS <target>...])
# The object library lockstep_<name> of the sources that match, less those of EXCEPT. SEES are private
# include folders below the source tree, LINKS the libraries whose headers it may use.
function(lockstep_floor name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "EXCEPT;GLOB;SEES;LINKS")
  set(sources "")
  if(arg_GLOB)
    file(GLOB sources CONFIGURE_DEPENDS ${arg_GLOB})
  endif()
  foreach(other IN LISTS arg_EXCEPT)
    get_target_property(taken lockstep_${other} SOURCES)
    list(REMOVE_ITEM sources ${taken})
  endforeach()
  list(TRANSFORM arg_SEES PREPEND "${PROJECT_SOURCE_DIR}/")
  add_library(lockstep_${name} OBJECT ${sources})
  target_include_directories(lockstep_${name} PRIVATE ${arg_SEES})
  target_link_libraries(lockstep_${name} PRIVATE lockstep_headers lockstep_warnings ${arg_LINKS})
  if("SOCI::Core" IN_LIST arg_LINKS AND LOCKSTEP_SANITIZE MATCHES undefined)
    # Debian's libsoci hides type information that the vptr check would link against.
    target_compile_options(lockstep_${name} PRIVATE -fno-sanitize=vptr)
  endif()
  set_target_properties(lockstep_${name} PROPERTIES LOCKSTEP_LINKS "${arg_LINKS}")
endfunction()

# lockstep_link_floors(<target> <floor>...)
# Puts the floors' objects into <target>, with what the floors link.
function(lockstep_link_floors target)
  foreach(floor IN LISTS ARGN)
    get_target_property(links lockstep_${floor} LOCKSTEP_LINKS)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:lockstep_${floor}>)
    target_link_libraries(${target} PRIVATE ${links})
  endforeach()
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX)
endfunction()

# lockstep_gather(<library> <floor>...)
# One static library of the floors' objects, linked with what the floors link.
function(lockstep_gather library)
  add_library(${library} STATIC)
  target_link_libraries(${library} PUBLIC lockstep_headers)
  lockstep_link_floors(${library} ${ARGN})
endfunction()
