import Testing

@testable import TextSearch

@Suite("Ranked queries")
struct RankedQueryTests {
    private static func describe(_ query: RankedQuery) -> String {
        query.words.map { $0.written.text + ($0.isPrefix ? "*" : "") + ($0.isFiller ? "?" : "") }.joined(separator: " ")
    }

    @Test(
        "Words, beginnings and fillers",
        arguments: [
            ("print", "print*"), ("print ", "print"), ("How to print", "how? to? print*"), ("printing prints", "printing*"),
            ("", ""), ("?!", ""),
            ("to \"to be\" or", "to be or*"), ("\"print server\"", "print server"), ("\"print", "print*"), ("\"", ""),
            ("\"\"\"\"", ""),
            ("日本語", "日本 本語*"), ("猫 ", "猫*"),
        ])
    func words(text: String, expected: String) { #expect(Self.describe(RankedQuery(text, stemmer: .english)) == expected) }

    @Test("Only so many words and bytes of a text are looked at")
    func limits() {
        #expect(RankedQuery((0..<100).map { "w\($0)" }.joined(separator: " "), stemmer: .english).words.count == 16)
        #expect(RankedQuery("a b c", stemmer: .none, maximumWords: 2).words.count == 2)
        #expect(RankedQuery("a b c", stemmer: .none, maximumWords: 0).isEmpty)
        let long = String(repeating: "same ", count: 10_000) + "other"
        #expect(Self.describe(RankedQuery(long, stemmer: .english)) == "same?")
    }

    @Test(
        "A phrase is found where its words stand together, whatever is between them",
        arguments: [
            ("\"mail server\"", "The mail-servers are here", true), ("\"mail server\"", "A server for mail", false),
            ("\"mail server\"", "mail mail server", true),
            ("\"mail server\"", "", false), ("\"mail the server\"", "mail server", false), ("\"a b a c\"", "a b a b a c", true),
            ("\"日本語\"", "これは日本語です", true),
            ("\"日本語\"", "日本と本語", false), ("\"zurück setzen\"", "ZURUCK Setzen", true),
        ])
    func phrases(query: String, text: String, isFound: Bool) throws {
        let query = RankedQuery(query, stemmer: .english)
        try #require(query.phrases.count == 1)
        #expect(query.phrases[0].matches(text, stemmer: .english) == isFound)
        #expect(RankedQuery("\"one\" two", stemmer: .english).phrases.isEmpty)
    }

    @Test(
        "Of a message the greeting, the goodbye with all that follows, and what is quoted are left out",
        arguments: [
            ("Hi there,\nthe quota is full\n\nBest regards\nJane Zebra\nphone 555", "quota full"),
            ("Hello!\n\nquota\n-- \nZebra Ltd", "quota"), ("quota\n> zebra zebra\n| zebra\nfull", "quota full"),
            ("Thanks to the quota nothing works, zebra, mails bounce and all is lost", "quota works zebra mails bounce lost"),
            ("quota\n\nthx, Zebra", "quota"), ("", ""), ("\n\n\n", ""), ("Dear team,", ""), ("```\nzebra\n```", "zebra"),
        ])
    func messages(message: String, expected: String) {
        let query = RankedQuery(subject: "", message: message, stemmer: .english)
        let stems = RankedQuery(subject: expected, message: "", stemmer: .english).words.map(\.stem)
        #expect(query.words.filter { !$0.isFiller }.map(\.stem) == stems.filter { !Stemmer.english.isFiller($0) })
    }

    @Test("Words of the subject count more, what a program wrote less, and coming again more, but less and less")
    func weights() {
        let log = "Mar  3 05:12:01 srv1 sshd[21991]: zebra 203.0.113.77: 51122\n"
        let query = RankedQuery(subject: "quota", message: "mail mail server\n" + log + log, stemmer: .english)
        let weights = Dictionary(query.words.map { ($0.written.text, $0.weight) }) { first, _ in first }
        #expect(weights["quota"] ?? 0 > weights["server"] ?? 0)
        #expect(weights["mail"] ?? 0 > weights["server"] ?? 0)
        #expect(weights["mail"] ?? 0 < 2 * (weights["server"] ?? 0))
        #expect(weights["zebra"] ?? 1 < weights["server"] ?? 0)
    }

    @Test("A message finds what answers it, however much else it tells")
    func suggests() {
        var index = RankedIndex(fields: RankedIndexTests.fields)
        let titles = ["Reset a forgotten password", "Raise the quota of a mailbox", "Renew a certificate", "Restore a backup"]
        for (ordinal, title) in titles.enumerated() {
            index.set(
                [title, "", "To do so, open the panel. Our team helps you with it every day."], stemmer: .english, at: ordinal)
        }
        let story = String(repeating: "We went on holiday with our team, and the day was nice. ", count: 300)
        let query = RankedQuery(
            subject: "Urgent!",
            message: "Hello,\n\(story)\nThe mailboxes are full, what about quotas?\n\nRegards\nCertificate Ltd", stemmer: .english
        )
        #expect(index.search(query, limit: 5) { _ in true }.first?.ordinal != nil)
        let early = RankedQuery(
            subject: "", message: "Hello,\nthe mailboxes are full, what about quotas?\n\(story)", stemmer: .english)
        #expect(index.search(early, limit: 5) { _ in true }.first?.ordinal == 1)
        let like = RankedQuery(similarTo: ["Quota", "", "of mailboxes"], stemmer: .english)
        #expect(index.search(like, limit: 5) { $0 != 1 }.allSatisfy { $0.ordinal != 1 })
        #expect(index.search(like, limit: 5) { _ in true }.first?.ordinal == 1)
    }
}
