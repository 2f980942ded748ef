#include "models/demand/pulse_train.hpp"

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

using namespace spate;
using models::PulseTrain;
using sim::Duration;
using sim::Time;

namespace {

struct Pulse {
    double rise, lasts, decay;  ///< [s]

    PulseTrain::Shape shape() const {
        return {sim::from_seconds(rise), sim::from_seconds(lasts), sim::from_seconds(decay)};
    }

    double length() const { return lasts + 8 * decay; }

    double at(double t) const {
        if (t < 0 || t >= length())
            return 0;
        if (t < rise)
            return t / rise;
        return t < lasts ? 1 : std::exp(-(t - lasts) / decay);
    }

    /// Integral from the start to `t` by Simpson's rule, piece by piece.
    double integral(double t) const {
        const double ends[] = {0, rise, lasts, length()};
        double sum = 0;
        for (int piece = 0; piece < 3; ++piece) {
            const double low = ends[piece], high = std::min(ends[piece + 1], t);
            if (high <= low)
                continue;
            const int steps = 400;
            const double h = (high - low) / steps;
            for (int i = 0; i < steps; ++i) {
                const double x = low + i * h;
                // Kept inside the piece, so that jumps at its ends do not count.
                const double inside = 1e-9 * h;
                sum += h / 6 * (at(x + inside) + 4 * at(x + h / 2) + at(x + h - inside));
            }
        }
        return sum;
    }
};

const std::vector<Pulse> pulses{{600, 3600, 1200},
                                {0, 3600, 1200},
                                {600, 3600, 0},
                                {0, 3600, 0},
                                {600, 600, 1200},
                                {0, 0, 900},
                                {600, 600, 0},
                                {0.5, 0.75, 0.125}};

}  // namespace

TEST_CASE("the integral of a pulse is that of its shape") {
    for (const auto& pulse : pulses) {
        const PulseTrain train(pulse.shape(), {0}, {}, 1);
        CHECK(train.per_pulse() == Approx(pulse.integral(pulse.length())).epsilon(1e-7));
        CHECK(
            train.per_pulse()
            == Approx(pulse.rise / 2 + (pulse.lasts - pulse.rise) + pulse.decay * (1 - std::exp(-8.0))).epsilon(1e-14));
        CHECK(train.end().us == sim::from_seconds(pulse.length()).us);
    }
}

TEST_CASE("the inverse of a pulse train is the time at which its shape has the integral") {
    const Time start{77'000'000};
    for (const auto& pulse : pulses) {
        const PulseTrain train(pulse.shape(), start, {}, 1);
        Time before = start;
        for (int i = 0; i <= 1000; ++i) {
            const double amount = train.per_pulse() * (i / 1000.5);
            const Time t = train.inverse(amount);
            INFO("rise " << pulse.rise << ", lasts " << pulse.lasts << ", decay " << pulse.decay << ", amount "
                         << amount);
            REQUIRE(t >= before);
            REQUIRE(t <= train.end());
            REQUIRE(pulse.integral((t - start).seconds()) == Approx(amount).epsilon(1e-7).margin(1e-6));
            before = t;
        }
    }
}

TEST_CASE("a repeated pulse has the same shape every time") {
    for (const auto& pulse : pulses) {
        const Duration every = sim::day * 3;
        const PulseTrain once(pulse.shape(), {1000}, {}, 1), often(pulse.shape(), {1000}, every, 5);
        CHECK(often.end() == once.end() + every * 4);
        for (int k = 0; k < 5; ++k) {
            for (const double share : {0.001, 0.2, 0.5, 0.7, 0.9, 0.999}) {
                const double amount = share * once.per_pulse();
                const Duration difference =
                    often.inverse(k * once.per_pulse() + amount) - (once.inverse(amount) + every * k);
                REQUIRE(std::abs(difference.us) <= 1);
            }
        }
    }
}

TEST_CASE("beyond its last pulse a train is at the end of time") {
    for (const auto& pulse : pulses) {
        const PulseTrain train(pulse.shape(), {1000}, sim::day, 3);
        CHECK(train.inverse(train.per_pulse() * 3) == sim::end_of_time);
        CHECK(train.inverse(train.per_pulse() * 3 + 1e9) == sim::end_of_time);
        CHECK(train.inverse(train.per_pulse() * 3 * (1 - 1e-12)) <= train.end());
    }
}

TEST_CASE("an amount that differs from whole pulses by rounding only is at the edge of a pulse") {
    for (const auto& pulse : pulses) {
        const Duration every = sim::day * 3;
        const PulseTrain train(pulse.shape(), {1000}, every, 60);
        for (int k = 1; k < 60; ++k) {
            const double edge = train.per_pulse() * k;
            for (const double amount : {std::nextafter(edge, 0.0), edge, std::nextafter(edge, 1e99)}) {
                const Time t = train.inverse(amount);
                INFO("rise " << pulse.rise << ", lasts " << pulse.lasts << ", decay " << pulse.decay << ", pulse "
                             << k);
                REQUIRE(t >= Time{1000} + every * (k - 1) + sim::from_seconds(pulse.lasts));
                REQUIRE(t <= Time{1000} + every * k + sim::second);
            }
        }
    }
}

TEST_CASE("a pulse without extent or order is refused") {
    CHECK_THROWS_AS(PulseTrain({}, {0}, {}, 1), std::logic_error);
    CHECK_THROWS_AS(PulseTrain({sim::hour, sim::minute, {}}, {0}, {}, 1), std::logic_error);
    CHECK_THROWS_AS(PulseTrain({{}, sim::minute, {}}, {0}, {}, 0), std::logic_error);
    CHECK_THROWS_AS(PulseTrain({{}, sim::minute, {}}, {0}, {}, 2), std::logic_error);
}

TEST_CASE("the integral of a pulse train undoes its inverse") {
    const PulseTrain train({sim::minute * 10, sim::hour, sim::minute * 20}, Time{7'200'000'000}, sim::hour * 6, 3);
    CHECK(train.integral(Time{7'200'000'000}) == 0);
    CHECK(std::abs(train.integral(train.end() + sim::day) - 3 * train.per_pulse()) < 1e-6);
    for (double share = 0.01; share < 3; share += 0.0173) {
        const double amount = share * train.per_pulse();
        // Half a microsecond of rounding, at a height of at most 1.
        CHECK(std::abs(train.integral(train.inverse(amount)) - amount) < 1e-6);
    }
}
