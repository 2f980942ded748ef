"""What every run must keep, whatever the scenario. Each function yields what is broken in a trace."""
import numpy as np

from trace_file import HOUR, NO_ROW


def broken_unit_balances(trace):
    """For each (site, product): initial + received + produced + returned = shipped + consumed + scrapped + expired + final."""
    def of(*columns):
        return sum(trace[f"summary/stock/{column}"] for column in columns)

    difference = of("initial", "received", "produced", "returned") - of("shipped", "consumed", "scrapped", "expired", "final")
    for row in np.flatnonzero(difference):
        yield f"stock row {row}: {difference[row]} units more came than went"


def broken_pipelines(trace):
    """For each lane sent = arrived + in transit; all lanes together agree with the stock tables and with the ledger."""
    sent, arrived, under_way = (trace[f"summary/lanes/units_{c}"] for c in ("sent", "arrived", "in_transit"))
    for lane in np.flatnonzero(sent - arrived - under_way):
        yield f"lane {lane}: {sent[lane]} sent, {arrived[lane]} arrived, {under_way[lane]} in transit"
    for lane in np.flatnonzero(trace["series/lanes/units"].sum(axis=0) - sent):
        yield f"lane {lane}: the units of its series are not the {sent[lane]} sent"
    between_sites = trace["network/lanes/to_market"] == NO_ROW
    for account, lanes in (("in transit", between_sites), ("in delivery", ~between_sites)):
        if under_way[lanes].sum() != trace.account(account):
            yield f"{under_way[lanes].sum()} units {account} on lanes, {trace.account(account)} in the ledger"
    sold = trace["summary/stock/shipped"].sum() - sent[between_sites].sum()
    if sold != sent[~between_sites].sum() or sold != sum(map(trace.account, ("in delivery", "at pick-up point", "at customer", "returning"))):
        yield f"{sold} units left for customers, the ledger differs"
    received = trace["summary/stock/received"].sum() + trace.account("purchased") + trace.account("receiving")
    if received != arrived[between_sites].sum():
        yield f"{received} units put away or at the dock, {arrived[between_sites].sum()} arrived on lanes"
    if len(trace["shipments/lane"]) > 0:
        counted = np.bincount(trace["shipments/lane"], trace["shipments/quantity"], len(sent)).astype(int)
        for lane in np.flatnonzero((counted != arrived) & between_sites):
            yield f"lane {lane}: {counted[lane]} units in /shipments, {arrived[lane]} arrived"


def broken_order_balances(trace):
    """For each desk: orders placed = delivered + lost + cancelled + refused + open, as counted and one by one."""
    def of(*columns):
        return sum(trace[f"summary/desks/orders_{column}"] for column in columns)

    for desk in np.flatnonzero(of("placed") - of("delivered", "lost", "cancelled", "refused", "given_up", "group_failed", "withdrawn", "open")):
        yield f"desk {desk}: orders placed are not delivered, lost, cancelled, refused or open"
    # What was shipped without some of its lines may be neither filled nor backordered, what was given up may have waited.
    missing = of("shipped", "cancelled", "waiting", "withdrawn_waiting", "waited_in_work") - of("filled", "backordered")
    for desk in np.flatnonzero((missing < -of("given_up")) | (missing > of("short"))):
        yield f"desk {desk}: orders filled and backordered are not those shipped, cancelled, withdrawn and waiting"
    for desk in np.flatnonzero((of("open") < of("shipped") - of("delivered")) | (of("delivered") > of("shipped"))):
        yield f"desk {desk}: orders in delivery are not among the open ones"
    yield from broken_minutes(trace)
    flow = trace["series/desks/placed"] - sum(trace[f"series/desks/{c}"] for c in ("lost", "cancelled", "given_up", "withdrawn", "delivered"))
    for sample, desk in np.argwhere(flow.cumsum(axis=0) != trace["series/desks/open"])[:3]:
        yield f"desk {desk}, sample {sample}: the open orders are not the sum of what happened"
    if len(trace["orders/id"]) != trace.attributes["orders"] or trace.attributes["warm_up_us"] > 0:
        return
    statuses = ["delivered", None, None, "lost", "refused", "cancelled", "given_up", "group_failed", "withdrawn"]
    for status, column in enumerate(statuses):
        counted = np.bincount(trace["orders/desk"][trace["orders/status"] == status], minlength=len(of("placed")))
        for desk in np.flatnonzero(counted != of(column)) if column else ():
            yield f"desk {desk}: {counted[desk]} {column} orders in /orders, {of(column)[desk]} in /summary/desks"


