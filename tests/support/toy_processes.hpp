#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/digest.hpp"
#include "sim/engine/context.hpp"
#include "sim/engine/engine.hpp"
#include "sim/engine/process.hpp"
#include "sim/snapshot/archive.hpp"

/// Small processes for tests of the engine.
namespace spate::test {

using namespace spate::sim;

/// Draws for toy processes: a pure function of a key and a counter.
class ToyDraws {
  public:
    explicit ToyDraws(std::uint64_t key = 0)
        : key_(key) {}

    std::uint64_t bits() { return mix(key_, count_++); }

    std::uint64_t below(std::uint64_t n) { return bits() % n; }

    double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

    template <class Archive>
    void serialize(Archive& archive) {
        archive(key_, count_);
    }

  private:
    std::uint64_t key_;
    std::uint64_t count_ = 0;
};

struct Token {
    static constexpr std::uint16_t type = 1;
    static constexpr std::uint16_t priority = 10;
    std::uint64_t value = 0;
    std::uint64_t hops = 0;
};

/// Comes before a Token of the same instant.
struct Urgent {
    static constexpr std::uint16_t type = 2;
    static constexpr std::uint16_t priority = 1;
    std::uint64_t value = 0;
};

struct Tick {
    static constexpr std::uint16_t type = 3;
    static constexpr std::uint16_t priority = 20;
    std::uint64_t number = 0;
};

/// A bulk message that counts how many of its kind are alive.
struct Load final : Payload {
    static constexpr std::uint16_t type = 4;
    static constexpr std::uint16_t priority = 10;

    Load() { ++alive; }

    ~Load() override { --alive; }

    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    void digest(Digest& digest) const override { digest.add(std::span<const std::uint64_t>(items)); }

    void clear() override { items.clear(); }

    void save_state(StateWriter& archive) override { block(archive, items); }

    void load_state(StateReader& archive) override { block(archive, items); }

    std::vector<std::uint64_t> items;
    inline static std::atomic<std::int64_t> alive{0};
};

/// A process made of functions, for tests that need one particular behaviour.
class Scripted final : public Process {
  public:
    using Process::Process;

    void start(Context& context) override {
        if (on_start)
            on_start(context);
    }

    void on_event(Context& context, Event& event) override {
        handled.push_back(event);
        handled.back().take_payload();  // the copy owns nothing
        if (on_message)
            on_message(context, event);
    }

    void finish(Time end) override {
        finished_at.push_back(end);
        if (on_finish)
            on_finish(end);
    }

    std::function<void(Context&)> on_start;
    std::function<void(Context&, Event&)> on_message;
    std::function<void(Time)> on_finish;
    std::vector<Output<Token>> outputs;
    std::vector<Output<Urgent>> urgent_outputs;
    std::vector<Output<Load>> load_outputs;
    std::vector<Event> handled;
    std::vector<Time> finished_at;
};

/// Sends a token back and forth, as soon as the link allows.
class PingPong final : public Process {
  public:
    PingPong(std::string name, bool serves)
        : Process(std::move(name))
        , serves_(serves) {}

    void start(Context& context) override {
        if (serves_)
            context.send(output, output.link.lookahead(), Token{1, 0});
    }

    void on_event(Context& context, Event& event) override {
        const auto token = event.as<Token>();
        ++received;
        last_hops = token.hops;
        context.send(output, output.link.lookahead(), Token{token.value, token.hops + 1});
    }

    void finish(Time) override {}

    Output<Token> output;
    std::uint64_t received = 0;
    std::uint64_t last_hops = 0;

  private:
    bool serves_;
};

/// The classical PHOLD: every token is held for lookahead plus an exponential time and goes on to the process itself
/// or, with some probability, to any other.
class Phold final : public Process {
  public:
    struct Settings {
        std::uint64_t processes = 1;
        Duration lookahead;
        Duration mean;
        double remote = 0.1;
    };

    Phold(std::string name, std::uint64_t key, const Settings& settings)
        : Process(std::move(name))
        , settings_(settings)
        , draws_(key) {}

    void start(Context& context) override { context.schedule(Time{} + hold(), Token{id().value(), 0}); }

    void on_event(Context& context, Event& event) override {
        const auto token = event.as<Token>();
        ++received;
        const Duration delay = settings_.lookahead + hold();
        const Token next{token.value, token.hops + 1};
        if (draws_.uniform() < settings_.remote) {
            context.send(Output<Token>{anyone.to(ProcessId(draws_.below(settings_.processes)))}, delay, next);
        } else {
            context.schedule(context.now() + delay, next);
        }
    }

    void finish(Time) override {}

