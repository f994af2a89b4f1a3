import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

/// A portal in which a bit of everything has happened.
struct RichPortal {
    let bench: PortalBench
    let tickets: [Ticket.ID]
    let token: AccessToken

    /// Fields, bans and files with everything that is hard to write down.
    static let awkward = "é e\u{301} 😀 / \\ \\u0000 \" \u{7F}\t<&> \u{FFFD}"

    static func configuration(_ configuration: inout PortalConfiguration) {
        configuration.departments[0].fields = [
            CustomField(id: "domain", label: "Domain"), CustomField(id: "age", label: "Age", kind: .number(-9...99)),
            CustomField(id: "flag", label: "Flag", kind: .flag),
        ]
    }

    init(_ kind: StorageKind, fileSize: Int = 100_000) async throws {
        let bench = try await PortalBench(kind, with: Self.configuration)
        self.bench = bench
        func later() { bench.clock.advance(by: .milliseconds(61_007)) }
        let (alice, bob, tess) = (bench.aliceTickets, bench.bobTickets, bench.tessTickets)
        let log = Data((0..<fileSize).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) })
        let files = [
            try await alice.upload(FileSource(name: "console é.log", data: log)),
            try await alice.upload(FileSource(name: "empty.txt", data: Data())),
        ]
        let first = try await bench.open("First \(Self.awkward)") {
            $0.message = "Message\n\(Self.awkward)"
            $0.fields = ["domain": "example.com/\(Self.awkward)", "age": "-7", "flag": "yes"]
            $0.copies = ["bob@example.com", "carl@example.com"]
            $0.attachments = files
        }.ticket
        later()
        let answer = try #require(try await tess.reply(to: first, "An answer with /slashes/").message)
        try await tess.note(on: first, "A note")
        try await tess.edit(answer, of: first, "An edited answer")
        try await tess.tag(first, try #require(TagName("Outage")), try #require(TagName("b")))
        try await tess.claim(first)
        try await tess.watch(first)
        later()
        try await alice.rate(answer, of: first, 4)
        try await bob.reply(to: first, "From who is on CC")
        try await bob.addCopy(try EmailAddress("dora@example.com"), to: first)
        try await alice.close(first)
        try await alice.giveFeedback(5, "Good", on: first)
        // Two of the same instant, then merges of both kinds.
        let bobsFile = try await bob.upload(FileSource(name: "x.log", data: Data("bytes of Bob".utf8)))
        let bobs = try await bench.open("Bob's", as: bench.bob) { $0.attachments = [bobsFile] }.ticket
        let also = try await bench.open("Also Bob's", as: bench.bob).ticket
        let third = try await bench.open("Third").ticket
        later()
        try await tess.merge(bobs, into: third, access: .withhold)
        try await tess.merge(also, into: third, access: .share)
        later()
        let split = try #require(try await alice.reply(to: third, "Something else").message)
        let fourth = try await tess.split([split], from: third, subject: "Else", department: "billing").ticket
        later()
        let (guests, token) = try await bench.openAsGuest(Guest(source: "203.0.113.7")) { $0.message = "From a guest" }
        self.token = token
        try await bench.portal.guest().tickets.reply(token, "Again")
        try await bench.portal.guest().tickets.markRead(with: token)
        later()
        // What is begun, said often, marked and forbidden; and an upload that waits.
        var form = try await alice.newForm()
        form.message = "Begun \(Self.awkward)"
        form.attachments = [try await alice.upload(FileSource(name: "begun.txt", data: Data("begun".utf8)))]
        try await alice.save(form)
        try await alice.save("Begun reply", for: third)
        try await tess.save("Begun note", for: third, asNote: true)
        try await tess.markRead(third)
        try await alice.markUnread(first)
        var canned = try await tess.save(tess.newCannedReply(category: "A", title: "B", text: "{{agent.name}}"))
        canned.departments = ["technical"]
        try await tess.save(canned)
        try await tess.save(tess.newCannedReply(category: "C", title: "D", text: Self.awkward))
        try await tess.ban(.domain("spam.example"), because: "Spam", until: bench.clock.now + 1_000)
        try await tess.ban(.customer("c-mallory"))
        let erased = try await bench.open("Erased", as: Customer(id: "c-gone", name: "Gone")).ticket
        try await bench.portal.erase(Customer(id: "c-gone", name: "Gone"))
        #expect(try await bench.record(erased) == nil)
        tickets = [first, bobs, also, third, fourth, guests]
        #expect(try await bench.contradictions().isEmpty)
    }
}

/// Chunks of bytes as a stream.
struct ByteChunks: AsyncSequence, Sendable {
    typealias Element = Data
    typealias Failure = any Error
    let chunks: [Data]

    init(_ chunks: [Data]) { self.chunks = chunks }

    /// Bytes in chunks of one size.
    init(_ data: Data, every size: Int) {
        let starts = stride(from: 0, to: data.count, by: size)
        chunks = starts.map { Data(data.dropFirst($0).prefix(size)) }
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        var chunks: ArraySlice<Data>
        mutating func next() async throws -> Data? { chunks.popFirst() }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(chunks: chunks[...]) }
}
