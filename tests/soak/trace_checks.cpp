#include "tests/soak/trace_checks.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "sim/trace/reader.hpp"
#include "models/record/tables.hpp"

namespace spate::test {

namespace {

using models::Index;
using models::ModelSpec;
using models::OrderStatus;
using models::SourcingSpec;
using Integers = std::vector<std::int64_t>;

class Checks {
  public:
    Checks(const std::string& path, const ModelSpec& spec, const models::RunResult& result)
        : trace_(path)
        , spec_(spec)
        , result_(result)
        , measures_all_(spec.warm_up.us == 0) {}

    std::vector<std::string> run() {
        check_units();
        check_lanes();
        check_shipments();
        check_desks();
        check_desk_series();
        check_orders();
        check_orders_at_sites();
        check_stages();
        check_servers();
        check_ledger();
        check_purchases();
        return std::move(faults_);
    }

  private:
    template <class... Parts>
    void fault(fmt::format_string<Parts...> text, Parts&&... parts) {
        faults_.push_back(fmt::format(text, std::forward<Parts>(parts)...));
    }

    bool has(const std::string& table) const { return trace_.find(table) != nullptr; }

    Integers column(const std::string& path) const { return trace_.integers(path); }

    static std::int64_t sum(const Integers& values) {
        return std::accumulate(values.begin(), values.end(), std::int64_t{0});
    }

    /// Every unit of every product at every site came from somewhere and went somewhere.
    void check_units() {
        const std::string t = "/summary/stock/";
        const auto site = column(t + "site"), product = column(t + "product"), initial = column(t + "initial"),
                   received = column(t + "received"), produced = column(t + "produced"),
                   returned = column(t + "returned"), shipped = column(t + "shipped"),
                   consumed = column(t + "consumed"), scrapped = column(t + "scrapped"),
                   expired = column(t + "expired"), last = column(t + "final");
        for (std::size_t i = 0; i < site.size(); ++i) {
            const auto in = initial[i] + received[i] + produced[i] + returned[i];
            const auto out = shipped[i] + consumed[i] + scrapped[i] + expired[i] + last[i];
            if (in != out || last[i] < 0) {
                fault("site {} product {}: {} units came, {} went or are left", site[i], product[i], in, out);
            }
            received_[site[i]] += received[i];
            shipped_[site[i]] += shipped[i];
        }
    }

    /// What left on a lane has arrived or is under way; sites received no more than arrived and sent all that left.
    void check_lanes() {
        const auto sent = column("/summary/lanes/units_sent"), arrived = column("/summary/lanes/units_arrived"),
                   on_the_way = column("/summary/lanes/units_in_transit");
        std::map<std::int64_t, std::int64_t> into, out_of;
        for (std::size_t l = 0; l < spec_.lanes.size(); ++l) {
            if (sent[l] != arrived[l] + on_the_way[l] || on_the_way[l] < 0 || arrived[l] < 0) {
                fault("lane {}: {} units sent, {} arrived, {} under way", l, sent[l], arrived[l], on_the_way[l]);
            }
            if (!spec_.lanes[l].to_market) {
                into[spec_.lanes[l].to] += arrived[l];
                out_of[spec_.lanes[l].from] += sent[l];
            }
        }
        for (std::int64_t s = 0; s < static_cast<std::int64_t>(spec_.sites.size()); ++s) {
            const auto& site = spec_.sites[static_cast<std::size_t>(s)];
            // An inspection takes goods out on the way, and so does their age; return centres bring more, by no lane.
            const bool all_arrive = !site.receive && spec_.inspections.empty() && !models::has_shelf_lives(spec_);
            const bool is_off = all_arrive ? received_[s] != into[s] : received_[s] > into[s];
            if (!site.unlimited_stock && is_off && spec_.return_centres.empty()) {
                fault("site {}: {} units put away, {} arrived", s, received_[s], into[s]);
            }
            if (shipped_[s] < out_of[s]) {
                fault("site {}: {} units shipped, {} of them on lanes", s, shipped_[s], out_of[s]);
            }
            to_customers_ += shipped_[s] - out_of[s];
        }
        arrived_ = arrived;
    }

