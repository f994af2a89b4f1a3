/// A reply that agents use again and again, with merge fields such as `{{requester.name}}` that are filled in for each ticket.
public struct CannedReply: Identifiable, Hashable, Sendable, Codable {
    /// The id of a canned reply.
    public typealias ID = Identifier<CannedReply>

    /// Something of a ticket that can be filled in.
    public struct MergeField: RawRepresentable, Hashable, Sendable, Codable {
        /// The name, as it stands between double braces.
        public let rawValue: String

        /// Makes a field.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The requester's name.
        public static let requesterName = MergeField(rawValue: "requester.name")
        /// The ticket's number.
        public static let number = MergeField(rawValue: "ticket.number")
        /// The ticket's subject.
        public static let subject = MergeField(rawValue: "ticket.subject")
        /// The department's name.
        public static let department = MergeField(rawValue: "department")
        /// The name of the agent who replies.
        public static let agentName = MergeField(rawValue: "agent.name")
        /// An answer to a field of a department.
        public static func custom(_ id: CustomField.ID) -> MergeField { MergeField(rawValue: "field.\(id)") }

        /// Those that every ticket has.
        public static let standard: [MergeField] = [.requesterName, .number, .subject, .department, .agentName]
    }

    /// The id.
    public let id: ID
    /// Under which heading it is listed.
    public var category: SingleLine
    /// What it is called.
    public var title: SingleLine
    /// The text with its merge fields; a Markdown source.
    public var text: String
    /// The departments whose agents see it; `nil` for all.
    public var departments: Set<Department.ID>?
    /// How often it was saved: what is saved must be at the revision that is stored, 0 for a new one.
    public var revision: Revision

    /// Makes a canned reply that is not stored yet.
    public init(id: ID, category: SingleLine, title: SingleLine, text: String, departments: Set<Department.ID>? = nil) {
        self.id = id
        self.category = category
        self.title = title
        self.text = text
        self.departments = departments
        revision = .unsaved
    }
}

/// A text in which `{{name}}` stands for something.
struct MergeText {
    /// Text, and the names between.
    private enum Part {
        case text(Substring)
        case field(String)
    }

    private var parts: [Part] = []

    init(_ text: String) {
        var rest = text[...]
        while let opening = rest.firstRange(of: "{{"), let closing = rest[opening.upperBound...].firstRange(of: "}}") {
            let name = rest[opening.upperBound..<closing.lowerBound]
            // Of braces within braces, the innermost count.
            let inner = name.ranges(of: "{{").last
            parts.append(.text(rest[..<(inner.map { $0.lowerBound } ?? opening.lowerBound)]))
            parts.append(.field((inner.map { name[$0.upperBound...] } ?? name).trimmingSpaces.description))
            rest = rest[closing.upperBound...]
        }
        parts.append(.text(rest))
    }

    /// The names, each once.
    var fields: Set<String> {
        Set(parts.compactMap { part in if case .field(let name) = part { name } else { nil } })
    }

    /// The text with every name replaced. What is filled in is not looked at again.
    func filled(_ value: (String) -> String?) -> String {
        parts.map { part in
            switch part {
            case .text(let text): String(text)
            case .field(let name): value(name) ?? "{{\(name)}}"
            }
        }.joined()
    }
}
