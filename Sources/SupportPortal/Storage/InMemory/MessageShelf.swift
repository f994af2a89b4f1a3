/// The messages of an in-memory store by ticket, each ticket's in the order of their places. A value, to be kept under the store's lock.
struct MessageShelf: Sendable {
    private var messages: [Ticket.ID: [Message]] = [:]
    private var places: [Message.ID: Place] = [:]
    /// How many messages each file is attached to, removed ones not counted.
    private var files: [Blob.ID: Int] = [:]

    private struct Place {
        var ticket: Ticket.ID
        var index: Int
    }

    func isAttached(_ file: Blob.ID) -> Bool { files[file] != nil }

    subscript(id: Message.ID) -> Message? {
        guard let place = places[id], let messages = messages[place.ticket] else { return nil }
        return messages[Self.firstIndex(in: messages, above: place.index - 1)]
    }

    // MARK: Finding

    /// All the messages of a ticket.
    func all(of ticket: Ticket.ID) -> [Message] { messages[ticket] ?? [] }

    func page(_ query: MessageQuery) -> Page<Message> {
        let messages = messages[query.ticket] ?? []
        var rest = messages[...]
        if let after = query.page.after, case .number(let number) = after.value {
            let place = Int(clamping: number)
            let start = Self.firstIndex(in: messages, above: query.ascending ? place : place - 1)
            rest = query.ascending ? messages[start...] : messages[..<start]
        }
        var found: [Message] = []
        let limit = Swift.max(0, query.page.limit)
        func take(_ candidates: some Sequence<Message>) {
            for message in candidates where query.matches(message) {
                found.append(message)
                if found.count > limit { break }
            }
        }
        if query.ascending { take(rest) } else { take(rest.reversed()) }
        guard found.count > limit else { return Page(found) }
        found.removeLast()
        return Page(found, next: found.last?.cursor(query))
    }

    /// The first message whose place is above one; places rise.
    private static func firstIndex(in messages: [Message], above place: Int) -> Int {
        var (low, high) = (0, messages.count)
        while low < high {
            let middle = (low + high) / 2
            if messages[middle].index <= place { low = middle + 1 } else { high = middle }
        }
        return low
    }

    // MARK: Storing

    /// - Throws: ``StorageError/Code/conflict``.
    func check(_ changed: [Message]) throws {
        var ids: Set<Message.ID> = []
        var last: [Ticket.ID: Int] = [:]
        for message in changed {
            let stored = self[message.id]
            guard stored?.revision ?? .unsaved == message.revision, ids.insert(message.id).inserted else {
                throw StorageError(
                    .conflict, "message \(message.id) is not at revision \(message.revision.rawValue)", current: stored?.revision)
            }
            if let stored, stored.ticket == message.ticket, stored.index == message.index { continue }
            guard message.index > last[message.ticket] ?? messages[message.ticket]?.last?.index ?? 0 else {
                throw StorageError(.conflict, "the place \(message.index) of message \(message.id) is taken")
            }
            last[message.ticket] = message.index
        }
    }

    mutating func store(_ changed: [Message]) {
        for message in changed {
            var message = message
            if message.revision != .unsaved { remove(message.id) }
            message.revision = message.revision.next
            for file in message.attachments where file.removed == nil { files[file.id, default: 0] += 1 }
            places[message.id] = Place(ticket: message.ticket, index: message.index)
            let place = messages[message.ticket].map { Self.firstIndex(in: $0, above: message.index) } ?? 0
            messages[message.ticket, default: []].insert(message, at: place)
        }
    }

    private mutating func remove(_ id: Message.ID) {
        guard let place = places.removeValue(forKey: id), let messages = messages[place.ticket] else { return }
        let index = Self.firstIndex(in: messages, above: place.index - 1)
        release(messages[index])
        self.messages[place.ticket]?.remove(at: index)
    }

    mutating func remove(of ticket: Ticket.ID) {
        for message in messages.removeValue(forKey: ticket) ?? [] {
            places[message.id] = nil
            release(message)
        }
    }

    private mutating func release(_ message: Message) {
        for file in message.attachments where file.removed == nil {
            files[file.id, default: 0] -= 1
            if files[file.id] == 0 { files[file.id] = nil }
        }
    }
}
