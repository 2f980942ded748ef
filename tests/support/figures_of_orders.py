"""Key figures of orders, delivery, terms and groups, computed from the rows of a trace as docs/kpi.md says."""
import numpy as np
from trace_rows import (CANCELLED, DAY, DELIVERED, GIVEN_UP, GROUP_FAILED, HOUR, LOST, NEVER, NO_ROW, OPEN, REFUSED, WITHDRAWN, Orders, Run)


def ratio(part, whole):
    return part / whole if whole else None


def counts(run):
    orders = Orders(run)
    rows, share = orders.rows, lambda *ends: ratio(orders.count(*ends), orders.number)
    returned = orders.any(rows.returned != NEVER) & orders.where(DELIVERED, 1, OPEN)
    fetched = not run.has("series/pickup")  # else `returned` is also when goods that nobody fetched went back
    open_ = orders.any(rows.status == OPEN)
    parcels = orders.sum(orders.gone)
    found = {
        "orders": orders.number, "units": int(rows.quantity.sum()), "lines_per_order": ratio(int(rows.lines.sum()), orders.number),
        "lost_share": share(LOST), "cancelled_share": share(CANCELLED), "oversold_share": share(REFUSED),
        "oversold_per_100k": ratio(orders.count(REFUSED) * 1e5, orders.number), "unshipped_share": ratio(int(open_.sum()), orders.number),
        "parcels_per_order": ratio(int(parcels[~open_].sum()), int((parcels[~open_] > 0).sum())),
    }
    if fetched:
        found["returns_started"] = int(returned.sum())
        found["return_share"] = ratio(int((returned & orders.where(DELIVERED)).sum()), orders.count(DELIVERED))
    if run.has("summary/cancellations"):
        found["withdrawn_share"] = share(WITHDRAWN)
    return found | delivery(run, orders)


def times_to_delivery(orders):
    """Of delivered orders [us], from the payment where there was one, and whether later than promised; NEVER: no promise."""
    rows, done = orders.rows, orders.where(DELIVERED)
    begin = orders.latest(np.where(rows.paid != NEVER, rows.paid, rows.placed), np.ones(len(rows.id), bool))
    took = (orders.latest(rows.delivered, orders.gone) - begin)[done]
    told = orders.latest(rows.promise, orders.gone)[done]
    return took, told


def delivery(run, orders):
    took, told = times_to_delivery(orders)
    found = {"late_share": ratio(int((took > told)[told != NEVER].sum()), int((told != NEVER).sum())),
             "delivery_time_mean": ratio(int(took.sum()) / HOUR, len(took))}
    bins = run.trace["summary/delivery_time/from"], run.trace["summary/delivery_time/to"]
    for name, q in (("delivery_time_p50", 0.5), ("delivery_time_p95", 0.95)):
        found[name] = quantile(bins, took / HOUR, q)
    for name, hours in (("delivered_within_24h", 24), ("delivered_within_48h", 48)):
        found[name] = ratio(int((took < hours * HOUR).sum()), len(took))
    return found


def quantile(bins, hours, q):
    """The formula of docs/kpi.md: orders spread evenly within their bin."""
    if len(hours) == 0:
        return None
    from_, to = bins
    count = np.bincount(np.searchsorted(from_, hours, side="right") - 1, minlength=len(from_))
    sums = np.cumsum(count)
    at = int(np.argmax(sums >= q * len(hours)))
    value = from_[at] + (q * len(hours) - (sums[at] - count[at])) / count[at] * (to[at] - from_[at])
    return float(value) if np.isfinite(value) else None


class Waits:
    """How long each row of /orders waited for stock and for the carrier, from a longer run in which every order is late.

    A promise changes nothing of what is done, and a longer run begins as the short one. So `/late_orders` of it has the waits of all
    orders, and tells of those that are open at the end of the short run whether they wait for stock.
    """

    def __init__(self, run, longer):
        promises = {f"channels[{channel}].promise": "1 us" for channel in run.names("channels")}
        self.long = Run(run.program, run.scenario, {**run.settings, **promises, "time.horizon": f"{run.days + longer:.6f} d"}, run.overlay)
        assert self.long.from_ == run.from_
        late = self.long.rows("late_orders")
        kinds = self.long.codes("late_orders/kind")
        self.of = {kind: dict(zip(late.id[mask].tolist(), np.rint(late.hours[mask] * HOUR).astype(np.int64).tolist()))
                   for kind in ("stock", "carrier") for mask in [late.kind == kinds[kind]]}
        rows = self.long.rows("orders")
        # Who gave up has waited from the site's door on, until the desk heard of it.
        tired = rows.where((rows.status == CANCELLED) & (rows.released != NEVER))
        self.of["stock"] |= dict(zip(tired.id.tolist(), (tired.time - tired.released).tolist()))
        self.released = dict(zip(rows.id.tolist(), rows.released.tolist()))
        late_ones = (rows.status == 1) & (rows.placed < run.end)
        assert not late_ones.any(), "a longer run is needed: orders are still on their way at its end"
        self.begins_alike = self.same(run.rows("orders"), rows)

    def same(self, short, long):
        of = dict(zip(long.id.tolist(), zip(long.placed.tolist(), long.shipped.tolist())))
        gone = short.status <= 1
        return all(of.get(i) == (p, s) for i, p, s in zip(short.id[gone].tolist(), short.placed[gone].tolist(), short.shipped[gone].tolist()))

    def stock(self, ids):
        return np.array([self.of["stock"].get(i, 0) for i in ids.tolist()], np.int64)

    def open_at(self, from_, end):
        """Rows placed from `from_` on that wait for stock at `end`, and those that have and are not shipped by then."""
        rows = self.long.rows("orders")
        took = self.stock(rows.id)
        gone = np.where(rows.status <= 1, rows.shipped, rows.time)
        waited = (rows.released != NEVER) & (rows.released < end) & (took > 0) & (rows.placed >= from_) & (gone >= end)
        return rows.where(waited & (rows.released + took >= end)), rows.where(waited)


