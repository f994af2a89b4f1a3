/// The documents that have a word.
///
/// They are in order, but for a few late ones at the end: a word that comes with a reply to an old ticket need not move the
/// postings of all newer ones. The late ones are put in their places when there are about as many as the square root of the
/// others.
struct PostingList: Sendable {
    /// The posting that was added last. While it is the only one there is no array: most words of a language are in one document.
    private var last = Posting(before: 0)
    /// How many at the front are in order.
    private var orderedCount: UInt32 = 0
    private var postings: [Posting] = []

    var count: Int { postings.isEmpty ? Int(orderedCount) : postings.count }

    /// Adds a posting, unless the last one covers it. Answers whether there are more now.
    @inline(__always)
    mutating func add(_ posting: Posting) -> Bool {
        if last.document == posting.document, orderedCount > 0, last.covers(posting) { return false }
        return addUncovered(posting)
    }

    private mutating func addUncovered(_ posting: Posting) -> Bool {
        let previous = last
        last = posting
        guard orderedCount > 0 else {
            orderedCount = 1
            return true
        }
        if previous.document == posting.document, previous.isRestricted == posting.isRestricted {
            if !postings.isEmpty { postings[postings.count - 1] = posting }
            return false
        }
        if postings.isEmpty { postings = [previous] }
        let isOrdered = orderedCount == postings.count && previous < posting
        append(posting)
        if isOrdered {
            orderedCount += 1
        } else if postings.count - Int(orderedCount) > 32 + 4 * Self.squareRoot(of: postings.count) {
            settle()
        }
        return true
    }

    /// Grows by a quarter, not to the double, as there may be very many postings.
    private mutating func append(_ posting: Posting) {
        if postings.count == postings.capacity { postings.reserveCapacity(postings.count + postings.count / 4 + 2) }
        postings.append(posting)
    }

    /// About the square root, from above.
    private static func squareRoot(of count: Int) -> Int { 1 << ((Int.bitWidth - count.leadingZeroBitCount + 1) / 2) }

    /// Puts the late postings in their places.
    private mutating func settle() {
        guard let earliest = postings[Int(orderedCount)...].min() else { return }
        let start = postings.span.extracting(..<Int(orderedCount)).firstPlace(notBefore: Posting(before: earliest.document))
        Self.sort(&postings, from: start)
        orderedCount = UInt32(postings.count)
        last = postings[postings.count - 1]
    }

    /// Sorts postings and drops those that others cover.
    static func sort(_ postings: inout [Posting], from start: Int = 0) {
        postings[start...].sort()
        var end = start
        for index in start..<postings.count {
            let posting = postings[index]
            if end > start, postings[end - 1].document == posting.document {
                if postings[end - 1].covers(posting) { continue }
                // The heavier one of the same kind comes later.
                if postings[end - 1].isRestricted == posting.isRestricted { end -= 1 }
            }
            postings[end] = posting
            end += 1
        }
        postings.removeSubrange(end...)
    }

    /// Without the postings of some documents.
    mutating func removeAll(where isRemoved: (UInt32) -> Bool) {
        if postings.isEmpty {
            if orderedCount > 0, isRemoved(last.document) { orderedCount = 0 }
            return
        }
        if orderedCount < postings.count { settle() }
        postings.removeAll { isRemoved($0.document) }
        orderedCount = UInt32(postings.count)
        last = postings.last ?? last
        // A copy takes no more room than it needs.
        postings = postings.count > 1 ? postings.map(\.self) : []
    }

    /// All postings in order, those of a document next to each other.
    var ordered: [Posting] {
        if postings.isEmpty { return orderedCount == 0 ? [] : [last] }
        if orderedCount == postings.count { return postings }
        var copy = self
        copy.settle()
        return copy.postings
    }

    /// Calls back with the postings that are in order, and with the late ones.
    @inline(__always)
    func withParts(_ body: (_ ordered: Span<Posting>, _ late: Span<Posting>) -> Void) {
        guard !postings.isEmpty else {
            let all = ordered
            return body(all.span, all.span.extracting(last: 0))
        }
        let all = postings.span
        body(all.extracting(..<Int(orderedCount)), all.extracting(Int(orderedCount)...))
    }
}
