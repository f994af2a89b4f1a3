import SupportPortalTesting

/// Texts such as customers of a hosting company write: common words often, names of hosts, addresses and codes once.
struct SampleText: Sendable {
    private let sentences: [String]

    init(seed: UInt64) {
        var chance = SeededGenerator(seed: seed)
        sentences = (0..<4_096).map { _ in
            let words = (0..<Int.random(in: 6...14, using: &chance)).map { _ in Self.word(&chance) }
            let text = words.joined(separator: " ")
            return text.prefix(1).uppercased() + text.dropFirst() + "."
        }
    }

    /// A text of about so many bytes in paragraphs, with two words of its own.
    ///
    /// Parameter `lineBreak`: as it is stored, or CR LF as browsers send it.
    func message(bytes: Int, lineBreak: String = "\n", _ chance: inout SeededGenerator) -> String {
        var text = ""
        text.reserveCapacity(bytes)
        text +=
            "Host vps\(Int.random(in: 0..<1_000_000, using: &chance)) reports code E\(Int.random(in: 0..<10_000, using: &chance))."
        while true {
            let choice = chance.next()
            let sentence = sentences[Int(truncatingIfNeeded: choice % UInt64(sentences.count))]
            guard text.utf8.count + sentence.utf8.count + 5 <= bytes else { return text }
            text += choice >> 62 == 0 ? lineBreak + lineBreak : " "
            text += sentence
        }
    }

    /// A line of four to eight words.
    func subject(_ chance: inout SeededGenerator) -> String {
        (0..<Int.random(in: 4...8, using: &chance)).map { _ in Self.word(&chance) }.joined(separator: " ")
    }

    /// Two words that many tickets have.
    static let commonWords = "invoice kernel "
    /// A code that few tickets have, and a word that nearly all have.
    static let rareWords = "E4711 server "

    /// A word, the earlier in the list the more often.
    private static func word(_ chance: inout SeededGenerator) -> String {
        let place = Double.random(in: 0..<1, using: &chance)
        return words[Int(place * place * Double(words.count))]
    }

    private static let words = """
        the to and it not is we on server our in for your that from a be since you please after with was does this are can have \
        website mail domain but no error when as now again all file login account access still database has backup will there \
        password down since yesterday today morning customers update certificate disk support connection time page working cannot \
        restart kernel records invoice traffic slow request changed panel boot network check address log names works payment \
        firewall php version space plugin spam delivery timeout port script host card mailbox upgrade load renew restore configure \
        certificate install reboot nameserver record propagate quota exceeded memory limit process killed console rescue image \
        snapshot volume attach detach resize partition mount filesystem corrupt repair transfer registrar code contact owner expire \
        renewal price refund charge subscription cancel contract discount coupon currency tax statement receipt reminder overdue \
        suspended reactivated phishing abuse report blocked blacklist reputation relay queue deferred bounce header signature policy \
        alias forward catchall outlook thunderbird phone calendar sync folder archive attachment encoding charset migration cutover \
        staging production deploy pipeline container cluster balancer failover replica primary standby latency packet loss route \
        gateway tunnel subnet reverse pointer secure handshake cipher protocol legacy deprecated browser cache cookie session token \
        größe café señor übertragung não \
        permission denied ownership umask executable interpreter module extension compile library dependency symlink directory \
        cronjob schedule nightly weekly retention window maintenance announcement status incident degraded outage resolved
        """.split(separator: " ").map(String.init)
}
