"""Laws that hold in every run, from the rows of its trace: states of orders, units by account and site, money by order and return."""
import numpy as np
from figures_of_money import changed_prices, price_at
from invariants import broken_channel_stock, broken_order_balances, broken_unit_balances
from trace_rows import CANCELLED, DAY, HOUR, LOST, NEVER, NO_ROW, OPEN, REFUSED, before


TO_SHELF = 6 * HOUR  # on the way from every return centre of the library


def catalogue(run, rows):
    return run.price()[rows["product"]] * rows.quantity


def no_gifts(run, rows):
    return np.zeros(len(rows.id), np.int64)


def by_stock(run, rows):
    share = price_at(changed_prices(run), rows["product"], rows.placed)
    return np.rint(run.price()[rows["product"]] * share).astype(np.int64) * rows.quantity


def promotion(run, rows):
    """From 20:00 of 10 November to the end of the 11th, in a run that begins on 20 October."""
    cut = (rows["product"] == run.names("products").index("lip-glaze")) & rows.within("placed", 21 * DAY + 20 * HOUR, 23 * DAY)
    return np.where(cut, catalogue(run, rows) * 8 // 10, catalogue(run, rows))


def first_difference(what, counted, booked, samples):
    wrong = np.flatnonzero(counted != booked)
    if len(wrong):
        at = wrong[0]
        yield f"{what}: {counted[at]} by rows, {booked[at]} in the books at {samples[at] / HOUR:.2f} h ({len(wrong)} samples differ)"


def broken_states(run, rows):
    """One row and one end for every line of every order, with the times that this end needs."""
    if len(np.unique(rows.id)) != len(rows.id):
        yield "two rows of /orders have the same id"
    _, first, by = np.unique(rows.order, return_index=True, return_inverse=True)
    if (np.bincount(by.ravel(), rows.lines) != rows.order_lines[first]).any():
        yield "the lines in the rows of an order are not those of the order"
    gone = rows.status <= 1
    for column, needed in (("released", gone), ("shipped", gone), ("delivered", gone), ("site", gone)):
        none = rows[column] == (NO_ROW if column == "site" else NEVER)
        if (none & needed).any():
            yield f"an order that was shipped has no {column}"
        if (~none & np.isin(rows.status, (LOST, REFUSED))).any():
            yield f"an order that was lost has {column}"
    if ((rows.delivered < run.end) != (rows.status == 0))[gone].any():
        yield "delivered orders are not those whose delivery is before the end"
    for earlier, later in (("placed", "released"), ("released", "shipped"), ("shipped", "delivered")):
        if (rows[earlier] > rows[later])[gone].any():
            yield f"{later} before {earlier}"


def broken_units(run, rows):
    """At every sample the units of the accounts are those of sites, shipments, orders and returns."""
    samples, gone = run.samples, rows.where(rows.status <= 1)
    here = run.balance("available") + run.balance("reserved")
    yield from first_difference("units at sites", run.trace["series/sites/on_hand"].sum(axis=1), here, samples)
    for site, final in enumerate(np.bincount(run.trace["summary/stock/site"], run.trace["summary/stock/final"], len(run.names("sites")))):
        if run.trace["series/sites/on_hand"][-1, site] != final:
            yield f"site {site}: {final} units in /summary/stock at the end, {run.trace['series/sites/on_hand'][-1, site]} in the last sample"
    on_lanes = before(gone.shipped, samples, gone.quantity) - before(gone.delivered, samples, gone.quantity)
    yield from first_difference("units in delivery", on_lanes, run.balance("in delivery"), samples)
    shipments = run.rows("shipments")
    sent = run.trace["series/lanes/units"][:, run.trace["network/lanes/to_market"] == NO_ROW].sum(axis=1).cumsum()
    yield from first_difference("units in transit", sent - before(shipments.arrived, samples, shipments.quantity) + sent_by_centres(run),
                                run.balance("in transit"), samples)
    if run.has("returns"):
        back = run.rows("returns")
        stay = before(back.received, samples, back.quantity) - before(np.where(back.received == NEVER, NEVER, back.closed), samples, back.quantity)
        yield from first_difference("units at return centres", stay, run.balance("at return centre") + run.balance("in repair"), samples)


def sent_by_centres(run):
    """Units on their way from return centres to sites, which are on no lane, at every sample."""
    if not run.has("returns"):
        return 0
    rows = run.rows("returns")
    rows = rows.where((rows.route == run.codes("returns/route")["reshelve"]) & (rows.closed != NEVER))
    return before(rows.closed, run.samples, rows.quantity) - before(rows.closed + TO_SHELF, run.samples, rows.quantity)


def broken_ends(run):
    """The balances at the ends of the horizon are those of the samples then."""
    first = np.searchsorted(run.samples, run.from_)
    for account, name in enumerate(run.names("accounts", "name")):
        sampled = run.trace["series/ledger/balance"][[first, -1], account]
        for end, balance in zip(("opening", "closing"), sampled):
            booked = run.trace[f"summary/ledger/{end}"][account]
            if booked != balance:
                yield f"account {name}: {booked} at the {end} of the horizon, {balance} in the sample then"


def broken_money(run, rows, case):
    samples, gone = run.samples, rows.where(rows.status <= 1)
    if case.paid:
        booked = -run.balance("revenue")
        yield from first_difference("revenue", before(gone.shipped, samples, case.paid(run, gone)), booked, samples)
    if case.paid:  # rows of one product each
        cost = before(gone.shipped, samples, run.price("cost")[gone["product"]] * gone.quantity)
        yield from first_difference("cost of goods sold", cost - taken_back(run), run.balance("cost of goods sold"), samples)
    if case.handling:
        by_order, by_unit = (round(part * 1e6) for part in case.handling)
        yield from first_difference("handling", before(gone.shipped, samples, by_order + by_unit * gone.quantity), run.balance("handling"), samples)
    if case.freight:
        by_order, by_kg = (round(part * 1e6) for part in case.freight)
        cost = by_order + np.rint(by_kg * 1e-6 * run.trace["network/products/weight"][gone["product"]] * gone.quantity).astype(np.int64)
        yield from first_difference("freight", before(gone.shipped, samples, cost), run.balance("freight"), samples)
    if case.lost_sale and case.paid:
        tired = rows.where(np.isin(rows.status, (LOST, REFUSED, CANCELLED)))
        penalty = (tired.quantity - case.given(run, tired)) * round(case.lost_sale * 1e6)
        yield from first_difference("lost sale penalty", before(tired.time, samples, penalty), run.balance("lost sale penalty"), samples)


def taken_back(run):
    """Cost of what came back and was not sold again as seconds, at every sample."""
    if not run.has("returns"):
        return 0
    rows, routes = run.rows("returns"), run.codes("returns/route")
    cost = run.price("cost")[rows["product"]] * rows.quantity
    second = np.isin(rows.route, [routes["special"], routes["outlet"]])
    return before(rows.received, run.samples, cost) - before(rows.closed[second], run.samples, cost[second])


def broken_little(run, rows):
    """L = λ W of goods on their way to customers and of those at return centres: the mean of the samples against the sum of the stays."""
    gone = rows.where(rows.status <= 1)
    stays = [("in delivery", gone.shipped, gone.delivered, gone.quantity, run.balance("in delivery"))]
    if run.has("returns"):
        back = run.rows("returns")
        back = back.where(back.received != NEVER)
        closed = np.where(back.closed == NEVER, run.end, back.closed)
        stays.append(("at return centres", back.received, closed, back.quantity, run.balance("at return centre") + run.balance("in repair")))
    length, step = run.end - run.from_, np.diff(run.samples).max()
    for what, came, went, units, balance in stays:
        number = ((np.minimum(went, run.end) - np.maximum(came, run.from_)).clip(0) * units).sum() / length
        moved = units[(came < run.end) & (came >= run.from_)].sum() + units[(went < run.end) & (went >= run.from_)].sum()
        if abs(number - run.mean(balance)) > step / length * moved:  # each is off by at most a step, coming and going
            yield f"units {what}: {run.mean(balance)} in the mean of the samples, λ W is {number}"


def broken(run, case):
    rows = run.rows("orders")
    for law in (broken_unit_balances, broken_order_balances, broken_channel_stock):
        yield from law(run.trace)
    yield from broken_states(run, rows)
    yield from broken_units(run, rows)
    yield from broken_money(run, rows, case)
    yield from broken_ends(run)
    yield from broken_little(run, rows)
    placed = int(run.trace["series/desks/placed"].sum())
    if len(np.unique(rows.order)) != placed:
        yield f"{placed} orders placed in the samples, {len(np.unique(rows.order))} in the rows"
    still = int((rows.status == OPEN).sum())
    if still == 0 and int(run.trace["series/desks/open"][-1].sum()) > int((rows.status == 1).sum()):
        yield "orders are open at the end that no row has"
