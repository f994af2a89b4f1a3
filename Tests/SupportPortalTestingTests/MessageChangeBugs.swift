import Foundation
import SupportPortal
import Synchronization

// Messages that are not replaced as they should be, do not move or leave something behind; files that are taken for attached or left over.

private let replaced = "A message is replaced whole"
private let stale = "A stale revision of a message"
private let moved = "A message moves to another ticket"
private let race = "64 tasks that edit one message"
private let attached = "Attached files are those of the messages"

extension PlantedBug {
    static let messageChangeBugs: [PlantedBug] = replacementBugs + revisionBugs + moveBugs + fileBugs

    // MARK: Replacing

    private static let replacementBugs: [PlantedBug] = [
        .tickets("the revision of a message stays 1", breaks: replaced, race) { store in
            store.changeReadMessages { $0.revision = Revision(rawValue: 1) }
        },
        .writing("what a message said before is forgotten", breaks: replaced, race) { message, _ in message.edits = [] },
        .writing("only the last edit of a message is kept", breaks: replaced, race) { message, _ in
            message.edits = message.edits.suffix(1)
        },
        .writing("instants of edits are kept in whole seconds", breaks: replaced) { message, _ in
            for index in message.edits.indices { message.edits[index].date.roundToSeconds() }
        },
        .writing("ratings are forgotten", breaks: replaced) { message, _ in message.rating = nil },
        .writing("where a message came from is forgotten", breaks: replaced, moved) { message, _ in message.movedFrom = nil },
        .writing("that the bytes of attachments were removed is forgotten", breaks: replaced) { message, _ in
            for index in message.attachments.indices { message.attachments[index].removed = nil }
        },
        .writing("attachments are written with new messages only", breaks: replaced, attached) { message, old in
            if let old { message.attachments = old.attachments }
        },
        .writing("attachments are added to", breaks: replaced, attached) { message, old in
            message.attachments = (old?.attachments ?? []).filter { !message.attachments.contains($0) } + message.attachments
        },
        .writing("what a message sets to nothing keeps its old value", breaks: replaced) { message, old in
            message.rating = message.rating ?? old?.rating
            message.movedFrom = message.movedFrom ?? old?.movedFrom
        },
        .writing("an empty text replaces nothing", breaks: replaced) { message, old in
            if let old, message.text.isEmpty { message.text = old.text }
        },
        .writing("whom a message is for is written with new messages only", breaks: replaced) { message, old in
            if let old { message = message.copy(kind: old.kind) }
        },
        .writing("the date of a message is written with new messages only", breaks: replaced) { message, old in
            if let old { message = message.copy(date: old.date) }
        },
        .writing("a replaced message comes last", breaks: replaced) { message, old in
            if let old, old.ticket == message.ticket { message.index += 1_000 }
        },
        .tickets("only the first message of a commit is stored", breaks: replaced, moved) { store in
            store.changeMessages { Array($0.prefix(1)) }
        },
        .tickets("a replaced message is left out of its commit", breaks: replaced, race, moved) { store in
            store.changeMessages { $0.filter { $0.revision == .unsaved } }
        },
    ]

    // MARK: Revisions

    private static let revisionBugs: [PlantedBug] = [
        .tickets("a message is replaced whatever its revision", breaks: stale) { store in
            store.forceMessageRevisions { _, _ in true }
        },
        .tickets("a message is replaced by any later revision", breaks: stale) { store in
            store.forceMessageRevisions { stored, given in stored > .unsaved && given > stored }
        },
        .tickets("a message is replaced by any earlier revision", breaks: stale) { store in
            store.forceMessageRevisions { stored, given in given > .unsaved && given < stored }
        },
        .tickets("a new message replaces one that exists", breaks: stale) { store in
            store.forceMessageRevisions { _, given in given == .unsaved }
        },
        .tickets("a replaced message need not exist", breaks: stale) { store in
            store.forceMessageRevisions { stored, _ in stored == .unsaved }
        },
        .tickets("a conflict of a message does not say the stored revision", breaks: stale, "Of several reasons") { store in
            store.changeErrors { if $0.message.hasPrefix("message") { $0.current = nil } }
        },
        .tickets("revisions of messages are checked, and messages written afterwards", breaks: race) { store in
            let base = store.base
            let gap = Gap()
            var forcing = store
            forcing.forceMessageRevisions { _, _ in true }
            store.onCommit = { [forcing] commit in
                for message in commit.messages {
                    let stored = try await base.message(message.id)?.revision ?? .unsaved
                    guard stored == message.revision else { throw StorageError(.conflict, "changed meanwhile", current: stored) }
                }
                if commit.messages.contains(where: { $0.revision > .unsaved }) { await gap.cross() }
                return try await forcing.commit(commit)
            }
        },
    ]

