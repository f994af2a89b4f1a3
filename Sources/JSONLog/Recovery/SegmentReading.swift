/// Judges the lines of one segment as they come, and settles at the end what is damage and what a crash left unfinished.
struct SegmentReading {
    /// How the numbers of the lines rise.
    enum Order {
        /// By one from line to line: nothing but damage makes a gap.
        case contiguous
        /// A compacted segment, or one whose header is damaged: never downwards.
        case rising
    }

    /// What an operation did to the record of a key, and in which lists it then is; no entry deletes it.
    typealias Effect = (key: String, entry: RecordEntry?, lists: [IndexKey])

    /// What becomes of the end of the segment.
    enum Ending: Equatable {
        /// All lines are good.
        case whole
        /// A commit that never ended begins here.
        case torn(Int)
        /// What was stored for certain is damaged.
        case damaged
    }

    let order: Order
    /// Whether it is the segment that was being written: only there a commit can be unfinished.
    let isNewest: Bool
    /// The number of the last good line.
    private(set) var sequence: Int64
    /// Where the last good line before any bad one ends.
    private(set) var goodEnd = 0
    private(set) var damage: [Range<Int>] = []
    private(set) var missing: [ClosedRange<Int64>] = []
    /// Good lines behind the first bad one; they count only if that is damage.
    private(set) var later: [Effect] = []
    private var sequenceBeforeDamage: Int64?
    /// The largest number that a line vouches for.
    private(set) var vouched: Int64 = 0
    /// The lines that no watermark vouches for so far.
    private var unvouched: [(sequence: Int64, start: Int)] = []

    /// Parameter `start`: where reading begins; what is before is good.
    init(order: Order, isNewest: Bool, sequence: Int64, start: Int) {
        self.order = order
        self.isNewest = isNewest
        self.sequence = sequence
        goodEnd = start
    }

    private var isBehindDamage: Bool { sequenceBeforeDamage != nil }

    /// Takes a line with what it did; hands back what can be entered at once.
    mutating func take(_ line: LogLine, _ range: Range<Int>, _ effects: [Effect]) -> [Effect] {
        let isNext = line.operations.isEmpty ? line.sequence == sequence : line.sequence == sequence + 1
        let isRising = line.operations.isEmpty ? line.sequence >= sequence : line.sequence > sequence
        if line.header != nil || !(order == .contiguous ? isRising : line.sequence >= sequence) {
            takeDamage(range)
            return []
        }
        if order == .contiguous, !isNext {
            beginDamage()
            missing.append((sequence + 1)...(line.operations.isEmpty ? line.sequence : line.sequence - 1))
        }
        sequence = line.sequence
        if let durable = line.durable {
            vouched = max(vouched, durable)
            unvouched.removeAll { $0.sequence <= durable }
        }
        if line.sequence > vouched { unvouched.append((line.sequence, range.lowerBound)) }
        guard isBehindDamage else {
            goodEnd = range.upperBound
            return effects
        }
        later.append(contentsOf: effects)
        return []
    }

    /// Takes a line that means nothing.
    mutating func takeBlank(_ range: Range<Int>) {
        if !isBehindDamage { goodEnd = range.upperBound }
    }

    /// Takes bytes that are no line.
    mutating func takeDamage(_ range: Range<Int>) {
        beginDamage()
        if let last = damage.last, last.upperBound == range.lowerBound {
            damage[damage.count - 1] = last.lowerBound..<range.upperBound
        } else {
            damage.append(range)
        }
    }

    private mutating func beginDamage() {
        if sequenceBeforeDamage == nil { sequenceBeforeDamage = sequence }
    }

    /// Settles what a bad line means, when all lines have been taken.
    ///
    /// A line is queued with the number of the last commit that was on the disk for certain. So if any line behind the bad one vouches
    /// for more than stands before it, that was stored and is damaged. If none does, nobody was told that it was stored.
    mutating func settle() -> Ending {
        guard let before = sequenceBeforeDamage else { return .whole }
        guard isNewest, order == .contiguous, vouched <= before else {
            if isNewest, order == .contiguous, vouched > sequence {
                missing.append((sequence + 1)...vouched)
                sequence = vouched
            }
            return .damaged
        }
        sequence = before
        damage = []
        missing = []
        later = []
        unvouched.removeAll { $0.start >= goodEnd }
        return .torn(goodEnd)
    }

    /// Where the first line begins that nothing vouches for; `nil` if there is none.
    var unvouchedStart: Int? { unvouched.first?.start }
}
