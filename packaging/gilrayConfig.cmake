# gilray in CMake:
#
#     find_package(gilray REQUIRED)
#     gilray_check(my_extension)                  # target gilray-my_extension; `cmake --build . --target gilray` runs all
#     gilray_check(my_extension OPTIONS --fail-on=error --severity=note)
#
# Checked are the C and C++ sources of the target, as one program, with the flags of compile_commands.json. For clang-tidy's own
# integration, set CMAKE_C_CLANG_TIDY to clang-tidy with --load=${gilray_TIDY_PLUGIN}.
get_filename_component(gilray_PREFIX "${CMAKE_CURRENT_LIST_DIR}" REALPATH)
while(NOT EXISTS "${gilray_PREFIX}/bin/gilray" AND NOT gilray_PREFIX STREQUAL "/")
  get_filename_component(gilray_PREFIX "${gilray_PREFIX}" DIRECTORY)
endwhile()
set(gilray_EXECUTABLE "${gilray_PREFIX}/bin/gilray")
file(GLOB_RECURSE gilray_TIDY_PLUGIN "${gilray_PREFIX}/lib/gilray-tidy-*.so" "${gilray_PREFIX}/lib/*/gilray-tidy-*.so")
if(gilray_TIDY_PLUGIN)
  list(GET gilray_TIDY_PLUGIN 0 gilray_TIDY_PLUGIN)
endif()
if(NOT EXISTS "${gilray_EXECUTABLE}")
  set(gilray_FOUND FALSE)
  set(gilray_NOT_FOUND_MESSAGE "no bin/gilray above ${CMAKE_CURRENT_LIST_DIR}")
  return()
endif()

function(gilray_check target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "OPTIONS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "gilray_check(${target}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()
  # gilray reads how the sources are compiled. A variable of the caller's directory must be set before the target is made.
  if(NOT CMAKE_EXPORT_COMPILE_COMMANDS)
    message(FATAL_ERROR "gilray_check(${target}) needs compile_commands.json: set(CMAKE_EXPORT_COMPILE_COMMANDS ON) before the "
                        "targets, with the generator Ninja or Makefiles")
  endif()
  get_target_property(sources ${target} SOURCES)
  get_target_property(directory ${target} SOURCE_DIR)
  list(FILTER sources INCLUDE REGEX "\\.(c|cc|cpp|cxx|C|c\\+\\+)$")
  set(paths)
  foreach(source IN LISTS sources)
    get_filename_component(path "${source}" ABSOLUTE BASE_DIR "${directory}")
    list(APPEND paths "${path}")
  endforeach()
  add_custom_target(gilray-${target}
    COMMAND "${gilray_EXECUTABLE}" check -p "${CMAKE_BINARY_DIR}" ${arg_OPTIONS} ${paths}
    WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
    COMMENT "gilray: ${target}"
    VERBATIM)
  if(NOT TARGET gilray)
    add_custom_target(gilray)
  endif()
  add_dependencies(gilray gilray-${target})
endfunction()
