# ---- inside clang-tidy and clangd: everything of LLVM's comes from the host, nothing of it may be linked a second time
file(GLOB GILRAY_HOST_SOURCES CONFIGURE_DEPENDS host/*.cpp)
add_library(gilray_host STATIC ${GILRAY_HOST_SOURCES})
target_link_libraries(gilray_host PUBLIC gilray_tool)

file(GLOB GILRAY_TIDY_SOURCES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/checks/tidy/*.cpp)
add_library(gilray_tidy OBJECT ${GILRAY_TIDY_SOURCES})
target_include_directories(gilray_tidy SYSTEM PRIVATE ${CLANG_INCLUDE_DIRS})
target_link_libraries(gilray_tidy PRIVATE gilray_plain)
add_library(gilray-tidy MODULE $<TARGET_OBJECTS:gilray_tidy>)
set(host_parts gilray_host gilray_tool gilray_extract gilray_core gilray_config gilray_yaml)
foreach(part ${host_parts})
  target_link_libraries(gilray-tidy PRIVATE $<TARGET_FILE:${part}>)
endforeach()
target_link_libraries(gilray-tidy PRIVATE yaml-cpp Threads::Threads)
target_link_options(gilray-tidy PRIVATE -Wl,--exclude-libs,ALL)
add_dependencies(gilray-tidy ${host_parts})
set_target_properties(gilray-tidy PROPERTIES PREFIX "" OUTPUT_NAME gilray-tidy-${LLVM_VERSION_MAJOR} LINKER_LANGUAGE CXX)
install(TARGETS gilray-tidy LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})

# ---- the real clangd with the same module inside. Its CMake target asks for gRPC, which only remote indices need.
set(clangd_parts clangdMain clangDaemon clangDaemonTweaks clangdSupport clangTidy clangTidyUtils clangQuery clangIncludeCleaner
  clangIncludeFixer)
file(GLOB clang_tidy_modules ${LLVM_LIBRARY_DIR}/libclangTidy*Module.a)
list(TRANSFORM clangd_parts REPLACE "(.+)" "${LLVM_LIBRARY_DIR}/lib\\1.a")
file(GLOB GILRAY_CLANGD_SOURCES CONFIGURE_DEPENDS clangd/*.cpp)
add_executable(gilray-clangd ${GILRAY_CLANGD_SOURCES} $<TARGET_OBJECTS:gilray_tidy>)
target_include_directories(gilray-clangd SYSTEM PRIVATE ${CLANG_INCLUDE_DIRS})
target_link_libraries(gilray-clangd PRIVATE gilray_host
  -Wl,--start-group ${clangd_parts} ${clang_tidy_modules} -Wl,--end-group clang-cpp LLVM)
set(wrapped _ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE
  _ZN5clang6clangd21getTidyOptionsForFileEN4llvm12function_refIFvRNS_4tidy16ClangTidyOptionsENS1_9StringRefEEEES6_
  _ZNK5clang6clangd14CommandManglerclERNS_7tooling14CompileCommandEN4llvm9StringRefE)
foreach(symbol ${wrapped})
  target_link_options(gilray-clangd PRIVATE -Wl,--wrap=${symbol})
endforeach()
install(TARGETS gilray-clangd RUNTIME)
