#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A piece of what the portal keeps of a customer. Codes as JSON that is meant to be read by people and programs alike.
public enum ExportedItem: Hashable, Sendable, Codable {
    /// Who the customer is, as the session knows it.
    case customer(Customer)
    /// A ticket that the customer asked, without its conversation, which follows as messages.
    case ticket(TicketPage)
    /// A public message of such a ticket, or one that the customer wrote on a ticket of somebody else. Its files are handed out by
    /// ``CustomerTickets/file(_:in:of:range:)``.
    case message(ConversationEntry, of: Ticket.ID)
    /// A form that the customer has begun.
    case form(TicketForm)
    /// A reply that the customer has begun.
    case reply(ReplyDraft, to: Ticket.ID)

    /// The item as one line of JSON, with keys in order, LF included.
    public func jsonLine() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // The style of ISO 8601 (RFC 3339) in UTC, with milliseconds, as dates are kept.
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.iso8601)
        }
        return try encoder.encode(self) + Data("\n".utf8)
    }
}

/// What the portal keeps of a customer and the customer can see, piece by piece, read while it is asked for. Internal notes are no part of it.
///
/// ```swift
/// for try await item in portal.customer(customer).export() { try file.write(item.jsonLine()) }
/// ```
public struct CustomerExport: AsyncSequence, Sendable {
    /// A piece.
    public typealias Element = ExportedItem

    let session: CustomerSession

    /// Reads piece after piece.
    public struct AsyncIterator: AsyncIteratorProtocol, Sendable {
        let session: CustomerSession
        private var ready: ArraySlice<ExportedItem>
        private var tickets = PageRequest(limit: 50)
        private var waiting: ArraySlice<TicketSummary> = []
        private var current: TicketSummary?
        private var messages = PageRequest(limit: 50)
        private var hasMoreTickets = true
        private var hasDrafts = true

        init(session: CustomerSession) {
            self.session = session
            ready = [.customer(session.customer)]
            let hasTickets = session.portal.sections.contains(.tickets)
            hasMoreTickets = hasTickets
            hasDrafts = hasTickets
        }

        /// The next piece.
        /// - Throws: what a store throws; `CancellationError`.
        public mutating func next() async throws -> ExportedItem? {
            while ready.isEmpty {
                try Task.checkCancellation()
                if let ticket = current {
                    try await readMessages(of: ticket)
                } else if let ticket = waiting.popFirst() {
                    messages = PageRequest(limit: 50)
                    guard let page = try await page(of: ticket, PageRequest(limit: 0)) else { continue }
                    current = ticket
                    if ticket.viewerRole == .requester { ready.append(.ticket(page)) }
                } else if hasMoreTickets {
                    try await readTickets()
                } else if hasDrafts {
                    try await readDrafts()
                } else {
                    return nil
                }
            }
            return ready.popFirst()
        }

        private mutating func readTickets() async throws {
            let order = TicketOrder(.opened, ascending: true)
            let page = try await session.tickets.list(order: order, page: tickets)
            waiting = page.items[...]
            tickets.after = page.next
            hasMoreTickets = page.next != nil
        }

        /// `nil` where the ticket is out of sight by now, or was merged: then it leads to another one, which comes itself.
        private func page(of ticket: TicketSummary, _ messages: PageRequest) async throws -> TicketPage? {
            do {
                let page = try await session.tickets.page(ticket.id, messages: messages)
                return page.ticket.id == ticket.id ? page : nil
            } catch let error where .notFound ~= error {
                return nil
            }
        }

        private mutating func readMessages(of ticket: TicketSummary) async throws {
            guard let page = try await page(of: ticket, messages)?.conversation else {
                current = nil
                return
            }
            ready.append(
                contentsOf: page.items.filter { ticket.viewerRole == .requester || $0.isOwn }.map { .message($0, of: ticket.id) })
            messages.after = page.next
            if page.next == nil { current = nil }
        }

        private mutating func readDrafts() async throws {
            hasDrafts = false
            if let form = try await session.tickets.savedForm() { ready.append(.form(form.content)) }
            for place in try await session.tickets.drafts() {
                guard let draft = try await session.tickets.savedReply(for: place.ticket) else { continue }
                ready.append(.reply(draft.content, to: place.ticket))
            }
        }
    }

    /// Begins with who the customer is.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(session: session) }
}

extension CustomerSession {
    /// All that the portal keeps of the customer: what a person may ask for under the law of many countries.
    public func export() -> CustomerExport { CustomerExport(session: self) }
}
