import Foundation

/// How many of very many cases are tried: all in a release build, as `.ci/run` tests one, or if the environment has `EVERY_CASE`; else a part of
/// them, so that the usual run stays quick.
package enum Thoroughness {
    /// Whether all are tried.
    package static let isFull: Bool = {
        #if DEBUG
        return ProcessInfo.processInfo.environment["EVERY_CASE"] != nil
        #else
        return true
        #endif
    }()

    /// So many cases, or a quarter of them.
    package static func cases(_ count: Int) -> Int { isFull ? count : count / 4 }

    /// The cases, or every fourth of them; from which on, the seed says.
    package static func cases(_ all: ClosedRange<Int>, seed: UInt64 = 0) -> StrideThrough<Int> {
        stride(from: all.lowerBound + (isFull ? 0 : Int(seed % 4)), through: all.upperBound, by: isFull ? 1 : 4)
    }
}
