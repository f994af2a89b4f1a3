import Foundation
import SupportPortal
import SupportPortalTesting

/// A portal over in-memory storage with tickets of three messages each: opened, answered, and answered again by the customer.
///
/// All of it follows from the seed and the place of a ticket, so that nothing has to be remembered beside the storage. A customer has twenty
/// tickets, which lie far apart in time. Three in four are closed.
struct FilledPortal: Sendable {
    static let departments: [Department.ID] = ["technical", "billing", "sales", "domains", "abuse"]
    static let ticketsOfCustomer = 20

    /// How many tickets it was filled with.
    let tickets: Int
    /// The portal, with the clock, ids and chance that hosts have.
    let portal: Portal
    /// The same storage, where events wait in the queue for somebody to deliver them.
    let announcing: Portal
    private let text: SampleText

    init(tickets: Int, text: SampleText) async throws {
        self.tickets = tickets
        self.text = text
        let storage = InMemoryStorage()
        var configuration = PortalConfiguration {
            $0.departments = Self.departments.map { Department(id: $0, name: SingleLine($0.rawValue.capitalized)) }
        }
        portal = Portal(storage: storage, configuration: configuration)
        configuration.dispatch.place = .elsewhere
        announcing = Portal(storage: storage, configuration: configuration)
        for number in 0..<tickets { _ = try await storage.ticketStore.commit(commit(number)) }
    }

    // MARK: What is there

    func ticket(_ number: Int) -> Ticket.ID {
        Ticket.ID(Self.id(number, 0))
    }

    /// Who opened a ticket.
    func customer(of number: Int) -> Customer {
        let number = number % customers
        // Made anew each time, as a host makes it of a row of its database.
        return Customer(
            id: Customer.ID("customer-\(number)"), name: "\(Self.names[number % Self.names.count]) van den Sample \(number)",
            email: EmailAddress(checking: "customer\(number)@example.com"))
    }

    private var customers: Int { max(1, tickets / Self.ticketsOfCustomer) }

    func agent(_ departments: Agent.Departments = .all) -> Agent {
        Agent(
            id: "agent-tess", name: "Tess of the Support Team", email: EmailAddress(checking: "tess@staff.example.com"),
            departments: departments)
    }

    /// A ticket by chance.
    func anyTicket(_ chance: inout SeededGenerator) -> Int { Int.random(in: 0..<tickets, using: &chance) }

    /// A ticket by chance that was not closed.
    func anyWaitingTicket(_ chance: inout SeededGenerator) -> Int {
        while true {
            let number = anyTicket(&chance)
            if Self.status(number) != .closed { return number }
        }
    }

    /// What somebody types into the form.
    func opening(_ chance: inout SeededGenerator) -> (subject: String, message: String) {
        (text.subject(&chance), text.message(bytes: 600, lineBreak: "\r\n", &chance))
    }

    /// What somebody types as an answer.
    func reply(_ chance: inout SeededGenerator) -> String { text.message(bytes: 400, lineBreak: "\r\n", &chance) }

    // MARK: Filling

    private func commit(_ number: Int) -> TicketCommit {
        var chance = SeededGenerator(seed: UInt64(number))
        let id = ticket(number)
        let customer = customer(of: number)
        // Opened evenly over two years, answered within two days.
        let opened = Date(timeIntervalSince1970: 1_700_000_000 + 63_072_000 * Double(number) / Double(tickets))
        let answered = opened.addingTimeInterval(Double.random(in: 600...86_400, using: &chance))
        let answeredAgain = answered.addingTimeInterval(Double.random(in: 600...86_400, using: &chance))
        var ticket = Ticket(
            id: id, number: TicketNumber(rawValue: Self.ticketNumber(number)), requester: Requester(customer),
            opened: opened.inMilliseconds, subject: SingleLine(text.subject(&chance)),
            department: Self.departments[Int.random(in: 0..<Self.departments.count, using: &chance)])
        ticket.status = Self.status(number)
        ticket.lastActivity = answeredAgain.inMilliseconds
        ticket.closed = ticket.status == .closed ? ticket.lastActivity : nil
        (ticket.messageCount, ticket.lastIndex, ticket.lastPublicIndex) = (3, 3, 3)
        ticket.participants = [.agent(agent().id)]
        var commit = TicketCommit(date: ticket.lastActivity, announces: false)
        let turns: [(author: Author, date: Date, text: String, kind: PortalEvent.Kind)] = [
            (Author(customer, as: .requester), opened, text.message(bytes: 600, &chance), .ticketOpened),
            (Author(agent()), answered, text.message(bytes: 400, &chance), .ticketReplied),
            (Author(self.customer(of: number), as: .requester), answeredAgain, text.message(bytes: 400, &chance), .ticketReplied),
        ]
        for (place, turn) in turns.enumerated() {
            let message = Message(
                id: Message.ID(Self.id(number, place + 1)), ticket: id, index: place + 1, kind: .reply, author: turn.author,
                date: turn.date.inMilliseconds, text: turn.text)
            commit.messages.append(message)
            commit.events.append(
                PortalEvent(
                    id: PortalEvent.ID(Self.id(number, place + 5)), kind: turn.kind, subject: id.rawValue, date: message.date,
                    author: turn.author, keys: ticket.accessKeys,
                    details: [.message: message.id.rawValue, .to: ticket.status.rawValue]))
        }
        commit.tickets = [ticket]
        return commit
    }

    static func status(_ number: Int) -> TicketStatus {
        switch mix(number, 9) % 20 {
        case 0: .open
        case 1, 2: .answered
        case 3, 4: .customerReply
        default: .closed
        }
    }

    /// 32 hexadecimal digits, as real ids have.
    static func id(_ number: Int, _ kind: Int) -> String {
        let halves = [mix(number, kind), mix(number, kind + 100)]
        return unsafe String(unsafeUninitializedCapacity: 32) { buffer in
            for place in 0..<32 {
                let digit = UInt8(truncatingIfNeeded: halves[place / 16] >> UInt64(place % 16 * 4) & 15)
                unsafe buffer[place] = digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
            }
            return 32
        }
    }

    /// As the standard numbering makes them, but each once: `AAA-000000` counted through in large steps.
    static func ticketNumber(_ number: Int) -> String {
        let place = number * 1_234_577 % 17_576_000_000
        let letters = [place / 26_000_000 % 26, place / 1_000_000 % 26, place / 676_000_000 % 26]
        let text = String(letters.map { Character(Unicode.Scalar(UInt8(ascii: "A") + UInt8($0))) })
        return text + "-" + String(place % 1_000_000 + 1_000_000).dropFirst()
    }

    private static func mix(_ number: Int, _ kind: Int) -> UInt64 {
        var chance = SeededGenerator(seed: UInt64(number) &* 0x1_0000 &+ UInt64(kind))
        return chance.next()
    }

    static let names = ["Ada", "Björn", "Chloé", "Dmitri", "Emeka", "Fatima", "Greta", "Hiroshi", "Ines", "João"]
}

extension Date {
    /// Rounded, as stores expect it.
    var inMilliseconds: Date {
        Date(timeIntervalSince1970: (timeIntervalSince1970 * 1_000).rounded() / 1_000)
    }
}
