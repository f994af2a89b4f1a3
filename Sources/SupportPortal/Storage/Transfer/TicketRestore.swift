/// A ticket on its way into a store, with its messages and its history.
///
/// Most go in one commit. Of one that is too large, the first commits store a record that counts the messages so far, so that each message takes
/// a place above all that the stored ticket ever had, and a restore that was interrupted knows where to go on.
struct TicketRestore {
    /// The most messages and events in a commit.
    static let longestCommit = 256
    /// How many bytes of lines end a commit.
    static let largestCommit = 4 * 1024 * 1024

    private let store: any TicketStore
    private let ticket: Ticket
    private let line: Int
    /// The revision that is stored.
    private var revision = Revision.unsaved
    /// Whether the record that is stored is the last one.
    private var isStored = false
    private var storedMessages: PagedItems<Message>?
    private var storedEvents: PagedItems<RecordedEvent>?
    private var messages: [Message] = []
    private var events: [PortalEvent] = []
    private var size = 0
    private var messageCount = 0
    private var lastIndex = 0
    private var isInHistory = false
    private var hasCommitted = false
    private(set) var skipped = TransferCounts()

    init(_ ticket: Ticket, line: ArchiveReader.Line, store: any TicketStore, mayExist: Bool) async throws {
        self.ticket = ticket
        self.line = line.number
        self.store = store
        size = line.size
        guard mayExist, let stored = try await store.ticket(ticket.id, in: .everything) else { return }
        isStored = stored.unsaved == ticket
        guard isStored || stored.unsaved == part(stored.messageCount, through: stored.lastIndex) else { throw difference() }
        revision = stored.revision
        storedMessages = PagedItems(limit: 50) { page in
            try await store.messages(MessageQuery(ticket: ticket.id, includesInternal: true, page: page))
        }
        storedEvents = PagedItems(limit: 100) { page in try await store.history(HistoryQuery(ticket: ticket.id, page: page)) }
    }

    /// The ticket as it is stored while only its first messages are.
    private func part(_ messageCount: Int, through lastIndex: Int) -> Ticket {
        var part = ticket
        part.messageCount = messageCount
        part.lastIndex = lastIndex
        part.lastPublicIndex = Swift.min(part.lastPublicIndex, lastIndex)
        return part
    }

    mutating func add(_ message: Message, _ line: ArchiveReader.Line) async throws {
        messageCount += 1
        lastIndex = message.index
        if let stored = try await storedMessages?.next() {
            guard stored.unsaved == message else { throw difference(line.number) }
            skipped.messages += 1
            return
        }
        // A ticket that is stored to the end lacks no message.
        guard !isStored else { throw difference(line.number) }
        messages.append(message)
        try await grow(line)
    }

    mutating func add(_ event: PortalEvent, _ line: ArchiveReader.Line) async throws {
        try await endMessages()
        if let stored = try await storedEvents?.next() {
            guard stored.event == event else { throw difference(line.number) }
            skipped.events += 1
            return
        }
        events.append(event)
        try await grow(line)
    }

    /// Stores what is left.
    mutating func end() async throws {
        try await endMessages()
        if try await storedEvents?.next() != nil { throw difference() }
        if !isStored || !events.isEmpty { try await flush() }
        if !hasCommitted { skipped.tickets = 1 }
    }

    private mutating func endMessages() async throws {
        guard !isInHistory else { return }
        isInHistory = true
        if try await storedMessages?.next() != nil { throw difference() }
    }

    private mutating func grow(_ line: ArchiveReader.Line) async throws {
        size += line.size
        if messages.count + events.count >= Self.longestCommit || size >= Self.largestCommit { try await flush() }
    }

    private mutating func flush() async throws {
        var record = isInHistory ? ticket : part(messageCount, through: lastIndex)
        record.revision = revision
        let commit = TicketCommit(
            date: ticket.lastActivity, tickets: [record], messages: messages, events: events, announces: false)
        try await store.restore(commit, line: line)
        revision = revision.next
        isStored = isInHistory
        hasCommitted = true
        messages = []
        events = []
        size = 0
    }

    private func difference(_ line: Int? = nil) -> ArchiveError {
        ArchiveError(.differs, "another ticket is stored as \(ticket.id)", line: line ?? self.line)
    }
}
