import Foundation
import SupportPortal
import Synchronization

// Commits that are not refused when they should be, are refused for nothing, or are stored in part.

private let stale = "A stale revision is a conflict"
private let isNew = "A new ticket must not exist, a replaced one must"
private let submitted = "A submission is found until it expires"
private let number = "A number belongs to one ticket"
private let taken = "Taken numbers are those in use"
private let place = "The id and the place of a message are taken once"

extension PlantedBug {
    static let commitBugs: [PlantedBug] = partialCommits + [cancelled] + revisionBugs + numberBugs + submissionBugs + placeBugs

    // MARK: Not all or nothing

    private static let partialCommits: [PlantedBug] = CommitPart.allCases.flatMap { part in
        [
            leaving(
                part, when: .conflict, breaks: stale, place, "A stale revision of a message", "A desk record that is expected"),
            leaving(part, when: .duplicateNumber, breaks: number), leaving(part, when: .limitReached, breaks: "A limit refuses"),
            // The submission of such a commit has no place to stay in.
            part == .submission ? nil : leaving(part, when: .duplicateSubmission, breaks: submitted),
        ].compactMap(\.self)
    }

    /// What is written before the commit is checked stays when it is refused.
    private static func leaving(_ part: CommitPart, when code: StorageError.Code, breaks laws: String...) -> PlantedBug {
        PlantedBug("\(part) of a commit stay that is refused for \(code.rawValue)", breaks: laws) { storage in
            let base = storage.ticketStore.base
            storage.ticketStore.onCommit = { commit in
                do {
                    return try await base.commit(commit)
                } catch let error as StorageError where error.code == code {
                    for rest in part.alone(in: commit) { _ = try? await base.commit(rest) }
                    throw error
                }
            }
        }
    }

    private static let cancelled = PlantedBug.tickets(
        "a commit that is cancelled ends between two statements", breaks: "A cancelled commit stores everything or nothing"
    ) { store in
        let base = store.base
        store.onCommit = { commit in
            for part in CommitPart.messages.alone(in: commit) {
                _ = try await base.commit(part)
                try Task.checkCancellation()
            }
            var rest = commit
            rest.messages = []
            return try await base.commit(rest)
        }
    }

    // MARK: Revisions

    private static let revisionBugs: [PlantedBug] = [
        .tickets("a ticket is replaced whatever its revision", breaks: stale, isNew) { store in
            store.forceRevisions { _, _ in true }
        },
        .tickets("a ticket is replaced by any later revision", breaks: isNew) { store in
            store.forceRevisions { stored, given in stored > .unsaved && given > stored }
        },
        .tickets("a new ticket replaces one that exists", breaks: isNew) { store in
            store.forceRevisions { _, given in given == .unsaved }
        },
        .tickets("a replaced ticket need not exist", breaks: isNew) { store in
            store.forceRevisions { stored, _ in stored == .unsaved }
        },
        .tickets("a conflict does not say the stored revision", breaks: stale, isNew) { store in
            store.changeErrors { $0.current = nil }
        },
        .tickets("revisions are checked, and tickets written afterwards", breaks: "64 tasks that change one ticket") { store in
            let base = store.base
            let gap = Gap()
            var forcing = store
            forcing.forceRevisions { _, _ in true }
            store.onCommit = { [forcing] commit in
                for ticket in commit.tickets {
                    let stored = try await base.ticket(ticket.id, in: .everything)?.revision ?? .unsaved
                    guard stored == ticket.revision else {
                        throw StorageError(.conflict, "changed meanwhile", current: stored == .unsaved ? nil : stored)
                    }
                }
                // A message would be refused for its place.
                let isUpdate = commit.tickets.contains { $0.revision > .unsaved }
                if isUpdate, commit.messages.isEmpty { await gap.cross() }
                return try await forcing.commit(commit)
            }
        },
    ]

    // MARK: Numbers