    void check_shipments() {
        if (!spec_.trace.shipments) {
            return;
        }
        const auto lane = column("/shipments/lane"), quantity = column("/shipments/quantity"),
                   sent = column("/shipments/sent"), arrived = column("/shipments/arrived");
        Integers by_lane(spec_.lanes.size());
        for (std::size_t i = 0; i < lane.size(); ++i) {
            by_lane[static_cast<std::size_t>(lane[i])] += quantity[i];
            if (arrived[i] < sent[i] || (i > 0 && arrived[i] < arrived[i - 1])) {
                fault("shipment {} arrives at {} us, sent at {} us", i, arrived[i], sent[i]);
            }
        }
        for (std::size_t l = 0; l < by_lane.size(); ++l) {
            if (!spec_.lanes[l].to_market && by_lane[l] != arrived_[l]) {
                fault("lane {}: {} units in the shipments, {} arrived", l, by_lane[l], arrived_[l]);
            }
        }
    }

    /// Every order placed in the horizon is delivered, lost, refused, cancelled, given up or open.
    void check_desks() {
        const std::string t = "/summary/desks/orders_";
        const auto placed = column(t + "placed"), filled = column(t + "filled"), waited = column(t + "backordered"),
                   lost = column(t + "lost"), cancelled = column(t + "cancelled"), refused = column(t + "refused"),
                   shipped = column(t + "shipped"), delivered = column(t + "delivered"), late = column(t + "late"),
                   cut = column(t + "short"), open = column(t + "open"), given_up = column(t + "given_up"),
                   failed = column(t + "group_failed"), withdrawn = column(t + "withdrawn");
        for (std::size_t d = 0; d < placed.size(); ++d) {
            const auto accounted =
                delivered[d] + lost[d] + cancelled[d] + refused[d] + given_up[d] + failed[d] + withdrawn[d] + open[d];
            if (placed[d] != accounted || open[d] < 0) {
                fault("desk {}: {} orders placed, {} accounted for, {} open", d, placed[d], accounted, open[d]);
            }
            // Backordered orders are shipped, cancelled, or wait still; short ones may be neither filled nor
            // backordered.
            const auto done = shipped[d] + cancelled[d];
            if (filled[d] > shipped[d] || done > filled[d] + waited[d] + cut[d] || delivered[d] > shipped[d]
                || late[d] > delivered[d]) {
                fault("desk {}: shipped {}, cancelled {}, filled {}, backordered {}, delivered {}, late {}",
                      d,
                      shipped[d],
                      cancelled[d],
                      filled[d],
                      waited[d],
                      delivered[d],
                      late[d]);
            }
        }
        if (sum(column("/summary/delivery_time/orders")) != sum(delivered)) {
            fault("the histogram of delivery times does not have every delivered order");
        }
        if (sum(column("/summary/delivery_time/promised")) != sum(column("/summary/desks/orders_promised"))) {
            fault("the histogram of promised times does not have every delivered order with a promise");
        }
        if (measures_all_ && sum(placed) != static_cast<std::int64_t>(result_.orders)) {
            fault("{} orders in the summary, {} were placed", sum(placed), result_.orders);
        }
        placed_ = placed;
        open_ = open;
        delivered_ = delivered;
    }

    /// At every sample: placed so far = lost + cancelled + given up + delivered so far + open.
    void check_desk_series() {
        const std::string t = "/series/desks/";
        const auto placed = column(t + "placed"), lost = column(t + "lost"), cancelled = column(t + "cancelled"),
                   delivered = column(t + "delivered"), given_up = column(t + "given_up"), open = column(t + "open"),
                   withdrawn = column(t + "withdrawn");
        const std::size_t desks = spec_.markets.size() * spec_.channels.size();
        Integers balance(desks), all_delivered(desks);
        for (std::size_t i = 0; i < placed.size(); ++i) {
            const std::size_t d = i % desks;
            balance[d] += placed[i] - lost[i] - cancelled[i] - given_up[i] - withdrawn[i] - delivered[i];
            all_delivered[d] += delivered[i];
            if (balance[d] != open[i] || open[i] < 0) {
                fault("desk {} sample {}: {} orders open, {} by the flows", d, i / desks, open[i], balance[d]);
                return;
            }
        }
        if (measures_all_ && sum(column(t + "returns")) != sum(column("/summary/desks/orders_returned"))) {
            fault("the returns of the series do not add up to those of the summary");
        }
        if (measures_all_ && all_delivered != delivered_) {
            fault("the deliveries of the series do not add up to those of the summary");
        }
    }