    Broadcast anyone;  ///< tokens go anywhere
    std::uint64_t received = 0;

  private:
    Duration hold() {
        const double mean = static_cast<double>(settings_.mean.us - settings_.lookahead.us);
        return {static_cast<std::int64_t>(-mean * std::log(1.0 - draws_.uniform()))};
    }

    const Settings& settings_;
    ToyDraws draws_;
};

/// Does a bit of everything, from its own draws only: ticks on a coarse grid (so that many events have equal times),
/// fans tokens out, answers at once over zero-lookahead links, sends urgent messages to the present, and sends, passes
/// on, keeps and drops payloads.
class Busybody final : public Process {
  public:
    Busybody(std::string name, std::uint64_t key, Duration grid)
        : Process(std::move(name))
        , draws_(key)
        , grid_(grid) {}

    void start(Context& context) override {
        for (std::uint64_t i = 0; i <= draws_.below(3); ++i)
            context.schedule(Time{} + some_grid(4), Tick{i});
    }

    void on_event(Context& context, Event& event) override {
        state_.add(context.now().us);
        state_.add(std::uint64_t{event.type});
        switch (event.type) {
            case Tick::type: return on_tick(context, event.as<Tick>());
            case Token::type: return on_token(context, event.as<Token>());
            case Urgent::type: return state_.add(event.as<Urgent>().value);
            default: return on_load(context, event);
        }
    }

    void finish(Time end) override { state_.add(end.us); }

    void save_state(StateWriter& archive) override { archive_state(archive); }

    void load_state(StateReader& archive) override { archive_state(archive); }

    std::uint64_t state_hash() const { return state_.value(); }

    std::vector<Output<Token>> tokens;
    std::vector<Output<Load>> loads;

  private:
    template <class Archive>
    void archive_state(Archive& archive) {
        bool keeps = kept_ != nullptr;
        archive(draws_, keeps);
        plain(archive, state_);
        if (!keeps) {
            kept_.reset();
            return;
        }
        if (kept_ == nullptr)
            kept_ = std::make_unique<Load>();
        block(archive, kept_->items);
    }

    Duration some_grid(std::uint64_t steps) { return grid_ * static_cast<std::int64_t>(draws_.below(steps)); }

    void on_tick(Context& context, Tick tick) {
        state_.add(tick.number);
        context.schedule(context.now() + grid_ + some_grid(4), Tick{tick.number + 1});
        const bool is_burst = draws_.below(8) == 0;
        for (auto& output : tokens) {
            if (is_burst || draws_.below(3) == 0)
                forward(context, output, Token{draws_.bits(), 0});
        }
        if (draws_.below(4) == 0)
            context.schedule(context.now(), Urgent{draws_.bits()});
        if (!loads.empty() && draws_.below(3) == 0)
            send_load(context);
    }

    void on_token(Context& context, Token token) {
        state_.add(token.value);
        if (draws_.below(6) == 0)
            context.schedule(context.now(), Urgent{token.value});
        if (token.hops < 3 && !tokens.empty() && draws_.below(2) == 0) {
            forward(context, tokens[draws_.below(tokens.size())], Token{mix(token.value, 1), token.hops + 1});
        }
    }

    void on_load(Context& context, Event& event) {
        if (draws_.below(4) == 0)
            return;  // not taken: recycled by the executive
        auto load = event.take<Load>();
        for (const auto item : load->items)
            state_.add(item);
        const auto choice = draws_.below(4);
        if (choice == 0 && !loads.empty() && load->items.size() < 20) {
            load->items.push_back(draws_.bits());
            auto& output = loads[draws_.below(loads.size())];
            context.send(output, output.link.lookahead() + some_grid(3), std::move(load));
        } else if (choice == 1) {
            if (kept_ != nullptr)
                state_.add(std::span<const std::uint64_t>(kept_->items));
            kept_ = std::move(load);
        } else if (choice == 2) {
            context.recycle(std::move(load));
        }
    }

    void forward(Context& context, const Output<Token>& output, Token token) {
        context.send(output, output.link.lookahead() + some_grid(3), token);
    }

    void send_load(Context& context) {
        auto& output = loads[draws_.below(loads.size())];
        auto load = context.make<Load>();
        state_.add(std::uint64_t{load->items.size()});  // always empty, whatever pool it is from
        for (std::uint64_t i = 0; i < draws_.below(12); ++i)
            load->items.push_back(draws_.bits());
        context.send(output, output.link.lookahead() + some_grid(3), std::move(load));
    }

    ToyDraws draws_;
    Duration grid_;
    Digest state_;
    std::unique_ptr<Load> kept_;
};

}  // namespace spate::test
