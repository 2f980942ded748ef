"""Key figures of stock, costs, returns, prices, sessions, quality and supply, computed from the rows of a trace as docs/kpi.md says."""
import numpy as np
from figures_of_orders import ratio
from trace_rows import DAY, DELIVERED, HOUR, NEVER, NO_ROW, Orders

QUALITY = ("quality checks", "return freight", "return handling", "return claims", "scrap loss")


def costs(run):
    orders = Orders(run)
    moved = {name: run.gained(name) for name in run.trace.attributes["expense_accounts"].split(",")}
    found = {"cost_per_order_" + name.replace(" ", "_"): ratio(money, orders.number) for name, money in moved.items() if money}
    total = sum(moved.values())
    found |= {"cost_per_order_total": ratio(total, orders.number), "cost_per_delivered_order": ratio(total, orders.count(DELIVERED))}
    if run.has("summary/quality"):
        found["quality_cost_per_order"] = ratio(run.gained(*QUALITY), orders.number)
    return found


def use(run):
    if not run.has("series/stages"):
        return {"capacity_use_max": None}
    inside = run.trace["series/stages/time"] > run.from_
    work, capacity = (run.trace[f"series/stages/{name}"][inside].sum(axis=0) for name in ("work", "capacity"))
    return {"capacity_use_max": float((work / np.where(capacity > 0, capacity, np.inf)).max()) if (capacity > 0).any() else None}


def stock(run, rate=None):
    """By the cost of holding, where all stock costs this share of its value a year; else means of the samples, only as exact as these are dense."""
    value = run.mean(run.trace["series/sites/stock_value"].sum(axis=1) / 1e6, "series/sites")
    if rate:
        value = run.gained("holding") / (rate * run.days / 365)
    sold = run.gained("cost of goods sold") / run.days
    return {"stock_value_mean": value, "turnover_days": value / sold if sold > 0 else None}


def returns(run, fixed=0):
    """Of what happened in the horizon, from /returns. `fixed`: cost of the centres a day."""
    rows = run.rows("returns")
    routes = run.codes("returns/route")
    at = lambda name: rows.within(name, run.from_, run.end)
    closed, graded, refunded = at("closed"), at("inspected"), at("refunded")
    closed &= ~np.isin(rows.route, [routes["kept"], routes["refused"]])
    units = int(rows.quantity[closed].sum())
    cost = int(rows.cost[closed].sum()) / 1e6 + fixed * run.days
    value = int(rows.value[closed].sum()) / 1e6
    took = lambda a, b, mask: int((rows[b] - rows[a])[mask].sum()) / HOUR
    price = int((run.price()[rows["product"]] * rows.quantity)[closed].sum()) / 1e6
    count = lambda mask: len(np.unique(rows.order[mask] * 2**10 + rows.centre[mask]))
    return {
        "return_value_net": ratio(value - cost, units), "return_cost": ratio(cost, units), "return_value_share": ratio(value, price),
        "reshelved_share": ratio(int(rows.quantity[closed & (rows.route == routes["reshelve"])].sum()), units),
        "return_grading_time": ratio(took("received", "inspected", graded), int(graded.sum())),
        "return_cycle_time": ratio(took("started", "closed", closed), int(closed.sum())),
        "disposal_days": ratio(int(((rows.closed - rows.received) * rows.quantity)[closed].sum()) / DAY, units),
        "refund_time": ratio(took("started", "refunded", refunded), int(refunded.sum())),
        "misgraded_share": ratio(int((rows.grade != rows.true_grade)[graded].sum()), int(graded.sum())),
    }


def tickets(run, within):
    rows = run.rows("returns")
    answered = rows.within("answered", run.from_, run.end)
    took = rows.answered - rows.started
    bad = answered & (rows.reason == run.codes("returns/reason")["quality"])
    overdue = (rows.answered == NEVER) & (rows.started + within < run.end)
    return {"answer_time_mean": ratio(int(took[answered].sum()) / HOUR, int(answered.sum())),
            "complaint_answer_time": ratio(int(took[bad].sum()) / HOUR, int(bad.sum())),
            "answered_in_time": ratio(int((took <= within)[answered].sum()), int(answered.sum() + overdue.sum())),
            "bot_answered_share": ratio(int((took == 0)[answered].sum()), int(answered.sum())),
            "supplier_claims": -run.gained("supplier claims")}