def fill(run, waits):
    orders = Orders(run)
    rows = orders.rows
    numbers = rows.order[orders.first]
    waited = (waits.stock(rows.id) > 0) & orders.gone | (rows.status == CANCELLED)
    waiting, had_to = waits.open_at(run.from_, run.end)
    is_open = orders.any(rows.status == OPEN)
    known_rows = orders.gone | np.isin(rows.status, (LOST, CANCELLED, REFUSED))
    whole = orders.sum(orders.gone) == np.bincount(orders.by)
    filled = whole & ~orders.any(waited)
    known = ~is_open & ~orders.where(WITHDRAWN, GIVEN_UP, GROUP_FAILED) | is_open & np.isin(numbers, waiting.order)
    took, told = times_to_delivery(orders)
    done = orders.where(DELIVERED)
    in_time = np.ones(orders.number, bool)
    in_time[done] = (told == NEVER) | (took <= told)
    of_known = lambda column: ratio(int(rows[column][orders.gone & ~waited].sum()), int(rows[column][known_rows].sum() + waiting[column].sum()))
    return {
        "order_fill_rate": ratio(int(filled.sum()), int(known.sum())),
        "unit_fill_rate": of_known("quantity"), "line_fill_rate": of_known("lines"),
        "perfect_order_rate": ratio(int((filled & done & in_time).sum()), orders.count(DELIVERED, LOST, CANCELLED, REFUSED)),
        "backordered_share": ratio(int((orders.any(waited) | np.isin(numbers, had_to.order)).sum()), orders.number),
    }


def waits_for(run, waits):
    """Hours that orders waited for stock and for the carrier, within the horizon, by site."""
    rows = waits.long.rows("orders")
    rows = rows.where((rows.released != NEVER) & (rows.site != NO_ROW))
    found = {}
    clipped = lambda a, b: np.clip(np.minimum(b, run.end) - np.maximum(a, run.from_), 0, None)
    stock = waits.stock(rows.id)
    carrier = np.array([waits.of["carrier"].get(i, 0) for i in rows.id.tolist()], np.int64)
    for place, begin, end in (("stock", rows.released, rows.released + stock), ("carrier", rows.shipped - carrier, rows.shipped)):
        hours = np.bincount(rows.site, clipped(begin, end) * rows.lines if place == "stock" else clipped(begin, end))
        found |= {(run.names("sites", "name")[site], place): value / HOUR for site, value in enumerate(hours) if value > 0}
    return found


def presale(run, to, dispatch):
    """Deposits were taken until `to` [us] in the channels that have presale."""
    orders = Orders(run)
    rows = orders.rows
    desks = np.flatnonzero(run.trace["series/presale/deposits"].sum(axis=0))
    rows = rows.where(np.isin(rows.desk, desks) & (rows.placed < to))
    paid, gone, done = rows.paid != NEVER, rows.status <= 1, rows.status == DELIVERED
    due = paid & (rows.paid + dispatch < run.end)
    told = paid & done & (rows.promise != NEVER)
    return {
        "deposits": len(rows.id), "deposit_conversion": ratio(int(paid.sum()), int((paid | (rows.status == GIVEN_UP)).sum())),
        "dispatched_in_time": ratio(int((due & gone & (rows.shipped - rows.paid <= dispatch)).sum()), int(due.sum())),
        "dispatch_time_mean": ratio(int((rows.shipped - rows.paid)[paid & gone].sum()) / HOUR, int((paid & gone).sum())),
        "presale_late_share": ratio(int((rows.delivered - rows.paid > rows.promise)[told].sum()), int(told.sum())),
        "presale_order_time_mean": ratio(int((rows.delivered - rows.placed)[paid & done].sum()) / HOUR, int((paid & done).sum())),
    }


