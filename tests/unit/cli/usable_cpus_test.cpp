#include "cli/usable_cpus.hpp"

#include <catch2/catch.hpp>

using namespace spate::cli;

TEST_CASE("a control group's quota is read as a number of processors") {
    CHECK(quota_in_cpu_max("200000 100000\n").value() == 2.0);
    CHECK(quota_in_cpu_max("50000 100000").value() == 0.5);
    CHECK_FALSE(quota_in_cpu_max("max 100000"));
    CHECK_FALSE(quota_in_cpu_max("-1 100000"));
    CHECK_FALSE(quota_in_cpu_max(""));
}

TEST_CASE("at least one processor can be used") {
    CHECK(usable_cpus() >= 1);
}
