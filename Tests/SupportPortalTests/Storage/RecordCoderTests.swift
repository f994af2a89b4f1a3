import Foundation
import SupportPortalTesting
import Testing

@testable import SupportPortal

@Suite("Records as JSON")
struct RecordCoderTests: RecordCoding {
    // MARK: Records

    @Test("Every record survives, and Foundation reads the same", arguments: 1...40 as ClosedRange<UInt64>)
    func records(seed: UInt64) throws {
        var chance = SeededGenerator(seed: seed)
        let ticket = RecordSamples.ticket(&chance, isFull: seed % 2 == 0)
        let message = RecordSamples.message(&chance, isFull: seed % 2 == 0)
        let event = RecordSamples.event(&chance)
        try check(ticket)
        try check(message)
        try check(event)
        try check(QueueItem(position: Position(rawValue: .max), event: event))
        try check(
            QueueItem(
                position: Position(rawValue: 1), event: event,
                delivery: Delivery(
                    channel: RecordSamples.text(&chance),
                    recipient: Recipient(
                        role: .agent, identity: .agent("a"), name: RecordSamples.line(&chance),
                        address: RecordSamples.address(&chance), language: "de")), failures: 3,
                lastFailure: RecordSamples.text(&chance)))
        try check(
            DeskRecord(
                DeskRecord.ID(.draft, of: .agent("a"), RecordSamples.text(&chance)), date: RecordSamples.date(&chance),
                text: RecordSamples.text(&chance)))
        try check(
            Submission(
                key: RecordSamples.text(&chance), ticket: RecordSamples.id(&chance), message: RecordSamples.id(&chance),
                expires: RecordSamples.date(&chance)))
        try check(
            Blob(
                id: RecordSamples.id(&chance), owner: .agent("a"), name: RecordSamples.fileName(&chance),
                created: RecordSamples.date(&chance), size: .max))
        try check(
            Ban(
                target: .domain(RecordSamples.text(&chance)), reason: RecordSamples.text(&chance), author: message.author,
                date: RecordSamples.date(&chance), expires: nil))
        try check(
            [Agent.Departments.all, .only(["technical", "billing", "sales"])].map {
                Agent(id: "a", name: "A", departments: $0)
            })
    }

    @Test("Every record of what is published survives, and Foundation reads the same", arguments: 1...40 as ClosedRange<UInt64>)
    func publishedRecords(seed: UInt64) throws {
        var chance = SeededGenerator(seed: seed)
        let isFull = seed % 2 == 0
        try check(Announcement(entry: RecordSamples.entry(&chance, of: Announcement.self, isFull: isFull)))
        try check(RecordSamples.article(&chance, isFull: isFull))
        try check(RecordSamples.download(&chance, isFull: isFull))
        try check(RecordSamples.category(&chance, isFull: isFull))
        try check(RecordSamples.tally(&chance))
        try check(
            StoredVote<Article>(
                item: RecordSamples.id(&chance), ballot: CatalogTally.Ballot(rawValue: RecordSamples.text(&chance)),
                voter: RecordSamples.key(&chance), value: RecordSamples.integer(&chance)))
    }

    @Test("A tally reads like this, whatever it was filled with first")
    func tallies() throws {
        var tally = CatalogTally()
        for value in [7, -1, 1, 10, 2] { tally.votes[.helpful, default: [:]][value] = 3 }
        for name in ["views", "a/b", "downloads"] { tally.counters[CatalogTally.Counter(rawValue: name)] = 1 }
        let text = #"{"counters":{"a/b":1,"downloads":1,"views":1},"votes":{"helpful":{"-1":3,"1":3,"10":3,"2":3,"7":3}}}"#
        #expect(String(decoding: try RecordEncoder().encode(tally), as: UTF8.self) == text)
        var backwards = CatalogTally()
        for name in ["downloads", "views", "a/b"] { backwards.counters[CatalogTally.Counter(rawValue: name)] = 1 }
        for value in [2, 10, 1, -1, 7] { backwards.votes[.helpful, default: [:]][value] = 3 }
        #expect(try RecordEncoder().encode(backwards) == Array(text.utf8))
    }

