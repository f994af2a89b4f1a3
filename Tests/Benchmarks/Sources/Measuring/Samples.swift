/// How long each of some calls took.
package struct Samples: Sendable {
    /// Microseconds, in rising order.
    private let sorted: [Double]

    package init(microseconds: [Double]) { sorted = microseconds.sorted() }

    /// The mean; 0 without samples.
    package var mean: Double { sorted.isEmpty ? 0 : sorted.reduce(0, +) / Double(sorted.count) }

    /// The smallest sample that at least this share of the samples do not exceed (nearest rank); 0 without samples.
    package func percentile(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }

    /// Measures calls one by one. What a call returns is taken in, so that no call can be left out; it should depend on the result.
    ///
    /// Parameter `warmUp`: how many calls come first without being counted. They get the first indices.
    package static func measure(
        calls: Int, warmUp: Int, _ call: (_ index: Int) async throws -> Int
    ) async rethrows -> Samples {
        let clock = ContinuousClock()
        for index in 0..<warmUp { takeIn(try await call(index)) }
        var durations: [Double] = []
        durations.reserveCapacity(calls)
        for index in warmUp..<warmUp + calls {
            let start = clock.now
            let result = try await call(index)
            let end = clock.now
            takeIn(result)
            durations.append((end - start) / .microseconds(1))
        }
        return Samples(microseconds: durations)
    }
}

extension Samples {
    /// Measures several kinds of calls in one run, in blocks that take turns, so that a noisy spell of the machine meets all of them.
    ///
    /// The order of the kinds changes from round to round. Of each kind the first block is not counted; calls get the indices from 0 on.
    package static func interleaved(
        blocks: Int, of size: Int, _ kinds: [(_ index: Int) async throws -> Int]
    ) async throws -> [Samples] {
        let clock = ContinuousClock()
        var durations: [[Double]] = kinds.map { _ in [] }
        for block in 0...blocks {
            for turn in kinds.indices {
                let kind = (turn + block) % kinds.count
                for index in block * size..<(block + 1) * size {
                    let start = clock.now
                    let result = try await kinds[kind](index)
                    let end = clock.now
                    takeIn(result)
                    if block > 0 { durations[kind].append((end - start) / .microseconds(1)) }
                }
            }
        }
        return durations.map(Samples.init(microseconds:))
    }
}

/// The samples of one kind of call over several runs.
package struct Series: Sendable {
    private var runs: [Samples] = []

    package init() {}

    package mutating func add(_ run: Samples) { runs.append(run) }

    /// The median of what the runs have for a share; see ``Samples/percentile(_:)``.
    package func percentile(_ share: Double) -> Double { median(runs.map { $0.percentile(share) }) }
    /// The median of the runs' p50.
    package var p50: Double { percentile(0.5) }
    /// The median of the runs' p99.
    package var p99: Double { percentile(0.99) }
    /// The median of the runs' means.
    package var mean: Double { median(runs.map(\.mean)) }
}

/// The middle value, or the mean of the two in the middle; 0 without values.
package func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
}

/// Uses a value in a way that the optimiser cannot see through.
@inline(never)
@_optimize(none)
package func takeIn(_ value: Int) {}
