/// Makes one ranking of several by the places that they give, whatever their scores mean: the sum of 1 / (60 + place), after G. Cormack, C. Clarke and
/// S. Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning methods", SIGIR 2009.
struct RankFusion<Element: Hashable> {
    /// The constant of the paper: how little the first places count more than the next ones.
    static var constant: Double { 60 }

    private var order: [Element] = []
    private var scores: [Element: Double] = [:]

    /// Adds a ranking, the best first, each element once.
    mutating func add(_ ranking: some Sequence<Element>) {
        for (index, element) in ranking.enumerated() {
            if scores[element] == nil { order.append(element) }
            scores[element, default: 0] += 1 / (Self.constant + Double(index + 1))
        }
    }

    /// The elements, the best first; equal ones in the order in which they were added.
    var ranking: [(element: Element, score: Double)] {
        order.enumerated()
            .map { (index: $0.offset, element: $0.element, score: scores[$0.element] ?? 0) }
            .sorted { ($1.score, $0.index) < ($0.score, $1.index) }
            .map { ($0.element, $0.score) }
    }
}
