import Foundation
import SupportPortal
import SupportPortalTesting

/// Records of random content, the same for the same seed.
enum RecordSamples {
    private static let pieces = [
        "a", "Hello ", "é", "e\u{301}", "😀", "🧑‍🚀", "\u{2028}", "\u{0}", "\"", "\\", "/", "\n", "\t", "\r", "\u{1F}", "\u{7F}", "ß",
        "漢字",
        "\u{FFFD}", "\u{FEFF}", "{}", "[1,2]", "\\u0041", "https://example.com/?a=b&c", "\u{10FFFF}", "Ω", " ",
    ]

    static func text(_ chance: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0..<12, using: &chance)).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &chance)] }
            .joined()
    }

    static func line(_ chance: inout SeededGenerator) -> SingleLine { SingleLine(text(&chance)) }

    /// A name that stays as it is when it is made harmless again.
    static func fileName(_ chance: inout SeededGenerator) -> FileName {
        let name = FileName(text(&chance))

        return name == FileName(name.text) ? name : "file"
    }

    static func id<Entity>(_ chance: inout SeededGenerator) -> Identifier<Entity> { Identifier(text(&chance)) }

    static func address(_ chance: inout SeededGenerator) -> EmailAddress? {
        EmailAddress(checking: "User.\(Int.random(in: 0..<1_000, using: &chance))@bücher.example")
    }

    static func date(_ chance: inout SeededGenerator) -> Date {
        let milliseconds: Int64 =
            switch Int.random(in: 0..<4, using: &chance) {
            case 0: Int64.random(in: -62_167_219_200_000...253_402_300_799_999, using: &chance)
            case 1: [0, -1, 951_782_400_000, 253_402_300_799_999].randomElement(using: &chance) ?? 0
            default: Int64.random(in: 1_700_000_000_000...1_800_000_000_000, using: &chance)
            }
        return Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
    }

    static func author(_ chance: inout SeededGenerator) -> Author {
        Author(
            role: Role(rawValue: text(&chance)), identity: AccessKey(rawValue: text(&chance)), name: line(&chance),
            address: Bool.random(using: &chance) ? address(&chance) : nil)
    }

    static func key(_ chance: inout SeededGenerator) -> AccessKey { AccessKey(rawValue: "customer:" + text(&chance)) }

    static func integer(_ chance: inout SeededGenerator) -> Int {
        [0, 1, -1, .max, .min, Int.random(in: .min ... .max, using: &chance)].randomElement(using: &chance) ?? 0
    }

    static func requester(_ chance: inout SeededGenerator) -> Requester {
        Requester(
            customer: Bool.random(using: &chance) ? id(&chance) : nil, name: line(&chance), address: address(&chance),
            language: Bool.random(using: &chance) ? "fr" : nil)
    }

    static func ticket(_ chance: inout SeededGenerator, isFull: Bool) -> Ticket {
        var ticket = Ticket(
            id: id(&chance), number: TicketNumber(rawValue: text(&chance)), requester: requester(&chance), opened: date(&chance),
            subject: line(&chance), department: id(&chance))
        guard isFull else { return ticket }
        ticket.service = id(&chance)
        ticket.priority = TicketPriority(rawValue: text(&chance))
        ticket.status = TicketStatus(rawValue: text(&chance))
        ticket.lastActivity = date(&chance)
        ticket.lastRole = .agent
        ticket.closed = date(&chance)
        for _ in 0..<3 {
            guard let address = address(&chance) else { continue }
            ticket.copies.append(CopyRecipient(address: address, proposedBy: key(&chance), approved: date(&chance)))
        }
        ticket.guestAccess = GuestAccess(tokenHash: text(&chance), expires: date(&chance))
        ticket.followUpOf = id(&chance)
        ticket.continuedIn = id(&chance)
        ticket.messageCount = integer(&chance)
        ticket.lastIndex = integer(&chance)
        ticket.lastPublicIndex = integer(&chance)
        ticket.lastAuthor = key(&chance)
        ticket.lastPublicAuthor = key(&chance)
        ticket.fileCount = integer(&chance)
        ticket.participants = [key(&chance), key(&chance)]
        ticket.assignee = id(&chance)
        ticket.watchers = [id(&chance), id(&chance)]
        ticket.tags = ["refund", "été", "𝒳"].compactMap { TagName($0) }
        ticket.fields = [
            id(&chance): .text(line(&chance)), "number": .number(Int64(integer(&chance))), "yes": .flag(true), "no": .flag(false),
        ]
        ticket.mergedInto = id(&chance)
        ticket.mergeAccess = .withhold
        ticket.merged = [
            MergedTicket(
                ticket: id(&chance), requester: requester(&chance),
                guestAccess: GuestAccess(tokenHash: text(&chance), expires: date(&chance)), isShared: true),
            MergedTicket(ticket: id(&chance), requester: requester(&chance), isShared: false),
        ]
        ticket.splitFrom = id(&chance)
        ticket.splitInto = [id(&chance)]
        ticket.feedback = TicketFeedback(grade: 4, comment: text(&chance), date: date(&chance), author: key(&chance))
        ticket.warned = date(&chance)
        ticket.reminders = integer(&chance)
        ticket.source = key(&chance)
        ticket.publicRevision = Revision(rawValue: integer(&chance))
        ticket.revision = Revision(rawValue: integer(&chance))
        return ticket
    }

    static func message(_ chance: inout SeededGenerator, isFull: Bool) -> Message {
        var message = Message(
            id: id(&chance), ticket: id(&chance), index: integer(&chance), kind: .reply, author: author(&chance),
            date: date(&chance),
            text: (0..<Int.random(in: 0..<10, using: &chance)).map { _ in text(&chance) }.joined(separator: "\n"))
        guard isFull else { return message }
        var removed = FileAttachment(id: id(&chance), name: fileName(&chance), size: integer(&chance))
        removed.removed = date(&chance)
        message.attachments = [removed, FileAttachment(id: id(&chance), name: fileName(&chance), size: 0)]
        message.edits = [MessageEdit(date: date(&chance), author: author(&chance), text: text(&chance))]
        message.rating = 5
        message.movedFrom = id(&chance)
        message.revision = Revision(rawValue: integer(&chance))
        return message
    }

    static func texts(_ chance: inout SeededGenerator) -> [CatalogText] {
        ["", "pt-BR"].map { CatalogText(language: $0, title: line(&chance), summary: text(&chance), body: text(&chance)) }
    }

    static func entry<Item: CatalogItem>(_ chance: inout SeededGenerator, of type: Item.Type, isFull: Bool) -> CatalogEntry<Item>
    {
        var entry = CatalogEntry<Item>(
            id: id(&chance), slug: Slug(rawValue: "größe-漢字-7") ?? Slug("x"), texts: isFull ? texts(&chance) : [],
            created: date(&chance), editor: author(&chance))
        guard isFull else { return entry }
        entry.revision = Revision(rawValue: integer(&chance))
        entry.tags = Set(["refund", "été", "𝒳", "a/b"].compactMap { TagName($0) })
        entry.categories = [id(&chance), id(&chance)]
        entry.place = integer(&chance)
        entry.state = PublicationState(rawValue: text(&chance))
        entry.audience = Audience(keys: Set((0..<5).map { _ in key(&chance) }))
        entry.published = date(&chance)
        entry.expires = date(&chance)
        entry.isPinned = true
        entry.updated = date(&chance)
        return entry
    }

    static func article(_ chance: inout SeededGenerator, isFull: Bool) -> Article {
        let files = (0..<(isFull ? 2 : 0)).map { FileAttachment(id: id(&chance), name: fileName(&chance), size: $0) }
        return Article(entry: entry(&chance, of: Article.self, isFull: isFull), attachments: files)
    }

    static func download(_ chance: inout SeededGenerator, isFull: Bool) -> Download {
        let products: Set<Product.ID> = [id(&chance), id(&chance), id(&chance)]
        return Download(
            entry: entry(&chance, of: Download.self, isFull: isFull),
            file: FileAttachment(id: id(&chance), name: fileName(&chance), size: integer(&chance)), sha256: text(&chance),
            version: line(&chance), requirement: Download.Requirement(products: isFull ? products : nil, needsSupport: isFull))
    }

    static func category(_ chance: inout SeededGenerator, isFull: Bool) -> Download.Category {
        Download.Category(
            id: id(&chance), slug: Slug(line(&chance)), texts: texts(&chance), parent: isFull ? id(&chance) : nil,
            place: integer(&chance), audience: isFull ? Audience(keys: [key(&chance), key(&chance)]) : .everyone)
    }

    static func tally(_ chance: inout SeededGenerator) -> CatalogTally {
        var tally = CatalogTally()
        for _ in 0..<Int.random(in: 0..<4, using: &chance) {
            tally.counters[CatalogTally.Counter(rawValue: text(&chance))] = integer(&chance)
            var values: [Int: Int] = [:]
            for _ in 0..<Int.random(in: 0..<12, using: &chance) { values[integer(&chance)] = integer(&chance) }
            tally.votes[CatalogTally.Ballot(rawValue: text(&chance))] = values
        }
        return tally
    }

    static func event(_ chance: inout SeededGenerator) -> PortalEvent {
        var details: [PortalEvent.Detail: String] = [:]
        for _ in 0..<4 { details[PortalEvent.Detail(rawValue: text(&chance))] = text(&chance) }
        return PortalEvent(
            id: id(&chance), kind: PortalEvent.Kind(rawValue: text(&chance)), subject: text(&chance), date: date(&chance),
            author: author(&chance), isInternal: Bool.random(using: &chance), keys: Set((0..<6).map { _ in key(&chance) }),
            details: details)
    }
}

