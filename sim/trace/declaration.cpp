#include <sstream>

#include "sim/trace/table_archive.hpp"

namespace spate::sim {

void write_declaration(RowLog& log, const Declaration& declaration) {
    std::ostringstream text;
    StateWriter archive(text);
    archive(declaration);
    const std::string bytes = std::move(text).str();
    log.append({.kind = RecordKind::declaration}, std::as_bytes(std::span(bytes)));
}

}  // namespace spate::sim