    private static let numberBugs: [PlantedBug] = [
        .tickets("numbers are not unique", breaks: number, "64 tasks that open tickets") { store in
            store.allowNumbers(taken: true, twice: true)
        },
        .tickets("numbers are compared within a commit only", breaks: number, "64 tasks that open tickets") { store in
            store.allowNumbers(taken: true)
        },
        .tickets("numbers are compared with those of earlier commits only", breaks: number) { store in
            store.allowNumbers(twice: true)
        },
        .tickets("numbers are looked for, and tickets written afterwards", breaks: "64 tasks that open tickets") { store in
            let base = store.base
            let gap = Gap()
            var allowing = store
            allowing.allowNumbers(taken: true)
            store.onCommit = { [allowing] commit in
                let taken = try await base.takenNumbers(among: Set(commit.tickets.map(\.number)))
                guard taken.isEmpty else { throw StorageError(.duplicateNumber, "a number is taken") }
                await gap.cross()
                return try await allowing.commit(commit)
            }
        },
        .tickets("numbers are unique without case", breaks: number) { store in
            let base = store.base
            store.onCommit = { commit in
                let held = try await NaiveTicketList(base).everything()
                for ticket in commit.tickets {
                    let twins = held.filter { $0.number.rawValue.lowercased() == ticket.number.rawValue.lowercased() }
                    guard twins.allSatisfy({ $0.id == ticket.id }) else {
                        throw StorageError(.duplicateNumber, "the number of \(ticket.id) is taken")
                    }
                }
                return try await base.commit(commit)
            }
        },
        .tickets("taken numbers are found without case", breaks: taken) { store in
            let base = store.base
            store.onTakenNumbers = { numbers in
                let upper = try await base.takenNumbers(
                    among: Set(numbers.map { TicketNumber(rawValue: $0.rawValue.uppercased()) }))
                return numbers.filter { upper.contains(TicketNumber(rawValue: $0.rawValue.uppercased())) }
            }
        },
        .tickets("taken numbers are all in use, asked for or not", breaks: taken) { store in
            let base = store.base
            store.onTakenNumbers = { _ in Set(try await NaiveTicketList(base).everything().map(\.number)) }
        },
        .tickets("taken numbers are left to the default for stores that are only read", breaks: taken) { store in
            store.onTakenNumbers = { _ in [] }
        },
    ]

    // MARK: Submissions

    private static let submissionBugs: [PlantedBug] = [
        .tickets("a submission never expires", breaks: submitted) { store in
            let base = store.base
            store.onSubmission = { key, _ in try await base.submission(key, at: .distantPast) }
        },
        .tickets("a submission expires a moment late", breaks: submitted) { store in
            let base = store.base
            store.onSubmission = { key, now in try await base.submission(key, at: now.addingTimeInterval(-0.001)) }
        },
        .tickets("a submission expires by the clock on the wall", breaks: submitted) { store in
            let base = store.base
            store.onSubmission = { key, _ in try await base.submission(key, at: Date()) }
        },
        .tickets("a submission expires at a whole second", breaks: submitted) { store in
            store.changeSubmissions { $0.expires.roundToSeconds() }
        },
        .tickets("submissions are not stored", breaks: submitted, "64 tasks that submit one form") { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                commit.submission = nil
                return try await base.commit(commit)
            }
        },
        .tickets("an expired key refuses for ever", breaks: submitted) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                commit.date = .distantPast
                return try await base.commit(commit)
            }
        },
        .tickets("a repeated submission is looked for last", breaks: submitted) { store in
            let base = store.base
            store.onCommit = { commit in
                for ticket in commit.tickets {
                    let stored = try await base.ticket(ticket.id, in: .everything)?.revision
                    guard stored ?? .unsaved == ticket.revision else {
                        throw StorageError(.conflict, "\(ticket.id) has another revision", current: stored)
                    }
                }
                return try await base.commit(commit)
            }
        },
        .tickets(
            "a repeated submission is refused without what it became", breaks: submitted, "64 tasks that submit one form"
        ) { store in store.changeErrors { $0.submission = nil } },
        .tickets("a key is looked for, and the submission written afterwards", breaks: "64 tasks that submit one form") { store in
            let base = store.base
            let gap = Gap()
            store.onCommit = { commit in
                guard var submission = commit.submission,
                    try await base.submission(submission.key, at: commit.date) == nil
                else { return try await base.commit(commit) }
                await gap.cross()
                do {
                    return try await base.commit(commit)
                } catch let error as StorageError where error.code == .duplicateSubmission {
                    submission.key += " of \(submission.message)"
                    var again = commit
                    again.submission = submission
                    return try await base.commit(again)
                }
            }
        },
    ]

    // MARK: Ids and places of messages

    private static let placeBugs: [PlantedBug] = [
        .tickets("a message whose id or place is taken is left out, not refused", breaks: place) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                while true {
                    do {
                        return try await base.commit(commit)
                    } catch let error as StorageError where error.code == .conflict && !commit.messages.isEmpty {
                        commit.messages.removeLast()
                    }
                }
            }
        },
        .tickets("places are compared with those of earlier commits only", breaks: place) { store in
            store.changeMessages { messages in
                messages.indices.filter { index in
                    !messages[..<index].contains { $0.ticket == messages[index].ticket && $0.index == messages[index].index }
                }.map { messages[$0] }
            }
        },
        .tickets("a message whose place is taken gets another", breaks: place) { store in
            let base = store.base
            store.onCommit = { commit in
                var commit = commit
                for (index, message) in commit.messages.enumerated() {
                    let all = MessageQuery(
                        ticket: message.ticket, includesInternal: true, page: PageRequest(limit: 10_000))
                    let count = try await base.messages(all).items.count
                    guard message.index <= count else { continue }
                    commit.messages[index] = message.copy(index: count + 1)
                }
                return try await base.commit(commit)
            }
        },
        .tickets("the id of a message is unique within its ticket only", breaks: place) { store in
            store.changeMessages { messages in
                messages.map { message in
                    let isTakenElsewhere = !message.id.rawValue.hasPrefix(message.ticket.rawValue)
                    return isTakenElsewhere ? message.copy(id: Message.ID("\(message.ticket): \(message.id)")) : message
                }
            }
        },
    ]
}

