#include "tests/bench/measure.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace spate::bench {

namespace {

/// What the child process writes into the pipe.
struct Answer {
    bool is_run = false;
    Run run;
    std::array<char, 200> error{};
};

Answer answer_of(const std::function<Run()>& run) {
    Answer answer;
    try {
        answer.run = run();
        answer.is_run = true;
    } catch (const std::exception& error) {
        std::strncpy(answer.error.data(), error.what(), answer.error.size() - 1);
    }
    return answer;
}

std::optional<Answer> read_answer(int pipe) {
    Answer answer;
    std::size_t have = 0;
    while (have < sizeof answer) {
        const ssize_t got = read(pipe, reinterpret_cast<char*>(&answer) + have, sizeof answer - have);
        if (got <= 0)
            return std::nullopt;
        have += static_cast<std::size_t>(got);
    }
    return answer;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t n = values.size();
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/// The rounds of one contender.
struct Rounds {
    std::vector<double> rates, cpu_seconds, ratios;
    std::optional<std::uint64_t> digest;
    double peak_mb = 0;
};

void check_digest(const Benchmark& benchmark, const std::vector<Rounds>& rounds, std::size_t c, std::uint64_t digest) {
    for (std::size_t other = 0; other < rounds.size(); ++other) {
        const bool is_same_work = benchmark.contenders[other].work == benchmark.contenders[c].work;
        if (is_same_work && rounds[other].digest && *rounds[other].digest != digest) {
            throw std::runtime_error(fmt::format("{}: {} and {} must do the same, but their digests differ",
                                                 benchmark.name,
                                                 benchmark.contenders[other].name,
                                                 benchmark.contenders[c].name));
        }
    }
}

Result summary_of(const Contender& contender, const Rounds& rounds) {
    const auto [low, high] = std::minmax_element(rounds.rates.begin(), rounds.rates.end());
    Result result;
    result.contender = &contender;
    result.rate = median(rounds.rates);
    result.ratio = median(rounds.ratios);
    result.spread = (*high - *low) / 2 / result.rate;
    result.cpu_seconds = median(rounds.cpu_seconds);
    result.peak_mb = rounds.peak_mb;
    result.digest = *rounds.digest;
    return result;
}

/// A run in a process of its own.
class Child {
  public:
    explicit Child(const std::function<Run()>& run) {
        std::array<int, 2> ends{};
        if (pipe(ends.data()) != 0)
            throw std::runtime_error("cannot make a pipe");
        process_ = fork();
        if (process_ < 0)
            throw std::runtime_error("cannot start a process");
        if (process_ == 0) {
            const Answer answer = answer_of(run);
            const bool is_written = write(ends[1], &answer, sizeof answer) == ssize_t{sizeof answer};
            _exit(is_written ? 0 : 1);
        }
        close(ends[1]);
        pipe_ = ends[0];
    }

    /// Once. Throws: std::runtime_error with the message of what the run threw.
    Isolated wait() {
        const auto answer = read_answer(pipe_);
        close(pipe_);
        int status = 0;
        rusage usage{};
        wait4(process_, &status, 0, &usage);
        if (!answer)
            throw std::runtime_error("a run ended without a result");
        if (!answer->is_run)
            throw std::runtime_error(answer->error.data());
        return {answer->run, static_cast<double>(usage.ru_maxrss) * 1024 / 1e6};
    }

  private:
    pid_t process_ = 0;
    int pipe_ = 0;
};

}  // namespace

Isolated run_isolated(const std::function<Run()>& run) {
    return Child(run).wait();
}

Run run_twice(const std::function<Run()>& run) {
    Child first(run), second(run);
    Run both = first.wait().run;
    const Run other = second.wait().run;
    if (both.digest != other.digest)
        throw std::runtime_error("two runs of the same differ");
    const double rate = both.amount / both.seconds + other.amount / other.seconds;
    both.amount += other.amount;
    both.seconds = both.amount / rate;
    both.cpu_seconds += other.cpu_seconds;
    return both;
}

std::vector<Result> measure(const Benchmark& benchmark, unsigned repeat, unsigned warm_ups) {
    const std::size_t n = benchmark.contenders.size();
    std::vector<Rounds> rounds(n);
    for (unsigned round = 0; round < warm_ups + repeat; ++round) {
        for (std::size_t c = 0; c < n; ++c) {
            const auto [run, peak_mb] = run_isolated(benchmark.contenders[c].run);
            check_digest(benchmark, rounds, c, run.digest);
            rounds[c].digest = run.digest;
            rounds[c].peak_mb = std::max(rounds[c].peak_mb, peak_mb);
            if (round >= warm_ups) {
                rounds[c].rates.push_back(run.amount / run.seconds);
                rounds[c].cpu_seconds.push_back(run.cpu_seconds);
            }
        }
    }
    std::vector<Result> results;
    for (std::size_t c = 0; c < n; ++c) {
        for (unsigned round = 0; round < repeat; ++round) {
            rounds[c].ratios.push_back(rounds[c].rates[round] / rounds[benchmark.contenders[c].base].rates[round]);
        }
        results.push_back(summary_of(benchmark.contenders[c], rounds[c]));
    }
    return results;
}

}  // namespace spate::bench
