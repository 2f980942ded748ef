# Writes a source with a fingerprint of the sources that say what the state of a run is and how it is archived.
# usage: cmake -DROOT=<repository> -DOUT=<file> -P state_sources.cmake
file(GLOB_RECURSE files RELATIVE "${ROOT}" "${ROOT}/sim/*.hpp" "${ROOT}/sim/*.cpp" "${ROOT}/models/*.hpp" "${ROOT}/models/*.cpp")
list(SORT files)
set(all "")
foreach(f ${files})
  file(SHA256 "${ROOT}/${f}" sum)
  string(APPEND all "${f} ${sum}\n")
endforeach()
string(SHA256 sum "${all}")
string(SUBSTRING "${sum}" 0 16 sum)
set(text "#include \"sim/snapshot/state_sources.hpp\"\n\nnamespace spate::sim {\n\nstd::uint64_t state_sources() {\n    return 0x${sum}ULL;\n}\n\n}  // namespace spate::sim\n")
file(WRITE "${OUT}" "${text}")