def broken_minutes(trace):
    """The minutes of peaks between two sample times add up to the grids, orders are placed in theirs, where there are any."""
    if "series/minutes/time" not in trace:
        return
    times = trace["series/desks/time"]
    sample = np.searchsorted(times, trace["series/minutes/time"])
    for column in ("released", "lost", "cancelled", "given_up", "withdrawn", "delivered", "late"):
        by_minute = np.bincount(sample, trace[f"series/minutes/{column}"], len(times)).astype(int)
        by_sample = trace[f"series/desks/{'placed' if column == 'released' else column}"].sum(axis=1)
        for i in np.flatnonzero((by_minute != by_sample) & np.isin(np.arange(len(times)), sample)):
            yield f"sample {i}: {by_sample[i]} orders {column}, {by_minute[i]} by the minute"
    if len(trace["orders/id"]) == trace.attributes["orders"]:
        ends = trace["series/minutes/time"]
        row = np.searchsorted(ends, trace["orders/placed"], side="right")
        in_peak = (row < len(ends)) & (ends[np.minimum(row, len(ends) - 1)] - trace["orders/placed"]
                                       <= trace.attributes["peaks_every_us"])
        by_order = np.bincount(row[in_peak], minlength=len(ends))
        for i in np.flatnonzero(by_order != trace["series/minutes/placed"])[:3]:
            yield f"minute {i}: {by_order[i]} orders placed, {trace['series/minutes/placed'][i]} in the row"


def broken_books(trace):
    """The ledger adds up to zero at every sample; its accounts are what the tables say item by item."""
    is_money = trace["network/accounts/kind"] == b"money"
    for kind, those in (("money", is_money), ("units", ~is_money)):
        for sample in np.flatnonzero(trace["series/ledger/balance"][:, those].sum(axis=1))[:3]:
            yield f"the {kind} of the ledger does not add up to zero at sample {sample}"
        for column in ("opening", "closing"):
            if trace[f"summary/ledger/{column}"][those].sum() != 0:
                yield f"the {column} {kind} of the ledger does not add up to zero"
    by_lane = int(trace["summary/lanes/cost"].sum())
    if by_lane != trace.account("freight") - trace.account("freight", "opening"):
        yield f"the lanes cost {by_lane}, the freight account differs"
    on_hand = trace["summary/stock/final"].sum()
    if on_hand != trace.account("available") + trace.account("reserved"):
        yield f"{on_hand} units on the shelves, the ledger differs"
    if len(trace["network/products/id"]) == 1:
        goods = on_hand + trace.account("in transit") + trace.account("receiving")
        if trace.account("inventory") != goods * trace["network/products/cost"][0]:
            yield f"{goods} units in the chain, their value in the ledger differs"
        sold = sum(map(trace.account, ("in delivery", "at pick-up point", "at customer", "returning")))
        if trace.account("revenue") != -sold * trace["network/products/price"][0]:
            yield f"{sold} units sold, the revenue in the ledger differs"


def broken_little(trace):
    """For each stage: mean number = arrival rate × mean time, within 1 % and what is still inside at the end."""
    hours = trace.attributes["horizon_us"] / HOUR
    for stage, arrivals in enumerate(trace["summary/stages/arrivals"]):
        if arrivals < 100:
            continue
        left = trace["series/stages/waiting"][-1, stage] + trace["series/stages/in_service"][-1, stage]
        gone = trace.stage("left", stage)  # their customers cancelled while they were in the queue
        number = trace.stage("mean_in_system", stage)
        expected = (arrivals - gone) / hours * trace.stage("mean_time", stage) + gone / hours * trace.stage("mean_wait_left", stage)
        if abs(number - expected) > (0.01 + 2 * left / arrivals) * expected:
            yield f"stage {stage}: {number} inside on average, arrival rate × time is {expected}"


def broken_channel_stock(trace):
    """What is set apart for a channel at a site is sold to it, released, called back, or still there."""
    if "summary/channel_stock/units_left" not in trace:
        return
    columns = ("opening", "set_apart", "sold_own", "released", "recalled", "left")
    opening, came, *went, left = (trace[f"summary/channel_stock/units_{c}"] for c in columns)
    for row in np.flatnonzero(opening + came - sum(went) - left):
        gone = ", ".join(f"{units[row]} {name}" for units, name in zip(went, columns[2:]))
        yield f"channel stock row {row}: {opening[row]} + {came[row]} units came, {gone}, {left[row]} are left"


INVARIANTS = [broken_unit_balances, broken_pipelines, broken_order_balances, broken_books, broken_little, broken_channel_stock]


def broken(trace):
    return [text for invariant in INVARIANTS for text in invariant(trace)]
