"""Formulas of inventory and queueing theory that the simulated figures are compared with."""
import math
from statistics import NormalDist


def poisson(mean, n):
    return math.exp(n * math.log(mean) - mean - math.lgamma(n + 1))


def erlang_b(servers, load):
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(servers, load):
    blocked = erlang_b(servers, load)
    return servers * blocked / (servers - load * (1 - blocked))


def newsvendor(mean, sd, holding, shortage):
    """Optimal level and its cost for normal demand (Snyder, Shen 2019, theorem 4.1)."""
    z = NormalDist().inv_cdf(shortage / (shortage + holding))
    return mean + z * sd, (shortage + holding) * sd * NormalDist().pdf(z)


def newsvendor_cost(level, mean, sd, holding, shortage):
    """Expected cost of any level for normal demand."""
    z = (level - mean) / sd
    short = sd * (NormalDist().pdf(z) - z * (1 - NormalDist().cdf(z)))
    return holding * (level - mean + short) + shortage * short


def r_q_figures(r, quantity, mean):
    """On hand, backorders and fill rate of (r,Q) with Poisson lead-time demand: the position is uniform on r+1…r+Q."""
    on_hand = served = 0.0
    for position in range(r + 1, r + quantity + 1):
        left = [(position - n) * poisson(mean, n) for n in range(position)]
        on_hand += sum(left) / quantity
        served += sum(poisson(mean, n) for n in range(position)) / quantity
    return on_hand, on_hand - (r + (quantity + 1) / 2 - mean), served


def s_S_figures(low, high, mean, order, holding, shortage):
    """Cost and orders of a period under (s,S), Poisson demand, no lead time: renewals (Veinott, Wagner 1965)."""
    def period(level):
        return sum(poisson(mean, n) * max(holding * (level - n), shortage * (n - level)) for n in range(int(mean * 4) + 50))

    visits = []  # expected periods that begin with the stock high - j
    for j in range(high - low):
        earlier = sum(poisson(mean, n) * visits[j - n] for n in range(1, j + 1))
        visits.append((earlier + (j == 0)) / (1 - poisson(mean, 0)))
    return (order + sum(m * period(high - j) for j, m in enumerate(visits))) / sum(visits), 1 / sum(visits)
