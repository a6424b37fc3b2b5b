# find_package(megcc): the compiler as megcc::megcc, and megcc_add_model().
# The assembler takes weights in; CMake allows no language to be enabled in a
# function.
if(NOT MSVC)
  enable_language(ASM)
endif()
include("${CMAKE_CURRENT_LIST_DIR}/megccTargets.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/MegccAddModel.cmake")
