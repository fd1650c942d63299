# SPDX-License-Identifier: BSL-1.0
# `cmake --install`: the libraries, their headers, the tools, a CMake package and a pkg-config file. Every
# path in them begins at the file that holds it, so that the folder can be moved.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/lockstep")

# lockstep_install(<component> <target>...)
# The targets as lockstep::<name without lockstep_>, in a file of the package that is read when the
# component is asked for; "core" is always read.
function(lockstep_install component)
  foreach(target IN LISTS ARGN)
    string(REGEX REPLACE "^lockstep_|_tool$" "" name "${target}")
    set_target_properties(${target} PROPERTIES EXPORT_NAME "${name}")
  endforeach()
  install(TARGETS ${ARGN} EXPORT lockstep-${component}
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(EXPORT lockstep-${component} NAMESPACE lockstep:: DESTINATION "${package_dir}")
endfunction()

lockstep_install(core lockstep lockstep_headers lockstep_soci lockstep_testing lockstep_embed_tool)
lockstep_install(instances_config lockstep_instances_config)
lockstep_install(workflow_files lockstep_workflow_files)
lockstep_install(credentials lockstep_credentials)
if(LOCKSTEP_SECRET_SERVICE)
  lockstep_install(secret_service lockstep_secret_service)
endif()
if(LOCKSTEP_BUILD_CLI)
  install(TARGETS lockstep-cli RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()

configure_package_config_file(cmake/lockstep-config.cmake.in generated/lockstep-config.cmake
  INSTALL_DESTINATION "${package_dir}"
  NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/generated/lockstep-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/generated/lockstep-config.cmake"
  "${PROJECT_BINARY_DIR}/generated/lockstep-config-version.cmake"
  cmake/FindSOCI.cmake cmake/embed_migrations.cmake cmake/embedded_migrations.hpp.in
  DESTINATION "${package_dir}")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")

# The archives are static: who links lockstep links what it needs, too. Names and no `Requires:`, since
# libpq's own file asks for libraries that no program needs here.
file(RELATIVE_PATH prefix_of_pc "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" prefix_of_pc "${prefix_of_pc}")
list(TRANSFORM MYSQL_CLIENT_LIBRARIES PREPEND "-l" OUTPUT_VARIABLE mysql_client)
list(JOIN mysql_client " " mysql_client)
configure_file(cmake/lockstep.pc.in generated/lockstep.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/generated/lockstep.pc"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
