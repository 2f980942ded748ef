#pragma once

/// Loops over arrays that are built a second time for processors with AVX2. Only for what gives the same bits on both:
/// integers, and doubles without fused multiply-add (which AVX2 does not bring along) and without sums in another
/// order. Where there is no such processor SPATE_HAS_WIDE is not defined, and the second build is left out.
#ifdef __x86_64__
#include <immintrin.h>
#define SPATE_HAS_WIDE
/// In front of the second build of `function`, which is named function_wide.
#define SPATE_WIDE __attribute__((target("avx2")))
#define SPATE_CALL_WIDE(function, ...) (::spate::sim::has_wide() ? function##_wide(__VA_ARGS__) : function(__VA_ARGS__))

namespace spate::sim {

/// Whether this processor has AVX2.
inline bool has_wide() {
    static const bool has = __builtin_cpu_supports("avx2") != 0;
    return has;
}

}  // namespace spate::sim
#else
#define SPATE_CALL_WIDE(function, ...) function(__VA_ARGS__)
#endif
