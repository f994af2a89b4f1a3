import Foundation
import SupportPortal

// Items that are lent twice, too early, out of turn or never again; settlements that lose or double something.

private let exclusive = "A claim is exclusive until its lease ends"
private let longest = "A claim lends the longest due first"
private let lane = "A lane is worked off in the order of the log"
private let announced = "Events that are not announced do not wait"
private let crowd = "64 claims at once"
private let done = "What is done never comes back"
private let lost = "A lost lease settles nothing"
private let race = "Of 16 settlements at once"
private let failed = "What failed waits until it is due again"
private let parked = "What is parked is listed"
private let added = "Deliveries are added with the settlement of their event"

extension PlantedBug {
    static let queueBugs: [PlantedBug] = claimBugs + laneBugs + settlementBugs + parkingBugs + deliveryBugs

    // MARK: Claims

    private static let claimBugs: [PlantedBug] = [
        .queue("what is due is looked for, and lent afterwards", breaks: crowd, gap: Gap()) { _ in },
        .queue("a loan keeps nobody else from the item", breaks: exclusive) { steps in
            steps.lend = { row, claim in row.lease = claim.lease }
        },
        .queue("a loan ends a moment late", breaks: exclusive, longest) { steps in
            steps.isDue = { !$0.isParked && $0.due < $1 }
        },
        .queue("a loan ends at a whole second", breaks: exclusive) { steps in
            steps.lend = { row, claim in
                row.lease = claim.lease
                row.due = claim.leaseEnd.inWholeSeconds
            }
        },
        .queue("a loan never ends", breaks: exclusive, lost) { steps in
            steps.isDue = { !$0.isParked && $0.due <= $1 && $0.lease == nil }
        },
        .queue("the time is that of the clock on the wall", breaks: exclusive, longest) { steps in
            steps.now = { _ in Date() }
        },
        .queue("items are lent before they are due", breaks: longest) { steps in
            steps.isDue = { row, now in !row.isParked && (row.due <= now || row.lease == nil) }
        },
        .queue("items are lent in the order of the log, not the longest due first", breaks: longest) { steps in
            steps.isLentFirst = { $0.precedes($1) }
        },
        .queue("items are lent in the order of their events' dates", breaks: longest) { steps in
            steps.isLentFirst = { $0.item.event.date < $1.item.event.date }
        },
        .queue("the latest due are lent first", breaks: longest) { steps in
            steps.isLentFirst = { $0.due > $1.due }
        },
        .queue("one more is lent than asked for", breaks: longest) { steps in
            steps.limit = { $0.limit + 1 }
        },
        .queue("a claim of 0 or less has no limit", breaks: longest) { steps in
            steps.limit = { $0.limit <= 0 ? 1_000 : $0.limit }
        },
        .queue("events wait whether announced or not", breaks: announced) { steps in
            steps.waits = { _ in true }
        },
        .queue("announced events do not wait", breaks: announced, exclusive) { steps in
            steps.waits = { !$0.announces }
        },
        .tickets("an item holds a part of its event", breaks: exclusive) { store in
            let base = store.base
            store.onClaim = { claim in
                try await base.claim(claim).map { item in
                    let event = PortalEvent(
                        id: item.event.id, kind: item.event.kind, subject: item.event.subject, date: item.event.date,
                        author: item.event.author, keys: item.event.keys)
                    return QueueItem(position: item.position, event: event, delivery: item.delivery)
                }
            }
        },
    ]

    // MARK: Lanes

    private static let laneBugs: [PlantedBug] = [
        .queue("there are no lanes", breaks: lane) { steps in
            steps.holdsUp = { _, _ in false }
        },
        .queue("an item on loan holds nobody up", breaks: lane) { steps in
            steps.holdsUp = { !$0.isParked && $0.due <= $1 }
        },
        .queue("an item that waits for another try holds nobody up", breaks: lane) { steps in
            steps.holdsUp = { row, _ in !row.isParked && row.item.failures == 0 }
        },
        .queue("a parked item holds its lane up", breaks: lane) { steps in
            steps.holdsUp = { _, _ in true }
        },
        .queue("deliveries to one person are in one lane, whatever they are about", breaks: lane) { steps in
            steps.lane = { item in
                item.delivery.map { "\($0.channel)/\($0.recipient.identity.rawValue)" } ?? item.event.subject
            }
        },
        .queue("all that is about one ticket is in one lane", breaks: lane, added) { steps in
            steps.lane = { $0.event.subject }
        },
        .queue("deliveries over all channels are in one lane", breaks: added) { steps in
            steps.lane = { item in
                item.delivery.map { "\(item.event.subject)/\($0.recipient.identity.rawValue)" } ?? item.event.subject
            }
        },
        .queue("lanes are looked at after the limit is applied", breaks: lane) { steps in
            steps.cutsBeforeLanes = true
        },
        .queue("a lane goes by who is due first", breaks: lane) { steps in
            steps.isEarlierInLane = { $0.due < $1.due }
        },
        .queue("an item that is let go comes last in its lane", breaks: lane) { steps in
            steps.isEarlierInLane = { ($0.parking, $0.item.position) < ($1.parking, $1.item.position) }
        },
        .queue("lanes are compared without case", breaks: "Ids, numbers and keys are compared whole") { steps in
            steps.lane = { $0.lane.lowercased() }
        },
    ]

    // MARK: Settlements