/// A type that uses all that containers can do.
struct Everything: Codable, Equatable {
    private enum Key: String, CodingKey { case nested, list, other, last, again, a, b, c }

    init() {}

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        var nested = object.nestedContainer(keyedBy: Key.self, forKey: .nested)
        var list = nested.nestedUnkeyedContainer(forKey: .a)
        try list.encode(1)
        try list.encodeNil()
        var inner = list.nestedUnkeyedContainer()
        try inner.encode(true)
        var objects = object.nestedUnkeyedContainer(forKey: .list)
        var first = objects.nestedContainer(keyedBy: Key.self)
        try first.encode("x", forKey: .b)
        _ = objects.superEncoder()
        var parent = object.superEncoder().container(keyedBy: Key.self)
        try parent.encode(2, forKey: .c)
        _ = object.superEncoder(forKey: .other)
        try object.encodeNil(forKey: .last)
        var again = encoder.container(keyedBy: Key.self)
        try again.encode(1, forKey: .again)
    }

    init(from decoder: any Decoder) throws {
        struct Wrong: Error {}
        let object = try decoder.container(keyedBy: Key.self)
        var list = try object.nestedContainer(keyedBy: Key.self, forKey: .nested).nestedUnkeyedContainer(forKey: .a)
        guard list.count == 3, try list.decode(Int.self) == 1 else { throw Wrong() }
        guard list.currentIndex == 1, try list.decodeNil(), try !list.decodeNil() else { throw Wrong() }
        var inner = try list.nestedUnkeyedContainer()
        guard try inner.decode(Bool.self), inner.isAtEnd, list.isAtEnd else { throw Wrong() }
        var objects = try object.nestedUnkeyedContainer(forKey: .list)
        guard try objects.nestedContainer(keyedBy: Key.self).decode(String.self, forKey: .b) == "x" else { throw Wrong() }
        _ = try objects.superDecoder()
        guard try object.superDecoder().container(keyedBy: Key.self).decode(Int.self, forKey: .c) == 2 else { throw Wrong() }
        guard try object.superDecoder(forKey: .other).container(keyedBy: Key.self).allKeys.isEmpty else { throw Wrong() }
        guard object.contains(.last), try object.decodeNil(forKey: .last), !object.contains(.a) else { throw Wrong() }
        guard try object.decodeIfPresent(Int.self, forKey: .last) == nil, try object.decode(Int.self, forKey: .again) == 1 else {
            throw Wrong()
        }
    }
}

class Superclass: Codable {
    var first = 1
    init() {}
}

final class Subclass: Superclass {
    private enum Key: CodingKey { case second }
    var second = 2

    override init() { super.init() }

    override func encode(to encoder: any Encoder) throws {
        try super.encode(to: encoder)
        var object = encoder.container(keyedBy: Key.self)
        try object.encode(second, forKey: .second)
    }

    required init(from decoder: any Decoder) throws {
        second = try decoder.container(keyedBy: Key.self).decode(Int.self, forKey: .second)
        try super.init(from: decoder)
    }
}
