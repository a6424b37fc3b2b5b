# megcc_add_model(NAME MODEL file [TARGET target] [WEIGHTS c|incbin|file]
#                 [THREADS none|pool|user] [OPTIONS option...] [DEPENDS file...])
#
# A static library NAME (also NAME::NAME) made of the network in MODEL, with its
# header NAME.h on the include path of whoever links it. It is made again when
# the model, a file of DEPENDS (a model's external data, say) or megcc itself
# changes. OPTIONS are further options of `megcc compile`.
#
#   TARGET   what to compile for, as `megcc targets` lists it; native if left
#            out; "x86-64-v2,x86-64-v3" for levels of x86 chosen at run time
#   WEIGHTS  incbin if left out, for MSVC c; with `file` the property
#            MEGCC_WEIGHTS_FILE of NAME is the file to load
#   THREADS  none if left out
function(megcc_add_model name)
  cmake_parse_arguments(arg "" "MODEL;TARGET;WEIGHTS;THREADS" "OPTIONS;DEPENDS" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "megcc_add_model(${name}): unknown: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_MODEL)
    message(FATAL_ERROR "megcc_add_model(${name}): MODEL is missing")
  endif()
  if(NOT arg_TARGET)
    set(arg_TARGET native)
  endif()
  if(NOT arg_WEIGHTS)
    set(arg_WEIGHTS incbin)
    if(MSVC)
      set(arg_WEIGHTS c)
    endif()
  endif()
  if(NOT arg_THREADS)
    set(arg_THREADS none)
  endif()
  get_filename_component(model "${arg_MODEL}" ABSOLUTE)

  set(package "${CMAKE_CURRENT_BINARY_DIR}/${name}.megcc")
  set(sources "${package}/${name}.c")
  set(others "${package}/${name}.h")
  string(REPLACE "," ";" levels "${arg_TARGET}")
  list(LENGTH levels count)
  if(count GREATER 1)
    foreach(level IN LISTS levels)
      string(REGEX REPLACE "[^A-Za-z0-9]" "_" level "${level}")
      list(APPEND sources "${package}/${name}_${level}.c")
    endforeach()
  endif()
  if(arg_WEIGHTS STREQUAL c)
    list(APPEND sources "${package}/${name}_weights.c")
  elseif(arg_WEIGHTS STREQUAL incbin)
    list(APPEND sources "${package}/${name}_weights.S")
    list(APPEND others "${package}/${name}_weights.bin")
    set_source_files_properties("${package}/${name}_weights.S" PROPERTIES
      OBJECT_DEPENDS "${package}/${name}_weights.bin"
      INCLUDE_DIRECTORIES "${package}")
  elseif(arg_WEIGHTS STREQUAL file)
    list(APPEND others "${package}/${name}_weights.bin")
  else()
    message(FATAL_ERROR "megcc_add_model(${name}): WEIGHTS is '${arg_WEIGHTS}', expected c, incbin or file")
  endif()

  if(arg_THREADS STREQUAL pool)
    list(APPEND sources "${package}/${name}_pool.c")
  elseif(NOT arg_THREADS MATCHES "^(none|user)$")
    message(FATAL_ERROR "megcc_add_model(${name}): THREADS is '${arg_THREADS}', expected none, pool or user")
  endif()

  add_custom_command(
    OUTPUT ${sources} ${others}
    COMMAND megcc::megcc compile "${model}" -o "${package}" --name "${name}"
            --target "${arg_TARGET}" --weights "${arg_WEIGHTS}"
            --threads "${arg_THREADS}" ${arg_OPTIONS}
    DEPENDS "${model}" ${arg_DEPENDS} "$<TARGET_FILE:megcc::megcc>"
    COMMENT "megcc: ${arg_MODEL} for ${arg_TARGET}"
    VERBATIM)
  add_library(${name} STATIC ${sources} ${others})
  add_library(${name}::${name} ALIAS ${name})
  target_include_directories(${name} PUBLIC "${package}")
  set_target_properties(${name} PROPERTIES
    C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF LINKER_LANGUAGE C
    POSITION_INDEPENDENT_CODE ON MEGCC_WEIGHTS_FILE "${package}/${name}_weights.bin")
  if(arg_THREADS STREQUAL pool)
    set(THREADS_PREFER_PTHREAD_FLAG ON)
    find_package(Threads REQUIRED)
    target_link_libraries(${name} PUBLIC Threads::Threads)
  endif()
  # Kernels are written to be optimised, in a debug build of the application too.
  if(CMAKE_C_COMPILER_ID MATCHES "GNU|Clang")
    target_compile_options(${name} PRIVATE "$<$<COMPILE_LANGUAGE:C>:-O2>")
  endif()
endfunction()
