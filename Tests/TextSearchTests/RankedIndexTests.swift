import Testing

@testable import TextSearch

@Suite("Ranked index")
struct RankedIndexTests {
    static let fields = [
        SearchField(weight: 3, lengthShare: 0.3, typicalLength: 6, halfCount: 0.5),
        SearchField(weight: 0.5, lengthShare: 0.1, typicalLength: 4, halfCount: 0.5),
        SearchField(weight: 1, lengthShare: 0.6, typicalLength: 400, halfCount: 0.9),
    ]

    private static func found(_ text: String, in index: RankedIndex, stemmer: Stemmer = .english) -> [Int] {
        index.search(RankedQuery(text, stemmer: stemmer), limit: 10) { _ in true }.map(\.ordinal)
    }

    private static func index(_ texts: [[String]], stemmer: Stemmer = .english) -> RankedIndex {
        var index = RankedIndex(fields: fields)
        for (ordinal, text) in texts.enumerated() { index.set(text, stemmer: stemmer, at: ordinal) }
        return index
    }

    /// Checks that hits are those expected, in this order but for scores that are nearly the same.
    private static func difference(_ hits: [RankedHit], _ expected: [RankedHit]) -> String? {
        guard hits.count == expected.count else { return "\(hits.count) hits, expected \(expected.count)" }
        for (hit, other) in zip(hits, expected) where abs(hit.score - other.score) > 0.001 * max(abs(other.score), 0.01) {
            // Those with all words may be lifted above the others.
            return "\(hit) in place of \(other)"
        }
        let scores = Dictionary(expected.map { ($0.ordinal, $0.score) }) { first, _ in first }
        for hit in hits {
            guard let score = scores[hit.ordinal], abs(score - hit.score) <= 0.001 * max(abs(score), 0.01) else {
                return "\(hit)"
            }
        }
        return nil
    }

    /// Words that begin alike, are near each other, or are longer than eight bytes.
    private static let words = [
        "mail", "mails", "mall", "mial", "mailbox", "mailboxes", "server", "servers", "serve", "sever", "configuration",
        "configure", "configured", "the", "a", "how", "password", "passwords", "zurücksetzen", "zurück", "日本語", "日本", "猫",
        "e0453", "apt", "get", "x", "почта", "почты", "internationalisation", "internationalization",
    ]

    private static func text(_ count: ClosedRange<Int>, of choice: Int = 31, _ numbers: inout SeededNumbers) -> String {
        (0..<Int.random(in: count, using: &numbers)).map { _ in
            // Some words are far more frequent than others.
            let place = min(Int.random(in: 0..<choice, using: &numbers), Int.random(in: 0..<choice, using: &numbers))
            return words[place]
        }.joined(separator: " ")
    }

    @Test(
        "The hits are those of the definition, with the same scores, while documents come, change and go",
        arguments: [UInt64(1), 2, 3, UInt64.random(in: 4...UInt64.max)], [false, true])
    func agrees(seed: UInt64, isEnglish: Bool) {
        var numbers = SeededNumbers(seed: seed)
        let stemmer = isEnglish ? Stemmer.english : .none
        // Small enough that segments are made and merged all the time.
        var reference = ReferenceRanking(fields: Self.fields, postingsOfTail: seed % 2 == 0 ? 1 << 15 : 100)
        var differences: [String] = []
        for step in 0..<240 {
            // Numbers are reused; at first there are more and more documents.
            let ordinal = Int.random(in: 0..<(step < 120 ? 80 : 60), using: &numbers)
            if Int.random(in: 0..<4, using: &numbers) == 0 {
                reference.remove(ordinal)
            } else {
                let texts = [Self.text(0...5, &numbers), Self.text(0...2, &numbers), Self.text(0...60, &numbers)]
                reference.set(texts, at: ordinal, stemmer: stemmer)
            }
            if step % 50 == 30 { reference.settle() }
            guard step % 10 == 0 else { continue }
            // English stems are found by whole words too when mistyped, which the definition does not know.
            let ending = isEnglish || Bool.random(using: &numbers) ? " " : ""
            let query = RankedQuery(Self.text(1...5, &numbers) + ending, stemmer: stemmer)
            let isAdmitted = { (ordinal: Int) in ordinal % 7 != 3 }
            let expected = reference.hits(of: query, admitting: isAdmitted)
            let hits = reference.index.search(query, limit: .max, admitting: isAdmitted)
            if let difference = Self.lifted(hits, expected) {
                differences.append("\(step), \(query.words.map(\.written.text)): \(difference)")
            }
            let few = reference.index.search(query, limit: 5, admitting: isAdmitted)
            if hits.prefix(5).map(\.ordinal) != few.map(\.ordinal) { differences.append("\(step): other hits with a limit") }
            if reference.index.documentCount != reference.documents.count { differences.append("\(step): count") }
        }
        #expect(differences.isEmpty, "seed \(seed)")
    }