    /// What became of an order of one or several rows.
    struct Fate {
        std::size_t desk = 0;
        bool is_open = false, has_arrived = false;
    };

    /// Times of one order do not go back; with all orders in the trace their numbers are those of the summary.
    void check_orders() {
        const auto id = column("/orders/id"), desk = column("/orders/desk"), status = column("/orders/status"),
                   placed = column("/orders/placed"), released = column("/orders/released"),
                   shipped = column("/orders/shipped"), delivered = column("/orders/delivered"),
                   order = column("/orders/order");
        std::map<std::int64_t, Fate> fates;
        Integers ids = id, open(placed_.size()), all(placed_.size()), arrived(placed_.size());
        for (std::size_t i = 0; i < id.size(); ++i) {
            const auto state = static_cast<OrderStatus>(status[i]);
            const auto d = static_cast<std::size_t>(desk[i]);
            const bool is_shipped = state == OrderStatus::delivered || state == OrderStatus::in_delivery;
            if (is_shipped && !(placed[i] <= released[i] && released[i] <= shipped[i] && shipped[i] <= delivered[i])) {
                fault("order {}: placed, released, shipped, delivered at {}, {}, {}, {} us",
                      id[i],
                      placed[i],
                      released[i],
                      shipped[i],
                      delivered[i]);
            }
            Fate& fate = fates[order[i]];
            fate.desk = d;
            fate.is_open |= state == OrderStatus::open || state == OrderStatus::in_delivery;
            fate.has_arrived |= state == OrderStatus::delivered;
        }
        for (const auto& [number, fate] : fates) {
            ++all[fate.desk];
            open[fate.desk] += fate.is_open;
            arrived[fate.desk] += fate.has_arrived && !fate.is_open;
        }
        std::sort(ids.begin(), ids.end());
        if (std::adjacent_find(ids.begin(), ids.end()) != ids.end()) {
            fault("two orders have one id");
        }
        if (measures_all_ && spec_.trace.orders_share >= 1
            && (all != placed_ || open != open_ || arrived != delivered_)) {
            fault("the orders of the trace are not those of the summary");
        }
    }

    /// Orders at a site at a sample time are those that came before it and left at or after it (Little's law as an
    /// identity). Where no order is open or cancelled the trace knows them all.
    void check_orders_at_sites() {
        // Lines that are kept for others may have come at another time than the row of their parcel says.
        const bool keeps = std::any_of(spec_.channels.begin(), spec_.channels.end(), [](const auto& channel) {
            return channel.sources.merge_wait || channel.sources.split == SourcingSpec::Split::never;
        });
        if (spec_.trace.orders_share < 1 || keeps) {
            return;
        }
        const auto lines = column("/orders/lines");
        const auto site = column("/orders/site"), status = column("/orders/status"), came = column("/orders/released"),
                   left = column("/orders/shipped");
        const auto is_unknown = [](std::int64_t s) {
            return s == static_cast<std::int64_t>(OrderStatus::open)
                   || s == static_cast<std::int64_t>(OrderStatus::cancelled)
                   || s == static_cast<std::int64_t>(OrderStatus::given_up)
                   || s == static_cast<std::int64_t>(OrderStatus::withdrawn);
        };
        const bool knows_all = std::none_of(status.begin(), status.end(), is_unknown);
        std::vector<Integers> arrivals(spec_.sites.size()), departures(spec_.sites.size());
        for (std::size_t i = 0; i < site.size(); ++i) {
            if (site[i] < static_cast<std::int64_t>(spec_.sites.size())) {
                const auto number = static_cast<std::size_t>(lines[i]);
                auto &in = arrivals[static_cast<std::size_t>(site[i])],
                     &out = departures[static_cast<std::size_t>(site[i])];
                in.insert(in.end(), number, came[i]);
                out.insert(out.end(), number, left[i]);
            }
        }
        const auto time = column("/series/sites/time"), in_process = column("/series/sites/in_process");
        for (std::size_t s = 0; s < spec_.sites.size(); ++s) {
            std::sort(arrivals[s].begin(), arrivals[s].end());
            std::sort(departures[s].begin(), departures[s].end());
            for (std::size_t t = 0; t < time.size(); ++t) {
                const auto before = [&](const Integers& times) {
                    return std::lower_bound(times.begin(), times.end(), time[t]) - times.begin();
                };
                const std::int64_t known = before(arrivals[s]) - before(departures[s]);
                const std::int64_t counted = in_process[t * spec_.sites.size() + s];
                if (knows_all ? counted != known : counted < known) {
                    fault("site {} at {} us: {} orders in process, {} by their times", s, time[t], counted, known);
                    return;
                }
            }
        }
    }

