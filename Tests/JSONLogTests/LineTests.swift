import Testing

@testable import JSONLog

@Suite("Lines")
struct LineTests {
    private func line(_ text: String) -> LogLine? {
        let bytes = Array(text.utf8)
        return LineParser.line(bytes, bytes.indices)
    }

    /// The text with its hash behind it.
    private func hashed(_ text: String, _ end: (String) -> String = { #","h":"\#($0)"}"# }) -> String {
        var digits: [UInt8] = []
        JSONText.append(hexadecimal: XXHash64.hash(text), to: &digits)
        return text + end(String(decoding: digits, as: UTF8.self))
    }

    @Test("A line has its members in a fixed order, and is read as it was written")
    func order() throws {
        var writer = LineWriter()
        writer.begin(sequence: 17, durable: 16)
        let key = "a\"/\u{1}ü"
        var quoted: [UInt8] = []
        JSONText.append(key, to: &quoted)
        let keys = IndexKey.array([["cust\n9", .number(-1_700_000_000_123)], ["x"]])
        let range = writer.add(OperationText(key: quoted, indexKeys: keys, value: Array(#"{"a":[1]}"#.utf8)), revision: 4)
        _ = writer.add(OperationText(key: quoted, value: OperationText.deletion), revision: 5)
        #expect(writer.end() == writer.bytes.count)
        let text = String(decoding: writer.bytes, as: UTF8.self)
        let start =
            #"{"s":17,"d":16,"ops":[{"k":"a\"/\u0001ü","r":4,"x":[["cust\n9",-1700000000123],["x"]],"v":{"a":[1]}},"#
            + #"{"k":"a\"/\u0001ü","r":5,"v":null}]"#
        #expect(text == hashed(start) + "\n")
        let line = try #require(LineParser.line(writer.bytes, 0..<(writer.bytes.count - 1)))
        #expect(line.sequence == 17 && line.durable == 16 && line.header == nil)
        #expect(line.operations.map(\.key) == [key, key] && line.operations.map(\.revision) == [4, 5])
        #expect(line.operations[0].range == range && line.operations[1].value == nil)
        #expect(
            IndexKey.keys(writer.bytes, try #require(line.operations[0].indexKeys)) == [
                ["cust\n9", .number(-1_700_000_000_123)], ["x"],
            ])
    }

    @Test("A header says the format, its version and what it replaces")
    func header() {
        let bytes = LineWriter.header(SegmentHeader(segment: 7, replaces: [1, 3, 5]), sequence: 40)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix(#"{"s":40,"format":"jsonlog","version":1,"segment":7,"replaces":[1,3,5],"h":""#))
        #expect(
            LineParser.line(bytes, 0..<(bytes.count - 1))
                == LogLine(sequence: 40, header: SegmentHeader(segment: 7, replaces: [1, 3, 5])))
    }

    @Test("Other orders, more space and unknown members are read, if the hash is right")
    func edited() throws {
        let text = hashed(
            #" { "ops" : [ {"v": [1, 2] , "new": {"k": 1}, "r":2, "k":"a\u00fc\ud83d\ude00"} ], "more": null, "s" : 3"#
        ) {
            #" , "h" : "\#($0)" } "#
        }
        // The space before the comma is hashed as well.
        #expect(line(text) == nil)
        let other = hashed(
            #" { "ops" : [ {"v": [1, 2] , "new": {"k": 1}, "r":2, "k":"a\u00fc\ud83d\ude00"} ], "more": null, "s" : 3"#
        ) {
            #", "h" : "\#($0)" } "#
        }
        let read = try #require(line(other))
        #expect(read.sequence == 3 && read.operations.map(\.key) == ["aü😀"])
    }

    @Test(
        "What is no line is refused",
        arguments: [
            "", "{}", "[]", "null", #"{"s":1}"#, #"{"s":1,"h":"0000000000000000"}"#, "{", #"{"s":1,"h":"123"}"#, "\u{0}\u{0}",
            #"{"h":"ef46db3751d8e999"}"#,
        ])
    func refused(text: String) { #expect(line(text) == nil) }

    @Test(
        "With a right hash, but not what the format says, it is refused",
        arguments: [
            #"{"s":-1"#, #"{"s":1.5"#, #"{"s":99999999999999999999"#, #"{"s":1,"s":2"#, #"{"s":1,"ops":{}"#,
            #"{"s":1,"ops":[{"k":"a","r":1}]"#, #"{"s":1,"ops":[{"k":"a","r":0,"v":1}]"#, #"{"s":1,"ops":[{"r":1,"v":1}]"#,
            #"{"s":1,"ops":[{"k":"\ud800","r":1,"v":1}]"#, #"{"s":1,"ops":[1]"#, #"{"s":1,"replaces":[]"#,
        ])
    func wrong(text: String) { #expect(line(hashed(text)) == nil) }

    @Test("Nothing may follow the hash")
    func behind() {
        #expect(line(hashed(#"{"s":1"#)) == LogLine(sequence: 1))
        #expect(line(hashed(#"{"s":1"#) { #","h":"\#($0)","d":1}"# }) == nil)
        #expect(line(hashed(#"{"s":1"#) { #","h":"\#($0)"}}"# }) == nil)
    }

    @Test(
        "JSON is told from what is none",
        arguments: [
            ("0", true), ("-0.5e+10", true), ("01", false), ("1.", false), ("-", false), ("+1", false), ("1e", false),
            ("true", true),
            ("tru", false), ("nul", false), (#""\u12aF\n\/""#, true), (#""\u12g0""#, false), (#""\x""#, false),
            ("\"\u{1}\"", false),
            ("\"", false), (#""\"#, false), (#""\u12"#, false), ("[]", true), ("[1,]", false), ("[,]", false), ("[1 2]", false),
            ("{}", true), (#"{"a":1,"b":[{}, [ ]]}"#, true), (#"{"a"}"#, false), (#"{"a":}"#, false), ("{1:2}", false),
            (#"{"a":1,}"#, false), ("]", false), ("[}", false), ("1 1", false), ("", false), (" ", false), ("\n[1,\n2]\n", true),
            (String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000), true),
        ])
    func grammar(text: String, isValue: Bool) {
        #expect((JSONText.singleLineValue(Array(text.utf8)) != nil) == isValue)
    }

    @Test("Bytes are found wherever they stand", arguments: [UInt64.random(in: 0...UInt64.max)])
    func search(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let letters: [UInt8] = [
            0, 0x09, 0x0A, 0x0B, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x5B, 0x5C, 0x5D, 0x7F, 0x80, 0x8A, 0xA2, 0xDC, 0xFF,
        ]
        for _ in 0..<3000 {
            var bytes = (0..<Int.random(in: 0..<40, using: &numbers)).map { _ in UInt8.random(in: 0x60...0x70, using: &numbers) }
            for index in bytes.indices where Int.random(in: 0..<8, using: &numbers) == 0 {
                bytes[index] = letters.randomElement(using: &numbers) ?? 0
            }
            let start = Int.random(in: 0...bytes.count, using: &numbers)
            let range = start..<Int.random(in: start...bytes.count, using: &numbers)
            #expect(ByteSearch.lineFeed(bytes, range) == bytes[range].firstIndex(of: 0x0A), "seed \(seed)")
            let end = bytes[range].firstIndex { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 } ?? range.upperBound
            #expect(ByteSearch.endOfPlainText(bytes, range) == end, "seed \(seed)")
        }
    }

    @Test("A value becomes one line, and must be UTF-8")
    func single() {
        #expect(JSONText.singleLineValue(Array(" {\n\"a\" : 1\r\n} ".utf8)) == Array("{ \"a\" : 1\r }".utf8))
        #expect(JSONText.singleLineValue([0x22, 0xFF, 0x22]) == nil)
        #expect(JSONText.singleLineValue([0x22, 0xC3, 0xBC, 0x22]) != nil)
    }

    @Test("Lines are found wherever the chunks of a file end")
    func chunks() throws {
        let files = SimulatedFileSystem()
        let file = try files.open("/f", .creating)
        var writer = LineWriter()
        for sequence in 1...30 {
            writer.begin(sequence: Int64(sequence))
            let value = "\"" + String(repeating: "x", count: sequence * 9000) + "\""
            _ = writer.add(OperationText(key: Array("\"a\"".utf8), value: Array(value.utf8)), revision: 1)
            writer.end()
        }
        try file.write(writer.bytes + Array("torn".utf8), at: 0)
        var sequences: [Int64] = []
        var end = 0
        try LineScanner(file: file, longestLine: 1 << 20).scan(0..<file.size()) { found in
            #expect(found.range.lowerBound == end)
            end = found.range.upperBound
            if case .line(let line) = found.content { sequences.append(line.sequence) } else { #expect(!found.isTerminated) }
        }
        #expect(try sequences == Array(1...30) && end == file.size())
        // A line longer than any that is written is given out in pieces.
        var spans: [Range<Int>] = []
        try LineScanner(file: file, longestLine: 100_000).scan(0..<file.size()) { found in
            if case .damaged = found.content { spans.append(found.range) }
        }
        #expect(spans.allSatisfy { $0.count < 3 << 20 } && !spans.isEmpty)
    }
}
