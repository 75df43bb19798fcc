# Writes florin_version.hpp. Without git, or outside a clone, the commit is "unknown".
# Takes VERSION, SOURCE_DIR and OUTPUT.

set(COMMIT "")
if(EXISTS "${SOURCE_DIR}/.git")
  execute_process(COMMAND git rev-parse --short=10 HEAD WORKING_DIRECTORY "${SOURCE_DIR}"
                  OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
endif()
if(failed OR COMMIT STREQUAL "")
  set(COMMIT "unknown")
endif()

configure_file("${CMAKE_CURRENT_LIST_DIR}/florin_version.hpp.in" "${OUTPUT}" @ONLY)
