# What `cmake --install` puts in place: the compiler, and the CMake package
# through which applications call it.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(MEGCC_INSTALL_CMAKE "${CMAKE_INSTALL_LIBDIR}/cmake/megcc")

install(TARGETS megcc EXPORT megccTargets RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(EXPORT megccTargets NAMESPACE megcc:: DESTINATION "${MEGCC_INSTALL_CMAKE}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/megccConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_SOURCE_DIR}/cmake/installed/megccConfig.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/installed/MegccAddModel.cmake"
  "${PROJECT_BINARY_DIR}/megccConfigVersion.cmake"
  DESTINATION "${MEGCC_INSTALL_CMAKE}")