    // MARK: Moving

    private static let moveBugs: [PlantedBug] = [
        .writing("the ticket of a message is written with new messages only", breaks: moved) { message, old in
            if let old { (message.ticket, message.index) = (old.ticket, old.index) }
        },
        .tickets("messages are left in the ticket that they moved from", breaks: moved) { store in
            let base = store.base
            let left = Mutex<[Message]>([])
            store.onCommit = { commit in
                var old: [Message] = []
                for message in commit.messages {
                    if let stored = try await base.message(message.id), stored.ticket != message.ticket { old.append(stored) }
                }
                let end = try await base.commit(commit)
                left.withLock { [old] in $0 += old }
                return end
            }
            store.onMessages = { query in
                let page = try await base.messages(query)
                guard page.next == nil else { return page }
                return Page(page.items + left.withLock { $0 }.filter(query.matches))
            }
        },
        .tickets("places are closed up when messages have moved away", breaks: moved) { store in
            let base = store.base
            store.onMessages = { query in
                let all = try await base.everyMessage(of: query.ticket).enumerated().map { $1.copy(index: $0 + 1) }
                var pages = NaivePages<Message> { message, _ in message.cursor(query) }
                pages.isPast = { message, after, rises in
                    let place = SortValue.number(Int64(message.index))
                    return place != after.value && rises == (after.value < place)
                }
                let found = all.filter(query.matches)
                return pages.page(
                    of: query.ascending ? found : found.reversed(), query.page, order: query.orderName, rises: query.ascending)
            }
        },
        .tickets("a message that moves to a taken place gets another", breaks: moved) { store in
            let base = store.base
            store.onCommit = { commit in
                do {
                    return try await base.commit(commit)
                } catch let error as StorageError where error.code == .conflict && error.message.contains("place") {
                    var again = commit
                    for index in again.messages.indices where again.messages[index].revision > .unsaved {
                        again.messages[index].index += 1_000
                    }
                    return try await base.commit(again)
                }
            }
        },
        .tickets("a message that moves to a taken place is left out, not refused", breaks: moved) { store in
            let base = store.base
            store.onCommit = { commit in
                do {
                    return try await base.commit(commit)
                } catch let error as StorageError where error.code == .conflict && error.message.contains("place") {
                    return try await base.commit(commit.with { $0.messages.removeAll { $0.revision > .unsaved } })
                }
            }
        },
        .tickets("a page after a message that is gone begins anew", breaks: moved) { store in
            let base = store.base
            store.onMessages = { query in
                var query = query
                if let after = query.page.after {
                    let isThere = try await base.everyMessage(of: query.ticket).contains { $0.id.rawValue == after.id }
                    if !isThere { query.page.after = nil }
                }
                return try await base.messages(query)
            }
        },
    ]

    // MARK: Files

