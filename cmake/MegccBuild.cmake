# How every part of megcc is built: toolchain facts once, and the functions that
# the folders' CMakeLists.txt call.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# An installed megcc finds Debian's LLVM where the built one does.
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
option(MEGCC_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)

find_program(MEGCC_CCACHE ccache)
if(MEGCC_CCACHE)
  # A precompiled header's own time stamp must not defeat the cache.
  set(launcher "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime "${MEGCC_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER "${launcher}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${launcher}")
endif()

set(MLIR_DIR "/usr/lib/llvm-19/lib/cmake/mlir" CACHE PATH "MLIR 19's CMake package")
set(LLVM_DIR "/usr/lib/llvm-19/lib/cmake/llvm" CACHE PATH "LLVM 19's CMake package")
find_package(MLIR 19.1 REQUIRED CONFIG)
find_package(Protobuf REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
include(TableGen)
include(AddMLIR)

# Debian's MLIR has RTTI and no exceptions; only files that use nlohmann/json
# turn exceptions on again (megcc_use_exceptions).
add_library(megcc_flags INTERFACE)
target_include_directories(megcc_flags INTERFACE
  "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include" "${PROJECT_BINARY_DIR}")
target_include_directories(megcc_flags SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
target_compile_options(megcc_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Werror=return-type -Wno-unused-parameter -fno-exceptions>)
target_compile_definitions(megcc_flags INTERFACE MEGCC_VERSION="${PROJECT_VERSION}")
if(MEGCC_SANITIZE)
  target_compile_options(megcc_flags INTERFACE -fsanitize=address,undefined -fno-sanitize=vptr -fno-omit-frame-pointer)
  target_link_options(megcc_flags INTERFACE -fsanitize=address,undefined)
endif()

# One precompiled header for all libraries: what every file of an MLIR compiler includes.
file(WRITE "${PROJECT_BINARY_DIR}/pch.cpp.in" "// Carries the precompiled header.\n")
configure_file("${PROJECT_BINARY_DIR}/pch.cpp.in" "${PROJECT_BINARY_DIR}/pch.cpp" COPYONLY)
add_library(megcc_pch STATIC "${PROJECT_BINARY_DIR}/pch.cpp")
target_link_libraries(megcc_pch PUBLIC megcc_flags)
target_precompile_headers(megcc_pch PRIVATE
  <algorithm> <cmath> <cstdint> <functional> <map> <memory> <numeric> <optional> <string> <vector>
  <mlir/Dialect/Arith/IR/Arith.h> <mlir/Dialect/Func/IR/FuncOps.h> <mlir/Dialect/Math/IR/Math.h>
  <mlir/Dialect/MemRef/IR/MemRef.h> <mlir/Dialect/SCF/IR/SCF.h> <mlir/Dialect/Vector/IR/VectorOps.h>
  <mlir/IR/Builders.h> <mlir/IR/BuiltinOps.h> <mlir/IR/DialectResourceBlobManager.h>
  <mlir/IR/PatternMatch.h> <mlir/Interfaces/InferTypeOpInterface.h> <mlir/Interfaces/SideEffectInterfaces.h>
  <mlir/Pass/Pass.h> <mlir/Transforms/GreedyPatternRewriteDriver.h>)

# megcc_library(NAME [EXCEPTIONS] [DEPENDS targets...]): a static library of this folder's sources.
function(megcc_library name)
  cmake_parse_arguments(arg "EXCEPTIONS" "" "DEPENDS;LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp */*.cpp)
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC megcc_flags ${arg_LINK})
  if(arg_EXCEPTIONS)
    target_compile_options(${name} PRIVATE -fexceptions)
  else()
    target_precompile_headers(${name} REUSE_FROM megcc_pch)
  endif()
  # Generated headers of all dialects and passes come first: every file may include them.
  add_dependencies(${name} megcc_headers ${arg_DEPENDS})
endfunction()
add_custom_target(megcc_headers)

# megcc_tablegen(FILE.td OUTPUT.inc flags...): runs mlir-tblgen in this folder.
function(megcc_tablegen td out)
  set(LLVM_TARGET_DEFINITIONS ${td})
  mlir_tablegen(${out} ${ARGN} EXTRA_INCLUDES "${PROJECT_SOURCE_DIR}" ${MLIR_INCLUDE_DIRS})
  string(MAKE_C_IDENTIFIER "tblgen_${CMAKE_CURRENT_SOURCE_DIR}_${out}" target)
  add_custom_target(${target} DEPENDS "${CMAKE_CURRENT_BINARY_DIR}/${out}")
  add_dependencies(megcc_headers ${target})
endfunction()
