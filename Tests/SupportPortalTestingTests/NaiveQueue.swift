import Foundation
import SupportPortal
import Synchronization

/// A queue as a naive adapter keeps it in one table. Each step can be replaced by a wrong one.
final class NaiveQueue: Sendable {
    struct Row: Sendable {
        var item: QueueItem
        var due: Date
        var lease: String?
        var isParked = false
        /// Counts up with each that is parked; 0 for one that never was.
        var parking = 0

        /// Whether it comes before another in the log.
        func precedes(_ other: Row) -> Bool {
            item.position == other.item.position ? item.id < other.item.id : item.position < other.item.position
        }
    }

    struct Steps: Sendable {
        /// Whether a commit's events wait.
        var waits: @Sendable (TicketCommit) -> Bool = { $0.announces }
        /// The instant of a claim.
        var now: @Sendable (QueueClaim) -> Date = { $0.now }
        var isDue: @Sendable (Row, Date) -> Bool = { !$0.isParked && $0.due <= $1 }
        var lane: @Sendable (QueueItem) -> String = { $0.lane }
        /// Whether a row holds up later ones of its lane.
        var holdsUp: @Sendable (Row, Date) -> Bool = { row, _ in !row.isParked }
        var isEarlierInLane: @Sendable (Row, Row) -> Bool = { $0.precedes($1) }
        var isLentFirst: @Sendable (Row, Row) -> Bool = { $0.due == $1.due ? $0.precedes($1) : $0.due < $1.due }
        /// Cuts what is due, before or after looking at lanes.
        var limit: @Sendable (QueueClaim) -> Int = { max(0, $0.limit) }
        var cutsBeforeLanes = false
        var lend: @Sendable (inout Row, QueueClaim) -> Void = { row, claim in
            row.lease = claim.lease
            row.due = claim.leaseEnd
        }
        /// What else a claim does to all rows.
        var sweep: @Sendable (inout Row, QueueClaim) -> Void = { _, _ in }
        var holds: @Sendable (Row, Settlement) -> Bool = { $0.lease == $1.lease }
        /// Whether a settlement is refused that finds no row.
        var refusesLost = true
        var addsBeforeLooking = false
        var adds: @Sendable (Settlement) -> [Delivery] = { $0.adding }
        var id: @Sendable (QueueItem) -> String = { $0.id.rawValue }
        /// What becomes of the rows when one is added whose id is there.
        var addAgain: @Sendable (_ old: Row, _ new: Row) -> [Row] = { old, _ in [old] }
        /// What becomes of a row that was settled; `nil` to remove it.
        var settle: @Sendable (Row, Settlement.Outcome) -> Row? = { NaiveQueue.settled($0, $1) }
        var isListed: @Sendable (Row) -> Bool = { $0.isParked }
        var isListedFirst: @Sendable (Row, Row) -> Bool = { $0.precedes($1) }
        /// Whether a parked row comes after a cursor.
        var isPast: @Sendable (Row, PageCursor) -> Bool = { row, after in
            let place = SortValue.number(row.item.position.rawValue)
            return place == after.value ? after.id < row.item.id.rawValue : after.value < place
        }
        /// Whether cursors of parked items say how many came before.
        var countsOff = false
        var isLetGo: @Sendable (Row, QueueItem.ID) -> Bool = { $0.isParked && $0.item.id == $1 }
        var letGo: @Sendable (inout Row, Date) -> Void = { row, now in
            row.isParked = false
            row.due = now
            row.item.failures = 0
        }
    }

    private let steps: Steps
    private let rows = Mutex<[Row]>([])
    /// Between looking for what is due and lending it; `nil` when nothing comes between.
    private let gap: Gap?
    /// Between looking at a lease and settling; `nil` when nothing comes between.
    private let settling: Gap?

    init(_ steps: Steps, gap: Gap? = nil, settling: Gap? = nil) {
        self.steps = steps
        self.gap = gap
        self.settling = settling
    }

    static func settled(_ row: Row, _ outcome: Settlement.Outcome) -> Row? {
        var row = row
        row.lease = nil
        switch outcome {
        case .done: return nil
        case .retry(let date, let failure):
            row.due = date
            row.item.lastFailure = failure
        case .parked(let failure):
            row.isParked = true
            row.item.lastFailure = failure
        }
        row.item.failures += 1
        return row
    }

    /// Takes in the events of a commit that ended at a position.
    func append(_ commit: TicketCommit, end: Position) {
        guard steps.waits(commit) else { return }
        for (index, event) in commit.events.enumerated() {
            let position = Position(rawValue: end.rawValue - Int64(commit.events.count - 1 - index))
            rows.withLock { add(Row(item: QueueItem(position: position, event: event), due: event.date), to: &$0) }
        }
    }

    private func add(_ row: Row, to rows: inout [Row]) {
        guard let index = rows.firstIndex(where: { steps.id($0.item) == steps.id(row.item) }) else {
            rows.append(row)
            return
        }
        rows.replaceSubrange(index...index, with: steps.addAgain(rows[index], row))
    }