def fund(run):
    """A fund that pays refunds of bad goods as soon as they are due."""
    rows = run.rows("returns")
    rows = rows.where(rows.reason == run.codes("returns/reason")["quality"])
    paid = rows.within("refunded", run.from_, run.end)
    waited = paid & (rows.refunded > rows.started)
    waiting = (rows.refunded == NEVER) & (rows.started < run.end)
    wait = int((rows.refunded - rows.started)[waited].sum()) / HOUR
    return {"refund_fund_closing": int(run.trace["series/refund_funds/balance"][-1].sum()) / 1e6,
            "refunds_waited_share": ratio(int(waited.sum() + waiting.sum()), int(paid.sum() + waiting.sum())),
            "refund_fund_wait_mean": ratio(wait, int(waited.sum()))}


def recalls(run, news):
    """Recalls count where they are heard of in the horizon, `news` after they were decided."""
    rows = run.rows("recalls")
    return {"recalls": int(((rows.decided + news >= run.from_) & (rows.decided + news < run.end)).sum())}


def recall_refunds(run):
    """What the account of refunds gained, less what was paid for returns."""
    rows = run.rows("returns")
    paid = rows.within("refunded", run.from_, run.end)
    return {"recall_refunds": run.gained("refunds") - int((run.price()[rows["product"]] * rows.quantity)[paid].sum()) / 1e6}


def changed_prices(run, lead=60_000_000):
    """By product, the times from which prices hold and the prices; a decision holds a minute later."""
    rows = run.rows("prices")
    return {int(p): (rows.time[rows["product"] == p] + lead, rows.price[rows["product"] == p]) for p in np.unique(rows["product"])}


def price_at(changes, product, placed):
    """The share of the catalogue's price that orders of these products pay, by when they were placed."""
    share = np.ones(len(product))
    for one, (from_, prices) in changes.items():
        of = product == one
        row = np.searchsorted(from_, placed[of], side="right")
        share[of] = np.concatenate([[1.0], prices])[row]
    return share


def prices(run):
    """Of a scenario in which all products have such prices, and no session sells them."""
    rows = Orders(run).rows
    gone = rows.where(rows.status <= 1)
    normal = run.price()[gone["product"]] * gone.quantity
    share = price_at(changed_prices(run), gone["product"], gone.placed)
    paid = int((np.rint(run.price()[gone["product"]] * share).astype(np.int64) * gone.quantity).sum())
    changes = run.rows("prices")
    return {"price_changes_made": int(changes.within("time", run.from_, run.end).sum()), "price_revenue": paid / 1e6,
            "price_mean_share": ratio(paid, int(normal.sum()))}


def customers(run, without):
    """Who came for the prices and who stayed away: against the run at normal prices."""
    with_them, normally = (set(zip(rows.desk.tolist(), rows.placed.tolist(), rows["product"].tolist()))
                           for rows in (Orders(run).rows, Orders(without).rows))
    return {"price_customers_gained": len(with_them - normally), "price_customers_lost": len(normally - with_them)}


def broadcasts(run):
    """Carts and orders of the broadcasts that begin in the horizon, from the samples and from single orders."""
    shows = run.rows("broadcasts")
    inside = shows.within("start", run.from_, run.end)
    all_ = int(inside.sum())
    orders = Orders(run, all_of_them=True).rows
    number = 0
    for session, start, end in zip(shows.session[inside], shows.start[inside], shows.end[inside]):
        number += len(np.unique(orders.order[(orders.session == session) & orders.within("placed", start, end)]))
    away = int(shows.turned_away[inside].sum())
    other = (shows.host != NO_ROW) & (shows.host != shows.planned)
    return {"broadcasts": all_, "broadcasts_cancelled_share": ratio(int(shows.cancelled[inside].sum()), all_),
            "broadcasts_substituted_share": ratio(int((other & inside).sum()), all_), "session_orders": number,
            "cart_conversion": ratio(number + away, int(shows.carts[inside].sum())), "turned_away_share": ratio(away, number + away)}


def leftover(run):
    value = int(run.trace["series/sites/stock_value"][-1].sum()) / 1e6
    return {"leftover_value": value, "lost_sales_and_leftover": value + run.gained("lost sale penalty")}


