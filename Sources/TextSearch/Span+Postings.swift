extension Span<Posting> {
    /// The first place, at or after another, of a posting that is not before a given one. The postings must be in order.
    ///
    /// Takes few steps if the place is near, and not many if it is far.
    @inline(__always)
    func firstPlace(notBefore posting: Posting, from start: Int = 0) -> Int {
        var (low, step) = (start, 1)
        // All before `low` are before the posting.
        while low + step <= count, self[low + step - 1] < posting {
            low += step
            step *= 2
        }
        var high = Swift.min(low + step - 1, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < posting { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