/// What a commit consists of.
private enum CommitPart: CaseIterable {
    case tickets, messages, events, submission, records, erasure

    /// Commits of this part alone, as small as can be: what one statement would have written each.
    func alone(in commit: TicketCommit) -> [TicketCommit] {
        switch self {
        case .tickets: commit.tickets.map { TicketCommit(date: commit.date, tickets: [$0]) }
        case .messages: commit.messages.map { TicketCommit(date: commit.date, messages: [$0]) }
        case .events: commit.events.map { TicketCommit(date: commit.date, events: [$0], announces: commit.announces) }
        case .submission: [TicketCommit(date: commit.date, submission: commit.submission)]
        case .records: commit.records.map { TicketCommit(date: commit.date, records: [$0]) }
        case .erasure:
            [
                commit.with {
                    ($0.tickets, $0.messages, $0.events, $0.submission, $0.records, $0.limits) = ([], [], [], nil, [], [])
                }
            ]
        }
    }
}

extension AlteredTicketStore {
    /// Replaces tickets although their revision is not the stored one.
    fileprivate mutating func forceRevisions(
        where isForced: @escaping @Sendable (_ stored: Revision, _ given: Revision) -> Bool
    ) {
        let base = base
        onCommit = { commit in
            var previous: TicketCommit?
            while true {
                var forced = commit
                for (index, ticket) in commit.tickets.enumerated() {
                    let stored = try await base.ticket(ticket.id, in: .everything)?.revision ?? .unsaved
                    if isForced(stored, ticket.revision) { forced.tickets[index].revision = stored }
                }
                do {
                    return try await base.commit(forced)
                } catch let error as StorageError where error.code == .conflict && forced != previous {
                    // Somebody else was quicker, unless the same is refused again.
                    previous = forced
                }
            }
        }
    }

    /// Stores tickets although their number is taken by an earlier ticket, or twice in the commit.
    fileprivate mutating func allowNumbers(taken allowsTaken: Bool = false, twice allowsTwice: Bool = false) {
        let base = base
        onCommit = { commit in
            var previous: TicketCommit?
            while true {
                let taken = try await base.takenNumbers(among: Set(commit.tickets.map(\.number)))
                var allowed = commit
                for (index, ticket) in commit.tickets.enumerated() {
                    let isTwin = commit.tickets[..<index].contains { $0.number == ticket.number }
                    guard isTwin ? allowsTwice : allowsTaken && taken.contains(ticket.number) else { continue }
                    allowed.tickets[index] = ticket.copy(number: TicketNumber(rawValue: "\(ticket.number) of \(ticket.id)"))
                }
                do {
                    return try await base.commit(allowed)
                } catch let error as StorageError where error.code == .duplicateNumber && allowed != previous {
                    // Somebody else was quicker, unless the same is refused again.
                    previous = allowed
                }
            }
        }
    }

    mutating func changeErrors(_ change: @escaping @Sendable (inout StorageError) -> Void) {
        onCommit = { [onCommit] commit in
            do {
                return try await onCommit(commit)
            } catch var error as StorageError {
                change(&error)
                throw error
            }
        }
    }

    fileprivate mutating func changeSubmissions(_ change: @escaping @Sendable (inout Submission) -> Void) {
        onCommit = { [onCommit] commit in
            var commit = commit
            if var submission = commit.submission {
                change(&submission)
                commit.submission = submission
            }
            return try await onCommit(commit)
        }
    }

    mutating func changeMessages(_ change: @escaping @Sendable ([Message]) -> [Message]) {
        onCommit = { [onCommit] commit in
            var commit = commit
            commit.messages = change(commit.messages)
            return try await onCommit(commit)
        }
    }
}

extension Message {
    func copy(
        id: Message.ID? = nil, index: Int? = nil, kind: Message.Kind? = nil, author: Author? = nil, date: Date? = nil,
        text: String? = nil
    ) -> Message {
        var copy = Message(
            id: id ?? self.id, ticket: ticket, index: index ?? self.index, kind: kind ?? self.kind, author: author ?? self.author,
            date: date ?? self.date, text: text ?? self.text, attachments: attachments)
        (copy.edits, copy.rating, copy.movedFrom, copy.revision) = (edits, rating, movedFrom, revision)
        return copy
    }
}

extension TicketCommit {
    /// The commit with something changed.
    func with(_ change: (inout TicketCommit) -> Void) -> TicketCommit {
        var commit = self
        change(&commit)
        return commit
    }
}

extension Ticket {
    /// A new ticket under another number.
    fileprivate func copy(number: TicketNumber) -> Ticket {
        Ticket(id: id, number: number, requester: requester, opened: opened, subject: subject, department: department)
    }
}
