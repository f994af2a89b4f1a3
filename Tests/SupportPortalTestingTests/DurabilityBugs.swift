import Foundation
import SupportPortal

// Things that were stored and are not found when the storage is opened again.

extension PlantedBug {
    static let durabilityBugs: [PlantedBug] = [
        .reopening("the last operation is lost", breaks: "A ticket is found as it was written", "A blob reads back") {
            $0.dropLast()
        },
        .reopening("events are kept in memory only", breaks: "Events come in the order", "A feed holds all events") {
            $0.changingCommits { $0.events = [] }
        },
        .reopening("messages are kept in memory only", breaks: "Messages come in the order of their places") {
            $0.changingCommits { $0.messages = [] }
        },
        .reopening("submissions are kept in memory only", breaks: "A submission is found until it expires") {
            $0.changingCommits { $0.submission = nil }
        },
        .reopening("the queue is kept in memory only", breaks: "Deliveries are added", "What is parked is listed") {
            $0.changingCommits { $0.announces = false }
        },
        .reopening("settlements are kept in memory only", breaks: "What is done never comes back", "What is parked is listed") {
            $0.filter { if case .settle = $0 { false } else { true } }
        },
        .reopening("failures are kept in memory only", breaks: "What failed waits until it is due again") {
            $0.map { operation in
                guard case .settle(var settlement) = operation, case .retry(let date, _) = settlement.outcome else {
                    return operation
                }
                settlement.outcome = .retry(at: date, failure: "")
                return .settle(settlement)
            }
        },
        .reopening("what was let go is parked again", breaks: "What is parked is listed") {
            $0.filter { if case .unpark = $0 { false } else { true } }
        },
        .reopening("deliveries are kept in memory only", breaks: "Deliveries are added") {
            $0.map { operation in
                guard case .settle(var settlement) = operation else { return operation }
                settlement.adding = []
                return .settle(settlement)
            }
        },
        .reopening("the last changes of tickets are lost", breaks: "64 tasks that change one ticket") { operations in
            Array(operations.prefix(operations.count / 2))
        },
        .reopening("files are kept in memory only", breaks: "A blob reads back") {
            $0.filter { if case .write = $0 { false } else { true } }
        },
        .reopening("deleted files come back", breaks: "Unknown blobs are left out") {
            $0.filter { if case .delete = $0 { false } else { true } }
        },
        .reopening("desk records are kept in memory only", breaks: "A desk record is found", "Desk records come") {
            $0.changingCommits { $0.records = [] }
        },
        .reopening("removed desk records come back", breaks: "A desk record is found") {
            $0.changingCommits { $0.records.removeAll { if case .remove = $0 { true } else { false } } }
        },
        .reopening(
            "replaced messages are as they were", breaks: "A message is replaced whole", "A message moves to another ticket",
            "Attached files are those", "64 tasks that edit one message"
        ) { $0.changingCommits { $0.messages.removeAll { $0.revision > .unsaved } } },
        .reopening("erased tickets come back", breaks: "An erased ticket is found nowhere", "A search follows") {
            $0.changingCommits { $0.erasure?.tickets = [] }
        },
        .reopening("erased people come back", breaks: "Erased people vanish from the events", "Deliveries to erased people go") {
            $0.changingCommits { $0.erasure?.people = [] }
        },
        .reopening("erasures are done last", breaks: "What an erasing commit stores itself stays") { operations in
            var erasures = TicketCommit(date: .distantPast)
            var rest: [StoredOperation] = []
            for operation in operations {
                guard case .commit(var commit) = operation else {
                    rest.append(operation)
                    continue
                }
                if let erasure = commit.erasure { erasures.erasure = erasure }
                commit.erasure = nil
                rest.append(.commit(commit))
            }
            return rest + [.commit(erasures)]
        },
        .reopening("the last changes of a desk record are lost", breaks: "64 tasks that change one desk record") { operations in
            Array(operations.prefix(operations.count / 2))
        },
        .forgetting("histories begin anew", breaks: "The history of a ticket", "A history is kept") { store in
            store.onHistory = { _ in Page() }
        },
        .forgetting("no file is known to be attached", breaks: "Attached files are those") { store in
            store.onAttachedFiles = { _ in [] }
        },
        .forgetting("the index of keys is not built again", breaks: "Pages follow", "Filters decide") { store in
            var list = NaiveTicketList(store.base)
            list.isInScope = { _, scope in scope == .everything }
            store.use(list)
        },
        .forgetting("the index of statuses is not built again", breaks: "Filters decide") { store in
            store.onCounts = { _, _ in [:] }
        },
        .forgetting("the set of numbers is not built again", breaks: "Taken numbers are those in use") { store in
            store.onTakenNumbers = { _ in [] }
        },
    ]

    /// A bug in what is found again.
    private static func reopening(
        _ name: String, breaks laws: String..., recall: @escaping @Sendable ([StoredOperation]) -> [StoredOperation]
    ) -> PlantedBug {
        PlantedBug("reopened, \(name)", breaks: laws) { $0.recall = recall }
    }

    /// A bug in a store that was opened again.
    private static func forgetting(
        _ name: String, breaks laws: String..., plant: @escaping @Sendable (inout AlteredTicketStore) -> Void
    ) -> PlantedBug {
        PlantedBug("reopened, \(name)", breaks: laws) { storage in
            if storage.isReopened { plant(&storage.ticketStore) }
        }
    }
}

extension [StoredOperation] {
    fileprivate func changingCommits(_ change: (inout TicketCommit) -> Void) -> [StoredOperation] {
        map { operation in
            guard case .commit(var commit) = operation else { return operation }
            change(&commit)
            return .commit(commit)
        }
    }
}
