/// Something that a department asks beside subject and message, such as a domain or an operating system.
///
/// What is typed is text in ``TicketForm/fields``; what is stored is a ``FieldValue`` that was checked.
public struct CustomField: Identifiable, Hashable, Sendable, Codable {
    /// The host's id of a field. Values are stored under it.
    public typealias ID = Identifier<CustomField>

    /// What can be answered.
    public enum Kind: Hashable, Sendable, Codable {
        /// A line of text of so many characters at most.
        case text(maximum: Int)
        /// A whole number within a range.
        case number(ClosedRange<Int64>)
        /// One of these choices.
        case choice([String])
        /// Yes or no; unanswered is no.
        case flag
    }

    /// The host's id.
    public let id: ID
    /// The question.
    public var label: SingleLine
    /// What can be answered.
    public var kind: Kind
    /// Whether it must be answered; a ``Kind/flag`` must be yes then.
    public var isRequired: Bool

    /// Makes a field.
    public init(id: ID, label: SingleLine, kind: Kind = .text(maximum: 200), isRequired: Bool = false) {
        self.id = id
        self.label = label
        self.kind = kind
        self.isRequired = isRequired
    }

    /// What an answer says; `nil` when it is empty.
    /// - Throws: a ``FormProblem`` code where it is missing, too long or not of the kind.
    func value(of answer: String?) throws(FieldRefusal) -> FieldValue? {
        let answer = answer ?? ""
        // Bytes first: what is far too long is refused without being looked at.
        guard answer.utf8.count <= 100_000 else { throw FieldRefusal(code: .tooLong) }
        let line = SingleLine(answer)
        guard line.isVisible else {
            guard !isRequired else { throw FieldRefusal(code: .missing) }
            return nil
        }
        switch kind {
        case .text(let maximum):
            guard line.text.count <= maximum else { throw FieldRefusal(code: .tooLong, limit: maximum) }
            return .text(line)
        case .number(let range):
            guard let number = Int64(line.text) else { throw FieldRefusal(code: .malformed) }
            guard range.contains(number) else { throw FieldRefusal(code: .outOfRange) }
            return .number(number)
        case .choice(let choices):
            guard let choice = choices.first(where: { $0.hasSameBytes(as: answer) }) else { throw FieldRefusal(code: .unknown) }
            return .text(SingleLine(choice))
        case .flag:
            switch line.text.lowercased() {
            case "true", "yes", "on", "1": return .flag(true)
            case "false", "no", "off", "0":
                guard !isRequired else { throw FieldRefusal(code: .missing) }
                return .flag(false)
            default: throw FieldRefusal(code: .malformed)
            }
        }
    }
}

/// Why an answer was not taken.
struct FieldRefusal: Error {
    var code: FormProblem.Code
    var limit: Int?
}

/// A checked answer to a ``CustomField``. Codes as a plain string, number or boolean.
public enum FieldValue: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Text or a choice.
    case text(SingleLine)
    /// A number.
    case number(Int64)
    /// Yes or no.
    case flag(Bool)

    /// Reads a string, number or boolean.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // Each try that fails costs an error with the way to the place: what is most frequent comes first.
        if let line = try? container.decode(SingleLine.self) {
            self = .text(line)
        } else if let number = try? container.decode(Int64.self) {
            self = .number(number)
        } else {
            self = .flag(try container.decode(Bool.self))
        }
    }

    /// Writes a string, number or boolean.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let line): try container.encode(line)
        case .number(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        }
    }

    /// The answer as text.
    public var description: String {
        switch self {
        case .text(let line): line.text
        case .number(let number): String(number)
        case .flag(let flag): flag ? "yes" : "no"
        }
    }
}
