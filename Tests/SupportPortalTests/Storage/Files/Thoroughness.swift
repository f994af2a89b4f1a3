import Foundation

/// How many of very many cases are tried: all in a release build, as `.ci/run` tests one, or if the environment has `EVERY_CASE`; else a part of
/// them, so that the usual run stays quick.
enum Thoroughness {
    static let isFull: Bool = {
        #if DEBUG
        return ProcessInfo.processInfo.environment["EVERY_CASE"] != nil
        #else
        return true
        #endif
    }()

    /// So many cases, or a quarter of them.
    static func cases(_ count: Int) -> Int { isFull ? count : count / 4 }

    /// The cases, or every fourth from a place of chance on.
    static func cases(_ all: ClosedRange<Int>) -> StrideThrough<Int> {
        stride(from: isFull ? all.lowerBound : all.lowerBound + .random(in: 0..<4), through: all.upperBound, by: isFull ? 1 : 4)
    }
}
