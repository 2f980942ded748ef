#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/distribution.hpp"

using namespace spate::sim;

namespace {

using Block = std::array<std::uint32_t, 4>;

constexpr RunSeed run{0x123456789ABCDEFULL, 5};
constexpr std::uint16_t purpose = 0xBEEF;

/// What sample_unit_exponential() makes of the words.
double drawn_singly(const Block& block) {
    RandomStream stream(run, 1, purpose, 0, block);
    return sample_unit_exponential(stream);
}

void check_same(const std::vector<Block>& blocks) {
    std::vector<double> values(blocks.size(), -1);
    unit_exponentials(blocks, values);
    for (std::size_t i = 0; i < blocks.size(); ++i)
        REQUIRE(std::bit_cast<std::uint64_t>(values[i]) == std::bit_cast<std::uint64_t>(drawn_singly(blocks[i])));
}

}  // namespace

TEST_CASE("first blocks are those of each entity's stream, however many are asked for at once") {
    for (std::size_t count = 0; count <= 19; ++count) {
        std::vector<std::uint64_t> entities;
        for (std::size_t i = 0; i < count; ++i)
            entities.push_back(mix(i, count));
        std::vector<Block> blocks(count);
        first_blocks(run, entities, purpose, blocks);
        for (std::size_t i = 0; i < count; ++i) {
            RandomStream stream(run, entities[i], purpose);
            for (const auto word : blocks[i])
                REQUIRE(stream.bits32() == word);
        }
    }
}

TEST_CASE("exponential draws of many blocks have the bits of single ones") {
    std::vector<Block> blocks(10'007);
    random_blocks(run, 77, purpose, 0, blocks);
    check_same(blocks);
}

TEST_CASE("exponential draws of many blocks have the bits of single ones at the ends and between powers of two") {
    std::vector<Block> blocks;
    for (int bit = 0; bit < 64; ++bit) {
        const std::uint64_t one = std::uint64_t{1} << bit;
        for (const std::uint64_t bits : {one, one - 1, one + 1, ~one, ~(one - 1), one | one >> 1}) {
            blocks.push_back({static_cast<std::uint32_t>(bits >> 32), static_cast<std::uint32_t>(bits), 0, 0});
            // Where 1 + f changes sides: around the square root of 1/2 and of its halves.
            const std::uint64_t root = (std::uint64_t{0} - (0xB504F333F9DE6484ULL >> bit % 53)) + bits % 8192 * 2048;
            blocks.push_back({static_cast<std::uint32_t>(root >> 32), static_cast<std::uint32_t>(root), 0, 0});
        }
    }
    check_same(blocks);
}

TEST_CASE("first draws of several entities are those of their streams, whatever the law") {
    std::vector<std::uint64_t> entities;
    for (std::uint64_t i = 0; i < 21; ++i)
        entities.push_back(mix(i, 99));
    const auto laws = {Distribution::constant(3),
                       Distribution::uniform(1, 2),
                       Distribution::exponential(0.3),
                       Distribution::gamma(22, 1.5),
                       Distribution::lognormal(4, 0.7),
                       Distribution::normal(-1, 2),
                       Distribution::triangular(1, 2, 5),
                       Distribution::poisson(1234.5),
                       Distribution::negative_binomial(5, 40),
                       Distribution::empirical({10, 20, 30}, {1, 2, 4})};
    for (const auto& law : laws) {
        INFO(law.describe());
        std::vector<double> values(entities.size());
        law.sample_first(run, entities, purpose, values);
        for (std::size_t i = 0; i < entities.size(); ++i) {
            RandomStream stream(run, entities[i], purpose);
            REQUIRE(values[i] == law.sample(stream));
        }
    }
}
