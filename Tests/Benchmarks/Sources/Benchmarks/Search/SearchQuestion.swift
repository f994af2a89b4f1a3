import Foundation

/// What a customer asks, and which documents answer it.
struct SearchQuestion: Decodable, Sendable {
    /// How it is asked.
    enum Kind: String, Decodable, CaseIterable, Sendable {
        /// A few words in a search field.
        case keywords
        /// A sentence in a search field.
        case question
        /// A ticket that is being written.
        case message
        /// Names of options, pieces of error messages, mistyped words.
        case odd

        var plural: String {
            switch self {
            case .keywords: "keywords"
            case .question: "full sentences"
            case .message: "ticket messages"
            case .odd: "options, errors, typos"
            }
        }
    }

    /// A document that answers a question.
    struct Answer: Decodable, Sendable {
        /// The id of a document, or the beginning of one and `*`. It means the parts of a manual that was cut as well.
        let page: String
        /// What must be in the text for it to be an answer; `nil` for nothing.
        let having: String?

        private enum CodingKeys: CodingKey { case page, having }

        init(from decoder: any Decoder) throws {
            if let page = try? decoder.singleValueContainer().decode(String.self) {
                (self.page, having) = (page, nil)
                return
            }
            let values = try decoder.container(keyedBy: CodingKeys.self)
            page = try values.decode(String.self, forKey: .page)
            having = try values.decode(String.self, forKey: .having).lowercased()
        }

        func isAnswered(by document: SearchCorpus.Document) -> Bool {
            let isPage =
                page.hasSuffix("*")
                ? document.id.hasPrefix(page.dropLast())
                : document.id == page || document.id.hasPrefix(page + "#") || document.id.hasPrefix(page + "~")
            guard isPage, let having else { return isPage }
            return document.title.lowercased().contains(having) || document.body.lowercased().contains(having)
        }
    }

    let id: String
    let kind: Kind
    /// Whether ranking may be tuned by it (`tuning`), or it only checks what was tuned (`held-out`).
    let half: String
    /// The subject of a ticket; `nil` for what is typed into a search field.
    let subject: String?
    let text: String
    let answers: [Answer]

    /// Those in the resources, or those in a file.
    static func all(from path: String?) throws -> [SearchQuestion] {
        let file = path.map { URL(filePath: $0) } ?? Bundle.module.url(forResource: "questions", withExtension: "json")
        guard let file else { throw FileProblem("the questions are not among the resources") }
        return try JSONDecoder().decode([SearchQuestion].self, from: Data(contentsOf: file))
    }

    /// What is in the subject and the text.
    var wholeText: String { subject.map { "\($0)\n\(text)" } ?? text }
}

/// How well questions are answered.
struct SearchQuality {
    private var reciprocalRanks: [Double] = []
    private var isAmongFive: [Bool] = []

    /// Takes in an answer: the numbers of the documents found, and which of them are right.
    mutating func add(_ found: [Int], right: Set<Int>) {
        let rank = found.prefix(10).firstIndex { right.contains($0) }
        reciprocalRanks.append(rank.map { 1 / Double($0 + 1) } ?? 0)
        isAmongFive.append(rank.map { $0 < 5 } ?? false)
    }

    /// The mean of one divided by the place of the first right document, counted as nothing beyond ten.
    var mrr: Double { reciprocalRanks.isEmpty ? 0 : reciprocalRanks.reduce(0, +) / Double(reciprocalRanks.count) }
    /// The share of questions with a right document among the first five.
    var recall: Double { isAmongFive.isEmpty ? 0 : Double(isAmongFive.count { $0 }) / Double(isAmongFive.count) }
}
