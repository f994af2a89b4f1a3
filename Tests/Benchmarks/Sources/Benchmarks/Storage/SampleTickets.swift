import Foundation
import SupportPortal
import SupportPortalTesting

/// Tickets with three messages, about 2.1 kB of JSON, and the event of the last message. All of it follows from a ticket's place.
///
/// Of every eighty tickets one customer has 4, one 12, one 24 and one 40, far apart in time.
struct SampleTickets: Sendable {
    /// How many are stored at first; more can be made.
    let count: Int
    private let text = SampleText(seed: 1)

    private var groups: Int { max(1, count / 80) }

    func id(_ number: Int) -> Ticket.ID { Ticket.ID(FilledPortal.id(number, 0)) }

    func customerID(_ number: Int) -> Customer.ID { Customer.ID("customer-\(customerNumber(number))") }

    private func customerNumber(_ number: Int) -> Int {
        let customer =
            switch number / groups * 37 % 80 {
            case ..<4: 0
            case ..<16: 1
            case ..<40: 2
            default: 3
            }
        return number % groups * 4 + customer
    }

    private func customer(_ number: Int) -> Customer {
        let customer = customerNumber(number)
        return Customer(
            id: customerID(number),
            name: SingleLine("\(FilledPortal.names[customer % FilledPortal.names.count]) Sample \(customer)"),
            email: EmailAddress(checking: "customer\(customer)@example.com"))
    }

    private let agent = Agent(
        id: "agent-tess", name: "Tess of the Support Team", email: EmailAddress(checking: "tess@staff.example.com"),
        departments: .all)

    /// Stores some tickets at once.
    func commit(_ numbers: Range<Int>) -> TicketCommit {
        var commit = TicketCommit(date: Date(timeIntervalSince1970: 1_800_000_000), announces: false)
        for number in numbers { add(number, to: &commit) }
        return commit
    }

    private func add(_ number: Int, to commit: inout TicketCommit) {
        var chance = SeededGenerator(seed: UInt64(number))
        let (id, customer) = (id(number), customer(number))
        let opened = Date(timeIntervalSince1970: 1_700_000_000 + 63_072_000 * Double(number) / Double(count)).inMilliseconds
        let answered = opened.addingTimeInterval(Double.random(in: 600...86_400, using: &chance)).inMilliseconds
        let answeredAgain = answered.addingTimeInterval(Double.random(in: 600...86_400, using: &chance)).inMilliseconds
        var ticket = Ticket(
            id: id, number: TicketNumber(rawValue: FilledPortal.ticketNumber(number)), requester: Requester(customer),
            opened: opened, subject: SingleLine(text.subject(&chance)),
            department: FilledPortal.departments[Int.random(in: 0..<FilledPortal.departments.count, using: &chance)])
        ticket.status = FilledPortal.status(number)
        ticket.lastActivity = answeredAgain
        ticket.closed = ticket.status == .closed ? ticket.lastActivity : nil
        (ticket.messageCount, ticket.lastIndex, ticket.lastPublicIndex) = (3, 3, 3)
        ticket.participants = [.agent(agent.id)]
        let turns = [
            (Author(customer, as: .requester), opened, Self.lengths.0), (Author(agent), answered, Self.lengths.1),
            (Author(customer, as: .requester), answeredAgain, Self.lengths.2),
        ]
        for (place, (author, date, length)) in turns.enumerated() {
            commit.messages.append(
                Message(
                    id: Message.ID(FilledPortal.id(number, place + 1)), ticket: id, index: place + 1, kind: .reply,
                    author: author,
                    date: date, text: text.message(bytes: length, &chance)))
        }
        commit.tickets.append(ticket)
        commit.events.append(event(5, number, ticket, commit.messages[commit.messages.count - 1]))
    }

    private static let lengths = (300, 200, 150)

    private func event(_ kind: Int, _ number: Int, _ ticket: Ticket, _ message: Message) -> PortalEvent {
        PortalEvent(
            id: PortalEvent.ID(FilledPortal.id(number, kind)), kind: .ticketReplied, subject: ticket.id.rawValue,
            date: message.date, author: message.author, keys: ticket.accessKeys,
            details: [.message: message.id.rawValue, .to: ticket.status.rawValue])
    }

    /// An agent answers a ticket as it stands now.
    func reply(to ticket: Ticket, _ number: Int) -> TicketCommit {
        var chance = SeededGenerator(seed: UInt64(number) &+ 0xAAAA_0000_0000)
        var ticket = ticket
        let place = ticket.lastIndex + 1
        let date = ticket.lastActivity.addingTimeInterval(3_600)
        let message = Message(
            id: Message.ID(FilledPortal.id(number, place + 10)), ticket: ticket.id, index: place, kind: .reply,
            author: Author(agent), date: date, text: text.message(bytes: Self.lengths.1, &chance))
        ticket.status = .answered
        ticket.closed = nil
        ticket.lastActivity = date
        ticket.messageCount += 1
        (ticket.lastIndex, ticket.lastPublicIndex) = (place, place)
        return TicketCommit(
            date: date, tickets: [ticket], messages: [message], events: [event(place + 50, number, ticket, message)],
            announces: false)
    }

    /// How many bytes of JSON a ticket and its messages have on average.
    var jsonSize: Int {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            encoder.dateEncodingStrategy = .custom { _, encoder in
                var container = encoder.singleValueContainer()
                try container.encode("2026-11-23T09:40:00.123Z")
            }
            let commit = commit(0..<200)
            let size = try commit.tickets.map { try encoder.encode($0).count }.reduce(0, +)
            return try commit.messages.map { try encoder.encode($0).count }.reduce(size, +) / 200
        }
    }
}
