import Testing

@testable import TextSearch

@Suite("Stems")
struct StemmerTests {
    private static func stem(_ word: String, _ stemmer: Stemmer = .english) -> String {
        var stem = FoldedWord()
        WordScanner.scan(word, for: .query) {
            stem = copy $0
            return false
        }
        stemmer.stem(&stem)
        return stem.text
    }

    @Test(
        "Forms of an English word are one word",
        arguments: [
            "install installs installed installing installation installations",
            "configure configures configured configuring configuration",
            "package packages packaged packaging", "run runs running", "stop stops stopped stopping",
            "copy copies copied copying",
            "policy policies", "address addresses addressed addressing", "box boxes boxed", "mail mails mailed mailing",
            "use uses used using", "create creates created creating", "delete deletes deleted deleting deletion",
            "connect connects connected connecting connection", "file files filed filing", "cache caches cached caching",
            "enable enables enabled enabling", "control controls controlled controlling", "renew renews renewed renewing",
            "automatic automatically", "certificate certificates",
            "deploy deployment deployments",
            "encrypt encrypts encrypted encryption", "quick quickly", "process processes processed processing", "key keys",
            "match matches matched matching", "migrate migrates migrated migrating migration", "permission permissions",
        ])
    func together(words: String) {
        #expect(
            Set(words.split(separator: " ").map { Self.stem(String($0)) }).count == 1,
            "\(words.split(separator: " ").map { Self.stem(String($0)) })")
    }

    @Test(
        "Different words stay different",
        arguments: [
            "site sit", "plan plane", "status state", "process procedure", "university universe", "port portable",
            "string strong", "bring bred", "hosting ghost", "domain dominate",
            "e0453 e0452", "bus busy",
            "general generate", "dns dn", "https http", "red rid", "class clash",
        ])
    func apart(words: String) {
        let stems = words.split(separator: " ").map { Self.stem(String($0)) }
        #expect(Set(stems).count == stems.count, "\(stems)")
    }

    @Test(
        "Short words, codes and words of other scripts stay as they are",
        arguments: ["is", "dns", "e0453s", "ies", "日本", "почты", "ss", "ed", "ing"])
    func unchanged(word: String) { #expect(Self.stem(word) == Self.stem(word, .none)) }

    @Test(
        "Nothing makes it fail",
        arguments: [
            "yyyyyyyy", "sssssss", "eeeeed", "aaaaing", "xxxxing", "tion", "ation", "ization", "ement", "llll", "eeee", "ates",
        ])
    func odd(word: String) { #expect(!Self.stem(word).isEmpty) }

    @Test("A stemmer of the host is given folded words, and an answer without letters changes nothing")
    func custom() {
        let german = Stemmer(fillers: ["Bitte", "der"]) {
            $0.hasSuffix("en") ? String($0.dropLast(2)).uppercased() : $0 == "nichts" ? " " : $0
        }
        #expect(Self.stem("Zurücksetzen", german) == "zurucksetz")
        #expect(Self.stem("nichts", german) == "nichts")
        let query = RankedQuery("Bitte Kennwörter zurücksetzen", stemmer: german)
        #expect(query.words.map(\.isFiller) == [true, false, false])
    }
}