    /// Jobs that came are done or still there, and the mean number at a stage follows from their times.
    void check_stages() {
        if (!has("/series/stages")) {
            return;
        }
        const std::string t = "/summary/stages/";
        const auto came = column(t + "arrivals"), done = column(t + "completed"), gone = column(t + "left"),
                   waiting = column("/series/stages/waiting"), in_service = column("/series/stages/in_service");
        const auto in_system = trace_.numbers(t + "mean_in_system"), mean_time = trace_.numbers(t + "mean_time"),
                   in_queue = trace_.numbers(t + "mean_waiting"), mean_wait = trace_.numbers(t + "mean_wait"),
                   mean_wait_gone = trace_.numbers(t + "mean_wait_left");
        const std::size_t last = waiting.size() - came.size();
        for (std::size_t s = 0; s < came.size(); ++s) {
            const auto left = waiting[last + s] + in_service[last + s];
            if (measures_all_ && came[s] != done[s] + gone[s] + left) {
                fault("stage {}: {} jobs came, {} done, {} left the queue, {} still there",
                      s,
                      came[s],
                      done[s],
                      gone[s],
                      left);
            }
            if (!measures_all_) {
                continue;
            }
            const double hours = spec_.horizon.hours(), slack = 1e-9 * (1 + in_system[s] * hours);
            const double waited_in_vain = static_cast<double>(gone[s]) * mean_wait_gone[s];
            const double area = in_system[s] * hours - static_cast<double>(done[s]) * mean_time[s] - waited_in_vain;
            const double waited = static_cast<double>(came[s] - gone[s]) * mean_wait[s] + waited_in_vain;
            const bool is_empty = left == 0;
            if (area < -slack || area > static_cast<double>(left) * hours + slack) {
                fault("stage {}: {} jobs on average, but the times of jobs give {} job hours less",
                      s,
                      in_system[s],
                      area);
            }
            if (is_empty && std::fabs(in_queue[s] * hours - waited) > slack) {
                fault("stage {}: {} jobs wait on average, but all together waited {} h", s, in_queue[s], waited);
            }
        }
    }

    /// No more jobs are served than there are servers, and nobody waits while a server is free.
    void check_servers() {
        if (!has("/series/stages")) {
            return;
        }
        std::vector<std::int64_t> servers;
        for (const auto& site : spec_.sites) {
            if (site.receive) {
                servers.push_back(site.receive->servers);
            }
            for (const auto& stage : site.outbound) {
                servers.push_back(stage.servers);
            }
        }
        const auto waiting = column("/series/stages/waiting"), in_service = column("/series/stages/in_service");
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            const std::size_t s = i % servers.size();
            const bool is_unlimited = servers[s] == 0;
            const std::int64_t free = is_unlimited ? 1 : servers[s] - in_service[i];
            if (free < 0 || (free > 0 && waiting[i] > 0)) {
                fault("stage {} sample {}: {} jobs wait, {} are served by {} servers",
                      s,
                      i / servers.size(),
                      waiting[i],
                      in_service[i],
                      servers[s]);
                return;
            }
        }
        const auto utilisation = trace_.numbers("/summary/stages/utilisation");
        if (std::any_of(utilisation.begin(), utilisation.end(), [](double u) { return u > 1 + 1e-9; })) {
            fault("the servers of a stage are used to more than 100 %");
        }
    }