    func claim(_ claim: QueueClaim) async -> [QueueItem] {
        guard let gap else {
            return rows.withLock { rows in
                let found = due(claim, in: &rows)
                return lend(found, claim, in: &rows)
            }
        }
        let found = rows.withLock { due(claim, in: &$0) }
        await gap.cross()
        return rows.withLock { lend(found, claim, in: &$0) }
    }

    private func lend(_ found: [QueueItem], _ claim: QueueClaim, in rows: inout [Row]) -> [QueueItem] {
        let ids = Set(found.map(\.id))
        for index in rows.indices where ids.contains(rows[index].item.id) { steps.lend(&rows[index], claim) }
        return found
    }

    private func due(_ claim: QueueClaim, in rows: inout [Row]) -> [QueueItem] {
        for index in rows.indices { steps.sweep(&rows[index], claim) }
        let now = steps.now(claim)
        var found = rows.filter { steps.isDue($0, now) }.sorted(by: steps.isLentFirst)
        if steps.cutsBeforeLanes { found = Array(found.prefix(steps.limit(claim))) }
        let lanes = Dictionary(grouping: rows.filter { steps.holdsUp($0, now) }) { steps.lane($0.item) }
        found.removeAll { row in lanes[steps.lane(row.item), default: []].contains { steps.isEarlierInLane($0, row) } }
        return found.prefix(steps.limit(claim)).map(\.item)
    }

    func settle(_ settlement: Settlement) async throws {
        guard let settling else { return try settle(settlement, holds: steps.holds) }
        let holds = rows.withLock { rows in
            rows.contains { $0.item.id == settlement.item && steps.holds($0, settlement) }
        }
        await settling.cross()
        try settle(settlement) { _, _ in holds }
    }

    private func settle(_ settlement: Settlement, holds: (Row, Settlement) -> Bool) throws {
        try rows.withLock { rows in
            guard let index = rows.firstIndex(where: { $0.item.id == settlement.item }) else {
                if steps.refusesLost { throw StorageError(.leaseLost, "there is no item \(settlement.item)") }
                return
            }
            let row = rows[index]
            let added = steps.adds(settlement).map { delivery in
                Row(
                    item: QueueItem(position: row.item.position, event: row.item.event, delivery: delivery),
                    due: row.item.event.date)
            }
            if steps.addsBeforeLooking { for row in added { add(row, to: &rows) } }
            guard holds(row, settlement) else {
                if steps.refusesLost { throw StorageError(.leaseLost, "item \(settlement.item) is not on this loan") }
                return
            }
            if var settled = steps.settle(row, settlement.outcome) {
                if settled.isParked { settled.parking = (rows.map(\.parking).max() ?? 0) + 1 }
                rows[index] = settled
            } else {
                rows.remove(at: index)
            }
            for row in added { add(row, to: &rows) }
        }
    }

    func parked(_ page: PageRequest) -> Page<QueueItem> {
        var found = rows.withLock { $0.filter(steps.isListed) }.sorted(by: steps.isListedFirst)
        let offset = page.after.flatMap { Int($0.order) } ?? 0
        if steps.countsOff {
            found.removeFirst(min(offset, found.count))
        } else if let after = page.after {
            found.removeAll { !steps.isPast($0, after) }
        }
        let shown = Array(found.prefix(max(0, page.limit)))
        guard let last = shown.last, shown.count < found.count else { return Page(shown.map(\.item)) }
        let order = steps.countsOff ? "\(offset + shown.count)" : "parked"
        let next = PageCursor(order: order, value: .number(last.item.position.rawValue), id: last.item.id.rawValue)
        return Page(shown.map(\.item), next: next)
    }

    func unpark(_ id: QueueItem.ID, at now: Date) {
        rows.withLock { rows in
            for index in rows.indices where steps.isLetGo(rows[index], id) { steps.letGo(&rows[index], now) }
        }
    }
}

extension AlteredTicketStore {
    /// Lets a naive queue keep what waits, in place of the base's own.
    mutating func use(_ queue: NaiveQueue) {
        let base = base
        onCommit = { commit in
            let end = try await base.commit(commit)
            queue.append(commit, end: end)
            return end
        }
        onClaim = { await queue.claim($0) }
        onSettle = { try await queue.settle($0) }
        onParked = { queue.parked($0) }
        onUnpark = { queue.unpark($0, at: $1) }
    }
}

extension PlantedBug {
    /// A bug in the queue.
    static func queue(
        _ name: String, breaks laws: String..., gap: Gap? = nil, settling: Gap? = nil,
        change: @escaping @Sendable (inout NaiveQueue.Steps) -> Void
    ) -> PlantedBug {
        PlantedBug(name, breaks: laws, in: .queue) { storage in
            var steps = NaiveQueue.Steps()
            change(&steps)
            storage.ticketStore.use(NaiveQueue(steps, gap: gap, settling: settling))
        }
    }
}
