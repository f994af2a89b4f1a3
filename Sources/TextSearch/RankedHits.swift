/// The best few of many hits: a binary heap with the worst of them on top.
struct RankedHits {
    let limit: Int
    private var heap: [RankedHit] = []

    init(limit: Int) { self.limit = max(limit, 0) }

    var count: Int { heap.count }
    var isFull: Bool { heap.count == limit }

    /// A hit with a lower score than this cannot come in.
    var threshold: Float { heap.count < limit ? -.infinity : heap.first?.score ?? .infinity }

    /// Whether a hit would come in.
    @inline(__always)
    func takes(_ hit: RankedHit) -> Bool {
        if heap.count < limit { return true }
        guard limit > 0 else { return false }
        return hit.precedes(heap[0])
    }

    /// Takes a hit in, and drops the worst if there are too many.
    mutating func insert(_ hit: RankedHit) {
        guard takes(hit) else { return }
        if heap.count < limit {
            heap.append(hit)
            rise(from: heap.count - 1)
        } else {
            heap[0] = hit
            sink()
        }
    }

    private mutating func rise(from start: Int) {
        var place = start
        while place > 0 {
            let parent = (place - 1) / 2
            guard heap[parent].precedes(heap[place]) else { return }
            heap.swapAt(parent, place)
            place = parent
        }
    }

    private mutating func sink() {
        var place = 0
        while true {
            var worst = place
            for child in (2 * place + 1)...(2 * place + 2) where child < heap.count && heap[worst].precedes(heap[child]) {
                worst = child
            }
            guard worst != place else { return }
            heap.swapAt(worst, place)
            place = worst
        }
    }

    /// The hits, best first.
    var sorted: [RankedHit] { heap.sorted { $0.precedes($1) } }
}