    @Test("The hits are those of the definition when words have many documents", arguments: [UInt64.random(in: 0...UInt64.max)])
    func agreesOnMany(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var reference = ReferenceRanking(fields: Self.fields, postingsOfTail: 700)
        for ordinal in 0..<900 {
            let title = Int.random(in: 0..<20, using: &numbers) == 0 ? Self.text(1...2, of: 8, &numbers) : ""
            reference.set([title, "", Self.text(0...5, of: 8, &numbers)], at: ordinal, stemmer: .none)
        }
        for _ in 0..<100 { reference.remove(Int.random(in: 0..<900, using: &numbers)) }
        var differences: [String] = []
        for step in 0..<48 {
            if step == 8 { reference.settle() }
            let query = RankedQuery(Self.text(1...3, of: 8, &numbers) + (step % 5 == 0 ? "" : " "), stemmer: .none)
            let expected = reference.hits(of: query) { _ in true }
            let hits = reference.index.search(query, limit: .max) { _ in true }
            if let difference = Self.lifted(hits, expected) {
                differences.append("\(step), \(query.words.map(\.written.text)): \(difference)")
            }
            let few = reference.index.search(query, limit: 10) { _ in true }
            if few != Array(hits.prefix(10)) { differences.append("\(step): other hits with a limit") }
        }
        #expect(differences.isEmpty, "seed \(seed)")
    }

    /// Compares hits whose first ones may have been lifted all alike above those that follow.
    private static func lifted(_ hits: [RankedHit], _ expected: [RankedHit]) -> String? {
        guard let hit = hits.first, let other = expected.first else { return difference(hits, expected) }
        let lift = hit.score - other.score
        guard lift > 0.001 * other.score else { return difference(hits, expected) }
        var count = 0
        while count < min(hits.count, expected.count, RankedIndex.few - 1),
            abs(hits[count].score - expected[count].score - lift) < 0.001 * max(hit.score, 0.01)
        { count += 1 }
        return difference(
            hits,
            expected.prefix(count).map { RankedHit(ordinal: $0.ordinal, score: $0.score + lift) }
                + expected.dropFirst(count))
    }

    @Test(
        "A mistyped word finds what is meant: a letter less, more or other, or two that changed places",
        arguments: [
            "pasword", "passsword", "passwird", "apssword", "password", "Pässword", "assword", "xassword", "passwor", "passwordx",
        ])
    func typos(word: String) {
        let index = Self.index([["Reset a password", "", "here"], ["Other", "", "nothing"]])
        #expect(Self.found(word + " ", in: index) == [0])
        var settled = index
        settled.settle()
        #expect(Self.found(word + " ", in: settled) == [0])
    }

    @Test(
        "A mistyped ending finds what is meant, too",
        arguments: [
            "configuraton", "configuratiom", "configuratino", "configuratioon", "confguration", "configurign",
        ])
    func typosOfEndings(word: String) {
        let index = Self.index([["Configuration of mail", "", ""], ["Other", "", "nothing"]])
        #expect(Self.found(word + " ", in: index) == [0])
    }

    @Test("Two mistakes are too many, and short words are taken as they are", arguments: ["pssword1", "pasord", "ssl", "tsl"])
    func noTypos(word: String) {
        let index = Self.index([["Reset a password", "", "tls"]])
        #expect(Self.found(word + " ", in: index).isEmpty)
    }

    @Test(
        "Accents make no difference, and the last word may be a beginning",
        arguments: [
            ("zurucksetzen", [0]), ("zurücksetzen ", [0]), ("zurück", [0, 1]), ("zuruck ", [1]), ("zurücksetz", [0]),
            ("日本", [2]), ("日本語 ", [2]), ("語", [2]), ("本", [2]), ("国", []), ("installi", [3]), ("INSTALLED", [3]),
        ])
    func folding(query: String, hits: [Int]) {
        let index = Self.index([
            ["Kennwort zurücksetzen", "", ""], ["", "", "Und wieder zurück zum Anfang"], ["日本語のヘルプ", "", ""],
            ["", "", "installing packages"],
        ])
        #expect(Self.found(query, in: index).sorted() == hits)
        var settled = index
        settled.settle()
        #expect(Self.found(query, in: settled) == Self.found(query, in: index))
    }

