# One interface target carries the warnings; system headers stay quiet.
add_library(pulse_warnings INTERFACE)
target_compile_options(pulse_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                                -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast)
if(PULSE_WERROR)
  target_compile_options(pulse_warnings INTERFACE -Werror)
endif()
# g++ 12 sees overlapping copies in correct string concatenation (GCC bug 105651).
target_compile_options(pulse_warnings INTERFACE
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)
