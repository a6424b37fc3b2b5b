# find_package(megcc): the compiler as megcc::megcc, and megcc_add_model().
include("${CMAKE_CURRENT_LIST_DIR}/megccTargets.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/MegccAddModel.cmake")
