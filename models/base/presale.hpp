#pragma once

#include <cstdint>

#include "sim/base/random.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// What becomes of a deposit.
enum class Settlement : std::uint8_t {
    paid,       ///< the balance is paid within the window
    cancelled,  ///< the customer gives up before the window opens
    lapsed      ///< the window closes without a payment
};

struct DepositFate {
    Settlement settlement = Settlement::paid;
    Time at;  ///< when

    bool pays() const { return settlement == Settlement::paid; }
};

/// The presale of one channel: what becomes of each order's deposit is a function of the seed and the order's key, so
/// desk and site know it without a message, and no policy, site or capacity changes it.
class Presale {
  public:
    /// Requires: channel.presale. `channel` must outlive the object.
    Presale(const ChannelSpec& channel, sim::RunSeed run);

    /// False for orders placed after a dated window has closed: ordinary orders, paid in full at once.
    bool holds(Time placed) const { return !spec_.closes || placed < *spec_.closes; }

    /// Requires: holds(placed). Draws at most 2 + 2 · 64 words (distributions of two words) of the order's own stream:
    /// one number decides between paid, cancelled and lapsed, so who pays at a low share pays at a higher one too.
    DepositFate fate(std::uint64_t key, Time placed) const;

    /// When the desk knows of it: the end of the release wave.
    Time known_at_desk(const DepositFate& fate) const;

    /// When the site knows of it.
    Time known_at_site(const DepositFate& fate) const { return known_at_desk(fate) + channel_.release_lag; }

    /// The deposit of goods of this price, rounded to the nearest micro-currency.
    Money deposit_of(Money price) const;

    const PresaleSpec& spec() const { return spec_; }

    /// Deposits keep the seed they were paid under: a fork with another one does not change what becomes of them.
    template <class Archive>
    void serialize(Archive& archive) {
        archive(run_.seed, run_.replication);
    }

  private:
    Time time_of_payment(Time opens, Time closes, sim::RandomStream& random) const;

    const ChannelSpec& channel_;
    const PresaleSpec& spec_;
    sim::RunSeed run_;
};

}  // namespace spate::models
