import Foundation
import SupportPortal
import SupportPortalTesting

/// What things of chance are made of.
enum Chance {
    static let pieces = [
        "a", "b", "ab", "/", "%", "%2F", ".", "..", "é", "e\u{301}", "😀", "🧑‍🚀", "\"", "\\", "\n", "\u{1}", "\u{1F}", "\u{7F}", ":",
        "~", " ", "Å",
        "\u{212B}", "\u{FF}", "ÿ", "\u{10FFFF}", "\u{FFFD}", "'", "null", "0",
    ]
    static let departments: [Department.ID] = ["sales", "technical", "a/b", "é", "e\u{301}"]
    static let customers: [Customer.ID] = ["c-1", "c-10", "c-1/", "é", "e\u{301}", "😀%"]
    static let agents: [Agent.ID] = ["a-1", "a-2", "%41"]
    static let words = ["server", "down", "invoice", "mail", "again", "since", "Monday", "straße", "東京都", "naïve"]
}

/// Does things of chance with the events of two stores; for the same seed always the same.
protocol WorkOfChance {
    var chance: SeededGenerator { get set }
    var now: Int64 { get set }
    var counter: Int { get set }
    /// Items of the queue that were claimed.
    var items: [(id: QueueItem.ID, lease: String)] { get set }
    /// The store in memory.
    var events: any EventStore { get throws }

    /// Asks both stores, which must answer alike.
    @discardableResult
    func ask<Value: Equatable & Sendable>(_ question: String, _ body: (any EventStore) async throws -> Value) async throws
        -> Value?
}

extension WorkOfChance {
    // MARK: Chance

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &chance) }
    mutating func happens(_ percent: Int) -> Bool { number(0..<100) < percent }
    mutating func one<Element>(_ list: [Element]) -> Element? { list.randomElement(using: &chance) }

    mutating func odd() -> String {
        if happens(3) { return String(repeating: "é", count: 100) }
        return (0..<number(1..<4)).map { _ in Chance.pieces[number(0..<Chance.pieces.count)] }.joined()
    }

    /// An id that no other one is, though it may be the beginning of others, or look like them.
    mutating func newID<Entity>(_ kind: String) -> Identifier<Entity> {
        counter += 1
        return Identifier(happens(50) ? "\(kind)\(counter)" : "\(odd())\(kind)\(counter)\(odd())")
    }

    static func date(_ milliseconds: Int64) -> Date { Date(timeIntervalSince1970: Double(milliseconds) / 1_000) }
    var date: Date { Self.date(now) }

    mutating func text() -> String {
        (0..<number(1..<6)).map { _ in Chance.words[number(0..<Chance.words.count)] }.joined(separator: " ")
    }
    mutating func customer() -> Customer.ID { Chance.customers[number(0..<Chance.customers.count)] }
    mutating func department() -> Department.ID { Chance.departments[number(0..<Chance.departments.count)] }
    mutating func agent() -> Agent.ID { Chance.agents[number(0..<Chance.agents.count)] }
    mutating func address() -> EmailAddress? { EmailAddress(checking: "user\(number(0..<4))@example.com") }

    mutating func key() -> AccessKey {
        switch number(0..<6) {
        case 0: .customer(customer())
        case 1: .agent(agent())
        case 2: address().map(AccessKey.address) ?? .everyone
        case 3: .department(department())
        default: .customer(customer())
        }
    }

    mutating func author() -> Author {
        if happens(30) { return Author(role: .agent, identity: .agent(agent()), name: "An Agent", address: address()) }
        return Author(
            role: .requester, identity: .customer(customer()), name: SingleLine(text()), address: happens(50) ? address() : nil)
    }

    mutating func scope() -> AccessScope {
        switch number(0..<4) {
        case 0, 1: .everything
        case 2: .holding([key()])
        default: .holding([key(), key(), .department(department()), .department(department())])
        }
    }

    // MARK: The queue

    mutating func work() async throws {
        counter += 1
        switch number(0..<10) {
        case 0..<5:
            let claim = QueueClaim(
                limit: number(0..<5), now: Self.date(now - Int64(number(0..<3) * 1_000)),
                leaseEnd: Self.date(now + Int64(number(0..<30_000))), lease: "lease-\(counter)")
            let found = try await ask("claim \(claim)") { try await $0.claim(claim) } ?? []
            items += found.map { ($0.id, claim.lease) }
        case 5..<9:
            guard let index = items.indices.randomElement(using: &chance) else { return }
            let item = items[index]
            if happens(80) { items.remove(at: index) }
            let outcome: Settlement.Outcome =
                switch number(0..<4) {
                case 0: .retry(at: Self.date(now + Int64(number(0..<20_000))), failure: text())
                case 1: .parked(failure: odd())
                default: .done
                }
            var adding: [Delivery] = []
            for _ in 0..<(happens(60) ? number(1..<4) : 0) {
                let recipient = Recipient(role: .requester, identity: key(), name: SingleLine(text()))
                adding.append(Delivery(channel: ["mail", "chat"][number(0..<2)], recipient: recipient))
            }
            let settlement = Settlement(item: item.id, lease: happens(5) ? "other" : item.lease, outcome: outcome, adding: adding)
            try await ask("settle \(settlement)") { store in
                try await store.settle(settlement)
                return true
            }
        default:
            let parked = try await events.parked(PageRequest(limit: 100)).items.map(\.id)
            guard let id = one(parked) ?? items.first?.id else { return }
            let date = date
            try await ask("unpark \(id)") { store in
                try await store.unpark(id, at: date)
                return true
            }
        }
    }

    // MARK: Reading

    mutating func readChanges(since position: Position?) async throws {
        var query = ChangeQuery(since: happens(10) ? nil : position, limit: number(-1..<30), scope: scope())
        query.includesInternal = happens(50)
        if happens(5) { query.since = Position(rawValue: Int64(number(-2..<100_000))) }
        let asked = query
        try await ask("changes \(asked)") { try await $0.changes(asked) }
    }

    mutating func readParked() async throws {
        var page = PageRequest(limit: number(1..<5))
        repeat {
            let asked = page
            page.after = try await ask("parked \(asked)") { try await $0.parked(asked) }?.next
        } while page.after != nil
    }
}
