#!/usr/bin/env python3
"""Draws a run as one SVG: orders per sample period, what waits at the sites, and the network on its coordinates.

usage: draw_run.py TRACE > run.svg      (needs h5py and numpy)
"""

import sys
from datetime import datetime, timedelta

import h5py
import numpy as np

WIDTH, LEFT, RIGHT = 960, 64, 24
COLOURS = {"supplier": "#444444", "factory": "#7a5195", "cdc": "#bc5090", "rdc": "#ef5675", "front": "#ffa600", "store": "#2f9e44"}


def read(path):
    """What the picture shows, as plain arrays."""
    with h5py.File(path) as trace:
        desks, sites = trace["series/desks"], trace["series/sites"]
        hours = trace["series/desks/time"][:] / 3.6e9
        placed_in = trace["network/desks/market"][:]
        return {
            "start": datetime.fromisoformat(trace.attrs["start"]),
            "hours": hours[1:],
            "placed": desks["placed"][1:].sum(axis=1),
            "delivered": desks["delivered"][1:].sum(axis=1),
            "late": desks["late"][1:].sum(axis=1),
            "at_sites": sites["in_process"][1:].sum(axis=1),
            "backordered": sites["backordered"][1:].sum(axis=1),
            "markets": (trace["network/markets/lon"][:], trace["network/markets/lat"][:],
                        np.bincount(placed_in, trace["summary/desks/orders_placed"][:])),
            "sites": (trace["network/sites/lon"][:], trace["network/sites/lat"][:], trace["network/sites/kind"].asstr()[:]),
        }


def text(x, y, words, size=13, anchor="start", fill="#333"):
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{fill}">{words}</text>'


def chart(data, names, colours, top, height, title):
    """One panel: series over time, with days below and thousands at the left."""
    peak = max(1, max(data[name].max() for name in names))
    step = next(s * 10.0**k for k in range(12) for s in (1, 2, 5) if peak <= 5 * s * 10.0**k)
    x = LEFT + data["hours"] / data["hours"][-1] * (WIDTH - LEFT - RIGHT)
    parts = [text(LEFT, top - 10, title, 15)]
    for tick in np.arange(0, peak + step, step):
        y = top + height * (1 - tick / (peak * 1.05))
        if y >= top:
            parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
            parts.append(text(LEFT - 8, y + 4, f"{tick / 1000:g}k" if peak >= 5000 else f"{tick:g}", 11, "end"))
    days = data["hours"][-1] / 24
    for day in np.arange(0, days + 1e-9, max(1, round(days / 7))):
        at = LEFT + day * 24 / data["hours"][-1] * (WIDTH - LEFT - RIGHT)
        parts.append(text(at, top + height + 16, f"{data['start'] + timedelta(days=float(day)):%m-%d}", 11, "middle"))
    for position, (name, colour) in enumerate(zip(names, colours)):
        y = top + height * (1 - data[name] / (peak * 1.05))
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.4"/>')
        parts.append(text(LEFT + 12, top + 16 + 17 * position, name.replace("_", " "), 12, fill=colour))
    return parts


def network(data, top, height):
    """Markets by orders, sites by kind, on longitude and latitude, widths true at the middle latitude."""
    lon, lat, orders = data["markets"]
    west, east = min(lon.min(), data["sites"][0].min()), max(lon.max(), data["sites"][0].max())
    south, north = min(lat.min(), data["sites"][1].min()), max(lat.max(), data["sites"][1].max())
    shrink = np.cos(np.radians((south + north) / 2))
    scale = min(height / max(north - south, 1), (WIDTH - LEFT - RIGHT - 200) / max((east - west) * shrink, 1))

    def place(a, b):
        return LEFT + 10 + (a - west) * scale * shrink, top + 10 + (north - b) * scale

    radius = 17 / np.sqrt(max(orders.max(), 1))
    parts = [text(LEFT, top - 10, "customers' orders by market, and the sites that serve them", 15)]
    for a, b, n in zip(lon, lat, orders):
        x, y = place(a, b)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{np.sqrt(n) * radius:.1f}" fill="#003f5c" fill-opacity="0.35"/>')
    lon, lat, kinds = data["sites"]
    shown = {kind: colour for kind, colour in COLOURS.items() if kind in kinds}
    for kind, colour in reversed(shown.items()):
        side = 4 if kind == "front" else 9
        for a, b in zip(lon[kinds == kind], lat[kinds == kind]):
            x, y = place(a, b)
            parts.append(f'<rect x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side}" height="{side}" fill="{colour}" stroke="#fff" stroke-width="0.6"/>')
    for position, (kind, colour) in enumerate(shown.items()):
        parts.append(text(WIDTH - RIGHT - 150, top + 16 + 17 * position, f"■ {kind}: {int((kinds == kind).sum())}", 12, fill=colour))
    parts.append(text(WIDTH - RIGHT - 150, top + 16 + 17 * len(shown), f"● markets: {len(orders)}", 12, fill="#003f5c"))
    return parts


def main():
    data = read(sys.argv[1])
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} 900" font-family="sans-serif">',
             f'<rect width="{WIDTH}" height="900" fill="#fff"/>']
    parts += chart(data, ["placed", "delivered"], ["#003f5c", "#2f9e44"], 40, 170, "customer orders per sample period")
    parts += chart(data, ["at_sites", "backordered"], ["#ef5675", "#ffa600"], 280, 150, "orders at the sites; units that customers wait for")
    parts += network(data, 500, 380)
    print("\n".join(parts + ["</svg>"]))


if __name__ == "__main__":
    main()