    private static let fileBugs: [PlantedBug] = [
        .files("files are attached for ever") { asked, _, ever in asked.filter { file in ever.contains { $0.has(file) } } },
        .files("removed files stay attached") { asked, messages, _ in
            asked.filter { file in messages.contains { $0.attachments.contains { $0.id == file } } }
        },
        .files("only the first file of a message is attached") { asked, messages, _ in
            asked.intersection(messages.compactMap(\.attachments.first?.id))
        },
        .files("files of what is for agents alone are not attached") { asked, messages, _ in
            asked.filter { file in messages.contains { $0.isPublic && $0.has(file) } }
        },
        .files("all that is attached is told, asked for or not") { _, messages, _ in
            Set(messages.flatMap(\.attachments).map(\.id))
        },
        .files("ids of files are compared without case") { asked, messages, _ in
            asked.filter { file in
                messages.flatMap(\.attachments).contains { $0.id.rawValue.lowercased() == file.rawValue.lowercased() }
            }
        },
        .files("ids of files are compared without spaces at the end") { asked, messages, _ in
            asked.filter { file in
                messages.contains { $0.has(Blob.ID(String(file.rawValue.reversed().drop { $0 == " " }.reversed()))) }
            }
        },
        .files("a file of two messages is free when one of them lets go of it") { asked, messages, ever in
            asked.filter { file in
                messages.contains { $0.has(file) } && ever.filter { $0.has(file) }.allSatisfy { messages.contains($0) }
            }
        },
        .files("a file that is not attached is told as soon as another is") { asked, messages, _ in
            asked.contains { file in messages.contains { $0.has(file) } } ? asked : []
        },
    ]

    /// A message is stored otherwise than written, given what is stored.
    private static func writing(
        _ name: String, breaks laws: String..., change: @escaping @Sendable (inout Message, _ old: Message?) -> Void
    ) -> PlantedBug {
        PlantedBug(name, breaks: laws) { storage in
            let base = storage.ticketStore.base
            storage.ticketStore.onCommit = { commit in
                var commit = commit
                for index in commit.messages.indices {
                    change(&commit.messages[index], try await base.message(commit.messages[index].id))
                }
                return try await base.commit(commit)
            }
        }
    }

    /// Files are told otherwise, given the messages that are stored and those that ever were.
    private static func files(
        _ name: String, tell: @escaping @Sendable (Set<Blob.ID>, [Message], [Message]) -> Set<Blob.ID>
    ) -> PlantedBug {
        .tickets(name, breaks: attached) { store in
            let base = store.base
            let ever = Mutex<[Message]>([])
            store.onCommit = { commit in
                let end = try await base.commit(commit)
                let stored = try await base.everyMessage()
                ever.withLock { ever in ever += stored.filter { !ever.contains($0) } }
                return end
            }
            store.onAttachedFiles = { asked in tell(asked, try await base.everyMessage(), ever.withLock(\.self)) }
        }
    }
}

extension JournalledTicketStore {
    /// All messages of a ticket, by their places.
    func everyMessage(of ticket: Ticket.ID) async throws -> [Message] {
        try await messages(MessageQuery(ticket: ticket, includesInternal: true, page: PageRequest(limit: 10_000))).items
    }

    func everyMessage() async throws -> [Message] {
        var found: [Message] = []
        for ticket in try await NaiveTicketList(self).everything() { found += try await everyMessage(of: ticket.id) }
        return found
    }

    func message(_ id: Message.ID) async throws -> Message? { try await everyMessage().first { $0.id == id } }
}

extension Message {
    fileprivate func has(_ file: Blob.ID) -> Bool { attachments.contains { $0.id == file && $0.removed == nil } }
}

extension AlteredTicketStore {
    /// Tells something else of messages than is stored.
    fileprivate mutating func changeReadMessages(_ change: @escaping @Sendable (inout Message) -> Void) {
        let base = base
        onMessages = { query in
            var page = try await base.messages(query)
            for index in page.items.indices { change(&page.items[index]) }
            return page
        }
    }

    /// Replaces messages although their revision is not the stored one.
    fileprivate mutating func forceMessageRevisions(
        where isForced: @escaping @Sendable (_ stored: Revision, _ given: Revision) -> Bool
    ) {
        let base = base
        onCommit = { commit in
            var previous: TicketCommit?
            while true {
                var forced = commit
                for (index, message) in commit.messages.enumerated() {
                    let stored = try await base.message(message.id)?.revision ?? .unsaved
                    if isForced(stored, message.revision) { forced.messages[index].revision = stored }
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
}