def sales(run, price=None, given=lambda run, rows: np.zeros(len(rows.id), np.int64)):
    """Of sessions: `price` of a unit (none: the catalogue's), `given`: units that are not paid."""
    rows = Orders(run).rows
    rows = rows.where(rows.session != NO_ROW)
    gone = rows.where(rows.status <= 1)
    gifts = given(run, gone)
    paid = (run.price()[gone["product"]] if price is None else np.full(len(gone.id), price)) * (gone.quantity - gifts)
    cost = run.price("cost")[gone["product"]] * gone.quantity
    return {"session_revenue": int(paid.sum()) / 1e6, "session_margin": int(paid.sum() - cost.sum()) / 1e6,
            "units_given_away": int(gifts.sum()), "session_units_served": ratio(int(gone.quantity.sum()), int(rows.quantity.sum()))}


def absences(run):
    """The fall of the turnover after a planned host's first missed broadcast, with 30 days on either side."""
    shows = run.rows("broadcasts")
    missed, last = [], {}
    month = 30 * DAY
    order = np.argsort(shows.start, kind="stable")
    for i in order:
        absent = shows.planned[i] != NO_ROW and shows.host[i] != shows.planned[i]
        host, at = int(shows.planned[i]), int(shows.start[i])
        if absent and at >= last.get(host, -month) + month:
            last[host] = at
            if at - month >= run.from_ and at + month <= run.end:
                missed.append(at)
    turns = [0.0, 0.0]
    for at in missed:
        for side, (a, b) in enumerate(((at - month, at), (at, at + month))):
            inside = (run.samples > a) & (run.samples <= b)
            row = np.searchsorted(run.samples, [a, b])
            sold = np.diff(run.balance("cost of goods sold")[row])[0]
            turns[side] += sold / run.balance("inventory")[inside].mean()
    return {"turnover_fall_after_absence": 1 - turns[1] / turns[0] if turns[0] else None}


def alerts(run):
    rows, kinds = run.rows("alerts"), run.codes("alerts/kind")
    return {f"alerts_{name}": int((rows.within("at", run.from_, run.end + 1) & (rows.kind == code)).sum()) for name, code in kinds.items()}


def emergencies(run):
    rows, kinds = run.rows("emergency_orders"), run.codes("emergency_orders/kind")
    rows = rows.where(rows.within("at", run.from_, run.end))
    return {"emergency_orders": len(rows["at"]), "emergency_units": int(rows.units.sum()),
            "false_alarm_units": int(rows.units[rows.kind == kinds["false_alarm"]].sum())}


def expired(run):
    """Where all products have a shelf life: by the account of what was thrown away, and by what left for customers in the horizon."""
    rows = run.rows("orders")
    sold = int(rows.quantity[(rows.status <= 1) & rows.within("shipped", run.from_, run.end)].sum())
    at = np.searchsorted(run.samples, [run.from_, run.end])
    gone = int(np.diff(run.balance("expired")[at])[0])
    return {"expired_units": gone, "expired_share": ratio(gone, gone + sold)}


def supply(run, within, lag=60_000_000):
    """Shares of a rule whose sources ship at once what is ordered from them."""
    rows = run.rows("supply_shares")
    dropped = np.zeros(len(run.trace["network/supply/lane"]))
    drops = 0
    for source in range(len(dropped)):
        mine = rows.where(rows.source == source)
        is_out = mine.dropped == run.codes("supply_shares/dropped")["yes"]
        begins = np.flatnonzero(is_out & ~np.concatenate([[False], is_out[:-1]]))
        for i in begins:
            ends = mine.time[i:][~is_out[i:]]
            to = min(int(ends[0]) if len(ends) else run.end, run.end)
            drops += run.from_ <= mine.time[i] < run.end
            dropped[source] += max(to - max(int(mine.time[i]), run.from_), 0) / DAY
    agreed = run.trace["network/supply/share"]
    found = {"sources_dropped": drops, "supply_dropped_share": float((agreed * dropped).sum() / (agreed.sum() * run.days))}
    if within:
        came = run.rows("shipments")
        came = came.where(came.within("arrived", run.from_, run.end) & np.isin(came.lane, run.trace["network/supply/lane"]))
        late = came.arrived - (came.sent - lag) > within
        found["late_supply_share"] = ratio(int(came.quantity[late].sum()), int(came.quantity.sum()))
    else:
        found["late_supply_share"] = None
    return found
