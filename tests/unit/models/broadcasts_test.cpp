#include "models/demand/broadcasts.hpp"

#include <iostream>

#include <catch2/catch.hpp>

#include "models/demand/order_source.hpp"

#include "tests/unit/models/show_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::at_seconds;
using test::evenings;
using test::host;
using Tier = HostSpec::Tier;

namespace {

/// Twelve hosts who are all in the pool.
ModelSpec pool_of_twelve(std::uint32_t times) {
    ModelSpec spec = evenings(times, 100).spec;
    const char* styles[] = {"funny", "gentle", "expert"};
    for (int i = 0; i < 12; ++i) {
        const Tier tier = i < 2 ? Tier::s : i < 5 ? Tier::a : Tier::b;
        const double followers = tier == Tier::s ? 16e6 : tier == Tier::a ? 4e6 : 1e6;
        auto one = host("host-" + std::to_string(i), tier, followers, {"beauty", styles[i % 3]});
        std::sort(one.style.begin(), one.style.end());
        spec.hosts.push_back(one);
    }
    spec.sessions[0].hosts = test::first_indices(12);
    return spec;
}

/// How many broadcasts hosts of a tier were planned for.
std::size_t planned(const ModelSpec& spec, Tier tier) {
    const Broadcasts broadcasts(spec);
    const auto of = broadcasts.of(0);
    return static_cast<std::size_t>(
        std::count_if(of.begin(), of.end(), [&](const auto& b) { return spec.hosts[*b.planned].tier == tier; }));
}

std::vector<CustomerOrder> customers(const ModelSpec& spec, Index market) {
    const BaseDemand base(spec);
    OrderSource source(spec, base, market, 1);
    std::vector<CustomerOrder> orders;
    source.take_before(test::end_of(spec), orders);
    return orders;
}

}  // namespace

TEST_CASE("style is matched by the cosine of tags, audience by the root of followers") {
    const auto star = host("a", Tier::s, 16e6, {"beauty", "gentle"}),
               twin = host("b", Tier::a, 4e6, {"beauty", "gentle"});
    const auto other = host("c", Tier::s, 36e6, {"beauty", "expert", "loud"}),
               stranger = host("d", Tier::b, 1e6, {"food"});
    CHECK(audience_of(star) == 4);
    CHECK(audience_of(twin) == 2);
    CHECK(style_match(star, twin) == Approx(1));
    CHECK(style_match(star, other) == Approx(1 / std::sqrt(6)));
    CHECK(style_match(star, stranger) == 0);
    CHECK(style_match(star, host("e", Tier::b, 1e6, {})) == 1);
    CHECK(substitute_match(star, twin) == Approx(0.5));
    CHECK(substitute_match(star, other) == Approx(1 / std::sqrt(6)));  // more followers do not help
}

TEST_CASE("hosts of tier S have at most their share of the broadcasts, the others take turns") {
    ModelSpec spec = pool_of_twelve(200);
    CHECK(planned(spec, Tier::s) == 200);
    spec.host_policy.s_share = 0.3;
    CHECK(planned(spec, Tier::s) == 60);
    CHECK(planned(spec, Tier::a) == 42);  // three of the ten others
    CHECK(planned(spec, Tier::b) == 98);
    spec.host_policy.s_share = 0;
    CHECK(planned(spec, Tier::s) == 0);
}

TEST_CASE("who hosts does not depend on the order of declaration, and hosts have one broadcast at a time") {
    ModelSpec spec = pool_of_twelve(40);
    spec.host_policy = {0.5, 2, 0.9};
    for (auto& one : spec.hosts)
        one.absences_per_year = 20;
    spec.sessions.push_back(spec.sessions[0]);
    spec.sessions[1].id = "another";
    const auto names = [](const ModelSpec& of, std::size_t session) {
        const Broadcasts broadcasts(of);
        std::vector<std::string> list;
        for (const auto& b : broadcasts.of(session))
            list.push_back(of.hosts[*b.planned].id + (b.host ? " " + of.hosts[*b.host].id : " -"));
        return list;
    };
    const auto first = names(spec, 0), second = names(spec, 1);
    std::reverse(spec.hosts.begin(), spec.hosts.end());
    std::swap(spec.sessions[0], spec.sessions[1]);
    CHECK(names(spec, 1) == first);
    CHECK(names(spec, 0) == second);
    int substituted = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        const auto host_of = [](const std::string& text) { return text.substr(text.find(' ') + 1); };
        CHECK((host_of(first[i]) == "-" || host_of(first[i]) != host_of(second[i])));
        substituted += host_of(first[i]) != "-" && !first[i].starts_with(host_of(first[i]) + " ");
    }
    CHECK(substituted > 3);
}

