/// One mistake in a form: which field, and what is wrong with it. Hosts turn it into words in the user's language.
public struct FormProblem: Hashable, Sendable, Codable {
    /// A field of a form.
    public struct Field: RawRepresentable, Hashable, Sendable, Codable {
        /// The name of the field.
        public let rawValue: String

        /// Makes a field.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The name of a guest.
        public static let name = Field(rawValue: "name")
        /// The address of a guest.
        public static let email = Field(rawValue: "email")
        /// The customer for whom an agent opens a ticket.
        public static let customer = Field(rawValue: "customer")
        /// The department.
        public static let department = Field(rawValue: "department")
        /// The related service.
        public static let service = Field(rawValue: "service")
        /// The priority.
        public static let priority = Field(rawValue: "priority")
        /// The status that a reply or a new ticket of an agent gets.
        public static let status = Field(rawValue: "status")
        /// The subject.
        public static let subject = Field(rawValue: "subject")
        /// The message.
        public static let message = Field(rawValue: "message")
        /// The CC recipients; ``FormProblem/index`` says which.
        public static let copies = Field(rawValue: "copies")
        /// The title of a canned reply.
        public static let title = Field(rawValue: "title")
        /// A text in Markdown; ``FormProblem/index`` says in which language's text, from 0.
        public static let body = Field(rawValue: "body")
        /// A summary; ``FormProblem/index`` says in which language's text.
        public static let summary = Field(rawValue: "summary")
        /// The language of a text; ``FormProblem/index`` says of which.
        public static let language = Field(rawValue: "language")
        /// What links call something.
        public static let slug = Field(rawValue: "slug")
        /// The tags.
        public static let tags = Field(rawValue: "tags")
        /// The categories that something is in; ``FormProblem/index`` says which.
        public static let categories = Field(rawValue: "categories")
        /// The category that a category is in.
        public static let parent = Field(rawValue: "parent")
        /// Who may see it.
        public static let audience = Field(rawValue: "audience")
        /// The file of a download.
        public static let file = Field(rawValue: "file")
        /// Which version of something it is.
        public static let version = Field(rawValue: "version")
        /// The products of which somebody must have one.
        public static let products = Field(rawValue: "products")
        /// When it ends to be shown.
        public static let expires = Field(rawValue: "expires")
        /// A field of the department's own.
        public static func custom(_ id: CustomField.ID) -> Field { Field(rawValue: "fields.\(id)") }
        /// The attachments; ``FormProblem/index`` says which.
        public static let attachments = Field(rawValue: "attachments")
    }

    /// What is wrong.
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        /// The code as text.
        public let rawValue: String

        /// Makes a code.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Nothing was given.
        public static let missing = Code(rawValue: "missing")
        /// Longer, larger or more than ``FormProblem/limit``.
        public static let tooLong = Code(rawValue: "tooLong")
        /// More than ``FormProblem/limit`` of them.
        public static let tooMany = Code(rawValue: "tooMany")
        /// Not of the form that it must have.
        public static let malformed = Code(rawValue: "malformed")
        /// Not one of the choices.
        public static let unknown = Code(rawValue: "unknown")
        /// A number outside of the range.
        public static let outOfRange = Code(rawValue: "outOfRange")
        /// Given twice.
        public static let duplicate = Code(rawValue: "duplicate")
        /// The requester's own address.
        public static let ownAddress = Code(rawValue: "ownAddress")
        /// An address of the portal itself.
        public static let portalAddress = Code(rawValue: "portalAddress")
        /// A kind of file that may not be uploaded.
        public static let fileTypeNotAllowed = Code(rawValue: "fileTypeNotAllowed")
    }

    /// Which field.
    public var field: Field
    /// What is wrong with it.
    public var code: Code
    /// Which of several entries, from 0.
    public var index: Int?
    /// The limit that was exceeded: characters, bytes or entries.
    public var limit: Int?

    /// Makes a problem.
    public init(_ field: Field, _ code: Code, index: Int? = nil, limit: Int? = nil) {
        self.field = field
        self.code = code
        self.index = index
        self.limit = limit
    }
}
