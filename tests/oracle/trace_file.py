"""A trace read as a whole."""
import h5py

HOUR = 3_600_000_000  # in microseconds
DAY = 24 * HOUR
NO_ROW = 2**32 - 1  # in a column of row numbers


class Trace(dict):
    """All datasets of a trace by path, and its attributes."""

    def __init__(self, file):
        super().__init__()
        with h5py.File(file) as h5:
            self.attributes = dict(h5.attrs)
            h5.visititems(lambda path, item: self.__setitem__(path, item[()]) if isinstance(item, h5py.Dataset) else None)

    def changed(self, path, index, by):
        """A copy with one cell changed."""
        copy = Trace.__new__(Trace)
        copy.attributes = self.attributes
        copy.update(self)
        copy[path] = self[path].copy()
        copy[path][index] += by
        return copy

    def names(self, table):
        return [name.decode() for name in self[f"network/{table}"]]

    def account(self, name, column="closing"):
        return int(self[f"summary/ledger/{column}"][self.names("accounts/name").index(name)])

    def spent(self, *names):
        """Money booked on these accounts in the horizon."""
        return sum(self.account(name) - self.account(name, "opening") for name in names) / 1e6

    def stage(self, column, number=0):
        return float(self[f"summary/stages/{column}"][number])

    def desk(self, column):
        return int(self[f"summary/desks/{column}"].sum())

    def stock(self, column, site):
        row = self["summary/stock/site"].tolist().index(self.names("sites/id").index(site))
        return float(self[f"summary/stock/{column}"][row])

    def series(self, column, site):
        """A column of /series/sites over the horizon, without the sample at its start."""
        after = self["series/sites/time"] > self.attributes["warm_up_us"]
        return self[f"series/sites/{column}"][after, self.names("sites/id").index(site)]
