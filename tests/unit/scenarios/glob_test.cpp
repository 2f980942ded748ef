#include "scenarios/load/glob.hpp"

#include <catch2/catch.hpp>

#include "scenarios/load/suggest.hpp"

using namespace spate::scenarios;

TEST_CASE("globs choose by stars, question marks and alternatives") {
    CHECK(Glob("rdc-*").matches("rdc-wuhan"));
    CHECK_FALSE(Glob("rdc-*").matches("rdc"));
    CHECK(Glob("*").matches(""));
    CHECK(Glob("{rdc,front}-*").matches("front-1"));
    CHECK_FALSE(Glob("{rdc,front}-*").matches("cdc-1"));
    CHECK(Glob("{a,b}{1,2}").matches("b2"));
    CHECK(Glob("仓?").matches("仓库"));
    CHECK(Glob("*-a-*").matches("x-a-a-y"));
    CHECK(Glob("plain").is_plain());
    CHECK_FALSE(Glob("a{b").matches("ab"));
}

TEST_CASE("a glob cannot explode") {
    std::string bomb;
    for (int i = 0; i < 20; ++i) {
        bomb += "{a,b}";
    }
    CHECK(Glob(bomb).is_too_large());
    CHECK(Glob(std::string(5000, '*')).is_too_large());
    CHECK_FALSE(Glob(std::string(900, '*') + "x").matches(std::string(900, 'y')));
}

TEST_CASE("a slip of the fingers finds the word that was meant") {
    CHECK(did_you_mean("capasity", {"cost", "capacity"}) == ". did you mean 'capacity'?");
    CHECK(did_you_mean("hold", {"holding", "wave"}) == ". did you mean 'holding'?");
    CHECK(did_you_mean("xyz", {"holding", "wave"}) == ". write holding or wave?");
    CHECK(nearest("hoilding", {"holding"}) == "holding");
    CHECK(nearest(std::string(1000, 'x'), {"holding"}).empty());
}