    private static let settlementBugs: [PlantedBug] = [
        .queue("whoever settles may", breaks: lost) { steps in
            steps.holds = { _, _ in true }
        },
        .queue("the lease is looked at, and the item settled afterwards", breaks: race, settling: Gap()) { _ in },
        .queue("a settlement that changes nothing is not refused", breaks: lost) { steps in
            steps.refusesLost = false
        },
        .queue("deliveries are added before the lease is looked at", breaks: lost) { steps in
            steps.addsBeforeLooking = true
        },
        .queue("a claim ends all leases that are over", breaks: lost) { steps in
            steps.sweep = { row, claim in if row.due <= claim.now { row.lease = nil } }
        },
        .queue("done items stay until their lease ends", breaks: done) { steps in
            steps.settle = { row, outcome in outcome == .done ? row : NaiveQueue.settled(row, outcome) }
        },
        .queue("done items are parked", breaks: done) { steps in
            steps.settle = { row, outcome in
                guard outcome == .done else { return NaiveQueue.settled(row, outcome) }
                var row = row
                row.isParked = true
                return row
            }
        },
        .retrying("what failed is due at once") { row, before in row.due = before.item.event.date },
        .retrying("what failed is due when its lease ends") { row, before in row.due = before.due },
        .retrying("what failed waits a whole second at least") { row, _ in
            row.due = row.due.inWholeSeconds.addingTimeInterval(1)
        },
        .retrying("failures are not counted") { row, _ in row.item.failures = 0 },
        .retrying("the reason of a failure is forgotten") { row, _ in row.item.lastFailure = nil },
        .retrying("the first reason of a failure stays") { row, before in
            row.item.lastFailure = before.item.lastFailure ?? row.item.lastFailure
        },
        .retrying("what failed keeps its lease") { row, before in row.lease = before.lease },
    ]

    private static func retrying(
        _ name: String, change: @escaping @Sendable (_ row: inout NaiveQueue.Row, _ before: NaiveQueue.Row) -> Void
    ) -> PlantedBug {
        .queue(name, breaks: failed) { steps in
            steps.settle = { before, outcome in
                guard var row = NaiveQueue.settled(before, outcome) else { return nil }
                change(&row, before)
                return row
            }
        }
    }

    // MARK: Parked items

    private static let parkingBugs: [PlantedBug] = [
        .queue("parked items are lent again", breaks: parked) { steps in
            steps.isDue = { $0.due <= $1 }
        },
        .queue("parked items are gone", breaks: parked) { steps in
            steps.settle = { row, outcome in
                if case .parked = outcome { return nil }
                return NaiveQueue.settled(row, outcome)
            }
        },
        .queue("a parked item keeps its lease", breaks: parked) { steps in
            steps.settle = { row, outcome in
                var settled = NaiveQueue.settled(row, outcome)
                settled?.lease = row.lease
                return settled
            }
        },
        .queue("waiting items are listed as parked, too", breaks: parked) { steps in
            steps.isListed = { _ in true }
        },
        .queue("parked items are listed in the order of parking", breaks: parked) { steps in
            steps.isListedFirst = { $0.parking < $1.parking }
        },
        .queue("the cursor of parked items knows positions only", breaks: parked) { steps in
            steps.isPast = { row, after in after.value < .number(row.item.position.rawValue) }
        },
        .queue("the cursor's own parked item comes again", breaks: parked) { steps in
            steps.isPast = { row, after in after.value <= .number(row.item.position.rawValue) }
        },
        .queue("parked items are counted off", breaks: parked) { steps in
            steps.countsOff = true
        },
        .queue("an item that is let go keeps its failures", breaks: parked) { steps in
            steps.letGo = { row, now in
                row.isParked = false
                row.due = now
            }
        },
        .queue("an item that is let go is due since its event", breaks: parked) { steps in
            steps.letGo = { row, _ in
                row.isParked = false
                row.due = row.item.event.date
                row.item.failures = 0
            }
        },
        .queue("an item that is let go stays listed", breaks: parked) { steps in
            steps.isListed = { $0.isParked || $0.parking > 0 }
        },
        .queue("an item on loan can be let go", breaks: parked) { steps in
            steps.isLetGo = { $0.item.id == $1 }
        },
        .queue("letting go lets all go", breaks: parked) { steps in
            steps.isLetGo = { row, _ in row.isParked }
        },
    ]

    // MARK: Deliveries

    private static let deliveryBugs: [PlantedBug] = [
        .queue("deliveries are added as often as named", breaks: added) { steps in
            steps.addAgain = { old, new in [old, new] }
        },
        .queue("a delivery that is added again begins anew", breaks: added) { steps in
            steps.addAgain = { _, new in [new] }
        },
        .queue("deliveries are added only when their event is done", breaks: added) { steps in
            steps.adds = { $0.outcome == .done ? $0.adding : [] }
        },
        .queue("deliveries are never added", breaks: added, lane) { steps in
            steps.adds = { _ in [] }
        },
        .queue("the address of a recipient is forgotten", breaks: added) { steps in
            steps.adds = { settlement in
                settlement.adding.map { delivery in
                    var delivery = delivery
                    delivery.recipient.address = nil
                    return delivery
                }
            }
        },
        .queue("one person gets one delivery, whatever the channel", breaks: added) { steps in
            steps.id = { item in item.delivery.map { "\(item.event.id)/\($0.recipient.identity)" } ?? item.id.rawValue }
        },
        .queue("one channel gets one delivery", breaks: added, lane) { steps in
            steps.id = { item in item.delivery.map { "\(item.event.id)/\($0.channel)" } ?? item.id.rawValue }
        },
    ]
}