TEST_CASE("an absent host is stood in for by the best match that is free, or the broadcast is cancelled") {
    ModelSpec spec = evenings(4, 100).spec;
    spec.hosts = {host("star", Tier::s, 16e6, {"beauty", "gentle"}),
                  host("best", Tier::a, 9e6, {"beauty", "gentle"}),
                  host("good", Tier::a, 4e6, {"beauty", "gentle"}),
                  host("poor", Tier::b, 1e6, {"beauty", "loud"})};
    spec.sessions[0].hosts = {0};
    spec.hosts[0].absent_at = {at_seconds(86'400)};  // away for broadcasts 1, 2, 3
    spec.hosts[1].absent_at = {at_seconds(2 * 86'400)};
    spec.host_policy.keeps = 0.8;
    const auto who = [&] {
        const Broadcasts broadcasts(spec);
        std::vector<std::pair<std::optional<Index>, double>> list;
        for (const auto& b : broadcasts.of(0))
            list.emplace_back(b.host, b.factor());
        return list;
    };
    CHECK(who()[0] == std::pair(std::optional(Index{0}), 4.0));
    CHECK(who()[1].first == std::nullopt);
    CHECK(who()[1].second == 0);
    spec.host_policy.substitutes = 1;
    CHECK(who()[1].first == Index{1});
    CHECK(who()[1].second == Approx(4 * 0.8 * 3 / 4));
    CHECK(who()[2].first == std::nullopt);  // the only one that stands ready is away too
    spec.host_policy.substitutes = 3;
    CHECK(who()[2].first == Index{2});
    CHECK(who()[2].second == Approx(4 * 0.8 * 2 / 4));
}

TEST_CASE(
    "absences are a Poisson process by the host's name, luck has mean 1 and its spread; policies change neither") {
    ModelSpec spec = evenings(10'000, 1).spec;
    spec.sessions[0].luck_cv = 0.6;
    double absences = 0, luck = 0, square = 0;
    const Time end{(sim::day * 3650).us};
    for (int i = 0; i < 400; ++i) {
        auto one = host("host-" + std::to_string(i), Tier::a, 4e6, {});
        one.absences_per_year = 2;
        absences += static_cast<double>(absences_of(one, SessionSeeds({spec.seed, 0}), end).size());
    }
    CHECK(std::abs(absences - 8000) < 4 * std::sqrt(8000.0));  // 400 hosts, 10 years, 2 a year
    const Broadcasts broadcasts(spec);
    for (const auto& b : broadcasts.of(0)) {
        luck += b.luck / 10'000;
        square += (b.luck - 1) * (b.luck - 1) / 10'000;
    }
    CHECK(std::abs(luck - 1) < 4 * 0.6 / 100);
    CHECK(std::sqrt(square) == Approx(0.6).epsilon(0.08));
    std::cout << "absences " << absences << " of 8000, luck " << luck << " spread " << std::sqrt(square) << "\n";
    spec.hosts.push_back(host("a", Tier::s, 16e6, {}));
    spec.sessions[0].hosts = {0};
    spec.sessions[0].orders = 9;
    const Broadcasts others(spec);
    for (std::size_t n = 0; n < 100; ++n)
        CHECK(others.of(0)[n].luck == broadcasts.of(0)[n].luck);
}

TEST_CASE("a train of pulses with factor 1 is the plain train, and its inverse undoes its integral") {
    const PulseTrain::Shape shape{sim::minute * 10, sim::hour, sim::minute * 20};
    const PulseTrain plain(shape, at_seconds(1000), sim::day, 3);
    std::vector<PulseTrain::Pulse> pulses;
    for (int i = 0; i < 3; ++i)
        pulses.push_back({at_seconds(1000) + sim::day * i, {{{}, 1}, {sim::minute * 30, 1}}});
    const PulseTrain same(shape, pulses);
    for (double amount = 0; amount < 3 * plain.per_pulse(); amount += 7.77) {
        CHECK(std::abs(same.inverse(amount).us - plain.inverse(amount).us) <= 1);
        CHECK(same.integral(plain.inverse(amount)) == Approx(amount).margin(0.001));
    }
    CHECK(same.inverse(3 * plain.per_pulse() + 1) == sim::end_of_time);
    pulses[0].steps = {{{}, 0}};
    pulses[1].steps = {{{}, 2}, {sim::minute * 20, 0}, {sim::minute * 30, 5}};
    const PulseTrain other(shape, pulses);
    for (double amount = 0.5; amount < other.integral(other.end()) - 1; amount += 7.77)
        CHECK(other.integral(other.inverse(amount)) == Approx(amount).margin(0.001));
    CHECK(other.inverse(0) >= pulses[1].start);
    const double second = 2 * (300 + 600) + 5 * (plain.per_pulse() - 300 - 1200);
    CHECK(other.integral(pulses[2].start) == Approx(second));
    CHECK(other.integral(other.end()) == Approx(second + plain.per_pulse()));
}

TEST_CASE("orders of a broadcast follow its pulse times the factors of host, luck and script") {
    ModelSpec spec = evenings(1, 60'000).spec;
    spec.hosts = {host("star", Tier::s, 4e6, {})};
    spec.sessions[0].hosts = {0};
    spec.sessions[0].luck_cv = 0.5;
    ScriptSpec event;
    event.at = Distribution::uniform(900, 1800);
    event.lasts = sim::minute * 5;
    event.rate = 4;
    spec.sessions[0].script = {event};
    const Broadcasts broadcasts(spec);
    const Broadcast& show = broadcasts.of(0)[0];
    REQUIRE(show.script.size() == 1);
    const PulseTrain pulse({sim::minute * 10, sim::hour, sim::minute * 20}, show.start, {}, 1);
    const double said = pulse.integral(show.script[0].to) - pulse.integral(show.script[0].from);
    CHECK(said == Approx(300));
    const double mean = 60'000 * 2 * show.luck * (pulse.per_pulse() + 3 * said) / pulse.per_pulse();
    std::vector<double> times;
    for (Index market = 0; market < 2; ++market) {
        for (const auto& order : customers(spec, market))
            times.push_back(static_cast<double>(order.placed.us));
    }
    const auto law = [&](double us) {
        const Time at{static_cast<std::int64_t>(us)};
        double amount = pulse.integral(at);
        amount += 3 * (pulse.integral(std::min(at, show.script[0].to)) - pulse.integral(show.script[0].from))
                  * (at > show.script[0].from ? 1 : 0);
        return amount / (pulse.per_pulse() + 3 * said);
    };
    const double distance = test::kolmogorov(times, law);
    std::cout << "script: " << times.size() << " orders of " << mean << ", Kolmogorov " << distance << "\n";
    CHECK(std::abs(static_cast<double>(times.size()) - mean) < 4 * std::sqrt(mean));
    CHECK(distance < test::kolmogorov_limit);
}

TEST_CASE("a cancelled broadcast has no orders, and the others have theirs") {
    ModelSpec spec = evenings(6, 3000).spec;
    spec.hosts = {host("star", Tier::s, 1e6, {})};
    spec.hosts[0].absent_at = {at_seconds(3 * 86'400)};
    spec.hosts[0].absent_for = sim::day * 2;
    spec.sessions[0].hosts = {0};
    std::vector<double> by_day(7);
    for (Index market = 0; market < 2; ++market) {
        for (const auto& order : customers(spec, market))
            ++by_day[static_cast<std::size_t>(order.placed.us / sim::day.us)];
    }
    for (const std::size_t day : {0U, 1U, 2U, 5U})
        CHECK(std::abs(by_day[day] - 3000) < 4 * std::sqrt(3000.0));
    CHECK(by_day[3] == 0);
    CHECK(by_day[4] == 0);
}
