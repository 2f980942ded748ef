#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/reader.hpp"
#include "analysis/kpi.hpp"
#include "analysis/warm_up.hpp"

namespace spate::cli {

/// What one run of one arm of an experiment gave.
struct Replication {
    std::uint32_t number = 0;  ///< of the replication; the same random draws in every arm
    std::uint64_t digest = 0;
    std::uint64_t demand_digest = 0;  ///< of the customers' orders
    std::int64_t orders = 0;
    analysis::KeyFigures figures;
    std::vector<analysis::ProcessSeries> series;  ///< of a pilot run; else none
};

/// The finished replications of an experiment, one small file each (JSON), in a folder of their own. A killed
/// experiment goes on from what is there.
///
/// The folder is one object's at a time: whoever makes it sees to that. A file is whole or absent: it appears by
/// renaming. It names the scenario it belongs to by a fingerprint, so what was run before an arm was changed is not
/// used again. One that cannot be read counts as absent. Threads: save() may be called by several at once for different
/// replications.
class ReplicationStore {
  public:
    /// Makes the folder. Throws: FileError.
    explicit ReplicationStore(std::string folder);

    /// Nothing if there is no such replication of this scenario, made by this very build of the program.
    std::optional<Replication> find(const std::string& arm, std::uint64_t scenario_hash, std::uint32_t number) const;
    /// Throws: FileError.
    void save(const std::string& arm, std::uint64_t scenario_hash, const Replication& replication) const;
    /// Where the network of an arm and its mean flows are kept: those of its replication 0, for pages.
    std::string network_path(const std::string& arm) const;
    /// Keeps them, from the trace of the run. Throws: FileError.
    void save_network(const std::string& arm, std::uint64_t scenario_hash, const sim::TraceReader& trace) const;
    /// Whether they are there, of this scenario.
    bool has_network(const std::string& arm, std::uint64_t scenario_hash) const;
    /// Removes the folder and all that is in it.
    void remove();

    const std::string& folder() const { return folder_; }

  private:
    std::string path(const std::string& arm, std::uint32_t number) const;

    std::string folder_;
};

}  // namespace spate::cli
