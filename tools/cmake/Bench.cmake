# pushpull_bench(<name> [DEPS ...])
#
# One Google Benchmark binary <name>_bench from bench/<name>_bench.cc. DEPS are module names or imported targets.
function(pushpull_bench name)
  cmake_parse_arguments(B "" "" "DEPS" ${ARGN})
  pushpull_resolve(deps ${B_DEPS})
  add_executable(${name}_bench ${name}_bench.cc)
  target_link_libraries(${name}_bench PRIVATE pushpull_warnings ${deps} benchmark::benchmark_main)
endfunction()