    /// What was paid for goods beyond their standard cost, by the prices of the sites that bought or made them; some of
    /// it comes back where goods are sent back.
    void check_purchases() {
        const std::string t = "/summary/stock/";
        const auto site = column(t + "site"), product = column(t + "product"), received = column(t + "received"),
                   produced = column(t + "produced");
        std::int64_t expected = 0;
        const bool may_send_back = !spec_.inspections.empty() || spec_.recall;
        bool may_be_delivered = false;  // what a site is sent it does not buy
        for (std::size_t i = 0; i < site.size(); ++i) {
            const auto& at = spec_.sites[static_cast<std::size_t>(site[i])];
            if (at.purchase_prices.empty())
                continue;
            may_be_delivered |= at.unlimited_stock
                                && std::any_of(spec_.replenish.begin(), spec_.replenish.end(), [&](const auto& rule) {
                                       return rule.site == site[i];
                                   });
            const auto kept = std::find(at.assortment.begin(), at.assortment.end(), product[i]) - at.assortment.begin();
            const auto more = at.purchase_prices[static_cast<std::size_t>(kept)]
                              - spec_.products[static_cast<std::size_t>(product[i])].cost;
            expected += more * ((at.unlimited_stock ? received[i] : 0) + produced[i]);
        }
        const auto names = trace_.texts("/network/accounts/name");
        const auto account = std::find(names.begin(), names.end(), "purchase price variance") - names.begin();
        const auto posted = column("/summary/ledger/closing")[static_cast<std::size_t>(account)];
        if (!may_send_back && !may_be_delivered && posted != expected) {
            fault("purchase price variance: {} by the ledger, {} by the prices of the sites", posted, expected);
        }
    }

    /// At every sample all units add up to zero, and so does all money; customers have what sites shipped to them.
    void check_ledger() {
        const auto balance = column("/series/ledger/balance");
        const auto names = trace_.texts("/network/accounts/name"), kinds = trace_.texts("/network/accounts/kind");
        for (std::size_t row = 0; row + names.size() <= balance.size(); row += names.size()) {
            std::map<std::string, std::int64_t> sums;
            for (std::size_t a = 0; a < names.size(); ++a) {
                sums[kinds[a]] += balance[row + a];
            }
            if (sums["units"] != 0 || sums["money"] != 0) {
                fault("sample {}: the ledger is off by {} units and {}",
                      row / names.size(),
                      sums["units"],
                      sums["money"]);
                return;
            }
        }
        std::int64_t with_customers = 0;
        for (std::size_t a = 0; a < names.size(); ++a) {
            const bool is_theirs = names[a] == "in delivery" || names[a] == "at pick-up point"
                                   || names[a] == "at customer" || names[a] == "returning";
            with_customers += is_theirs ? balance[balance.size() - names.size() + a] : 0;
        }
        // What return centres have taken is at customers no more.
        if (spec_.return_centres.empty() ? with_customers != to_customers_ : with_customers > to_customers_) {
            fault("{} units went to customers by the ledger, {} by the sites", with_customers, to_customers_);
        }
    }

    sim::TraceReader trace_;
    const ModelSpec& spec_;
    const models::RunResult& result_;
    bool measures_all_;  ///< no warm-up: the figures of the horizon are those of the whole run
    std::vector<std::string> faults_;
    std::map<std::int64_t, std::int64_t> received_, shipped_;  ///< by site
    Integers arrived_;                                         ///< by lane
    Integers placed_, open_, delivered_;                       ///< by desk
    std::int64_t to_customers_ = 0;
};

}  // namespace

std::vector<std::string> check_trace(const std::string& path, const ModelSpec& spec, const models::RunResult& result) {
    return Checks(path, spec, result).run();
}

}  // namespace spate::test
