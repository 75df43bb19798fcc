# How a target of this project is built: one standard, one set of flags, layers made from folders.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Debug or RelWithDebInfo" FORCE)
endif()
# Level 1 of debug information names functions and lines in a backtrace and halves what the linker reads.
# NDEBUG stays unset: invariants are on in every build. -O1 keeps a sanitizer's stacks readable.
if(FLORIN_SANITIZER)
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")
else()
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
endif()

# florin_flags: what every target of ours is compiled and linked with, and no target of others.
add_library(florin_flags INTERFACE)
target_include_directories(florin_flags INTERFACE "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}")
target_compile_definitions(florin_flags INTERFACE _GLIBCXX_ASSERTIONS)
target_compile_options(florin_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
target_link_options(florin_flags INTERFACE -Wl,--as-needed)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 sees overlapping copies inside std::string where there are none (its bug 105651).
  target_compile_options(florin_flags INTERFACE -Wno-restrict)
endif()
if(FLORIN_WERROR)
  target_compile_options(florin_flags INTERFACE -Werror)
endif()

if(FLORIN_SANITIZER STREQUAL "address")
  set(sanitizer_flags -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
elseif(FLORIN_SANITIZER STREQUAL "fuzzer")
  # libFuzzer's main is linked where it is wanted; everything else is only instrumented for it.
  set(sanitizer_flags -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
      -fno-omit-frame-pointer)
elseif(FLORIN_SANITIZER STREQUAL "thread")
  set(sanitizer_flags -fsanitize=thread -fno-omit-frame-pointer)
elseif(FLORIN_SANITIZER)
  message(FATAL_ERROR "FLORIN_SANITIZER is '${FLORIN_SANITIZER}'; it can be address, thread, fuzzer or empty")
else()
  set(sanitizer_flags "")
endif()
target_compile_options(florin_flags INTERFACE ${sanitizer_flags})
target_link_options(florin_flags INTERFACE ${sanitizer_flags})

# florin_header_library(<name> DIR <include path> [DEFINITIONS ...]): another project's headers.
function(florin_header_library name)
  cmake_parse_arguments(ARG "" "DIR" "DEFINITIONS" ${ARGN})
  add_library(${name} INTERFACE)
  target_include_directories(${name} SYSTEM INTERFACE "${ARG_DIR}")
  target_compile_definitions(${name} INTERFACE ${ARG_DEFINITIONS})
endfunction()

# florin_layer(<name> <folder> [EXCEPT file] LIBRARIES ...): a static library of the folder's .cpp files. While
# a folder has none, the layer only passes its libraries on.
function(florin_layer name folder)
  cmake_parse_arguments(ARG "" "EXCEPT" "LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.cpp")
  if(ARG_EXCEPT)
    list(REMOVE_ITEM sources "${PROJECT_SOURCE_DIR}/${folder}/${ARG_EXCEPT}")
  endif()
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PRIVATE florin_flags PUBLIC ${ARG_LIBRARIES})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ARG_LIBRARIES})
  endif()
endfunction()

# florin_version_header(<target>): gives florin_version.hpp to all and writes it before <target> is compiled. It
# is written again only when the version or the commit has changed, so one source file should include it.
function(florin_version_header target)
  set(directory "${PROJECT_BINARY_DIR}/generated")
  set(write_header "${CMAKE_COMMAND}" -D "VERSION=${PROJECT_VERSION}" -D "SOURCE_DIR=${PROJECT_SOURCE_DIR}"
      -D "OUTPUT=${directory}/florin_version.hpp" -P "${PROJECT_SOURCE_DIR}/cmake/write_version.cmake")
  # At configuration too, for the tools that read sources before anything is built.
  execute_process(COMMAND ${write_header} COMMAND_ERROR_IS_FATAL ANY)
  add_custom_target(florin_version ALL COMMAND ${write_header} COMMENT "Reading which commit this is" VERBATIM
                    BYPRODUCTS "${directory}/florin_version.hpp")
  add_dependencies(${target} florin_version)
  target_include_directories(florin_flags INTERFACE "${directory}")
endfunction()
