#pragma once

#include <string>
#include <vector>

#include "sim/snapshot/archive.hpp"
#include "sim/trace/recorder_impl.hpp"
#include "sim/trace/table.hpp"

/// How what a trace declares is archived: in front of its rows, and in snapshots.
namespace spate::sim {

template <class Archive>
void serialize(Archive& archive, Column& column) {
    archive(column.name, column.type, column.unit, column.description, column.codes, column.reference, column.scale);
}

template <class Archive>
void serialize(Archive& archive, TableSchema& table) {
    archive(table.path, table.description, table.columns, table.entities, table.entity_reference);
}

template <class Archive>
void serialize(Archive& archive, TextColumn& column) {
    archive(column.name, column.description, column.values);
}

template <class Archive>
void serialize(Archive& archive, NumberColumn& number) {
    archive(number.column);
    block(archive, number.values);
}

template <class Archive>
void serialize(Archive& archive, StaticTable& table) {
    archive(table.path, table.description, table.texts, table.numbers);
}

template <class Archive>
void serialize(Archive& archive, Attribute& attribute) {
    archive(attribute.name, attribute.text, attribute.number, attribute.is_text, attribute.is_unsigned);
}

template <class Archive>
void serialize(Archive& archive, TraceText& text) {
    archive(text.path, text.text, text.description);
}

template <class Archive>
void serialize(Archive& archive, Declaration& declaration) {
    archive(declaration.created, declaration.tables, declaration.texts, declaration.statics, declaration.attributes);
}

}  // namespace spate::sim
