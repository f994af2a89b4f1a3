import Synchronization

/// Suggestions while somebody types: takes the text as it grows, and gives the answer to the newest one. A slow answer to an earlier text never comes
/// after it.
///
/// ```swift
/// let feed = session.knowledgebase.suggestionFeed()
/// Task { for await answer in feed { show(answer.articles) } }
/// feed.update(subject: form.subject, message: form.message)  // at every keystroke
/// ```
///
/// To be read by one task. It ends with ``finish()``, and when nobody holds it any more.
public final class SuggestionFeed: AsyncSequence, Sendable {
    /// What there is for a text.
    public struct Answer: Hashable, Sendable {
        /// The number that ``update(subject:message:)`` gave to the text; it rises.
        public let number: Int
        /// The articles, the best first.
        public let articles: [ArticleSummary]
    }

    /// An answer.
    public typealias Element = Answer
    /// Nothing makes it fail.
    public typealias Failure = Never

    private struct State {
        var newest = 0
        var search: Task<Void, Never>?
        var isFinished = false
    }

    private let state = Mutex(State())
    private let suggest: @Sendable (String, String) async throws -> [ArticleSummary]
    private let report: @Sendable (any Error) -> Void
    private let answers: AsyncStream<Answer>
    private let continuation: AsyncStream<Answer>.Continuation

    init(
        report: @escaping @Sendable (any Error) -> Void,
        _ suggest: @escaping @Sendable (_ subject: String, _ message: String) async throws -> [ArticleSummary]
    ) {
        self.suggest = suggest
        self.report = report
        (answers, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    deinit {
        state.withLock { $0.search }?.cancel()
        continuation.finish()
    }

    /// Says what the text is now; returns at once. A search for an earlier text is given up.
    /// - Returns: the number that the answer will bear.
    @discardableResult
    public func update(subject: String, message: String) -> Int {
        let (number, before) = state.withLock { state -> (Int, Task<Void, Never>?) in
            guard !state.isFinished else { return (state.newest, nil) }
            let before = state.search
            state.newest += 1
            let number = state.newest
            // Held by the feed, which it does not hold itself.
            state.search = Task { [weak self, suggest, report] in
                var articles: [ArticleSummary] = []
                do { articles = try await suggest(subject, message) } catch {
                    if !(error is CancellationError) { report(error) }
                }
                self?.give(Answer(number: number, articles: articles))
            }
            return (number, before)
        }
        before?.cancel()
        return number
    }

    /// Within the lock, so that of two answers at once the newer one comes last.
    private func give(_ answer: Answer) {
        state.withLock { state in
            guard answer.number == state.newest, !state.isFinished else { return }
            state.search = nil
            continuation.yield(answer)
        }
    }

    /// Ends the sequence, and gives up the search that is under way.
    public func finish() {
        let search = state.withLock { state in
            state.isFinished = true
            return state.search
        }
        search?.cancel()
        continuation.finish()
    }

    /// Begins to read: the answer to the newest text, as soon as there is one that was not read.
    public func makeAsyncIterator() -> AsyncStream<Answer>.Iterator { answers.makeAsyncIterator() }
}
