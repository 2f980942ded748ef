#include "sim/snapshot/snapshot_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "sim/base/check.hpp"
#include "sim/base/digest.hpp"
#include "sim/snapshot/archive.hpp"
#include "sim/snapshot/memory_stream.hpp"
#include "sim/snapshot/state_sources.hpp"

namespace spate::sim {

namespace {

constexpr std::string_view magic = "SPATESNP";
constexpr std::uint32_t format_version = 18;

/// The first bytes of the file.
struct Preamble {
    char magic[8];
    std::uint32_t format;
    std::uint32_t byte_order;
    std::uint64_t size;         ///< of what follows [bytes]
    std::uint64_t fingerprint;  ///< of what follows
};

static_assert(sizeof(Preamble) == 32);
constexpr std::uint32_t byte_order_mark = 0x01020304;

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
    throw FileError(path + ": " + why);
}

std::string whole_file(const std::string& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        refuse(path, "cannot be read (it is a folder)");
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file)
        refuse(path, std::string("cannot be read (") + std::strerror(errno) + ")");
    const auto size = file.tellg();
    if (size < 0 || !std::filesystem::is_regular_file(path, error))
        refuse(path, "cannot be read (it is not a regular file)");
    std::string text(static_cast<std::size_t>(size), '\0');
    file.seekg(0);
    if (!file.read(text.data(), size))
        refuse(path, "cannot be read to its end");
    return text;
}

}  // namespace

std::uint64_t fingerprint(std::string_view bytes) {
    std::uint64_t sum = 0x243F6A8885A308D3ULL ^ bytes.size();
    std::uint64_t words[2];
    for (std::size_t i = 0; i < bytes.size(); i += sizeof words) {
        words[0] = words[1] = 0;
        std::memcpy(words, bytes.data() + i, std::min(sizeof words, bytes.size() - i));
        sum = fold(sum ^ words[0] ^ 0x9E3779B97F4A7C15ULL, words[1] ^ 0xE7037ED1A0B428DBULL) + sum * 5;
    }
    return mix(sum, bytes.size());
}

void write_snapshot(PartialFile& file, const SnapshotHead& head, std::string_view archive) {
    MemoryOutput out;
    {
        StateWriter writer(out);
        std::string version = SPATE_VERSION;
        std::string scenario = head.scenario, trace = head.trace;
        writer(version, state_sources(), scenario, head.scenario_hash, head.at.us, trace);
        writer(cereal::binary_data(archive.data(), archive.size()));
    }
    const std::string rest = out.take();
    Preamble preamble{{}, format_version, byte_order_mark, rest.size(), fingerprint(rest)};
    std::memcpy(preamble.magic, magic.data(), sizeof preamble.magic);

    file.publish({reinterpret_cast<const char*>(&preamble), sizeof preamble}, rest);
}

bool is_snapshot(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    char begin[sizeof Preamble::magic] = {};
    return file.read(begin, sizeof begin) && std::string_view(begin, sizeof begin) == magic;
}

std::string read_snapshot(const std::string& path, SnapshotHead& head) {
    std::string text = whole_file(path);
    Preamble preamble{};
    if (text.size() >= sizeof preamble)
        std::memcpy(&preamble, text.data(), sizeof preamble);
    if (std::string_view(preamble.magic, sizeof preamble.magic) != magic)
        refuse(path, "is not a snapshot of a run. `spate run` writes them beside its trace, with the ending .snapshot");
    if (preamble.byte_order != byte_order_mark)
        refuse(path, "was written on a machine of another byte order");
    if (preamble.format != format_version)
        refuse(path,
               "has format " + std::to_string(preamble.format) + " of snapshots, this program reads "
                   + std::to_string(format_version) + ". use the program that wrote it?");
    if (preamble.size != text.size() - sizeof preamble)
        refuse(path,
               "is cut short or has grown: " + std::to_string(text.size() - sizeof preamble) + " bytes instead of "
                   + std::to_string(preamble.size));
    const std::string_view rest = std::string_view(text).substr(sizeof preamble);
    if (preamble.fingerprint != fingerprint(rest))
        refuse(path, "is damaged: its checksum is not that of its content");
    MemoryInput in(rest);
    StateReader reader(in);
    std::string version;
    std::uint64_t sources = 0;
    reader(version, sources, head.scenario, head.scenario_hash, head.at.us, head.trace);
    if (version != SPATE_VERSION)
        refuse(path,
               "was written by version " + version
                   + " of the program, this is " SPATE_VERSION
                     ". states are not passed on between versions: use that one, or run again?");
    if (sources != state_sources())
        refuse(path,
               "was written by a program that was built of other sources. states are not passed on between them: use "
               "that one, or run again?");
    text.erase(0, text.size() - in.left());
    return text;
}

}  // namespace spate::sim
