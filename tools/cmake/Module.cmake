# pushpull_module(<name> [HEADERS ...] [SOURCES ...] [DEPS ...] [TESTS ...] [TEST_DEPS ...])
#
# One static library pushpull_<name> per module, its headers verified to compile alone, and one test binary
# <name>_test. DEPS are module names (lower floors) or imported targets.
include(GoogleTest)

add_library(pushpull_warnings INTERFACE)
target_compile_options(pushpull_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wdouble-promotion -Wformat=2
  # g++ 12 at -O3 sees overlapping copies in std::string where there are none (GCC bug 105329).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)

function(pushpull_module name)
  cmake_parse_arguments(M "" "" "HEADERS;SOURCES;DEPS;TESTS;TEST_DEPS" ${ARGN})
  set(target pushpull_${name})
  if(M_SOURCES)
    add_library(${target} STATIC ${M_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE pushpull_warnings)
    pushpull_precompile(${target} pushpull_base ${PUSHPULL_STANDARD_HEADERS})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${M_HEADERS})
  set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  target_include_directories(${target} ${scope} ${CMAKE_SOURCE_DIR})
  pushpull_resolve(deps ${M_DEPS})
  target_link_libraries(${target} ${scope} ${deps})

  if(PUSHPULL_TESTS AND M_TESTS)
    add_executable(${name}_test ${M_TESTS})
    pushpull_resolve(test_deps ${M_TEST_DEPS})
    target_link_libraries(${name}_test PRIVATE pushpull_warnings ${target} ${test_deps} GTest::gtest_main GTest::gmock)
    pushpull_test_options(${name}_test)
    gtest_discover_tests(${name}_test TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60)
  endif()

  # x_fuzz.cc holds a libFuzzer target; the normal build runs it over a few inputs in its module's tests.
  if(PUSHPULL_FUZZ)
    file(GLOB fuzzers CONFIGURE_DEPENDS *_fuzz.cc)
    foreach(source ${fuzzers})
      cmake_path(GET source STEM fuzzer)
      add_executable(${fuzzer} ${source})
      target_link_libraries(${fuzzer} PRIVATE ${target})
      target_link_options(${fuzzer} PRIVATE -fsanitize=fuzzer)
    endforeach()
  endif()
endfunction()

# Every source includes what it uses; precompiled headers only spare a build the parse. The ground floor parses them, for
# all modules and all tests: all are compiled with its options, -pthread included. clang-tidy does without (tools/lint).
function(pushpull_precompile target owner)
  if(target STREQUAL owner)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
endfunction()

set(PUSHPULL_STANDARD_HEADERS
  <algorithm> <array> <cstdint> <functional> <map> <memory> <optional> <span> <string> <string_view> <unordered_map>
  <utility> <vector>)

# Test code need not be fast, but there are many files of it.
function(pushpull_test_options target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O0>)
  pushpull_precompile(${target} base_test <gtest/gtest.h> <gmock/gmock.h> ${PUSHPULL_STANDARD_HEADERS})
endfunction()

# Module names become their targets; anything with :: is an imported target already.
function(pushpull_resolve out)
  set(result "")
  foreach(dep ${ARGN})
    if(dep MATCHES "::")
      list(APPEND result ${dep})
    else()
      list(APPEND result pushpull_${dep})
    endif()
  endforeach()
  set(${out} ${result} PARENT_SCOPE)
endfunction()
