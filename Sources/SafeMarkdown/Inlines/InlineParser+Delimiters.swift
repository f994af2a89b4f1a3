extension InlineParser {
    /// A run of `*`, `_` or `~`.
    mutating func readRun() -> Bool {
        let byte = bytes[position]
        var end = position
        while end < text.upperBound, bytes[end] == byte { end += 1 }
        var run = DelimiterRun(in: bytes, range: position..<end, within: text)
        guard run.canOpen || run.canClose else {
            position = end
            return true
        }
        take(.delimiters(runs.count), upTo: end)
        run.previous = lastRun
        if lastRun >= 0 { runs[lastRun].next = runs.count }
        lastRun = runs.count
        runs.append(run)
        return true
    }

    /// Finds which runs after one are the starts and ends of what; afterwards none of them can be any more.
    ///
    /// This is "process emphasis" of the specification. It takes time in proportion to the number of runs, for where no start was
    /// found for an end, none is looked for again for another end of the same kind.
    mutating func matchRuns(after bottom: Int) {
        var floors = [Int](repeating: bottom, count: DelimiterRun.closingKinds)
        var closer = lastRun
        while closer > bottom, runs[closer].previous > bottom { closer = runs[closer].previous }
        while closer > bottom {
            guard runs[closer].canClose else {
                closer = runs[closer].next
                continue
            }
            let kind = runs[closer].closingKind
            var opener = runs[closer].previous
            while opener > floors[kind], !runs[opener].matches(runs[closer]) { opener = runs[opener].previous }
            if opener > floors[kind] {
                closer = match(opener, closer)
            } else {
                floors[kind] = runs[closer].previous
                let next = runs[closer].next
                if !runs[closer].canOpen { unlink(closer) }
                closer = next
            }
        }
        lastRun = bottom
        if bottom >= 0 { runs[bottom].next = -1 }
    }

    /// Notes that something begins and ends here. Answers the end to look at next.
    private mutating func match(_ opener: Int, _ closer: Int) -> Int {
        let isStrike = runs[closer].byte == UInt8(ascii: "~")
        let isStrong = runs[opener].remaining >= 2 && runs[closer].remaining >= 2
        let length = isStrike ? runs[closer].remaining : isStrong ? 2 : 1
        runs[opener].remaining -= length
        runs[closer].remaining -= length
        runs[opener].opens.append(length)
        runs[closer].closes.append(length)
        // What is between has found nothing.
        runs[opener].next = closer
        runs[closer].previous = opener
        if runs[opener].remaining == 0 { unlink(opener) }
        guard runs[closer].remaining == 0 else { return closer }
        let next = runs[closer].next
        unlink(closer)
        return next
    }

    private mutating func unlink(_ index: Int) {
        let (previous, next) = (runs[index].previous, runs[index].next)
        if previous >= 0 { runs[previous].next = next }
        if next >= 0 {
            runs[next].previous = previous
        } else {
            lastRun = previous
        }
    }
}
