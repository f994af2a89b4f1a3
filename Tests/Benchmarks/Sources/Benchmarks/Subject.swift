import Measuring

/// Something to measure. Each lives in a file of its own, which extends this type, and is named in ``all``.
struct Subject: Sendable {
    /// What it is called on the command line.
    let name: String
    /// What it measures, in a line.
    let summary: String
    /// Measures.
    let run: @Sendable (Options) async throws -> Report

    /// How to measure.
    struct Options: Sendable {
        /// Whether to take smaller sizes, to be done in less than 45 seconds.
        var isQuick: Bool
        /// What must be in the name of an operation; `nil` for all.
        var only: String?
        /// How many times everything is measured; a figure is the median.
        var runs: Int { isQuick ? 3 : 5 }
        /// Says what is being done now, to whoever waits.
        var progress: @Sendable (String) -> Void
    }

    static let all: [Subject] = [.portal]
}
