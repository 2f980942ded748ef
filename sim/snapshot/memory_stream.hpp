#pragma once

#include <istream>
#include <ostream>
#include <streambuf>
#include <string>
#include <string_view>

namespace spate::sim {

/// A stream that writes to a string of its own.
class MemoryOutput final : private std::streambuf, public std::ostream {
  public:
    MemoryOutput()
        : std::ostream(static_cast<std::streambuf*>(this)) {}

    std::string take() { return std::move(text_); }

  private:
    std::streamsize xsputn(const char* data, std::streamsize size) override {
        text_.append(data, static_cast<std::size_t>(size));
        return size;
    }

    std::streambuf::int_type overflow(std::streambuf::int_type c) override {
        if (c != std::streambuf::traits_type::eof())
            text_.push_back(std::streambuf::traits_type::to_char_type(c));
        return c;
    }

    std::string text_;
};

/// A stream that reads a text, which must outlive it.
class MemoryInput final : private std::streambuf, public std::istream {
  public:
    explicit MemoryInput(std::string_view text)
        : std::istream(static_cast<std::streambuf*>(this)) {
        char* const begin = const_cast<char*>(text.data());  // never written: there is no put area
        setg(begin, begin, begin + text.size());
    }

    /// Bytes not yet read.
    std::size_t left() const { return static_cast<std::size_t>(egptr() - gptr()); }
};

}  // namespace spate::sim