def groups(run, hour, at_least):
    """All channels have groups, closed daily at this hour of the simulated clock."""
    rows = run.rows("orders")
    cut_off = (rows.placed - hour * HOUR) // DAY * DAY + DAY + hour * HOUR
    rows = rows.where((cut_off >= run.from_) & (cut_off < run.end))
    cut_off = (rows.placed - hour * HOUR) // DAY * DAY + DAY + hour * HOUR
    _, group, size = np.unique(np.stack([rows.desk, rows.product, cut_off]), axis=1, return_inverse=True, return_counts=True)
    failed = (size < at_least)[group.ravel()]
    wait = (cut_off - rows.placed)[~failed]
    return {"groups": len(size), "failed_group_share": ratio(int((size < at_least).sum()), len(size)),
            "group_failed_share": ratio(int(failed.sum()), len(failed)), "group_wait_mean": ratio(int(wait.sum()) / HOUR, len(wait))}


def wrong_waits(run, waits):
    """Hours waited for stock and for the carrier, as printed for the five places with most of them."""
    rows = run.rows("orders")
    tired = (rows.status == CANCELLED).any()  # no row says where these waited
    found = waits_for(run, waits)
    for row in run.report["where_orders_wait"]:
        place = row["site"], row["for"]
        if place[1] == "carrier" or place[1] == "stock" and not tired:
            if abs(found.get(place, 0) - row["hours_waited"]) > 1e-6 * row["hours_waited"]:
                yield f"{place}: {row['hours_waited']} h printed, {found.get(place, 0)} h by the rows"


def wrong_queues(run):
    """Jobs and hours waited at stages, as printed, against the samples: jobs are equal, hours but for a step of each job."""
    stages, sites = run.names("stages", "name") if run.has("network/stages") else [], run.names("sites", "name")
    places = [(sites[site], stage) for site, stage in zip(run.trace["network/stages/site"], stages)] if stages else []
    came = sum(run.trace[f"series/stages/{name}"] for name in ("waiting", "in_service", "completed")) if stages else None
    step = np.diff(run.samples).max() / HOUR
    for row in run.report["where_orders_wait"]:
        if (row["site"], row["for"]) in places and not run.has("summary/cancellations"):
            stage = places.index((row["site"], row["for"]))
            jobs = int(came[-1, stage] - came[np.searchsorted(run.samples, run.from_), stage])
            hours = run.mean(run.trace["series/stages/waiting"][:, stage], "series/stages") * run.days * 24
            if jobs != row["jobs"] or abs(hours - row["hours_waited"]) > step * (jobs + came[0, stage]):
                yield f"{row}: {jobs} jobs and {hours} h by the samples"


def wrong_late_places(run):
    """Where late orders lost time, by the rows of /late_orders; and these are the late orders of /orders."""
    late, orders = run.rows("late_orders"), run.rows("orders")
    late = late.where(late.placed >= run.from_)
    begin = np.where(orders.paid != NEVER, orders.paid, orders.placed)
    is_late = (orders.status == DELIVERED) & (orders.promise != NEVER) & (orders.delivered - begin > orders.promise) & (orders.placed >= run.from_)
    if set(late.id.tolist()) != set(orders.id[is_late].tolist()):
        yield f"{len(np.unique(late.id))} orders in /late_orders, {is_late.sum()} late ones in /orders"
    printed = run.report["where_late_orders_lost_time"]
    lost = {}
    kinds = {code: name for name, code in run.codes("late_orders/kind").items()}
    stages = run.names("stages", "name") if run.has("network/stages") else []
    for site, stage, kind in sorted(set(zip(late.site.tolist(), late.stage.tolist(), late.kind.tolist()))):
        mask = (late.site == site) & (late.stage == stage) & (late.kind == kind)
        place = run.names("sites", "name")[site], stages[stage] if kinds[kind] == "stage" else kinds[kind]
        lost[place] = lost.get(place, 0) + float(late.hours[mask].sum())
    for place in printed.get("places", []):
        hours = lost.get((place["site"], place["in"]), 0)
        if abs(hours - place["hours_lost"]) > 1e-9 * hours:
            yield f"{place}: {hours} h by the rows"


def substituted(run, without):
    """Orders of one product: it is another than in the run without substitutes."""
    rows, wanted = Orders(run).rows, Orders(without).rows
    was = dict(zip(wanted.id.tolist(), wanted["product"].tolist()))
    taken = [was[i] != p for i, p, s in zip(rows.id.tolist(), rows["product"].tolist(), rows.status.tolist()) if s not in (LOST, REFUSED)]
    return {"substituted_share": ratio(sum(taken), len(rows.id))}


def unseen(run, without):
    """Orders of one product: those that come in the run without grades only."""
    all_, placed = Orders(without).number, Orders(run).number
    return {"unseen_share": ratio(all_ - placed, all_)}


def locks(run):
    return {"locked_units_mean": run.mean(run.trace["series/locks/locked"].sum(axis=1), "series/locks")}


def pickup(run, expires):
    """Of orders of one unit each, in a run without warm-up, but for what lies there at the end. What is not fetched lies for `expires` days."""
    fetched, back = (int(run.flow(f"series/pickup/{name}")) for name in ("collected", "expired"))
    unit_days = run.mean(run.trace["series/pickup/waiting"].sum(axis=1), "series/pickup") * run.days
    return {"uncollected_share": ratio(back, fetched + back), "pickup_unit_days": unit_days,
            "pickup_wait_mean": ratio((unit_days - back * expires) * 24, fetched), "returns_started": 0, "return_share": 0}
