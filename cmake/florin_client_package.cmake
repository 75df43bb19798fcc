# florin::client, as others use it: one shared library of its own, which shows nothing but <florin/client.hpp>, so
# that whoever links it needs none of the libraries inside. `cmake --install` puts it with its package files.

include(CMakePackageConfigHelpers)

set(sources "")
foreach(folder base ledger routing protocol transport client)
  file(GLOB in_folder CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${folder}/*.cpp")
  list(APPEND sources ${in_folder})
endforeach()

add_library(florin_client_shared SHARED ${sources})
add_dependencies(florin_client_shared florin_version)
set_target_properties(florin_client_shared PROPERTIES
  OUTPUT_NAME florin_client EXPORT_NAME client VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
  UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6 CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
target_compile_features(florin_client_shared INTERFACE cxx_std_17)
target_include_directories(florin_client_shared PUBLIC
  "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src/client/include>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
target_link_libraries(florin_client_shared PRIVATE
  florin_flags florin_cppzmq florin_msgpack fmt::fmt tl::expected absl::inlined_vector absl::flat_hash_map
  PkgConfig::sodium PkgConfig::xxhash PkgConfig::zmq)

install(TARGETS florin_client_shared EXPORT florin_targets LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(DIRECTORY src/client/include/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/florin")
install(EXPORT florin_targets NAMESPACE florin:: FILE florinTargets.cmake DESTINATION "${package_dir}")
file(WRITE "${PROJECT_BINARY_DIR}/florinConfig.cmake"
     "include(\"\${CMAKE_CURRENT_LIST_DIR}/florinTargets.cmake\")\n")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/florinConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/florinConfig.cmake" "${PROJECT_BINARY_DIR}/florinConfigVersion.cmake"
        DESTINATION "${package_dir}")
