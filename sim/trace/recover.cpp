#include "sim/trace/recover.hpp"

#include <optional>
#include <sstream>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/trace/table_archive.hpp"

namespace spate::sim {

namespace {

/// What can be used of a log: the part that ends with its last seal.
struct SealedPart {
    std::optional<Declaration> declaration;
    std::uint64_t size = 0;
    Time boundary;
};

SealedPart find_sealed_part(const std::string& path) {
    SealedPart part;
    LogReader reader(file_source(path));
    std::vector<std::byte> payload;
    while (const std::optional<LogRecord> record = reader.next(payload)) {
        if (record->kind == RecordKind::declaration) {
            std::istringstream text(std::string(reinterpret_cast<const char*>(payload.data()), payload.size()));
            StateReader archive(text);
            archive(part.declaration.emplace());
        } else if (record->kind == RecordKind::seal) {
            part.size = reader.size();
            part.boundary = Time{record->first};
        }
    }
    return part;
}

}  // namespace

Time recover_trace(const std::string& path, bool overwrite) {
    PartialFile files = PartialFile::take_abandoned(path, overwrite);
    const auto refuse = [&](const std::string& reason) {
        throw FileError("cannot recover trace " + path + " (" + files.partial_path() + ": " + reason + ")");
    };
    SealedPart part;
    try {
        part = find_sealed_part(files.partial_path());
    } catch (const cereal::Exception&) {
        refuse("it is of another version");
    }
    if (!part.declaration || part.size == 0) {
        refuse("the run was killed before its rows were first sealed");
    }
    RowLog log = RowLog::for_reading(files.descriptor(), path);
    RowStore rows(log, part.declaration->tables, 0);
    LogReader reader(file_source(files.partial_path(), part.size));
    if (const auto problem = rows.replay_in_place(reader)) {
        refuse(*problem);
    }
    Declaration results;
    results.attributes = part.declaration->attributes;
    results.attributes.push_back({"rows_until", "", part.boundary.us, false});
    write_trace(files, *part.declaration, results, rows);
    files.publish();
    return part.boundary;
}

}  // namespace spate::sim