    /// A value comes back, to Foundation as well, and from what Foundation writes.
    private func check<Value: Codable & Equatable>(_ value: Value, _ place: SourceLocation = #_sourceLocation) throws {
        let bytes = try RecordEncoder().encode(value)
        #expect(try RecordDecoder().decode(Value.self, from: bytes) == value, sourceLocation: place)
        #expect(try Self.foundationDecoder.decode(Value.self, from: Data(bytes)) == value, sourceLocation: place)
        for formatting: JSONEncoder.OutputFormatting in [[], [.prettyPrinted, .sortedKeys]] {
            let encoder = Self.foundationEncoder
            encoder.outputFormatting = formatting
            let theirs = Array(try encoder.encode(value))
            #expect(try RecordDecoder().decode(Value.self, from: theirs) == value, sourceLocation: place)
        }
        let padded = Array("…{".utf8) + bytes + Array("}".utf8)
        let range = 4..<4 + bytes.count
        #expect(try RecordDecoder().decode(Value.self, from: padded, in: range) == value, sourceLocation: place)
    }

    private static var foundationEncoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            let text = String(decoding: try RecordEncoder().encode(date), as: UTF8.self)
            try container.encode(String(text.dropFirst().dropLast()))
        }
        return encoder
    }

    private static var foundationDecoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            return try RecordDecoder().decode(Date.self, from: Array("\"\(text)\"".utf8))
        }
        return decoder
    }

    @Test("A field's answer is a string, number or boolean")
    func fieldValues() throws {
        let values: [FieldValue] = [
            .text("a"), .text(""), .text("true"), .number(.min), .number(.max), .number(0), .flag(true), .flag(false),
        ]
        #expect(
            try json(values) == #"["a","","true",-9223372036854775808,9223372036854775807,0,true,false]"#)
        try check(values)
    }

    // MARK: Canonical text

    @Test("A record reads like this")
    func golden() throws {
        var ticket = Ticket(
            id: "t/1", number: TicketNumber(rawValue: "Q-1"),
            requester: Requester(customer: "c-1", name: "Chloé", address: nil), opened: Date(milliseconds: 1_764_000_000_125),
            subject: #"A "quote""#, department: "technical")
        ticket.fields = ["z": .number(1), "B": .text("x"), "a": .flag(true), "é": .number(-3)]
        #expect(
            try json(ticket)
                == #"{"id":"t/1","number":"Q-1","requester":{"customer":"c-1","name":"Chloé"},"opened":"2025-11-24T16:00:00.125Z","#
                + #""subject":"A \"quote\"","department":"technical","priority":"Medium","status":"Open","#
                + #""lastActivity":"2025-11-24T16:00:00.125Z","lastRole":"requester","copies":[],"messageCount":0,"lastIndex":0,"#
                + #""lastPublicIndex":0,"lastAuthor":"customer:c-1","lastPublicAuthor":"customer:c-1","fileCount":0,"participants":[],"#
                + #""watchers":[],"tags":[],"fields":{"B":"x","a":true,"z":1,"é":-3},"merged":[],"splitInto":[],"reminders":0,"#
                + #""publicRevision":0,"revision":0}"#)
    }

    @Test("What has no order gets one, however it was filled")
    func unordered() throws {
        var chance = SeededGenerator(seed: 7)
        let names = (0..<60).map { "\($0 % 7)\"key\u{1}\($0)é" }
        let expected = names.sorted { $0.precedesByBytes($1) }
        var texts: Set<[UInt8]> = []
        for _ in 0..<50 {
            // Other capacities and other seeds of the hash make other orders.
            var members: [CustomField.ID: Set<String>] = [:]
            members.reserveCapacity(Int.random(in: 0..<500, using: &chance))
            var pairs: [Pair: [String: Int]] = [:]
            for name in names.shuffled(using: &chance) {
                var inner: Set<String> = []
                inner.reserveCapacity(Int.random(in: 0..<50, using: &chance))
                for other in names.prefix(5).shuffled(using: &chance) { inner.insert(other) }
                members[CustomField.ID(name)] = inner
                pairs[Pair(a: name)] = Dictionary(uniqueKeysWithValues: names.prefix(9).shuffled(using: &chance).map { ($0, 1) })
            }
            let bytes = try RecordEncoder().encode(Unordered(members: members, pairs: pairs))
            texts.insert(bytes)
            #expect(try RecordDecoder().decode(Unordered.self, from: bytes) == Unordered(members: members, pairs: pairs))
            #expect(try ScannedText(bytes, in: 0..<bytes.count).names(of: 1) == expected)
        }
        #expect(texts.count == 1)
        #expect(try json([Set<String>(), ["b"], ["b", "a", ""]]) == #"[[],["b"],["","a","b"]]"#)
        #expect(try json([[String: Int]?.none, ["b": 1, "a": 2], [:]]) == #"[null,{"a":2,"b":1},{}]"#)
        #expect(try json([2: "b", 10: "a"]) == #"{"10":"a","2":"b"}"#)
    }

    private struct Pair: Hashable, Codable { var a: String }
    private struct Unordered: Hashable, Codable {
        var members: [CustomField.ID: Set<String>]
        var pairs: [Pair: [String: Int]]
    }

    @Test("Text is escaped where it must be")
    func escapes() throws {
        let text = "/\"\\\n\r\t\u{0}\u{1F}\u{7F}\u{2028}é🧑‍🚀"
        #expect(try json(text) == #""/\"\\\n\r\t\u0000\u001f"# + "\u{7F}\u{2028}é🧑‍🚀\"")
        // At every distance from the words in which text is looked through.
        for length in 0..<40 {
            for odd in ["\"", "\\", "\u{0}", "é", "\u{1F600}"] {
                let text = String(repeating: "a", count: length) + odd + String(repeating: "b", count: 40 - length)
                try check([text, text])
                try check([text: 1])
            }
        }
        #expect(
            try decode(String.self, #""\/\b\f\n\r\t\"\\\u0041\u00e9\u2028\uD83d\uDE00\u0000""#)
                == "/\u{8}\u{C}\n\r\t\"\\Aé\u{2028}😀\u{0}")
    }

    @Test("Numbers keep their value")
    func numbers() throws {
        try check([Int64.min, .max, 0, -1, 9, 10, 99, 100])
        try check([UInt64.max, 0, 10_000_000_000_000_000_000, 9_999_999_999_999_999_999])
        try check([Int8.min, .max])
        try check(
            [0.1, 1e300, .leastNonzeroMagnitude, -1, 123_456_789.25, .pi, .greatestFiniteMagnitude, 100_000_000_000_000_000_000]
                as [Double])
        try check([0.1, 16_777_216, .leastNonzeroMagnitude] as [Float])
        #expect(try json([1, 0.1, -2.5] as [Double]) == "[1,0.1,-2.5]")
        #expect(try decode(Double.self, "-0").sign == .minus)
        #expect(try decode(Int.self, "-0") == 0)
        #expect(try decode([Double].self, "[1,1.5e3,1E-2,2e+2]") == [1, 1_500, 0.01, 200])
        for value in [Double.nan, .infinity, -.infinity] {
            #expect(throws: EncodingError.self) { try RecordEncoder().encode([value]) }
        }
        #expect(throws: DecodingError.self) { try decode(Double.self, "1e999") }
        #expect(throws: DecodingError.self) { try decode(Float.self, "1e39") }
        for text in ["9223372036854775808", "-9223372036854775809", "99999999999999999999999", "1.0", "1e2", "\"1\"", "true"] {
            #expect(throws: DecodingError.self) { try decode(Int64.self, text) }
        }
        #expect(throws: DecodingError.self) { try decode(UInt8.self, "256") }
        #expect(throws: DecodingError.self) { try decode(UInt64.self, "-1") }
    }

    @Test("Bytes are Base64")
    func bytes() throws {
        let data = Data((0...255).map { UInt8($0) })
        try check([data, Data()])
        #expect(try decode(Data.self, #""\/\/8=""#) == Data([255, 255]))
        #expect(throws: DecodingError.self) { try decode(Data.self, "\"%\"") }
    }

    // MARK: What decoding takes

    @Test("Order, unknown keys, space and escapes do not matter")
    func lenient() throws {
        let text = """
             {"unknown":[{"a":[1,"\\ud83d\\ude00"]},null], "ex\\u0070ires" : "2026-11-23T09:40:00Z" ,
             \t"message":"m","key":"k",\r\n"ticket":"\\u0074" }\u{20}

            """
        let submission = try decode(Submission.self, text)
        #expect(
            submission
                == Submission(
                    key: "k", ticket: "t", message: "m", expires: Date(milliseconds: 1_763_890_800_000 + 31_536_000_000)))
        #expect(try decode(Customer.self, #"{"email":null,"name":"N","id":"c"}"#) == Customer(id: "c", name: "N"))
    }

    @Test(
        "What is no JSON is refused, also where nobody looks",
        arguments: [
            "", " ", "nul", "nulll", "truefalse", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
            "{'a':1}",
            "[01]", "[-]", "[1.]", "[.5]", "[1e]", "[1e+]", "[+1]", "[0x1]", "[NaN]", "[\"\u{1}\"]", "[\"\n\"]", "[\"a]",
            "[\"\\x\"]",
            "[\"\\u12g4\"]", "[\"\\u12\"]", "[\"\\ud800\"]", "[\"\\udc00\"]", "[\"\\ud800\\u0041\"]", "[\"\\ud800x\"]",
            "[\"\\udc00\\ud800\"]", "[1", "{\"a\":1", "[1}", "{\"a\":1]", "]", "[1]]", "1 2", "\u{FEFF}[]", "[1]\u{0}", "[tru]",
            "[\"\\",
            "{\"a\":1,\"a\":2}", "{\"a\":1,\"b\":2,\"\\u0061\":3}", "{\"\":1,\"\":2}",
        ])
    func noJSON(text: String) {
        #expect(throws: DecodingError.self) { try decode(Anything.self, text) }
    }

    @Test("Bytes that are no UTF-8 are refused")
    func noUTF8() {
        for bytes: [UInt8] in [
            [0x80], [0xC3], [0xC0, 0xAF], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x82], [0xC3, 0x28],
        ] {
            for padding in [0, 3, 7, 20] {
                let text = Array(repeating: UInt8(ascii: "x"), count: padding) + bytes
                let quoted = [UInt8(ascii: "\"")] + text + [UInt8(ascii: "\"")]
                #expect(throws: DecodingError.self) { try RecordDecoder().decode(Anything.self, from: quoted) }
                let member = Array("{".utf8) + quoted + Array(":1}".utf8)
                #expect(throws: DecodingError.self) { try RecordDecoder().decode(Anything.self, from: member) }
            }
        }
    }

    @Test("Errors say where")
    func paths() throws {
        func path(_ error: any Error) -> String? {
            switch error as? DecodingError {
            case .dataCorrupted(let context)?, .keyNotFound(_, let context)?, .typeMismatch(_, let context)?,
                .valueNotFound(_, let context)?:
                context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: "/")
            default: nil
            }
        }
        func path(_ text: String) -> String? {
            do { _ = try decode([String: [MessageEdit]].self, text) } catch { return path(error) }
            return nil
        }
        let author = #"{"role":"agent","identity":"agent:a","name":"A"}"#
        #expect(
            path(#"{"a":[],"b":[{"date":"2026-11-23T09:40:00Z","author":\#(author),"text":"t"},{"date":"x"}]}"#) == "b/1/date")
        #expect(path(#"{"a":[{"date":"2026-11-23T09:40:00Z"}]}"#) == "a/0")
        #expect(path(#"{"a":[{"date":"2026-11-23T09:40:00Z","author":{"role":7}}]}"#) == "a/0/author/role")
        #expect(path(#"{"a":[{"date":null}]}"#) == "a/0/date")
        #expect(path(#"{"a":[{},[nul"#) == "a/1")
        #expect(path("[]") == "")
        do {
            _ = try RecordEncoder().encode(["a": [[1], [2, Double.nan]]])
            Issue.record("NaN was written")
        } catch EncodingError.invalidValue(_, let context) {
            #expect(context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue } == ["a", "1", "1"])
        }
    }

    @Test("Depth is limited, and costs no stack")
    func depth() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try RecordDecoder().decode(Anything.self, from: nested(512))
        for depth in [513, 1_000_000] {
            #expect(throws: DecodingError.self) { try RecordDecoder().decode(Anything.self, from: nested(depth)) }
        }
        let open = Array(repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: DecodingError.self) { try RecordDecoder().decode(Anything.self, from: open) }
        _ = try RecordEncoder().encode(Nest(depth: 511))
        #expect(throws: EncodingError.self) { try RecordEncoder().encode(Nest(depth: 512)) }
    }

    private struct Nest: Encodable {
        var depth: Int

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            if depth > 0 { try container.encode(Nest(depth: depth - 1)) }
        }
    }

    @Test("Many members: found in any order, twins refused", .timeLimit(.minutes(10)))
    func manyMembers() throws {
        let numbers = 0..<20_000
        func text(_ order: some Sequence<Int>) -> String {
            "{" + order.map { "\"key \($0)\":\($0)" }.joined(separator: ",") + "}"
        }
        let members = try decode([String: Int].self, text(numbers.reversed()))
        #expect(members == Dictionary(uniqueKeysWithValues: numbers.map { ("key \($0)", $0) }))
        for twin in [0, 7_777, 19_999] {
            #expect(throws: DecodingError.self) { try decode([String: Int].self, text(Array(numbers) + [twin])) }
        }
        for count in 2..<130 {
            #expect(throws: DecodingError.self) { try decode(Anything.self, text(Array(0..<count) + [count / 2])) }
            _ = try decode(Anything.self, text(0..<count))
        }
        // An error that is caught for each must not cost more the more there are.
        let answers = "[" + Array(repeating: "\"a\"", count: 20_000).joined(separator: ",") + "]"
        #expect(try decode([FieldValue].self, answers).count == 20_000)
    }

    // MARK: Damage

    @Test("A record cut at any byte is refused")
    func cuts() throws {
        var chance = SeededGenerator(seed: 3)
        let bytes = try RecordEncoder().encode(RecordSamples.ticket(&chance, isFull: true))
        for length in 0..<bytes.count {
            #expect(throws: DecodingError.self) { try RecordDecoder().decode(Ticket.self, from: Array(bytes[..<length])) }
        }
    }

    @Test("Damage gives an error or another value, never a trap")
    func mutations() throws {
        var chance = SeededGenerator(seed: 5)
        var (refused, taken) = (0, 0)
        let odd: [UInt8] = Array("\"\\{}[]:,-0.eEnutf 1\u{0}".utf8) + [0x80, 0xC3, 0xED, 0xF4, 0xFF]
        for _ in 0..<400 {
            let isFull = Bool.random(using: &chance)
            let texts = [
                try RecordEncoder().encode(RecordSamples.ticket(&chance, isFull: isFull)),
                try RecordEncoder().encode(RecordSamples.message(&chance, isFull: isFull)),
                try RecordEncoder().encode(RecordSamples.event(&chance)),
            ]
            for round in 0..<50 {
                var text = texts[round % 3]
                for _ in 0..<Int.random(in: 1...3, using: &chance) {
                    let index = Int.random(in: 0..<text.count, using: &chance)
                    switch Int.random(in: 0..<5, using: &chance) {
                    case 0: text[index] ^= 1 << UInt8.random(in: 0..<8, using: &chance)
                    case 1: text[index] = odd[Int.random(in: 0..<odd.count, using: &chance)]
                    case 2: text.remove(at: index)
                    case 3: text.insert(odd[Int.random(in: 0..<odd.count, using: &chance)], at: index)
                    default:
                        let end = Int.random(in: index...min(text.count, index + 30), using: &chance)
                        text.insert(contentsOf: text[index..<end], at: Int.random(in: 0...text.count, using: &chance))
                    }
                }
                do {
                    switch round % 3 {
                    case 0: try recode(Ticket.self, text)
                    case 1: try recode(Message.self, text)
                    default: try recode(PortalEvent.self, text)
                    }
                    taken += 1
                } catch is DecodingError {
                    refused += 1
                }
            }
        }
        #expect(refused > 5_000 && taken > 1_000, "\(refused) refused, \(taken) taken")
    }

    /// What was read is written and read again. Where it is read at all, Foundation takes the text for JSON, too.
    private func recode<Value: Codable & Equatable>(_ type: Value.Type, _ text: [UInt8]) throws {
        let value = try RecordDecoder().decode(type, from: text)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed) }
        let bytes = try #require(try? RecordEncoder().encode(value))
        #expect(try RecordDecoder().decode(type, from: bytes) == value)
    }

    // MARK: The rest of Codable

    @Test("Containers of every kind")
    func containers() throws {
        let value = Everything()
        let bytes = try RecordEncoder().encode(value)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"nested":{"a":[1,null,[true]]},"list":[{"b":"x"},{}],"super":{"c":2},"other":{},"last":null,"again":1}"#)
        #expect(try RecordDecoder().decode(Everything.self, from: bytes) == value)
        let subclass = try decode(Subclass.self, json(Subclass()))
        #expect(subclass.first == 1 && subclass.second == 2)
        #expect(try json(Subclass()) == #"{"first":1,"second":2}"#)
        #expect(throws: DecodingError.self) { try decode(Everything.self, #"{"nested":{"a":[1,null,3]}}"#) }
        #expect(throws: DecodingError.self) { try decode([Int].self, "{}") }
        #expect(throws: DecodingError.self) { try decode([String: Int].self, "[]") }
    }

    @Test("Containers written out of order are refused", arguments: Misuse.Kind.allCases)
    func misuse(kind: Misuse.Kind) {
        #expect(throws: EncodingError.self) { try RecordEncoder().encode(Misuse(kind: kind)) }
        #expect(throws: EncodingError.self) { try RecordEncoder().encode(["x": [Misuse(kind: kind)]]) }
    }

    struct Misuse: Encodable {
        enum Kind: CaseIterable { case twoValues, valueAndContainer, twoKinds, leftContainer, caught }
        var kind: Kind

        func encode(to encoder: any Encoder) throws {
            var single = encoder.singleValueContainer()
            switch kind {
            case .twoValues:
                try single.encode(1)
                try single.encode("2")
            case .valueAndContainer:
                try single.encode(1)
                var list = encoder.unkeyedContainer()
                try list.encode(1)
            case .twoKinds:
                var list = encoder.unkeyedContainer()
                try list.encode(1)
                var object = encoder.container(keyedBy: PathKey.self)
                try object.encode(1, forKey: PathKey(stringValue: "a"))
            case .leftContainer:
                var list = encoder.unkeyedContainer()
                var first = list.nestedUnkeyedContainer()
                var second = list.nestedUnkeyedContainer()
                try second.encode(2)
                try first.encode(1)
            case .caught:
                var list = encoder.unkeyedContainer()
                try? list.encode(Double.nan)
            }
        }
    }

    // MARK: Tools

    /// Takes every JSON.
    private struct Anything: Decodable {
        init(from decoder: any Decoder) {}
    }
}

extension ScannedText {
    /// The names of an object's members in the order of the text.
    fileprivate func names(of object: Int) throws -> [String] {
        try KeyedReader<PathKey>(self, at: object).allKeys.map(\.stringValue)
    }
}
