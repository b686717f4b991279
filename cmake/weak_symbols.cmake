# Run by CMakeLists.txt on the compiled kernels, with NM, OBJECTS and ISAS. Of a function that several objects define
# under one name (an inline one, a template that knows nothing of GN_ISA), the linker keeps one: the other objects would
# run code of another instruction set.
list(JOIN ISAS "|" names)
foreach(object IN LISTS OBJECTS)
  execute_process(COMMAND ${NM} -C --defined-only ${object} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "[0-9a-f]+ [WVu] [^\n]*" weak "${symbols}")
  list(FILTER weak EXCLUDE REGEX "(^|[^a-zA-Z0-9_])(${names})::")
  if(weak)
    list(JOIN weak "\n  " shown)
    message(FATAL_ERROR "${object} defines what is not in a namespace of GN_ISA:\n  ${shown}")
  endif()
endforeach()
