#include "scenarios/load/yaml_text.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace spate::scenarios {

namespace {

bool is_plain(std::string_view text) {
    const auto ordinary = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || static_cast<unsigned char>(c) >= 0x80
               || std::string_view(" -_./%+").find(c) != std::string_view::npos;
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), ordinary) && text.front() != ' ' && text.back() != ' '
           && text.front() != '-' && text.front() != '%' && text != "null" && text != "~";
}

std::string scalar_text(const std::string& text) {
    if (is_plain(text)) {
        return text;
    }
    std::string out = "\"";
    for (const char c : text) {
        out += c == '\n'               ? "\\n"
               : c == '\t'             ? "\\t"
               : c == '"' || c == '\\' ? std::string("\\") + c
                                       : std::string(1, c);
    }
    return out + "\"";
}

bool is_flow(const Node& node) {
    const auto simple = [](const Node& n) { return n.items.empty() && n.entries.empty(); };
    return std::all_of(node.items.begin(), node.items.end(), simple)
           && std::all_of(node.entries.begin(), node.entries.end(), [&](const auto& e) { return simple(e.value); });
}

void write_flow(const Node& node, std::string& out) {
    switch (node.kind) {
        case Node::Kind::null: out += "null"; return;
        case Node::Kind::scalar: out += scalar_text(node.text); return;
        default: break;
    }
    out += node.is_map() ? '{' : '[';
    const char* separator = "";
    for (const auto& item : node.items) {
        out += separator;
        write_flow(item, out);
        separator = ", ";
    }
    for (const auto& entry : node.entries) {
        out += separator + scalar_text(entry.key) + ": ";
        write_flow(entry.value, out);
        separator = ", ";
    }
    out += node.is_map() ? '}' : ']';
}

void write_block(const Node& node, std::size_t indent, std::string& out) {
    const std::string margin(indent, ' ');
    const auto write = [&](const std::string& head, const Node& value) {
        out += margin + head;
        if (is_flow(value)) {
            out += ' ';
            write_flow(value, out);
            out += '\n';
        } else {
            out += '\n';
            write_block(value, indent + 2, out);
        }
    };
    for (const auto& item : node.items) {
        write("-", item);
    }
    for (const auto& entry : node.entries) {
        write(scalar_text(entry.key) + ":", entry.value);
    }
}

}  // namespace

std::string to_yaml(const Node& node) {
    std::string out;
    if (node.is_map() || node.is_sequence()) {
        write_block(node, 0, out);
    } else {
        write_flow(node, out);
        out += '\n';
    }
    return out;
}

}  // namespace spate::scenarios
