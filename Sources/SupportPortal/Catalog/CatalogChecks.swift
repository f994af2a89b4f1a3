/// Collects the mistakes of what an agent publishes.
struct CatalogChecks {
    let limits: PortalLimits
    private(set) var problems: [FormProblem] = []

    init(_ limits: PortalLimits) { self.limits = limits }

    mutating func add(_ problem: FormProblem) { problems.append(problem) }

    /// Throws all mistakes at once, if there are any.
    func throwIfAny() throws {
        guard problems.isEmpty else { throw PortalError(problems: problems) }
    }

    /// The texts as they are stored; ``FormProblem/index`` of a mistake says in which one it is.
    mutating func texts(_ texts: [CatalogText]) -> [CatalogText] {
        if texts.isEmpty { add(FormProblem(.title, .missing)) }
        guard texts.count <= limits.languages else {
            add(FormProblem(.language, .tooMany, limit: limits.languages))
            return texts
        }
        var languages: Set<String> = []
        return texts.enumerated().map { index, text in
            if !languages.insert(text.language.lowercased()).inserted { add(FormProblem(.language, .duplicate, index: index)) }
            if !text.language.isLanguageTag { add(FormProblem(.language, .malformed, index: index)) }
            if !text.title.isVisible { add(FormProblem(.title, .missing, index: index)) }
            if text.title.text.utf8.count > limits.subject * 8 || text.title.text.count > limits.subject {
                add(FormProblem(.title, .tooLong, index: index, limit: limits.subject))
            }
            guard text.body.utf8.count <= limits.article else {
                add(FormProblem(.body, .tooLong, index: index, limit: limits.article))
                return text
            }
            guard text.summary.utf8.count <= limits.summary else {
                add(FormProblem(.summary, .tooLong, index: index, limit: limits.summary))
                return text
            }
            var text = text
            text.body = text.body.asMessageText
            text.summary = SingleLine(text.summary).text
            return text
        }
    }

    mutating func check<Item>(_ entry: CatalogEntry<Item>) {
        if entry.tags.count > limits.tags { add(FormProblem(.tags, .tooMany, limit: limits.tags)) }
        if entry.categories.count > limits.categoriesOfItem {
            add(FormProblem(.categories, .tooMany, limit: limits.categoriesOfItem))
        }
        if Set(entry.categories).count < entry.categories.count { add(FormProblem(.categories, .duplicate)) }
        if entry.audience.keys.count > limits.audience { add(FormProblem(.audience, .tooMany, limit: limits.audience)) }
        if let expires = entry.expires, expires <= entry.published { add(FormProblem(.expires, .outOfRange)) }
    }
}

extension String {
    /// Whether it has the form of a BCP 47 language tag, or is empty: groups of one to eight letters and digits with hyphens between.
    fileprivate var isLanguageTag: Bool {
        guard !isEmpty else { return true }
        guard utf8.count <= 35 else { return false }
        return utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).allSatisfy { group in
            1...8 ~= group.count
                && group.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"):
                        true
                    default: false
                    }
                }
        }
    }
}