    @Test(
        "A word in the title counts more than any number of times in the body, and with the same in the title fewer words count")
    func titleFirst() {
        let often = Array(repeating: "quota", count: 1000).joined(separator: " ")
        let index = Self.index([
            ["Other", "", often], ["Other", "quota", "quota quota"],
            ["About the quota of disks and of mailboxes, and how to change it when it is too small for you", "", ""],
            ["Quota", "", ""],
        ])
        #expect(Self.found("quota ", in: index) == [3, 2, 1, 0])
    }

    @Test("Documents with all words come first; when they are few, those with any follow")
    func allFirst() {
        let index = Self.index([
            ["", "", "mail " + String(repeating: "other words ", count: 200) + "quota"], ["Mail Mail", "", ""],
            ["Quota", "", ""],
        ])
        #expect(Self.found("mail quota ", in: index).first == 0)
        #expect(Self.found("mail quota ", in: index).count == 3)
        let hits = index.search(RankedQuery("mail quota ", stemmer: .english), limit: 3) { _ in true }
        #expect(hits.map(\.score) == hits.map(\.score).sorted(by: >))
    }

    @Test("Words of grammar need not be there, unless there are no others")
    func fillers() {
        let index = Self.index([["Mail quota", "", ""], ["Mail", "", ""], ["", "", "how it is"]])
        #expect(Self.found("how is the mail quota ", in: index).first == 0)
        #expect(Self.found("how ", in: index) == [2])
    }

    @Test("An index that never changes in number takes no more memory, however often its documents change")
    func churn() {
        var numbers = SeededNumbers(seed: 7)
        var index = RankedIndex(fields: Self.fields)
        var most = 0
        for turn in 0..<10_000 {
            index.set(["number\(turn)", "", Self.text(0...12, &numbers)], stemmer: .english, at: turn % 50)
            if turn == 6000 { most = index.memory }
        }
        #expect(index.documentCount == 50)
        #expect(index.memory < 2 * most + 100_000)
        index.settle()
        #expect(index.memory < 60_000)
        for ordinal in 0..<50 { index.remove(ordinal) }
        #expect(index.documentCount == 0 && Self.found("mail ", in: index).isEmpty)
    }

    @Test("Odd numbers and texts do no harm")
    func hostile() {
        var index = RankedIndex(fields: Self.fields)
        index.set(["a"], stemmer: .none, at: -1)
        index.set(["a"], stemmer: .none, at: .max)
        index.remove(.min)
        #expect(index.documentCount == 0)
        let texts = [
            String(repeating: "x", count: 100_000), String(repeating: "\u{301}", count: 10_000), "\u{0}\u{FFFF}\u{10FFFF}",
            String(repeating: "\"", count: 3000), String(repeating: "日", count: 5000), String(repeating: "👩‍👩‍👧‍👦", count: 500), "",
        ]
        for (ordinal, text) in texts.enumerated() { index.set([text, text, text, text, text], stemmer: .english, at: ordinal) }
        for text in texts {
            let query = RankedQuery(text, stemmer: .english)
            #expect(query.words.count <= 16)
            _ = index.search(query, limit: 3) { _ in true }
            _ = index.search(RankedQuery(subject: text, message: text, stemmer: .english), limit: 3) { _ in true }
            _ = index.search(RankedQuery(similarTo: texts, stemmer: .english), limit: .max) { _ in true }
        }
        #expect(index.documentCount == texts.count)
        #expect(index.search(RankedQuery("x", stemmer: .none), limit: 0) { _ in true }.isEmpty)
        #expect(index.search(RankedQuery("x", stemmer: .none), limit: -1) { _ in true }.isEmpty)
        let none = RankedIndex(fields: [])
        #expect(none.search(RankedQuery("x", stemmer: .none), limit: 1) { _ in true }.isEmpty)
    }

    @Test("A copy keeps what it had when the other changes")
    func copies() {
        var index = Self.index([["mail", "", ""], ["quota", "", ""]])
        index.settle()
        let copy = index
        index.remove(0)
        index.set(["mailbox", "", ""], stemmer: .english, at: 2)
        #expect(Self.found("mail", in: copy) == [0])
        #expect(Self.found("mail", in: index) == [2])
    }

    @Test("Documents that are not admitted are not found, and the best of the others are")
    func admission() {
        let index = Self.index((0..<40).map { ["mail number\($0)", "", ""] })
        var asked = 0
        let hits = index.search(RankedQuery("mail ", stemmer: .english), limit: 3) { ordinal in
            asked += 1
            return ordinal % 2 == 1
        }
        #expect(hits.map(\.ordinal) == [1, 3, 5])
        #expect(asked < 10)
        #expect(index.count(RankedQuery("mail ", stemmer: .english)) { $0 < 30 } == 30)
    }
}
