import Measuring

/// Something to measure. Each lives in a file of its own, which extends this type, and is named in ``all``.
struct Subject: Sendable {
    /// What it is called on the command line.
    let name: String
    /// What it measures, in a line.
    let summary: String
    /// How many times everything is measured when time does not matter.
    var fullRuns = 5
    /// Measures.
    let run: @Sendable (Options) async throws -> Report

    /// How to measure.
    struct Options: Sendable {
        /// Whether to take smaller sizes, to be done in less than 45 seconds.
        var isQuick: Bool
        /// Whether to store a million tickets, where a subject can.
        var isMillion = false
        /// Where stores that were filled are kept for later runs; `nil` to fill them anew each time.
        var cache: String?
        /// The file with the documents to search in; `nil` for the one in the cache.
        var corpus: String?
        /// A file with other questions to search for; `nil` for our own.
        var questions: String?
        /// What must be in the name of an operation; `nil` for all.
        var only: String?
        /// How many times everything is measured; a figure is the median.
        var runs: Int
        /// Says what is being done now, to whoever waits.
        var progress: @Sendable (String) -> Void
    }

    static let all: [Subject] = [.portal, .storage, .search]
}
