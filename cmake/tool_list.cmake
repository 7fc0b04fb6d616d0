# PULSE_ALL_TOOLS: the names of all tools, from the targets of tools/, so that pages, completions and their tests follow by
# themselves.
get_property(targets DIRECTORY ${PROJECT_SOURCE_DIR}/tools PROPERTY BUILDSYSTEM_TARGETS)
set(PULSE_ALL_TOOLS)
foreach(target IN LISTS targets)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL EXECUTABLE)
    list(APPEND PULSE_ALL_TOOLS ${target})
  endif()
endforeach()
