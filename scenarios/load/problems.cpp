#include "scenarios/load/problems.hpp"

#include <algorithm>
#include <filesystem>
#include <tuple>
#include <utility>

namespace spate::scenarios {

namespace {

constexpr std::size_t kept = 10'000;  // a broken file of a million rows must not fill the memory with messages

}  // namespace

std::string Problem::to_string() const {
    if (file.empty()) {
        return text;
    }
    if (line == 0) {
        return file + ": " + text;
    }
    return file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + text;
}

std::uint32_t Problems::add_file(std::string name, bool is_path) {
    files_.push_back({std::move(name), is_path});
    return static_cast<std::uint32_t>(files_.size() - 1);
}

std::string Problems::resolve(std::uint32_t file, const std::string& name) const {
    const std::filesystem::path path(name);
    if (path.is_absolute() || !files_[file].is_path) {
        return path.lexically_normal().string();
    }
    return (std::filesystem::path(files_[file].name).parent_path() / path).lexically_normal().string();
}

void Problems::add(Place place, std::string text) {
    add({files_[place.file].name, place.line, place.column, std::move(text)});
}

Problems Problems::fork() const {
    Problems other;
    other.files_ = files_;
    return other;
}

void Problems::add(Problem problem) {
    if (problems_.size() < kept && !seen_.insert(problem.to_string()).second) {
        return;
    }
    ++count_;
    if (problems_.size() < kept) {
        problems_.push_back(std::move(problem));
    }
}

std::string Problems::describe(Place place) const {
    return files_[place.file].name + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::vector<Problem> Problems::sorted() const {
    auto result = problems_;
    const auto key = [](const Problem& p) { return std::tie(p.file, p.line, p.column); };
    std::stable_sort(result.begin(), result.end(), [&](const Problem& a, const Problem& b) { return key(a) < key(b); });
    if (count_ > shown) {
        result.resize(shown);
        result.push_back({"", 0, 0, "and " + std::to_string(count_ - shown) + " more"});
    }
    return result;
}

std::string in_quotes(std::string_view word) {
    constexpr std::size_t longest = 60;
    std::string out = "'";
    std::size_t i = 0;
    for (; i < word.size() && i < longest; ++i) {
        const auto c = static_cast<unsigned char>(word[i]);
        out += c < 0x20 || c == 0x7F ? '?' : word[i];
    }
    while (i < word.size() && (static_cast<unsigned char>(word[i]) & 0xC0U) == 0x80) {
        out += word[i++];  // do not cut a character in two
    }
    return out + (i < word.size() ? "…'" : "'");
}

}  // namespace spate::scenarios
